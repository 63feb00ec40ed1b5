package rag

import (
	"context"
	"fmt"
	"math"
	"strings"

	"zhiwen/rag/zhtext"
)

// Kind is what a question asks for.
type Kind int

const (
	KindOpen     Kind = iota // what, how, why: whole sentences
	KindQuantity             // 多少, 几, 占比
	KindDate                 // 何时, 哪天
	KindPerson               // 谁
	KindPlace                // 哪里
	KindName                 // 主题, 叫什么: a name in quotation marks
	KindList                 // 哪些
	KindYesNo                // 是否, 吗
)

// String names the kind for traces.
func (k Kind) String() string {
	return [...]string{"open", "quantity", "date", "person", "place", "name", "list", "yes-no"}[k]
}

// Class groups the units that can answer the same question.
type Class int

const (
	ClassAny Class = iota
	ClassCount
	ClassMoney
	ClassPercent
	ClassDuration
	ClassArea
	ClassMass
	ClassLength
)

// Word is a content word of a question.
type Word struct {
	Text string // folded
	// Weight is the inverse document frequency, lowered for light words.
	Weight float64
	// Known says that the collection's vocabulary holds the word.
	Known bool
	// Number marks a figure in the question, matched by value.
	Number *zhtext.Quantity
	// Alternatives are words of the same meaning, folded.
	Alternatives []string
}

// Part is one of the things that a question asks for: "有几个，投资多少" has two.
type Part struct {
	Kind  Kind
	Class Class  // of the quantity asked for
	Unit  string // the measure word of the question, canonical, "" when it has none
	// Words are the part's own content words and, at a lower weight, those of
	// the other parts.
	Words []Word
	// Focus is what is counted or measured ("项目", "投资"): words of the part
	// that must stand close to the answer.
	Focus []Word
	// Many says that several answers are asked for (哪些, 分别).
	Many bool
}

// Analysis is what a question is taken to mean.
type Analysis struct {
	Question string
	Language string // "zh" or "en"
	Years    []int  // the editions asked about, ascending
	Ordinals []int  // "第四届" is 4
	Parts    []Part
	// Words are the content words of the whole question, once each.
	Words []Word
}

// frequencies is the part of an Index that Analyze needs.
type frequencies interface {
	Frequencies(ctx context.Context, terms []string) (df []int, passages int, err error)
}

const maxWordRunes = 6

// Analyze reads a question: what it asks for and which words must be found.
// The collection's own vocabulary cuts the question into words, so that names
// it has never seen stand out. The evidence, if there is any, shows which
// leftover runes belong to a name: those that stand together there too.
func Analyze(ctx context.Context, index frequencies, question string, ev *Evidence) (Analysis, error) {
	a := Analysis{Question: question, Language: zhtext.Language(question)}
	folded := []rune(zhtext.Fold(question))
	blank := make([]bool, len(folded)) // runes that are not content

	for _, e := range zhtext.Editions(question) {
		if e.Year > 0 {
			a.Years = insertYear(a.Years, e.Year)
		}
		if e.Ordinal > 0 {
			a.Ordinals = append(a.Ordinals, e.Ordinal)
		}
		if e.Year > 0 {
			mark(blank, yearRunes(folded, e.Range))
		}
	}
	for _, d := range zhtext.Dates(question) {
		if d.Year > 0 {
			a.Years = insertYear(a.Years, d.Year)
		}
		if d.Month == 0 {
			mark(blank, d.Range)
		}
	}

	asks := findAsks(folded, blank)
	numbers := questionNumbers(question, asks, blank)
	for _, ask := range asks {
		mark(blank, ask.Range)
	}
	words, err := contentWords(ctx, index, folded, blank, numbers)
	if err != nil {
		return a, fmt.Errorf("analyse question: %w", err)
	}
	words = joinNames(words, ev)
	a.Parts = splitParts(folded, asks, words)
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w.Text] {
			seen[w.Text] = true
			a.Words = append(a.Words, w.Word)
		}
	}
	return a, nil
}

func insertYear(years []int, y int) []int {
	for i, have := range years {
		if have == y {
			return years
		}
		if have > y {
			return append(years[:i], append([]int{y}, years[i:]...)...)
		}
	}
	return append(years, y)
}

