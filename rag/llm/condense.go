package llm

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// CondenserOptions set up a [ModelCondenser]. The zero value is usable.
type CondenserOptions struct {
	// HistoryTokens bounds how much of the conversation is sent; 0 means 1200.
	HistoryTokens int
	// Deadline bounds the call with its retries, so that a slow rewrite does
	// not use up the time for the answer; 0 means what the model allows.
	Deadline time.Duration
	// Log may be nil.
	Log *slog.Logger
}

// ModelCondenser rewrites a follow-up into a question that stands alone, with
// one call of a language model. It implements [rag.Condenser].
type ModelCondenser struct {
	model   llms.Model
	o       CondenserOptions
	prompts prompts
}

var _ rag.Condenser = (*ModelCondenser)(nil)

// NewModelCondenser returns a condenser over any model of langchaingo.
func NewModelCondenser(model llms.Model, o CondenserOptions) (*ModelCondenser, error) {
	if model == nil {
		return nil, fmt.Errorf("new model condenser: %w", ErrNoModel)
	}
	if o.HistoryTokens <= 0 {
		o.HistoryTokens = 1200
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	p, err := loadPrompts()
	if err != nil {
		return nil, err
	}
	return &ModelCondenser{model, o, p}, nil
}

// Condense implements [rag.Condenser]. It returns the question as it was
// asked when there is no history and, with the error, when the model fails; ""
// when the rewrite does not keep to what was said or adds nothing to it, so that
// the question is condensed by rule.
func (c *ModelCondenser) Condense(ctx context.Context, q rag.Question) (string, error) {
	asked := strings.TrimSpace(q.Text)
	if asked == "" || len(q.History) == 0 {
		return asked, nil
	}
	lang := "en"
	if strings.ContainsFunc(asked, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		lang = "zh"
	}
	p, err := c.prompts.condensePrompt(q, lang, c.o.HistoryTokens)
	if err != nil {
		return asked, err
	}
	if c.o.Deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.o.Deadline)
		defer cancel()
	}
	resp, err := c.model.GenerateContent(ctx, []llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, p.system),
		llms.TextParts(llms.ChatMessageTypeHuman, p.user),
	}, llms.WithTemperature(0), llms.WithMaxTokens(120))
	if err != nil {
		return asked, fmt.Errorf("condense: %w", err)
	}
	rewritten := firstLine(contentOf(resp))
	if why := unfaithful(q, asked, rewritten); why != "" {
		c.o.Log.Info("rewritten question rejected", "asked", asked, "rewritten", rewritten, "why", why)
		return "", nil
	}
	return rewritten, nil
}

var rewritePrefix = regexp.MustCompile(`^(?i:(?:改写(?:后)?(?:的问题)?|问题?|完整问题|rewritten(?: question)?|question|q)\s*[:：]\s*)`)

// firstLine cleans a model's rewrite: the first line that says something,
// without thinking, prefix, handles and quotation marks around it.
func firstLine(text string) string {
	line := ""
	scanner := newTagScanner(0, func(s sentence) error {
		if line == "" {
			line = s.text
		}
		return nil
	})
	for _, l := range strings.Split(text, "\n") { // a line that starts with 问： would end the scanner's work
		l = rewritePrefix.ReplaceAllString(strings.TrimSpace(l), "")
		_ = scanner.write([]byte(l + "\n"))
	}
	_ = scanner.close()
	for _, pair := range []string{`""`, "“”", "「」", "''"} {
		open, size := utf8.DecodeRuneInString(pair)
		if r, _ := utf8.DecodeRuneInString(line); r == open && strings.HasSuffix(line, pair[size:]) && len(line) > len(pair) {
			line = line[size : len(line)-len(pair[size:])]
		}
	}
	return strings.TrimSpace(line)
}

