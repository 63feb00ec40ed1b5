package grounding

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// statement is a text taken apart into what guards look at. Offsets are runes
// of the text.
type statement struct {
	text    string
	runes   []rune // folded, simplified: rune for rune the text
	clauses []clause
	tokens  []token
	loose   []token // the tokens with single Han for pairs: what other words for the same share
	figures []figure
	dates   []zhtext.Date
	english bool
}

// clause is what stands between two separators.
type clause struct {
	zhtext.Range
	text   string // folded
	tokens []token
}

// token is a piece of content: two neighbouring Han, a Latin word or number, a
// figure or a date by value.
type token struct {
	key    string
	weight float64
	zhtext.Range
}

// figure is a quantity with the key that two equal ones share.
type figure struct {
	zhtext.Quantity
	class string // what it may be compared with: unit class and ordinal
}

// yearWeight is what a year counts for beside a pair of Han: one year for
// another is the likeliest mistake.
const (
	yearWeight   = 2
	figureWeight = 1.5
)

const statementSeparators = "，,；;。！!？?\n：:"

func parse(text string) *statement {
	text = inForm(text)
	s := &statement{text: text, runes: []rune(zhtext.Fold(text)), english: zhtext.Language(text) == "en"}
	facts := zhtext.Read(text)
	covered := make([]bool, len(s.runes))
	for _, q := range facts.Quantities {
		s.figures = append(s.figures, figure{q, unitKind(q)})
		s.tokens = append(s.tokens, token{fmt.Sprintf("q%g~%g", q.Value, q.Max), figureWeight, q.Range})
		cover(covered, q.Range)
	}
	s.dates = facts.Dates
	for _, d := range facts.Dates {
		s.tokens = append(s.tokens, token{fmt.Sprintf("d%d-%d", d.Month, d.Day), 1.5, d.Range})
		if d.Year > 0 {
			s.tokens = append(s.tokens, token{fmt.Sprintf("y%d", d.Year), yearWeight, d.Range})
		}
		cover(covered, d.Range)
	}
	for _, e := range facts.Editions {
		if e.Year > 0 {
			s.tokens = append(s.tokens, token{fmt.Sprintf("y%d", e.Year), yearWeight, e.Range})
		}
	}
	s.loose = slices.Clone(s.tokens)
	s.wholeWords(covered)
	blank := s.emptyRunes()
	for i := 0; i < len(s.runes); {
		switch {
		case covered[i]:
			i++
		case isLatinOrDigit(s.runes[i]):
			end := i
			for end < len(s.runes) && !covered[end] && isLatinOrDigit(s.runes[end]) {
				end++
			}
			word := token{string(s.runes[i:end]), 1.5, zhtext.Range{Start: i, End: end}}
			s.tokens, s.loose = append(s.tokens, word), append(s.loose, word)
			i = end
		default:
			if i+1 < len(s.runes) && zhtext.IsHan(s.runes[i]) && zhtext.IsHan(s.runes[i+1]) && !covered[i+1] && !(blank[i] && blank[i+1]) {
				w := 1.0
				if blank[i] || blank[i+1] {
					w = 0.4
				}
				s.tokens = append(s.tokens, token{string(s.runes[i : i+2]), w, zhtext.Range{Start: i, End: i + 2}})
			}
			if zhtext.IsHan(s.runes[i]) && !blank[i] {
				s.loose = append(s.loose, token{string(s.runes[i]), 1, zhtext.Range{Start: i, End: i + 1}})
			}
			i++
		}
	}
	s.cutClauses()
	return s
}

// wholeWords makes one token of each word that holds another without meaning it
// (进出口, which is no 出口), so that the parts do not count.
func (s *statement) wholeWords(covered []bool) {
	_, neutral := opposites()
	text := string(s.runes)
	for _, w := range neutral {
		for _, r := range places(text, w) {
			s.tokens = append(s.tokens, token{w, 1.5, r})
			cover(covered, r)
		}
	}
}

