package llm

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// The fixed lines with which a model says that the sources hold no answer.
const (
	refusalZH = "资料中没有相关信息。"
	refusalEN = "The sources do not contain this information."
)

// Refusal returns the line with which models are told to refuse in lang
// ("zh" or "en").
func Refusal(lang string) string {
	if lang == "en" {
		return refusalEN
	}
	return refusalZH
}

// prompts are the parsed templates.
type prompts struct{ answer, condense map[string]*template.Template }

func loadPrompts() (prompts, error) {
	p := prompts{map[string]*template.Template{}, map[string]*template.Template{}}
	for _, lang := range []string{"zh", "en"} {
		for name, set := range map[string]map[string]*template.Template{"answer": p.answer, "condense": p.condense} {
			t, err := template.ParseFS(templateFiles, "templates/"+name+"."+lang+".tmpl")
			if err != nil {
				return prompts{}, fmt.Errorf("load prompts: %w", err)
			}
			set[lang] = t
		}
	}
	return p, nil
}

func language(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "zh"
}

// prompt is an expanded prompt with the hits that it shows, by handle:
// handle n is given[n-1].
type prompt struct {
	system, user string
	given        []rag.Hit
}

// String is the prompt as the trace shows it.
func (p prompt) String() string { return p.system + "\n\n" + p.user }

type promptPassage struct {
	Number                        int
	Title, Date, Paragraphs, Text string
}

// answerPrompt fills the prompt with as many hits as fit into budget tokens,
// best first. At least one is shown, shortened where it must be.
func (p prompts) answerPrompt(req rag.Request, profile Profile, budget int) (prompt, error) {
	lang := language(req.Language)
	t := p.answer[lang]
	data := struct {
		Refusal, Question string
		Small             bool
		Passages          []promptPassage
	}{Small: profile == ProfileSmall, Refusal: Refusal(lang), Question: quoted(strings.TrimSpace(req.Question))}
	expand := func(name string) (string, error) {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, name, data); err != nil {
			return "", fmt.Errorf("expand prompt: %w", err)
		}
		return b.String(), nil
	}
	system, err := expand("system")
	if err != nil {
		return prompt{}, err
	}
	user, err := expand("user")
	if err != nil {
		return prompt{}, err
	}
	left := budget - estimateTokens(system) - estimateTokens(user) - messageOverhead
	var given []rag.Hit
	for _, hit := range req.Hits {
		passage := promptPassage{
			Number: len(given) + 1, Title: strings.ReplaceAll(oneLine(hitTitle(hit)), `"`, "'"),
			Date: hitDate(hit), Paragraphs: paragraphsOf(hit.Passage), Text: quoted(hit.Passage.Text()),
		}
		cost := passageTokens(hit)
		if cost > left {
			if len(given) > 0 {
				continue // a shorter one further down may still fit
			}
			passage.Text = firstTokens(passage.Text, max(left-estimateTokens(passage.Title)-passageOverhead, minPassage))
			cost = left
		}
		left -= cost
		given = append(given, hit)
		data.Passages = append(data.Passages, passage)
	}
	if user, err = expand("user"); err != nil {
		return prompt{}, err
	}
	return prompt{system, user, given}, nil
}

// condensePrompt fills the prompt that rewrites a follow-up, with the latest
// turns that fit into budget tokens.
func (p prompts) condensePrompt(q rag.Question, lang string, budget int) (prompt, error) {
	data := struct {
		History         []rag.Turn
		Today, Question string
	}{Question: quoted(oneLine(q.Text))}
	if !q.Now.IsZero() {
		data.Today = q.Now.Format("2006-01-02")
	}
	left := budget - estimateTokens(data.Question) - 200
	for _, turn := range slices.Backward(q.History) {
		turn = rag.Turn{Question: quoted(oneLine(turn.Question)), Answer: firstTokens(quoted(oneLine(marker.ReplaceAllString(turn.Answer, ""))), 150)}
		left -= estimateTokens(turn.Question) + estimateTokens(turn.Answer) + 8
		if left < 0 {
			break
		}
		data.History = slices.Insert(data.History, 0, turn)
	}
	var system, user strings.Builder
	t := p.condense[language(lang)]
	if err := t.ExecuteTemplate(&system, "system", data); err != nil {
		return prompt{}, fmt.Errorf("expand prompt: %w", err)
	}
	if err := t.ExecuteTemplate(&user, "user", data); err != nil {
		return prompt{}, fmt.Errorf("expand prompt: %w", err)
	}
	return prompt{system: system.String(), user: user.String()}, nil
}

