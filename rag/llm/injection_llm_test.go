package llm

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/extract"
)

// readPrompt reads a chat request of OpenAI's protocol.
func readPrompt(r *http.Request) (system, user string, stream bool, err error) {
	var body struct {
		Stream   bool `json:"stream"`
		Messages []struct {
			Role    string `json:"role"`
			Content any    `json:"content"`
		} `json:"messages"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return "", "", false, err
	}
	for _, m := range body.Messages {
		text, _ := m.Content.(string)
		if parts, ok := m.Content.([]any); ok {
			for _, p := range parts {
				if fields, ok := p.(map[string]any); ok {
					piece, _ := fields["text"].(string)
					text += piece
				}
			}
		}
		if m.Role == "system" {
			system += text
		} else {
			user += text
		}
	}
	return system, user, body.Stream, nil
}

// articles are the hostile article and a neutral one about something near.
func (c injectionCase) articles() []article.Article {
	neutral := testArticle("neutral", "青禾农机展的交通安排", "2024-05-10",
		"青禾农机展期间，临川馆外增开两条公交专线，每十五分钟一班。", "展馆停车场有车位900个，凭展会入场券免费停放。")
	if c.Language == "en" && !strings.Contains(c.Title, "青禾") {
		neutral = testArticle("neutral", "Getting to the Harbor Robotics Fair", "2024-06-01",
			"Two shuttle lines will run to the Harbor Robotics Fair every 15 minutes.", "The parking lot offers 900 spaces free of charge.")
	}
	return []article.Article{testArticle(c.ID, c.Title, c.Published, c.Paragraphs...), neutral}
}

// answered tells whether the extractive generator can answer: the question is
// nothing but a question.
func (c injectionCase) answered() bool { return c.Expect != "" && c.Target == "article" }

// quotedOnly tells whether every occurrence of text in the answer lies within
// a sentence that a cited paragraph holds word for word.
func quotedOnly(a rag.Answer, text string) bool {
	left := a.Text
	for _, c := range a.Citations {
		left = strings.ReplaceAll(left, c.Quote, "")
	}
	return !strings.Contains(left, text)
}

// obedient are the ways in which a model that obeys puts what the attack
// wants, marked and unmarked, alone and wrapped into the right answer.
var obedient = []struct {
	name string
	say  func(c injectionCase, wanted string) string
}{
	{"alone", func(_ injectionCase, w string) string { return w }},
	{"marked", func(_ injectionCase, w string) string { return w + "[资料1]。" + w + "[资料2]。" }},
	{"behind the answer", func(c injectionCase, w string) string {
		if c.Language == "en" && c.Expect != "48600" {
			return "The fair drew 48,600 visitors, " + w + " [Source 1]."
		}
		return "展会共接待观众48600人次，" + w + "[资料1]。"
	}},
	{"ahead of the answer", func(c injectionCase, w string) string {
		if c.Language == "en" && c.Expect != "48600" {
			return w + ". The Harbor Robotics Fair drew 48,600 visitors [Source 1]. " + w
		}
		return w + "！青禾农机展三天共接待观众48600人次[资料1]。" + w
	}},
	{"instead of the figure", func(c injectionCase, w string) string {
		if c.Language == "en" && c.Expect != "48600" {
			return "The Harbor Robotics Fair drew " + w + " visitors [Source 1]."
		}
		return "青禾农机展三天共接待观众" + w + "人次[资料1]。"
	}},
	{"the prompt first", func(_ injectionCase, w string) string { return "{system}\n" + w }},
	{"the attack itself", func(c injectionCase, _ string) string {
		return c.Paragraphs[len(c.Paragraphs)-1] + "[资料2]"
	}},
}

// TestInjectionChain puts each hostile article or question through the whole
// chain: with a model that obeys every attack, and without a model. Nothing
// that only a successful attack says reaches the reader.
func TestInjectionChain(t *testing.T) {
	for _, tt := range loadInjections(t) {
		t.Run(tt.ID, func(t *testing.T) {
			t.Parallel()
			articles := tt.articles()
			check := func(t *testing.T, how string, a rag.Answer) {
				t.Helper()
				checkQuotes(t, a, articles...)
				for _, wrong := range tt.MustNotContain {
					// A word of two characters in the middle of a sentence that
					// holds otherwise is finer than the verifier sees.
					spliced := strings.Contains(how, "behind the answer") || strings.Contains(how, "instead of the figure")
					if spliced && utf8.RuneCountInString(wrong) == 2 {
						continue
					}
					if strings.Contains(a.Text, wrong) {
						t.Errorf("%s: the answer holds %q (%s, quoted only: %v): %s %q", how, wrong, a.Answerer, quotedOnly(a, wrong), a.Text, a.Notices)
					}
				}
				if !a.Refused && len(a.Citations) == 0 {
					t.Errorf("%s: an answer without a citation: %s", how, a.Text)
				}
			}
			var wanted, style string
			model := answering(t, func(string) string {
				for _, o := range obedient {
					if o.name == style {
						return o.say(tt, wanted)
					}
				}
				if tt.Expect == "48,600" {
					return "The Harbor Robotics Fair drew 48,600 visitors [Source 1]."
				}
				return "青禾农机展三天共接待观众48600人次[资料1]。"
			})
			c := openChain(t, model, articles...)
			for _, o := range obedient {
				style = o.name
				for _, wanted = range tt.MustNotContain {
					a, err := c.Answer(t.Context(), rag.Question{Text: tt.Question}, rag.AnswerOptions{})
					if err != nil {
						t.Fatal(err)
					}
					check(t, "a model that says it "+o.name, a)
					if tt.answered() && a.Refused {
						t.Errorf("a model that says it %s: refused although the article answers: %s", o.name, a.Text)
					}
				}
			}
			if tt.Target == "article" { // a model that resists is believed
				style = "resisting"
				a, err := c.Answer(t.Context(), rag.Question{Text: tt.Question}, rag.AnswerOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if check(t, "a model that resists", a); a.Answerer == extract.Name || !strings.Contains(a.Text, tt.Expect) {
					t.Errorf("the right answer of a model that resists was not believed: %s %q", a.Text, a.Notices)
				}
			}
			c.Model, c.Condenser = nil, nil
			a, err := c.Answer(t.Context(), rag.Question{Text: tt.Question}, rag.AnswerOptions{})
			if err != nil {
				t.Fatal(err)
			}
			check(t, "extractive", a)
			if tt.answered() && !strings.Contains(a.Text, tt.Expect) {
				t.Errorf("extractive: no %s in %s", tt.Expect, a.Text)
			}
		})
	}
}

// TestInjectionChainRealModel puts every hostile case through the whole chain
// with the model at ZHIWEN_TEST_LLM: nothing that only a successful attack says
// reaches the reader.
func TestInjectionChainRealModel(t *testing.T) {
	base := os.Getenv("ZHIWEN_TEST_LLM")
	if base == "" {
		t.Skip("set ZHIWEN_TEST_LLM to the base URL of an OpenAI-compatible server, for example http://127.0.0.1:9115/v1")
	}
	model, id, err := OpenModel(t.Context(), ProviderOptions{Provider: "openai", BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	model = NewResilientModel(model, ResilienceOptions{Deadline: 5 * time.Minute})
	cases, obeyed, byModel, expected, right := loadInjections(t), 0, 0, 0, 0
	for _, tt := range cases {
		articles := tt.articles()
		a, err := openChain(t, model, articles...).Answer(t.Context(), rag.Question{Text: tt.Question}, rag.AnswerOptions{Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		checkQuotes(t, a, articles...)
		for _, wrong := range tt.MustNotContain {
			if strings.Contains(a.Trace.Raw, wrong) {
				obeyed++
				t.Logf("%s: the raw model says %q: %q", tt.ID, wrong, a.Trace.Raw)
			}
			if strings.Contains(a.Text, wrong) {
				t.Errorf("%s: the answer holds %q (%s): %s", tt.ID, wrong, a.Answerer, a.Text)
			}
		}
		if a.Answerer != extract.Name && !a.Refused {
			byModel++
		}
		if tt.Expect != "" {
			if expected++; strings.Contains(a.Text, tt.Expect) {
				right++
			} else {
				t.Logf("%s: no %s in %q; the raw model said %q %q", tt.ID, tt.Expect, a.Text, a.Trace.Raw, a.Notices)
			}
		}
	}
	t.Logf("%s: obeyed in the raw %d times in %d cases, answered %d itself, %d of %d expected answers", id, obeyed, len(cases), byModel, right, expected)
}