// yearRunes narrows an edition's range to its digits and 年, so that the name
// it is glued to stays content.
func yearRunes(folded []rune, r zhtext.Range) zhtext.Range {
	end := r.Start
	for end < r.End && strings.ContainsRune("0123456789〇○零一二三四五六七八九年 ", folded[end]) {
		end++
	}
	if end == r.Start {
		return r
	}
	return zhtext.Range{Start: r.Start, End: end}
}

func mark(blank []bool, r zhtext.Range) {
	for i := max(r.Start, 0); i < min(r.End, len(blank)); i++ {
		blank[i] = true
	}
}

// placedWord is a content word and where in the question it stands.
type placedWord struct {
	Word
	zhtext.Range
}

// questionNumbers are the figures that a question states ("10亿元以上的项目").
func questionNumbers(question string, asks []ask, blank []bool) []placedWord {
	var out []placedWord
	for _, q := range zhtext.Quantities(question) {
		if q.Ordinal || q.Value <= 1 || blank[q.Start] || overlapsAsk(asks, q.Range) {
			continue
		}
		out = append(out, placedWord{
			Word:  Word{Text: zhtext.Fold(q.Text), Number: &q, Known: true},
			Range: q.Range,
		})
	}
	return out
}

func overlapsAsk(asks []ask, r zhtext.Range) bool {
	for _, a := range asks {
		if r.Start < a.End && a.Start < r.End {
			return true
		}
	}
	return false
}

// contentWords cuts the runes that are not blank into words: a known word is
// one that the vocabulary holds; what is left over between known words is an
// unknown one. Stop words drop out.
func contentWords(ctx context.Context, index frequencies, folded []rune, blank []bool, numbers []placedWord) ([]placedWord, error) {
	covered := append([]bool(nil), blank...)
	for _, n := range numbers {
		mark(covered, n.Range)
	}
	candidates := candidateRanges(folded, covered)
	terms := make([]string, len(candidates))
	for i, c := range candidates {
		terms[i] = string(folded[c.Start:c.End])
	}
	df, passages, err := index.Frequencies(ctx, terms)
	if err != nil {
		return nil, err
	}
	frequency := make(map[string]int, len(terms))
	for i, t := range terms {
		frequency[t] = df[i]
	}
	idf := func(df int) float64 {
		n := float64(max(passages, 1))
		return math.Log(1 + (n-float64(min(df, passages))+0.5)/(float64(df)+0.5))
	}

	words := append([]placedWord(nil), numbers...)
	for i := range words {
		words[i].Weight = idf(0) * 0.8
	}
	for start := 0; start < len(folded); {
		if covered[start] || !isWordRune(folded[start]) {
			start++
			continue
		}
		end := start
		han := zhtext.IsHan(folded[start])
		for end < len(folded) && !covered[end] && isWordRune(folded[end]) && zhtext.IsHan(folded[end]) == han {
			end++
		}
		run := zhtext.Range{Start: start, End: end}
		if han {
			words = append(words, cutHan(folded, run, frequency, idf)...)
		} else if t := string(folded[start:end]); !zhtext.IsStopWord(t) && !zhtext.IsQuestionWord(t) {
			words = append(words, placedWord{newWord(t, frequency[t], idf), run})
		}
		start = end
	}
	sortByStart(words)
	return words, nil
}

func isWordRune(r rune) bool {
	return zhtext.IsHan(r) || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
}

func candidateRanges(folded []rune, covered []bool) []zhtext.Range {
	var out []zhtext.Range
	for i := range folded {
		if covered[i] || !isWordRune(folded[i]) {
			continue
		}
		if !zhtext.IsHan(folded[i]) {
			if i > 0 && !covered[i-1] && isWordRune(folded[i-1]) && !zhtext.IsHan(folded[i-1]) {
				continue
			}
			j := i
			for j < len(folded) && !covered[j] && isWordRune(folded[j]) && !zhtext.IsHan(folded[j]) {
				j++
			}
			out = append(out, zhtext.Range{Start: i, End: j})
			continue
		}
		for j := i + 1; j <= min(i+maxWordRunes, len(folded)); j++ {
			if covered[j-1] || !zhtext.IsHan(folded[j-1]) {
				break
			}
			out = append(out, zhtext.Range{Start: i, End: j})
		}
	}
	return out
}

