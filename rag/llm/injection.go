package llm

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// taint knows the words of sources that speak to a machine instead of telling
// something. The verifier cannot stop a model that obeys them: what it then
// says does stand in a source. So a claim that carries words which only such a
// passage holds is no claim. The passage can still be quoted as it is, by the
// extractive generator, to whoever asks for what it says.
type taint struct {
	words          map[string]bool // pieces that only passages with orders hold
	clean, hostile string          // letters of the passages and titles without and with orders
	told           []string        // letters that the question tells to say
}

// hanPiece is how many characters in a row of a passage with orders give it
// away. Two are a word that anybody may use.
const hanPiece = 3

var (
	// What a question tells to say.
	told = regexp.MustCompile(`(?i)(?:说出?|输出|回答|回复|写出?|复述|重复|说一句|say|print|output|write|answer with|reply with|with the words?)[^。！？!?\n]{0,12}?(?:[“"「『‘]([^”"」』’\n]{2,60})[”"」』’]|\b([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)\b)`)
	// What has no place in an answer unless a source holds it: addresses and
	// mentions, which a chat would make live.
	live = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s]*|\b[a-z0-9-]+\.(?:example|com|net|org|cn|io|ru|xyz|top|info|dev|app|co)\b|<[@!#][^>]*>?|@(?:everyone|here|channel|all)\b|!\[|\]\(|<\s*/?\s*[a-z]+[\s>]|javascript:`)
)

func newTaint(question string, given []rag.Hit) *taint {
	t := &taint{words: map[string]bool{}}
	var clean, hostile []string
	take := func(text string) {
		if text = zhtext.Clean(text); zhtext.AddressesMachine(text) {
			hostile = append(hostile, text)
		} else {
			clean = append(clean, text)
		}
	}
	for _, hit := range given {
		for _, span := range hit.Passage.Spans {
			take(span.Text)
		}
		if hit.Article != nil {
			take(hit.Article.Title)
		}
	}
	for _, text := range clean {
		t.clean += letters(text) + "\n"
	}
	for _, text := range hostile {
		t.hostile += letters(text) + "\n"
		for _, piece := range pieces(text) {
			t.words[piece] = true
		}
	}
	for _, text := range append(clean, question) {
		for _, piece := range pieces(text) {
			delete(t.words, piece)
		}
	}
	for _, m := range told.FindAllStringSubmatch(zhtext.Clean(question), -1) {
		if l := letters(m[1] + m[2]); l != "" && !strings.Contains(t.clean, l) {
			t.told = append(t.told, l)
		}
	}
	return t
}

// spoils tells whether a claim carries what only an order says.
func (t *taint) spoils(text string) bool {
	for _, m := range live.FindAllString(text, -1) {
		if address := letters(m); address == "" || !strings.Contains(t.clean, address) {
			return true
		}
	}
	l := letters(text)
	for _, words := range t.told {
		if strings.Contains(l, words) {
			return true
		}
	}
	for _, piece := range pieces(text) {
		if t.words[piece] {
			return true
		}
	}
	for _, clause := range clauses(text) { // too short to have pieces
		if utf8.RuneCountInString(clause) < 2*hanPiece && strings.Contains(t.hostile, clause) && !strings.Contains(t.clean, clause) {
			return true
		}
	}
	return false
}

// pieces cuts a text into what is compared: hanPiece characters in a row of
// other scripts; of Latin letters and digits, figures and names in capitals,
// every word that stands among Han, and pairs of words otherwise.
func pieces(text string) []string {
	text = thousands.ReplaceAllString(thousands.ReplaceAllString(text, "$1$2"), "$1$2")
	var out []string
	var han []rune
	previous, foreign := "", strings.ContainsFunc(text, zhtext.IsHan)
	for _, word := range words(text) {
		if !isLatin(word) {
			han, previous = append(han, []rune(word)...), ""
			continue
		}
		low := strings.ToLower(word)
		named := word == strings.ToUpper(word) || strings.ContainsFunc(word, unicode.IsDigit)
		if len(word) >= 3 && (named || foreign) && !zhtext.IsStopWord(low) {
			out = append(out, low)
		}
		if previous != "" && !(zhtext.IsStopWord(previous) && zhtext.IsStopWord(low)) {
			out = append(out, previous+" "+low)
		}
		previous = low
	}
	for i := 0; i+hanPiece <= len(han); i++ {
		out = append(out, string(han[i:i+hanPiece]))
	}
	return out
}

// words are the runs of Latin letters and digits, and every other letter by
// itself.
func words(text string) []string {
	var out []string
	start := -1
	for i, r := range text {
		inside := r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			out, start = append(out, text[start:i]), -1
		}
		if !inside && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			out = append(out, string(r))
		}
	}
	if start >= 0 {
		out = append(out, text[start:])
	}
	return out
}

func isLatin(word string) bool { return word[0] < utf8.RuneSelf }

// clauses are the letters between a text's punctuation marks.
func clauses(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