// unfaithful says why a rewrite may not replace the question, "" when it may.
func unfaithful(q rag.Question, asked, rewritten string) string {
	length := utf8.RuneCountInString(rewritten)
	if length == 0 {
		return "empty"
	}
	if length > 2*utf8.RuneCountInString(asked)+120 {
		return "too long"
	}
	var said strings.Builder
	said.WriteString(asked)
	for _, turn := range q.History {
		said.WriteString("\n" + turn.Question + "\n" + turn.Answer)
	}
	known := numbers(said.String())
	if relativeDate.MatchString(asked) && !q.Now.IsZero() {
		for _, n := range []int{q.Now.Year() - 2, q.Now.Year() - 1, q.Now.Year(), q.Now.Year() + 1, int(q.Now.Month()), q.Now.Day()} {
			known[strconv.Itoa(n)] = true
		}
		last := q.Now.AddDate(0, -1, 1-q.Now.Day())
		known[strconv.Itoa(int(last.Month()))] = true
		for day := -2; day <= 1; day++ {
			d := q.Now.AddDate(0, 0, day)
			known[strconv.Itoa(d.Day())], known[strconv.Itoa(int(d.Month()))] = true, true
		}
	}
	after := numbers(rewritten)
	for n := range after {
		if !known[n] {
			return "a number that nobody said: " + n
		}
	}
	for n := range numbers(asked) {
		if !after[n] {
			return "lost the number " + n
		}
	}
	low := strings.ToLower(rewritten)
	for _, name := range properName.FindAllString(asked, -1) {
		if !strings.Contains(low, strings.ToLower(strings.Trim(name, "《》“”"))) {
			return "lost the name " + name
		}
	}
	if share := sharedPairs(letters(rewritten), letters(said.String())); share < 0.5 {
		return fmt.Sprintf("only %.0f %% of it was said before", share*100)
	}
	if !asks(rewritten) {
		return "it asks nothing"
	}
	if !fillsIn(q.History, asked, rewritten) {
		return "it fills nothing in"
	}
	return ""
}

// asks tells whether a rewrite can be a question at all.
func asks(text string) bool {
	if strings.HasSuffix(text, "？") || strings.HasSuffix(text, "?") {
		return true
	}
	runes := []rune(text)
	for n := 1; n <= 4; n++ {
		for i := 0; i+n <= len(runes); i++ {
			if zhtext.IsQuestionWord(string(runes[i : i+n])) {
				return true
			}
		}
	}
	return false
}

// fillsIn tells whether a rewrite brings something from the conversation that
// the question itself does not hold.
func fillsIn(history []rag.Turn, asked, rewritten string) bool {
	asked = letters(asked)
	var said strings.Builder
	for _, turn := range history {
		said.WriteString(letters(turn.Question+" "+turn.Answer) + "\n")
	}
	runes := []rune(letters(rewritten))
	for i := 0; i+2 <= len(runes); i++ {
		if pair := string(runes[i : i+2]); strings.Contains(said.String(), pair) && !strings.Contains(asked, pair) && !zhtext.IsQuestionWord(pair) && !zhtext.IsStopWord(pair) {
			return true
		}
	}
	return false
}

var (
	relativeDate = regexp.MustCompile(`(?i)今年|去年|前年|明年|本年|今天|昨天|前天|明天|本月|上个?月|下个?月|这个月|year|month|today|yesterday|tomorrow`)
	properName   = regexp.MustCompile(`《[^》]+》|“[^”]+”|[A-Za-z][A-Za-z0-9.+-]*[A-Z0-9][A-Za-z0-9.+-]*`)
	numberRun    = regexp.MustCompile(`\d+(?:\.\d+)?`)
	hanDigitRun  = regexp.MustCompile(`[〇○零一二三四五六七八九]{2,}`)
)

// numbers lists the numbers in a text, full-width and thousands folded, and
// years and the like that are spelled digit by digit (二○二一).
func numbers(text string) map[string]bool {
	text = strings.Map(foldDigit, text)
	text = thousands.ReplaceAllString(text, "$1$2")
	text = hanDigitRun.ReplaceAllStringFunc(text, func(run string) string {
		return strings.Map(func(r rune) rune {
			if r == '○' || r == '零' {
				r = '〇'
			}
			return '0' + rune(strings.Index("〇一二三四五六七八九", string(r))/len("〇"))
		}, run)
	})
	out := map[string]bool{}
	for _, n := range numberRun.FindAllString(text, -1) {
		out[strings.TrimLeft(n, "0")] = true
	}
	return out
}

var thousands = regexp.MustCompile(`(\d)[,，](\d{3})\b`)

// sharedPairs is the share of a's neighbouring rune pairs that occur in b.
func sharedPairs(a, b string) float64 {
	seen := map[[2]rune]bool{}
	rb := []rune(b)
	for i := 0; i+1 < len(rb); i++ {
		seen[[2]rune{rb[i], rb[i+1]}] = true
	}
	ra := []rune(a)
	if len(ra) < 2 {
		return 1
	}
	n := 0
	for i := 0; i+1 < len(ra); i++ {
		if seen[[2]rune{ra[i], ra[i+1]}] {
			n++
		}
	}
	return float64(n) / float64(len(ra)-1)
}