// marker is a citation in an answer that was shown.
var marker = regexp.MustCompile(`\[\d{1,2}\]`)

func hitTitle(h rag.Hit) string {
	if h.Article == nil {
		return ""
	}
	return quoted(h.Article.Title)
}

func hitDate(h rag.Hit) string {
	if h.Article == nil || h.Article.Published.IsZero() {
		return ""
	}
	return h.Article.Published.Format("2006-01-02")
}

// paragraphsOf names a passage's paragraphs: "3" or "3-5".
func paragraphsOf(p article.Passage) string {
	if len(p.Spans) == 0 {
		return ""
	}
	first, last := p.Spans[0].Paragraph, p.Spans[len(p.Spans)-1].Paragraph
	if first == last {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var (
	// Control tokens of chat templates: servers such as llama.cpp read them
	// as such even within a message.
	controlToken = regexp.MustCompile(`(?i)<(\||/?(?:s|think|thinking|system|user|assistant|im_start|im_end|start_of_turn|end_of_turn|bos|eos)>)|\[(/?(?:INST|SYS|SYSTEM|AVAILABLE_TOOLS|TOOL_CALLS))\]|<<(/?SYS)>>`)
	// The prompt's own delimiters and handles.
	ownDelimiter = regexp.MustCompile(`(?i)<(\s*/?\s*(?:资料|source|passage|问题|question))`)
	ownHandle    = regexp.MustCompile(`(?i)([\[［【])(\s*(?:资料|source|来源)\s*[0-9０-９]{1,3}\s*)([\]］】])`)
)

// quoted makes untrusted text safe to stand in a prompt: invisible characters
// go, and what the prompt or a chat template could take for its own marks is
// written with other brackets. Words and figures stay as they are.
func quoted(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co), r == '\u2028', r == '\u2029':
			return -1
		}
		return r
	}, text)
	text = controlToken.ReplaceAllString(text, "＜$1$2$3")
	text = ownDelimiter.ReplaceAllString(text, "＜$1")
	return ownHandle.ReplaceAllString(text, "（$2）")
}

// What a prompt costs besides its texts, in tokens, on the safe side.
const (
	messageOverhead = 32 // the chat template's marks around two messages
	passageOverhead = 48 // delimiters, date, paragraph number
	minPassage      = 64

	instructionTokens = 200 // the system prompt, in either language
)

// passageTokens is what a hit takes of a prompt, at the most.
func passageTokens(hit rag.Hit) int {
	return estimateTokens(hitTitle(hit)) + estimateTokens(hit.Passage.Text()) + passageOverhead
}

// estimateTokens is an upper estimate of a text's tokens that needs no
// vocabulary: one for each Han character, punctuation mark or other symbol and
// each digit, two for each rune beyond the basic plane, one for each started
// four letters of a Latin word. Against the tokenizer of Qwen2.5 it came out
// 1.6 to 1.75 times too high on five Chinese news pages and 1.3 to 1.4 times
// on English prose. Vocabularies made without Chinese need up to two tokens a
// character: for those set half the context.
func estimateTokens(text string) int {
	n, letters := 0, 0
	for _, r := range text {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			if letters%4 == 0 {
				n++
			}
			letters++
			continue
		}
		letters = 0
		switch {
		case r > 0xffff:
			n += 2
		case r != ' ':
			n++
		}
	}
	return n
}

// firstTokens cuts text behind about n tokens.
func firstTokens(text string, n int) string {
	if estimateTokens(text) <= n {
		return text
	}
	runes := []rune(text)
	lo, hi := 0, len(runes)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if estimateTokens(string(runes[:mid])) <= n {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return string(runes[:lo])
}