// places are where a word stands in a text, in runes.
func places(text, word string) []zhtext.Range {
	var out []zhtext.Range
	_, first := utf8.DecodeRuneInString(word)
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return out
		}
		at += from
		from = at + first
		start := utf8.RuneCountInString(text[:at])
		out = append(out, zhtext.Range{Start: start, End: start + utf8.RuneCountInString(word)})
	}
}

func cover(covered []bool, r zhtext.Range) {
	for i := max(0, r.Start); i < min(len(covered), r.End); i++ {
		covered[i] = true
	}
}

// particles are single runes that say nothing of their own.
const particles = "的了是在和与及等也都就又还被把将对从到向以于为其之着过地得所这那此该"

// emptyRunes marks the runes that say nothing of their own.
func (s *statement) emptyRunes() []bool {
	out := make([]bool, len(s.runes))
	text := string(s.runes)
	at := make([]int, len(text)+1)
	for i, b := 0, 0; i < len(s.runes); i++ {
		at[b] = i
		b += len(string(s.runes[i]))
		at[b] = i + 1
	}
	for _, f := range find("empty", text) {
		cover(out, zhtext.Range{Start: at[f.start], End: at[f.end]})
	}
	for i, r := range s.runes {
		out[i] = out[i] || strings.ContainsRune(particles, r)
	}
	return out
}

func (s *statement) cutClauses() {
	start := 0
	for end := 0; end <= len(s.runes); end++ {
		if end < len(s.runes) && !(strings.ContainsRune(statementSeparators, s.runes[end]) && !insideFigure(s, end)) {
			continue
		}
		if end > start {
			s.clauses = append(s.clauses, s.part(start, end))
		}
		start = end + 1
	}
}

// part is a stretch of a statement as a clause.
func (s *statement) part(from, to int) clause {
	p := clause{Range: zhtext.Range{Start: from, End: to}, text: string(s.runes[from:to])}
	for _, t := range s.tokens {
		if t.Start >= from && t.End <= to {
			p.tokens = append(p.tokens, t)
		}
	}
	return p
}

// back is where the stretch that ends at a place begins: behind the last of the
// separators ahead of it, no further back than least.
func (s *statement) back(at, least int, separators string) int {
	for at > least && !strings.ContainsRune(separators, s.runes[at-1]) {
		at--
	}
	return at
}

// insideFigure tells whether a separator belongs to a number: 1,530 or 18:00.
func insideFigure(s *statement, at int) bool {
	for _, f := range s.figures {
		if f.Start < at && at < f.End {
			return true
		}
	}
	return false
}

func isLatinOrDigit(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// unitKind is what kind of figure a quantity is; only figures of a kind can be
// mistaken for each other.
func unitKind(q zhtext.Quantity) string {
	if q.Ordinal {
		return "ordinal " + q.Unit
	}
	return q.Unit
}

// clauseAt is the clause that a place belongs to, -1 if none.
func (s *statement) clauseAt(at int) int {
	for i, c := range s.clauses {
		if c.Start <= at && at < c.End {
			return i
		}
	}
	return -1
}

// alike is the weighted share of the claim clause's content that a clause of
// the source holds, 0 to 1.
func alike(claim, source clause) float64 {
	have := source.keys()
	sum, total := 0.0, 0.0
	for _, t := range claim.tokens {
		total += t.weight
		if have[t.key] {
			sum += t.weight
		}
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

func (c clause) keys() map[string]bool {
	have := make(map[string]bool, len(c.tokens))
	for _, t := range c.tokens {
		have[t.key] = true
	}
	return have
}

// aligned is the clause of the source that holds most of the claim's clause,
// and how much of it.
func (s *statement) aligned(c clause) (best int, share float64) {
	best = -1
	for i := range s.clauses {
		if v := alike(c, s.clauses[i]); v > share {
			best, share = i, v
		}
	}
	return best, share
}

// coverage is the weighted share of a statement's content that another text holds.
func (s *statement) coverage(in *statement) float64 {
	return alike(clause{tokens: s.tokens}, clause{tokens: in.tokens})
}

// shared is the same by single Han.
func (s *statement) shared(in *statement) float64 {
	return alike(clause{tokens: s.loose}, clause{tokens: in.loose})
}
