package public

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dlclark/regexp2"
	"github.com/tmc/langchaingo/llms"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// Case is a question whose answer by a language model is given, right or wrong.
type Case struct {
	ID    string `json:"id"`
	Group string `json:"group"` // the first letter of ID: where the case comes from
	Kind  string `json:"kind"`  // what was planted or reworded
	Docs  []struct {
		ID        string `json:"id"`
		Title     string `json:"title"`
		Published string `json:"published,omitempty"`
		Source    string `json:"source,omitempty"`
		Text      string `json:"text"`
		Raw       bool   `json:"raw,omitempty"` // Text is a file named Title
	} `json:"docs"`
	Question string          `json:"question"`
	Answer   string          `json:"scripted_answer"`
	Expect   string          `json:"expect"` // caught or kept
	Bad      string          `json:"bad"`    // matches the planted error
	bad      *regexp2.Regexp // the patterns look behind, which Go's own cannot
}

// english tells whether question and answer are English.
func (c Case) english() bool { return c.Group == "N" || c.Group == "P" }

// LoadCases reads grounding cases, one a line. A line that is no case is an
// error that names it.
func LoadCases(path string) ([]Case, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the grounding cases: %w", err)
	}
	var out []Case
	for i, line := range bytes.Split(raw, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var c Case
		if err := json.Unmarshal(line, &c); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, i+1, err)
		}
		switch c.Expect {
		case "kept":
		case "caught":
			pattern := c.Bad
			if !c.english() {
				pattern = unspaced(pattern)
			}
			if pattern == "" {
				return nil, fmt.Errorf("%s, line %d: \"bad\" is empty; it must match the planted error", path, i+1)
			}
			if c.bad, err = regexp2.Compile(pattern, regexp2.None); err != nil {
				return nil, fmt.Errorf("%s, line %d: \"bad\": %w", path, i+1, err)
			}
		default:
			return nil, fmt.Errorf("%s, line %d: \"expect\" is %q; it must be caught or kept", path, i+1, c.Expect)
		}
		out = append(out, c)
	}
	return out, nil
}

// CaseArticles reads the documents of all cases into one collection. A document
// that several cases bring is read once, as the last of them has it.
func CaseArticles(cases []Case) ([]article.Article, error) {
	last := map[string][2]int{}
	for i, c := range cases {
		for j, d := range c.Docs {
			last[d.ID] = [2]int{i, j}
		}
	}
	var out []article.Article
	var lines bytes.Buffer
	for i, c := range cases {
		for j, d := range c.Docs {
			if last[d.ID] != [2]int{i, j} {
				continue
			}
			if d.Raw {
				articles, err := article.Parse([]byte(d.Text), d.Title, article.Options{})
				if err != nil {
					return nil, fmt.Errorf("case %s: %w", c.ID, err)
				}
				out = append(out, articles...)
				continue
			}
			line, err := json.Marshal(d)
			if err != nil {
				return nil, fmt.Errorf("case %s: %w", c.ID, err)
			}
			lines.Write(append(line, '\n'))
		}
	}
	articles, err := article.Parse(lines.Bytes(), "docs.jsonl", article.Options{})
	if err != nil {
		return nil, fmt.Errorf("documents of the grounding cases: %w", err)
	}
	return append(out, articles...), nil
}

// scripted is a language model that says what a case has it say, each sentence
// marked with the passage of the prompt that is most like it.
type scripted struct{ c Case }

var _ llms.Model = scripted{}

// GenerateContent implements [llms.Model].
func (s scripted) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, set := range options {
		set(&o)
	}
	prompt := ""
	for _, m := range messages {
		if m.Role != llms.ChatMessageTypeHuman {
			continue
		}
		prompt = ""
		for _, part := range m.Parts {
			if text, ok := part.(llms.TextContent); ok {
				prompt += text.Text
			}
		}
	}
	answer := mark(s.c, prompt)
	if o.StreamingFunc != nil {
		if err := o.StreamingFunc(ctx, []byte(answer)); err != nil {
			return nil, err
		}
	}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: answer, StopReason: "stop"}}}, nil
}

// Call implements [llms.Model].
func (s scripted) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, s, prompt, options...)
}

// passage is a source as a prompt shows it.
type passage struct{ number, title, text string }

var passageOpens = regexp.MustCompile(`<(资料|Source )(\d+)\s*(?:《(.*?)》|"(.*?)")[^\n]*>\n`)

func passages(prompt string) []passage {
	var out []passage
	for {
		m := passageOpens.FindStringSubmatch(prompt)
		if m == nil {
			return out
		}
		_, rest, _ := strings.Cut(prompt, m[0])
		text, after, closed := strings.Cut(rest, "</"+m[1]+m[2]+">")
		if !closed {
			return out
		}
		out = append(out, passage{m[2], m[3] + m[4], text})
		prompt = after
	}
}

