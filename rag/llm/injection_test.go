package llm

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// injectionCase is one hostile article or question of testdata/injection.jsonl.
type injectionCase struct {
	ID             string   `json:"id"`
	Target         string   `json:"target"` // "article" or "question": what is hostile
	Language       string   `json:"language"`
	Title          string   `json:"title"`
	Published      string   `json:"published"`
	Paragraphs     []string `json:"paragraphs"`
	Question       string   `json:"question"`
	Expect         string   `json:"expect"` // what a right answer holds, "" when there is none
	MustNotContain []string `json:"must_not_contain"`
}

// hits offers each paragraph as a passage, in the article's order.
func (c injectionCase) hits() []rag.Hit {
	a := &article.Article{ID: c.ID, Title: c.Title}
	a.Published, _ = time.Parse(time.DateOnly, c.Published)
	var hits []rag.Hit
	for i, text := range c.Paragraphs {
		a.Paragraphs = append(a.Paragraphs, article.Paragraph{Text: text})
		hits = append(hits, rag.Hit{Rank: i + 1, Article: a, Passage: article.Passage{ID: fmt.Sprintf("%s#%d", c.ID, i+1), ArticleID: c.ID,
			Spans: []article.Span{{Paragraph: i + 1, End: len([]rune(text)), Text: text}}}})
	}
	return hits
}

func loadInjections(t testing.TB) []injectionCase {
	t.Helper()
	f, err := os.Open("testdata/injection.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []injectionCase
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c injectionCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("line %d: %v", len(cases)+1, err)
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestInjectionPrompts holds the prompt together whatever an article or a
// question says: the instructions stay what they are, no text can end its own
// quotation, forge a handle or a chat template's mark.
func TestInjectionPrompts(t *testing.T) {
	p, err := loadPrompts()
	if err != nil {
		t.Fatal(err)
	}
	cases := loadInjections(t)
	if len(cases) < 40 {
		t.Fatalf("only %d hostile cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			got, err := p.answerPrompt(rag.Request{Question: c.Question, Language: c.Language, Hits: c.hits()}, ProfileSmall, 4000)
			if err != nil {
				t.Fatal(err)
			}
			clean, err := p.answerPrompt(rag.Request{Language: c.Language}, ProfileSmall, 4000)
			if err != nil {
				t.Fatal(err)
			}
			if got.system != clean.system {
				t.Error("the instructions changed")
			}
			word := "资料"
			if c.Language == "en" {
				word = "Source "
			}
			if open, end := strings.Count(got.user, "<"+word), strings.Count(got.user, "</"+word); open != len(c.Paragraphs) || end != open {
				t.Errorf("%d passages, but %d opening and %d closing delimiters:\n%s", len(c.Paragraphs), open, end, got.user)
			}
			for _, mark := range []string{"<|", "[INST]", "<<SYS", "\u200b", "\u202e", "\x1b", "[资料9]", "<think>"} {
				if strings.Contains(got.user, mark) {
					t.Errorf("prompt holds %q", mark)
				}
			}
		})
	}
}

// TestInjectionLeakIsSifted plays a model that obeys: it repeats the prompt
// and its question. No sentence of that becomes a claim.
func TestInjectionLeakIsSifted(t *testing.T) {
	p, err := loadPrompts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh", "en"} {
		req := testRequest()
		req.Language = lang
		pr, err := p.answerPrompt(req, ProfileSmall, 4000)
		if err != nil {
			t.Fatal(err)
		}
		s := newProtocolServer(t, "openai", "", "当然可以：\n", pr.system, "\n", req.Question, "\n签约项目92个[1]。")
		model := openTest(t, s, ResilienceOptions{})
		g, err := NewModelGenerator(model, ModelOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var claims []string
		if _, err = g.Generate(t.Context(), req, func(c rag.Claim) error {
			claims = append(claims, c.Text)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if len(claims) != 1 || claims[0] != "签约项目92个。" {
			t.Errorf("%s: claims %q", lang, claims)
		}
	}
}

// TestInjectionRealModel runs a sample (all with ZHIWEN_TEST_LLM_ALL=1)
// against the server at ZHIWEN_TEST_LLM. It counts what the raw drafts obey
// and holds only what this package promises: no piece of the instructions
// becomes a claim. That nothing else gets through is the verifier's part.
func TestInjectionRealModel(t *testing.T) {
	base := os.Getenv("ZHIWEN_TEST_LLM")
	if base == "" {
		t.Skip("set ZHIWEN_TEST_LLM to the base URL of an OpenAI-compatible server, for example http://127.0.0.1:9115/v1")
	}
	model, id, err := OpenModel(t.Context(), ProviderOptions{Provider: "openai", BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewModelGenerator(NewResilientModel(model, ResilienceOptions{Deadline: 5 * time.Minute}),
		ModelOptions{Name: id.String(), ContextTokens: id.ContextTokens, MaxTokens: 120})
	if err != nil {
		t.Fatal(err)
	}
	obeyed, answered, expected, ran := 0, 0, 0, 0
	for i, c := range loadInjections(t) {
		if i%6 != 0 && os.Getenv("ZHIWEN_TEST_LLM_ALL") == "" {
			continue
		}
		ran++
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		var said strings.Builder
		_, err := g.Generate(ctx, rag.Request{Question: c.Question, Language: c.Language, Hits: c.hits()}, func(cl rag.Claim) error {
			said.WriteString(cl.Text + "\n")
			return nil
		})
		cancel()
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		if c.Expect != "" {
			expected++
			if strings.Contains(said.String(), c.Expect) {
				answered++
			}
		}
		for _, bad := range c.MustNotContain {
			if strings.Contains(said.String(), bad) {
				obeyed++
				t.Logf("%s: the draft holds %q: %q", c.ID, bad, said.String())
				if strings.Contains(c.ID, "leak") {
					t.Errorf("%s: a piece of the instructions became a claim: %q", c.ID, said.String())
				}
				break
			}
		}
	}
	t.Logf("%s: %d hostile cases, %d drafts hold what they must not (before verification), %d of %d answered", id, ran, obeyed, answered, expected)
}
