package eval

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhiwen/rag"
)

// statement is one sentence of an answer with the citations behind it.
type statement struct {
	text    string // without markers
	markers []int
}

// statements cuts an answer at the ends of its sentences and attaches the
// markers that stand at or after each end. Sentences between two markers
// belong to the later one when its quote holds them; otherwise they stand
// uncited. Headings and lead-ins (ending in a colon, without a number) are no
// statements.
func statements(text string, cited map[int]evidence) []statement {
	var out []statement
	rest := text
	for rest != "" {
		var markers []int
		segment := rest
		if at := marker.FindStringIndex(rest); at != nil {
			segment, rest = rest[:at[0]], rest[at[0]:]
			for {
				at = marker.FindStringIndex(rest)
				if at == nil || strings.TrimSpace(rest[:at[0]]) != "" {
					break
				}
				n, _ := strconv.Atoi(strings.Trim(strings.TrimSpace(rest[at[0]:at[1]]), "[]"))
				markers = append(markers, n)
				rest = rest[at[1]:]
			}
		} else {
			rest = ""
		}
		out = append(out, segmentStatements(segment, markers, cited)...)
	}
	return out
}

func segmentStatements(segment string, markers []int, cited map[int]evidence) []statement {
	parts := sentences(segment)
	parts = slices.DeleteFunc(parts, func(s string) bool { return !isStatement(s) })
	var out []statement
	for i, part := range parts {
		s := statement{text: strings.TrimSpace(part)}
		if i == len(parts)-1 {
			s.markers = markers
		} else {
			for _, m := range markers {
				if strings.Contains(fold(cited[m].quote), fold(part)) {
					s.markers = append(s.markers, m)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

func isStatement(s string) bool {
	s = strings.TrimSpace(s)
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return false
	}
	leadIn := strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":")
	return !leadIn || len(numbers(s)) > 0
}

// sentences cuts at 。！？ and line ends outside of quotation marks. The shared
// splitter is finer (；, ends inside quotations); here a cut too many would
// count as a sentence without a citation.
func sentences(text string) []string {
	var out []string
	runes := []rune(text)
	start, depth := 0, 0
	for i, r := range runes {
		switch r {
		case '“', '「', '『', '《', '（', '(':
			depth++
		case '”', '」', '』', '》', '）', ')':
			depth = max(0, depth-1)
		case '\n':
			depth = 0
		}
		end := false
		switch r {
		case '\n':
			end = true
		case '。', '！', '？', '!', '?':
			end = depth == 0
		case '.':
			end = depth == 0 && i+1 < len(runes) && unicode.IsSpace(runes[i+1])
		}
		if end {
			out = append(out, string(runes[start:i+1]))
			start = i + 1
		}
	}
	return append(out, string(runes[start:]))
}

// numbers returns the normalised decimal numbers in the text.
func numbers(text string) []string {
	var out []string
	for _, n := range number.FindAllString(foldKeepingWords(text), -1) {
		if i, f, ok := strings.Cut(n, "."); ok {
			f = strings.TrimRight(f, "0")
			n = strings.TrimLeft(i, "0") + "." + f
			n = strings.TrimSuffix(n, ".")
		} else {
			n = strings.TrimLeft(n, "0")
		}
		out = append(out, n)
	}
	return out
}

// minCoverage is the share of a statement's word pairs that its quotes must
// hold. Verbatim sentences reach 1; a paraphrase that keeps the names and the
// verb stays above one half.
const minCoverage = 0.5

// evidence is what a reader sees of one citation.
type evidence struct {
	quote string
	// context holds the title and the date that stand with the quote. A number
	// may come from it (the year of an event), a word may not.
	context string
}

// supports tells whether the evidence together holds what the statement says:
// each of its numbers, and enough of its words.
func supports(text string, evs []evidence) bool {
	if len(evs) == 0 {
		return false
	}
	var quotes, contexts []string
	for _, e := range evs {
		quotes = append(quotes, e.quote)
		contexts = append(contexts, e.context)
	}
	all := strings.Join(quotes, "\n")
	source := readFigures(all).join(readFigures(strings.Join(contexts, "\n")))
	said := readFigures(text)
	if len(said.missingFrom(source)) > 0 {
		return false
	}
	return coverage(said.without(text), all) >= minCoverage
}

// coverage is the share of the text's units (pairs of Han characters, whole
// Latin words) that the source holds, from 0 to 1; 1 when it has none.
func coverage(text, source string) float64 {
	want := units(text)
	if len(want) == 0 {
		return 1
	}
	folded := foldKeepingWords(source)
	words := map[string]bool{}
	for _, u := range units(source) {
		words[u] = true
	}
	n := 0
	for _, u := range want {
		// A character that stands alone between two figures is part of a
		// pair in the source.
		if words[u] || unicode.Is(unicode.Han, []rune(u)[0]) && strings.Contains(folded, u) {
			n++
		}
	}
	return float64(n) / float64(len(want))
}

func units(text string) []string {
	var out []string
	var han []rune
	var latin strings.Builder
	flush := func() {
		if len(han) == 1 {
			out = append(out, string(han))
		}
		for i := 0; i+1 < len(han); i++ {
			out = append(out, string(han[i:i+2]))
		}
		han = han[:0]
		if latin.Len() > 0 {
			out = append(out, latin.String())
			latin.Reset()
		}
	}
	for _, r := range foldKeepingWords(text) {
		switch {
		case unicode.Is(unicode.Han, r):
			if latin.Len() > 0 {
				flush()
			}
			han = append(han, r)
		case unicode.IsLetter(r):
			if len(han) > 0 {
				flush()
			}
			latin.WriteRune(r)
		default:
			flush()
		}
	}
	flush()
	return out
}

// citedEvidence maps the markers of an answer to what they show.
func citedEvidence(citations []rag.Citation) map[int]evidence {
	out := make(map[int]evidence, len(citations))
	for _, c := range citations {
		out[c.Marker] = evidence{quote: c.Quote, context: c.Title + "\n" + c.Published}
	}
	return out
}