var digitRuns = regexp.MustCompile(`\d+(?:\.\d+)?`)

// mark puts the mark of a source behind each sentence of the scripted answer:
// of the case's own documents in the prompt, else of all, the one that shares
// most pairs of runes with it, a common number counting as three.
func mark(c Case, prompt string) string {
	all := passages(prompt)
	if len(all) == 0 {
		return c.Answer
	}
	own := slices.DeleteFunc(slices.Clone(all), func(p passage) bool {
		for _, d := range c.Docs {
			if unspaced(d.Title) == unspaced(p.title) {
				return false
			}
		}
		return true
	})
	if len(own) == 0 {
		own = all
	}
	lines := strings.Split(c.Answer, "\n")
	for i, line := range lines {
		var b strings.Builder
		for _, s := range sentences(line, c.english()) {
			trimmed := strings.TrimRightFunc(s, unicode.IsSpace)
			if introduces(trimmed) {
				b.WriteString(s)
				continue
			}
			handle := "[资料" + closest(own, s) + "]"
			if c.english() {
				handle = "[Source " + closest(own, s) + "]"
			}
			at := len(trimmed)
			if m := sentenceEnd.FindStringIndex(trimmed); m != nil {
				at = m[0]
			}
			b.WriteString(trimmed[:at] + handle + trimmed[at:])
			if c.english() {
				b.WriteByte(' ')
			}
		}
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}

var sentenceEnd = regexp.MustCompile(`[。！？.!?；;]+[”"』」]?$`)

func introduces(sentence string) bool {
	return strings.HasSuffix(sentence, "：") || strings.HasSuffix(sentence, ":")
}

func closest(own []passage, sentence string) string {
	pairs := pairsOf(sentence)
	numbers := map[string]bool{}
	for _, n := range digitRuns.FindAllString(sentence, -1) {
		numbers[n] = true
	}
	score := func(p passage) (n int) {
		theirs := pairsOf(p.text)
		for pair := range pairs {
			if theirs[pair] {
				n++
			}
		}
		for number := range numbers {
			if strings.Contains(p.text, number) {
				n += 3
			}
		}
		return n
	}
	// The first of equals, which has the lowest number.
	return slices.MaxFunc(own, func(a, b passage) int { return cmp.Compare(score(a), score(b)) }).number
}

func pairsOf(s string) map[[2]rune]bool {
	runes := []rune(letters(s))
	out := map[[2]rune]bool{}
	for i := 1; i < len(runes); i++ {
		out[[2]rune{runes[i-1], runes[i]}] = true
	}
	return out
}

// letters leaves the letters and digits of a text.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, s)
}

func unspaced(s string) string { return strings.Join(strings.Fields(s), "") }

var (
	chineseSentence = regexp.MustCompile(`[^。！？\n]+(?:[。！？]+[”"』」]?)?`)
	englishEnd      = regexp.MustCompile(`[a-z%)\d][.!?]\s+|\n`)
)

