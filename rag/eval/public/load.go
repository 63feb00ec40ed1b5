package public

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/article"
)

// apartPercent of the documents are kept apart: nothing is trained or tuned on
// them.
const apartPercent = 15

// calibratePercent of the documents are what thresholds and weights are fitted
// on: the reader is not trained on them.
const calibratePercent = 10

// SideOf says on which side of the split a document stands: the first eight
// hexadecimal digits of the SHA-256 of its contexts, joined by a line break in
// the order of the file (UTF-8), taken modulo 100, are below 15 (apart), below 25
// (calibrate), or not (train). scripts/reader/corpus.py splits in the same way.
func SideOf(contexts []string) Side {
	n, _ := strconv.ParseUint(digest(strings.Join(contexts, "\n"))[:8], 16, 64) // eight hexadecimal digits
	switch n %= 100; {
	case n < apartPercent:
		return SideApart
	case n < apartPercent+calibratePercent:
		return SideCalibrate
	}
	return SideTrain
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Set is one question set with the articles that are searched for its answers.
type Set struct {
	Name      string
	Articles  []article.Article // one for each context
	Questions []Question
}

// Question is a question with what counts as its answer.
type Question struct {
	ID, Text string
	// Answers are the spellings any of which is right; none: unanswerable.
	Answers []string
	// Gold is the ID of the article that the question was asked about.
	Gold string
	// Side is where its document stands.
	Side Side
	// Siblings are the articles of the same source document, Gold included, that
	// hold an answer.
	Siblings []string
}

// source is a set and the files it is made of.
type source struct {
	name  string
	files []string
}

var sources = []source{
	{"cmrc2018", []string{"cmrc2018-dev.json"}},
	{"drcd", []string{"drcd-dev.json", "drcd-test.json"}},
	{"dureader", []string{"dureader-checklist-dev.json"}},
	{"xquad-zh", []string{"xquad-zh.json"}},
}

// squad is the format of the files. A file may say on which side of the split all
// its documents stand.
type squad struct {
	Side Side `json:"side"`
	Data []struct {
		Title      string      `json:"title"`
		Paragraphs []paragraph `json:"paragraphs"`
	} `json:"data"`
}

type paragraph struct {
	Title   string `json:"title"`
	Context string `json:"context"`
	QAs     []struct {
		ID         string `json:"id"`
		Question   string `json:"question"`
		Impossible bool   `json:"is_impossible"`
		Answers    []struct {
			Text string `json:"text"`
		} `json:"answers"`
	} `json:"qas"`
}

// Names are those of the sets that Load knows.
func Names() []string {
	var out []string
	for _, s := range sources {
		out = append(out, s.name)
	}
	return out
}

// Load reads the sets in dir/qa: those that are known, and any other file there
// as a set by its name. A file that is missing or is not in the SQuAD format is an
// error that names it; dir may also hold sets of its own or grounding cases alone.
func Load(dir string) ([]Set, error) {
	_, noSets := os.Stat(filepath.Join(dir, "qa"))
	if _, err := os.Stat(filepath.Join(dir, "grounding")); err == nil && errors.Is(noSets, fs.ErrNotExist) {
		return nil, nil // grounding cases alone
	}
	var out []Set
	for _, s := range sourcesIn(filepath.Join(dir, "qa")) {
		set, err := s.load(filepath.Join(dir, "qa"))
		if err != nil {
			return nil, err
		}
		out = append(out, set)
	}
	return out, nil
}

// sourcesIn is what is to be read in a folder. The known sets are left out only
// where others stand there alone.
func sourcesIn(dir string) []source {
	known, others := map[string]bool{}, []source(nil)
	for _, s := range sources {
		for _, file := range s.files {
			known[file] = true
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json")) // the pattern is sound
	for _, file := range files {
		if name := filepath.Base(file); !known[name] {
			others = append(others, source{strings.TrimSuffix(name, ".json"), []string{name}})
		}
	}
	if len(others) > 0 && len(others) == len(files) {
		return others
	}
	return append(slices.Clone(sources), others...)
}

func (s source) load(dir string) (Set, error) {
	b := builder{set: Set{Name: s.name}, byTitle: map[string][]string{}, texts: map[string]string{}}
	for _, file := range s.files {
		path := filepath.Join(dir, file)
		raw, err := os.ReadFile(path)
		if err != nil {
			return Set{}, fmt.Errorf("read the question set %s: %w", s.name, err)
		}
		var data squad
		if err := json.Unmarshal(raw, &data); err != nil {
			return Set{}, fmt.Errorf("%s is not in the SQuAD format: %w", path, err)
		}
		if len(data.Data) == 0 {
			return Set{}, fmt.Errorf("%s holds no \"data\" in the SQuAD format", path)
		}
		for _, entry := range data.Data {
			b.entry(entry.Title, entry.Paragraphs, data.Side)
		}
	}
	if err := b.finish(); err != nil {
		return Set{}, fmt.Errorf("question set %s: %w", s.name, err)
	}
	return b.set, nil
}

// builder collects the articles and questions of one set.
type builder struct {
	set     Set
	lines   bytes.Buffer // the articles as JSON Lines, as a user would hand them in
	texts   map[string]string
	titles  []string // by question
	byTitle map[string][]string
}

// untitled is the title where the data has none: an article must have one, and
// its first sentence would be a hint no document's title gives.
const untitled = "无题"

// entry takes one entry of the data: with a title a document, without one a
// collection of unrelated paragraphs, each a document.
func (b *builder) entry(title string, paragraphs []paragraph, side Side) {
	contexts := make([]string, len(paragraphs))
	for i, p := range paragraphs {
		contexts[i] = p.Context
	}
	for _, p := range paragraphs {
		document, name := contexts, title
		if title == "" {
			document, name = []string{p.Context}, p.Title
		}
		name = strings.TrimSpace(strings.ReplaceAll(name, "_", " "))
		stands := side
		if stands == "" {
			stands = SideOf(document)
		}
		b.paragraph(p, name, stands)
	}
}

func (b *builder) paragraph(p paragraph, title string, side Side) {
	id := "ctx-" + digest(p.Context)[:16]
	if _, seen := b.texts[id]; !seen {
		b.texts[id] = p.Context
		b.byTitle[title] = append(b.byTitle[title], id)
		shown := title
		if shown == "" {
			shown = untitled
		}
		// Marshalling strings cannot fail.
		line, _ := json.Marshal(map[string]string{"id": id, "title": shown, "text": p.Context})
		b.lines.Write(append(line, '\n'))
	}
	for _, qa := range p.QAs {
		q := Question{ID: qa.ID, Text: qa.Question, Gold: id, Side: side}
		for _, a := range qa.Answers {
			if text := strings.TrimSpace(a.Text); text != "" && !qa.Impossible && !slices.Contains(q.Answers, text) {
				q.Answers = append(q.Answers, text)
			}
		}
		b.set.Questions = append(b.set.Questions, q)
		b.titles = append(b.titles, title)
	}
}

func (b *builder) finish() error {
	var err error
	b.set.Articles, err = article.Parse(b.lines.Bytes(), b.set.Name+".jsonl", article.Options{})
	if err != nil {
		return err
	}
	if len(b.set.Articles) != len(b.texts) {
		return fmt.Errorf("%d of %d contexts could be read", len(b.set.Articles), len(b.texts))
	}
	for i := range b.set.Questions {
		q := &b.set.Questions[i]
		q.Siblings = []string{q.Gold}
		if b.titles[i] == "" {
			continue
		}
		for _, id := range b.byTitle[b.titles[i]] {
			if id != q.Gold && holdsAny(b.texts[id], q.Answers) {
				q.Siblings = append(q.Siblings, id)
			}
		}
	}
	return nil
}

// Side chooses questions by where their document stands.
type Side string

// The sides of the split.
const (
	SideApart     Side = "apart"
	SideCalibrate Side = "calibrate"
	SideTrain     Side = "train"
	SideAll       Side = "all"
)

// distractors is how many other articles a sample keeps for each question.
const distractors = 3

// Choose keeps the questions of one side and, with n > 0, n of them, chosen by
// the hash of their IDs, with the articles that they are asked about and a few
// others for each; n = 0 keeps all articles.
func (s Set) Choose(side Side, n int) (Set, error) {
	if !slices.Contains([]Side{SideApart, SideCalibrate, SideTrain, SideAll}, side) {
		return Set{}, errors.New("the side of the split must be apart, calibrate, train or all")
	}
	out := Set{Name: s.Name, Articles: s.Articles}
	for _, q := range s.Questions {
		if side == SideAll || q.Side == side {
			out.Questions = append(out.Questions, q)
		}
	}
	if n <= 0 || n >= len(out.Questions) {
		return out, nil
	}
	slices.SortStableFunc(out.Questions, func(a, b Question) int { return strings.Compare(digest(a.ID), digest(b.ID)) })
	out.Questions = out.Questions[:n]
	keep := map[string]bool{}
	for _, q := range out.Questions {
		for _, id := range q.Siblings {
			keep[id] = true
		}
	}
	others := make([]string, 0, len(s.Articles))
	for _, a := range s.Articles {
		if !keep[a.ID] {
			others = append(others, a.ID)
		}
	}
	slices.SortFunc(others, func(a, b string) int { return strings.Compare(digest(a), digest(b)) })
	for _, id := range others[:min(len(others), distractors*n)] {
		keep[id] = true
	}
	out.Articles = nil
	for _, a := range s.Articles {
		if keep[a.ID] {
			out.Articles = append(out.Articles, a)
		}
	}
	return out, nil
}

// Key names the articles of a set: it changes when one of them does.
func (s Set) Key() string {
	var b strings.Builder
	for _, a := range s.Articles {
		b.WriteString(a.ID + "\n" + a.Title + "\n")
	}
	return digest(b.String())[:16]
}
