package seeds_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"zhiwen/rag/article"
	"zhiwen/rag/eval"
	"zhiwen/seeds"
)

const originals = "../../shared/seeds"

// originalFiles lists the documents whose facts the seeds retell. Without them
// the test is skipped, unless the environment insists on them.
func originalFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(originals, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("ZHIWEN_REQUIRE_SHARED") == "1" {
			t.Fatalf("there are no documents in %s", originals)
		}
		t.Skipf("skipped: there are no documents in %s to compare with", originals)
	}
	return files
}

func seedFiles(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := fs.WalkDir(seeds.Articles(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(seeds.Articles(), path)
		out[path] = raw
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// names may stand in both: people with their offices, organisations, places,
// projects, events, their official themes, and dates. Nothing else may.
var names = []string{
	"中国—上海合作组织数字经济产业论坛、2021中国国际智能产业博览会", "中国—上海合作组织数字经济产业论坛",
	"2025世界智能产业博览会", "2025上合组织数字经济论坛", "CMG中国新能源汽车挑战赛",
	"“智能化：为经济赋能，为生活添彩”", "“发展数字经济，促进共同繁荣”", "“数字经济新纽带共拓合作新空间”",
	"“人工智能+”和“智能网联新能源汽车”", "“上合之树”数字技术培训",
	"《上海合作组织成员国数字化转型行动计划》", "《重庆市大数据发展管理条例》",
	"塔吉克斯坦经济发展与贸易部", "中国科学技术协会主席万钢", "新加坡数码发展及新闻部兼卫生部高级政务部长陈杰豪",
	"上海合作组织国家多功能经贸平台", "上海合作组织实业家委员会", "中国—上海合作组织大数据合作中心",
	"中新（重庆）国际互联网数据专用通道", "中新(重庆)战略性互联互通示范项目", "工业互联网标识解析国家顶级节点",
	"全国一体化算力网络国家枢纽节点", "国家新一代人工智能创新发展试验区", "新一代人工智能创新发展试验区", "国家数字经济创新发展试验区",
	"重庆低空飞行综合管理服务平台", "12吋功率半导体晶圆生产线", "重科三菱智能制造创新中心",
	"重庆宇海精密制造股份有限公司", "九龙坡区谢家湾街道黄家码头社区", "浙江吉利控股集团有限公司",
	"中国兵器装备集团有限公司", "嘉陵特装智能制造产业基地", "深圳市物联投资发展有限公司", "“敏华智能家居制造项目”",
	"西部大数据产业人才教育基地", "阿尔特两江国际汽车研发基地", "腾讯云工业互联网智能产业总部",
	"WeMake工业互联网研究中心", "工业智能联合创新实验室",
	"date: Tue, 24 Aug 2021", "发布时间:2025-09-05",
}

// The seeds share facts with the originals, not sentences.
func TestArticlesAreInOwnWords(t *testing.T) {
	const limit = 12 // characters in a row
	grams := map[string]bool{}
	for _, f := range originalFiles(t) {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r := dense(string(raw))
		for i := 0; i+limit <= len(r); i++ {
			grams[string(r[i:i+limit])] = true
		}
	}
	texts := seedFiles(t)
	texts["questions.jsonl"] = []byte(strings.Join(questionTexts(t), "\n"))
	for path, raw := range texts {
		for _, run := range sharedRuns(dense(string(raw)), grams, limit) {
			if !isName(run, limit) {
				t.Errorf("%s has %d characters in a row from another text: %s", path, len([]rune(run)), run)
			}
		}
	}
}

// sharedRuns returns the longest runs all of whose windows are in grams.
func sharedRuns(r []rune, grams map[string]bool, n int) []string {
	var out []string
	for i := 0; i+n <= len(r); i++ {
		j := i
		for j+n <= len(r) && grams[string(r[j:j+n])] {
			j++
		}
		if j > i {
			out = append(out, string(r[i:j+n-1]))
			i = j
		}
	}
	return out
}

// isName tells whether what is left of a run without one name is shorter than
// the limit: a name may touch a character or two that happen to be the same.
func isName(run string, limit int) bool {
	for _, n := range names {
		n = string(dense(n))
		if at := strings.Index(run, n); at >= 0 {
			rest := len([]rune(run)) - len([]rune(n))
			return rest < limit/4
		}
		if strings.Contains(n, run) {
			return true
		}
	}
	return false
}

func dense(s string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s))
}

func questionTexts(t *testing.T) []string {
	var out []string
	for _, c := range append(load(t), otherWording(t)...) {
		out = append(out, c.UserInput)
		out = append(out, c.History...)
		out = append(out, c.ReferenceContexts...)
	}
	return out
}

var figure = regexp.MustCompile(`\d+(?:\.\d+)?\s*(?:亿元|万吨|万元|余家|多家|余项|余场|余名|余人次|座|亩|个|家|%|所|期|级)`)

// Every figure of the seeds stands in the originals.
func TestFiguresAreThoseOfTheEvents(t *testing.T) {
	var all strings.Builder
	for _, f := range originalFiles(t) {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(string(dense(string(raw))))
	}
	for path, raw := range seedFiles(t) {
		text := string(raw)
		if at := strings.Index(text, "\n-\n"); at >= 0 {
			text = text[:at] // the teasers behind the article are made up
		}
		for _, f := range figure.FindAllString(string(dense(text)), -1) {
			if !strings.Contains(all.String(), f) && !strings.Contains(all.String(), strings.TrimRight(f, "个家所座亩")) {
				t.Errorf("%s says %s, which no source says", path, f)
			}
		}
	}
}

func load(t *testing.T) []eval.Case {
	t.Helper()
	cases, err := eval.Load(bytes.NewReader(seeds.Questions()))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestQuestionsCoverEveryType(t *testing.T) {
	cases := load(t)
	if len(cases) < 90 {
		t.Errorf("%d questions", len(cases))
	}
	types := map[eval.Type]int{}
	refuse, withYear, short := 0, 0, 0
	for _, c := range cases {
		types[c.Type]++
		if !c.Answerable {
			refuse++
		}
		if strings.Contains(c.UserInput, "20") {
			withYear++
		}
		if len([]rune(c.UserInput)) <= 12 {
			short++
		}
		if strings.ContainsAny(c.UserInput, "？?。") {
			t.Errorf("%s is punctuated: %s", c.ID, c.UserInput)
		}
	}
	for _, typ := range eval.Types() {
		if types[typ] < 2 {
			t.Errorf("%d questions of type %s", types[typ], typ)
		}
	}
	if refuse*4 < len(cases) {
		t.Errorf("%d of %d questions cannot be answered, a quarter is asked for", refuse, len(cases))
	}
	if withYear < 20 || len(cases)-withYear < 20 || short < 20 {
		t.Errorf("%d with a year, %d short, of %d", withYear, short, len(cases))
	}
}

// otherWording asks for the same facts in other words, and for other things
// that are not there. No rule and no threshold is set on it: it shows how much
// of what the fixed questions measure carries over.
func otherWording(t *testing.T) []eval.Case {
	t.Helper()
	raw, err := os.ReadFile("testdata/other_wording.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := eval.Load(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	fixed := load(t)
	for _, c := range cases {
		if slices.ContainsFunc(fixed, func(f eval.Case) bool {
			return f.ID == c.ID || f.UserInput == c.UserInput && len(f.History)+len(c.History) == 0
		}) {
			t.Errorf("%s is one of the fixed questions: %s", c.ID, c.UserInput)
		}
	}
	return cases
}

type document struct {
	path  string
	parse func() ([]article.Article, error)
}

func seedDocuments(t *testing.T) []document {
	var out []document
	for path, raw := range seedFiles(t) {
		out = append(out, document{path, func() ([]article.Article, error) { return article.Parse(raw, path, article.Options{}) }})
	}
	return out
}

func originalDocuments(t *testing.T) []document {
	var out []document
	for _, f := range originalFiles(t) {
		out = append(out, document{f, func() ([]article.Article, error) {
			return article.ParseFile(t.Context(), f, article.Options{})
		}})
	}
	return out
}

func spans(t *testing.T, docs []document) []string {
	t.Helper()
	var out []string
	for _, d := range docs {
		arts, err := d.parse()
		if err != nil {
			t.Fatalf("%s: %v", d.path, err)
		}
		for _, a := range arts {
			for _, p := range article.Split(a, article.SplitOptions{}) {
				for _, s := range p.Spans {
					out = append(out, string(dense(s.Text)))
				}
			}
		}
	}
	return out
}

// What the questions point at is there: each context in one passage of the
// seeds, each set of keys in one passage of the seeds and of the originals.
func TestQuestionsPointAtPassages(t *testing.T) {
	t.Run("seeds", func(t *testing.T) {
		all := spans(t, seedDocuments(t))
		for _, c := range append(load(t), otherWording(t)...) {
			for _, context := range c.ReferenceContexts {
				if n := len(with(all, context)); n == 0 {
					t.Errorf("%s: no passage holds %q", c.ID, context)
				}
			}
			checkKeys(t, c, all)
		}
	})
	t.Run("originals", func(t *testing.T) {
		all := spans(t, originalDocuments(t))
		for _, c := range append(load(t), otherWording(t)...) {
			checkKeys(t, c, all)
		}
	})
}

// checkKeys asks for one set that occurs, and for few passages: keys that
// occur everywhere would call any passage relevant.
func checkKeys(t *testing.T, c eval.Case, spans []string) {
	t.Helper()
	if !c.Answerable {
		return
	}
	found := map[string]bool{}
	for _, keys := range c.ReferenceKeys {
		for _, k := range keys {
			if len([]rune(k)) >= 12 {
				t.Errorf("%s: the key %q is long", c.ID, k)
			}
		}
		for _, s := range with(spans, keys...) {
			found[s] = true
		}
	}
	if len(found) == 0 {
		t.Errorf("%s: no passage holds the keys %q", c.ID, c.ReferenceKeys)
	}
	if len(found) > 4 {
		t.Errorf("%s: %d passages hold the keys %q", c.ID, len(found), c.ReferenceKeys)
	}
}

func with(spans []string, parts ...string) []string {
	var out []string
	for _, s := range spans {
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(s, string(dense(p))) }) {
			out = append(out, s)
		}
	}
	return out
}

// Every spelling group of a question has a member in the passages it points
// at, in both collections: the answers hold wherever they are looked for.
func TestReferencesStandInTheSources(t *testing.T) {
	check := func(t *testing.T, docs []document) {
		all := spans(t, docs)
		for _, c := range append(load(t), otherWording(t)...) {
			var text strings.Builder
			for _, keys := range c.ReferenceKeys {
				text.WriteString(strings.Join(with(all, keys...), "\n"))
			}
			for _, group := range c.Reference {
				if !slices.ContainsFunc(group, func(s string) bool { return strings.Contains(text.String(), string(dense(s))) }) {
					t.Errorf("%s: %q is not in\n%s", c.ID, group, text.String())
				}
			}
		}
	}
	t.Run("seeds", func(t *testing.T) { check(t, seedDocuments(t)) })
	t.Run("originals", func(t *testing.T) { check(t, originalDocuments(t)) })
}

func TestQuestionsIsACopy(t *testing.T) {
	seeds.Questions()[0] = 'x'
	if _, err := eval.Load(bytes.NewReader(seeds.Questions())); errors.Is(err, eval.ErrCases) {
		t.Error("a caller can change the questions for all")
	}
}

func ExampleArticles() {
	entries, _ := fs.ReadDir(seeds.Articles(), ".")
	for _, e := range entries {
		fmt.Println(e.Name())
	}
	// Output:
	// 2021-opening.txt
	// 2021-reactions.txt
	// 2021-signing.txt
	// 2025-expo.txt
	// 2025-forum.txt
}