// sentences cuts an answer, blank pieces left out.
func sentences(answer string, english bool) []string {
	var out []string
	add := func(s string) {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	if !english {
		for _, s := range chineseSentence.FindAllString(answer, -1) {
			add(s)
		}
		return out
	}
	from := 0
	for _, m := range englishEnd.FindAllStringIndex(answer, -1) {
		add(strings.TrimRightFunc(answer[from:m[1]], unicode.IsSpace))
		from = m[1]
	}
	add(answer[from:])
	return out
}

// The verdicts on a case.
const (
	Leak   = "LEAK"   // the planted error is shown
	Caught = "CAUGHT" // it is not
	Kept   = "KEPT"   // every sentence is shown, word for word
	Part   = "PART"   // some are
	Drop   = "DROP"   // none is
)

// Verdict is what became of a case.
type Verdict struct {
	ID       string `json:"id"`
	Group    string `json:"group"`
	Kind     string `json:"kind"`
	Question string `json:"question"`
	Scripted string `json:"scripted"`
	Expect   string `json:"expect"`
	Answer   string `json:"answer"`
	Refused  bool   `json:"refused"`
	Verdict  string `json:"verdict"`
	// Shown of Sentences are shown word for word.
	Shown     int `json:"shown"`
	Sentences int `json:"sentences"`
	// Called says that the model was asked at all.
	Called bool          `json:"called"`
	Claims []rag.Verdict `json:"claims"`
}

var listMark = regexp.MustCompile(`^\s*(?:[-•*]|\d+[.、])\s*`)

// judge fills in the verdict on what was shown.
func (v *Verdict) judge(c Case) {
	clean := v.Answer
	if !c.english() {
		clean = unspaced(clean)
	}
	clean = marker.ReplaceAllString(clean, "")
	flat := letters(marker.ReplaceAllString(v.Answer, ""))
	for _, s := range sentences(c.Answer, c.english()) {
		if introduces(strings.TrimSpace(s)) {
			continue
		}
		v.Sentences++
		if strings.Contains(flat, letters(marker.ReplaceAllString(listMark.ReplaceAllString(s, ""), ""))) {
			v.Shown++
		}
	}
	leaks := false
	if c.bad != nil {
		leaks, _ = c.bad.MatchString(clean) // fails only by a timeout, and none is set
	}
	switch {
	case leaks:
		v.Verdict = Leak
	case c.bad != nil:
		v.Verdict = Caught
	case v.Shown == v.Sentences:
		v.Verdict = Kept
	case v.Shown > 0:
		v.Verdict = Part
	default:
		v.Verdict = Drop
	}
}

// Replay answers the question of each case with the chain of a model that says
// what the case has it say, and judges what is shown.
func Replay(ctx context.Context, cases []Case, over func(llms.Model) (Chain, error), progress func(done, total int)) ([]Verdict, error) {
	var out []Verdict
	for i, c := range cases {
		chain, err := over(scripted{c})
		if err != nil {
			return nil, err
		}
		a, err := chain.Answer(ctx, rag.Question{ID: c.ID, Text: c.Question}, rag.AnswerOptions{Explain: true})
		if err != nil {
			return nil, fmt.Errorf("grounding case %s: %w", c.ID, err)
		}
		v := Verdict{ID: c.ID, Group: c.Group, Kind: c.Kind, Question: c.Question, Scripted: c.Answer, Expect: c.Expect, Answer: a.Text, Refused: a.Refused}
		if a.Trace != nil {
			v.Called, v.Claims = a.Trace.Raw != "", a.Trace.Claims
		}
		v.judge(c)
		out = append(out, v)
		if progress != nil {
			progress(i+1, len(cases))
		}
	}
	return out, nil
}

// The names of the figures of the grounding cases.
const (
	ErrorsCaught   = "errors caught"
	AnswersKept    = "right answers kept whole"
	SentencesShown = "sentences shown"
	TwinsTold      = "false twin stopped where the true one is shown"
	ModelAsked     = "model asked"
)

var groups = []struct{ name, letters string }{
	{"planted errors", "EF"}, {"counterfactuals", "G"}, {"real hallucinations", "H"}, {"English errors", "N"},
	{"true twins", "T"}, {"free rewordings", "R"}, {"lists, summaries, comparisons", "M"}, {"English, right", "P"},
}

// MeasureCases gives a row for each group of cases and each kind of planted
// error.
func MeasureCases(verdicts []Verdict) []Row {
	byID := map[string]Verdict{}
	var kinds []string
	for _, v := range verdicts {
		byID[v.ID] = v
		if strings.Contains("EF", v.Group) && !slices.Contains(kinds, v.Kind) {
			kinds = append(kinds, v.Kind)
		}
	}
	slices.Sort(kinds)
	var rows []Row
	for _, g := range groups {
		rows = append(rows, caseRow("grounding: "+g.name, verdicts, byID, func(v Verdict) bool { return strings.Contains(g.letters, v.Group) }))
	}
	for _, kind := range kinds {
		rows = append(rows, caseRow("grounding, planted: "+kind, verdicts, byID, func(v Verdict) bool { return strings.Contains("EF", v.Group) && v.Kind == kind }))
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return len(r.Rates) == 0 })
}

func caseRow(name string, verdicts []Verdict, byID map[string]Verdict, in func(Verdict) bool) Row {
	var caught, kept, shown, twins, asked []float64
	for _, v := range verdicts {
		if !in(v) {
			continue
		}
		asked = append(asked, truth(v.Called))
		if v.Expect == "caught" {
			caught = append(caught, truth(v.Verdict == Caught))
			if byID["T"+v.ID].Verdict == Kept {
				twins = append(twins, truth(v.Verdict == Caught))
			}
			continue
		}
		kept = append(kept, truth(v.Verdict == Kept))
		for i := range v.Sentences {
			shown = append(shown, truth(i < v.Shown))
		}
	}
	row := Row{Set: name, Seen: true}
	for _, f := range []struct {
		name   string
		values []float64
	}{{ErrorsCaught, caught}, {TwinsTold, twins}, {AnswersKept, kept}, {SentencesShown, shown}, {ModelAsked, asked}} {
		if len(f.values) > 0 {
			row.Rates = append(row.Rates, rate(f.name, f.values))
		}
	}
	return row
}