// cutHan is a longest-words segmentation by dynamic programming: a word of n
// runes is worth n squared, a leftover rune next to nothing.
func cutHan(folded []rune, run zhtext.Range, frequency map[string]int, idf func(int) float64) []placedWord {
	n := run.End - run.Start
	best := make([]float64, n+1)
	from := make([]int, n+1)
	for i := 1; i <= n; i++ {
		best[i], from[i] = best[i-1]+0.1, i-1
		for l := 1; l <= min(maxWordRunes, i); l++ {
			t := string(folded[run.Start+i-l : run.Start+i])
			value := float64(l * l)
			switch {
			case zhtext.IsStopWord(t) || zhtext.IsQuestionWord(t):
				value *= 0.95
			case l == 1:
				continue
			case frequency[t] == 0 && synonyms()[t] == nil:
				continue
			}
			if v := best[i-l] + value; v > best[i] {
				best[i], from[i] = v, i-l
			}
		}
	}
	var cuts []zhtext.Range
	for i := n; i > 0; i = from[i] {
		cuts = append([]zhtext.Range{{Start: run.Start + from[i], End: run.Start + i}}, cuts...)
	}
	var words []placedWord
	for i := 0; i < len(cuts); i++ {
		t := string(folded[cuts[i].Start:cuts[i].End])
		if zhtext.IsStopWord(t) || zhtext.IsQuestionWord(t) {
			continue
		}
		r := cuts[i]
		for isLeftover(folded, cuts, i) && i+1 < len(cuts) && isLeftover(folded, cuts, i+1) {
			i++
			r.End = cuts[i].End
		}
		if r.End-r.Start >= 2 && i+1 < len(cuts) && isLeftover(folded, cuts, i) && endsName(folded[cuts[i+1].Start:cuts[i+1].End]) {
			i++
			r.End = cuts[i].End
		}
		t = string(folded[r.Start:r.End])
		words = append(words, placedWord{newWord(t, frequency[t], idf), r})
	}
	return words
}

// isLeftover tells whether cut i is a single rune that is no word by itself.
func isLeftover(folded []rune, cuts []zhtext.Range, i int) bool {
	t := string(folded[cuts[i].Start:cuts[i].End])
	return cuts[i].End-cuts[i].Start == 1 && !zhtext.IsStopWord(t) && !zhtext.IsQuestionWord(t)
}

// endsName tells whether a stop word may close an unknown name: 会 in 服贸会.
func endsName(word []rune) bool {
	return len(word) == 1 && (word[0] == '会' || word[0] == '所' || word[0] == '地')
}

func newWord(t string, df int, idf func(int) float64) Word {
	w := Word{Text: t, Known: df > 0, Weight: idf(df)}
	if g := synonyms()[t]; g != nil {
		w.Alternatives = g.words
		if g.light {
			w.Weight *= 0.5
		}
	}
	if len([]rune(t)) == 1 && zhtext.IsHan([]rune(t)[0]) {
		w.Weight *= 0.55 // a lone rune says little
	}
	return w
}

// joinNames joins a lone rune with the word that it touches when the evidence
// holds both as one (智 and 博会 where it says 智博会).
func joinNames(words []placedWord, ev *Evidence) []placedWord {
	if ev == nil {
		return words
	}
	var out []placedWord
	for _, w := range words {
		if n := len(out); n > 0 && out[n-1].End == w.Start && (isLone(out[n-1]) || isLone(w)) && ev.holds(out[n-1].Text+w.Text) {
			last := &out[n-1]
			last.Text += w.Text
			last.End = w.End
			last.Weight = max(last.Weight, w.Weight, (last.Weight+w.Weight)*0.8)
			last.Alternatives = nil
			continue
		}
		out = append(out, w)
	}
	return out
}

func isLone(w placedWord) bool {
	return w.Number == nil && w.End-w.Start == 1 && zhtext.IsHan([]rune(w.Text)[0])
}

func sortByStart(words []placedWord) {
	for i := 1; i < len(words); i++ {
		for j := i; j > 0 && words[j].Start < words[j-1].Start; j-- {
			words[j], words[j-1] = words[j-1], words[j]
		}
	}
}
