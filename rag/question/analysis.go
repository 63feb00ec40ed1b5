package question

import (
	"context"
	"fmt"
	"slices"
	"sort"
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
	KindReason               // 为什么
)

// String names the kind for traces.
func (k Kind) String() string {
	return [...]string{"open", "quantity", "date", "person", "place", "name", "list", "yes-no", "reason"}[k]
}

// Word is a content word of a question.
type Word struct {
	Text string // folded
	// Weight is the inverse document frequency, lowered for vague words.
	Weight float64
	// Need is what the word counts for when it is missing altogether.
	Need float64
	// Known says that the collection's vocabulary holds the word.
	Known bool
	// Rare says that no more passages hold it than the square root of all: it may name
	// what an article is about.
	Rare bool
	// Number marks a figure in the question, matched by value.
	Number *zhtext.Quantity
	// Alternatives are words of the same meaning, folded.
	Alternatives []string
	// Vague words may be missing from a source that answers all the same.
	Vague bool
}

// vagueWeight is what a vague word's weight is multiplied with.
const vagueWeight = 0.2

// numberWeight is what a figure in a question weighs against an unknown word:
// "50亿以上的" tells one set of things from all others.
const numberWeight = 1.5

// Part is one of the things that a question asks for: "有几个，投资多少" has two.
type Part struct {
	Kind  Kind
	Class zhtext.Class // of the quantity asked for
	Or    zhtext.Class // another class that will do, ClassAny if none: 多长
	// Unit is the measure word of the question, canonical, or the part of a date
	// that it asks for ("年", "月", "日"); "" when it names none.
	Unit string
	// Words are the part's own content words and, at a lower weight, those of
	// the other parts.
	Words []Word
	// Scope are the words of the question without what other parts ask for.
	Scope []Word
	// Focus is what is counted or measured ("项目", "投资"): words of the part
	// that must stand close to the answer.
	Focus []Word
	// Noun is the noun that a name is asked for of, with the words ahead of it:
	// 工业互联网 and 研究中心 of 什么工业互联网研究中心. It is nil if there is none.
	Noun []string
	// Ordinal says that a place in an order is asked for (第几次).
	Ordinal bool
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
	// placed are all content words with their places, in order.
	placed []placedWord
}

// Frequencies is what Analyze needs of an index: in how many passages each term
// occurs, and how many passages there are.
type Frequencies interface {
	Frequencies(ctx context.Context, terms []string) (df []int, passages int, err error)
}

// Evidence is what Analyze asks of the passages that were found: which stretches
// of the question belong together there.
type Evidence interface {
	// Holds tells whether a folded text stands in any paragraph or title.
	Holds(text string) bool
	// Bound tells whether the word stands there, and only ever behind the rune.
	Bound(before rune, word []rune) bool
	// Abbreviates tells whether a title holds the full name of an abbreviation.
	Abbreviates(text string) bool
	// FullForm is what stands there ahead of the word next where the question
	// abbreviates it, "" if nothing does.
	FullForm(short []rune, next string) string
	// HasYear tells whether a paragraph or its article is about the year.
	HasYear(year int) bool
}

// Analyze reads a question: what it asks for and which words must be found.
// The collection's own vocabulary cuts the question into words, so that names
// it has never seen stand out. The evidence, if there is any, shows which
// leftover runes belong to a name: those that stand together there too.
func Analyze(ctx context.Context, index Frequencies, question string, ev Evidence) (Analysis, error) {
	a := Analysis{Question: question, Language: zhtext.MainLanguage(question)}
	folded := []rune(zhtext.Fold(question))
	blank := make([]bool, len(folded)) // runes that are not content

	for _, e := range zhtext.Editions(question) {
		if e.Year > 0 {
			a.Years = zhtext.InsertYear(a.Years, e.Year)
		}
		if e.Ordinal > 0 {
			a.Ordinals = append(a.Ordinals, e.Ordinal)
		}
		if e.Year > 0 {
			mark(blank, yearRunes(folded, e.Range))
		} else if end := e.Start + slices.Index(folded[e.Start:], '届') + 1; folded[e.Start] == '第' && end < len(folded) && zhtext.IsHan(folded[end]) && !isFunctionWord(string(folded[end])) {
			mark(blank, zhtext.Range{Start: e.Start, End: end}) // what follows is a name, and the ordinal is matched by itself
		}
	}
	for _, d := range zhtext.Dates(question) {
		if d.Year > 0 {
			a.Years = zhtext.InsertYear(a.Years, d.Year)
		}
		if d.Month == 0 {
			mark(blank, d.Range)
		}
	}

	asks := findAsks(folded, blank)
	a.Years = shortYears(question, a.Years, blank, ev)
	numbers := questionNumbers(question, asks, blank)
	for _, ask := range asks {
		mark(blank, ask.Range)
	}
	words, err := contentWords(ctx, index, folded, blank, numbers, ev)
	if err != nil {
		return a, fmt.Errorf("analyse question: %w", err)
	}
	if a.Language == "en" {
		words = translatable(words)
	}
	a.placed = words
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

// shortYears takes 21年 for 2021 when the evidence knows that year.
func shortYears(question string, years []int, blank []bool, ev Evidence) []int {
	if ev == nil || len(years) > 0 {
		return years
	}
	for _, q := range zhtext.Quantities(question) {
		if q.Unit != "年" || q.Ordinal || q.Value != float64(int(q.Value)) || q.Value < 10 || q.Value > 99 || q.Number.End-q.Number.Start != 2 {
			continue
		}
		year := 2000 + int(q.Value)
		if ev.HasYear(year) {
			mark(blank, q.Range)
			return zhtext.InsertYear(years, year)
		}
	}
	return years
}

// emphasis is the factor for the words that a follow-up brought new.
const emphasis = 2

// Emphasize lets the words in text weigh more.
func (a *Analysis) Emphasize(text string) {
	folded := zhtext.Fold(text)
	lift := func(words []Word) {
		for i := range words {
			if strings.Contains(folded, words[i].Text) {
				words[i].Weight *= emphasis
			}
		}
	}
	if text == "" {
		return
	}
	lift(a.Words)
	for _, p := range a.Parts {
		lift(p.Words)
	}
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
		if q.Ordinal || blank[q.Start] || overlapsAsk(asks, q.Range) || isName(question, q) {
			continue
		}
		out = append(out, placedWord{
			Word:  Word{Text: zhtext.Fold(q.Text), Number: &q, Known: true},
			Range: q.Range,
		})
	}
	return out
}

// isName tells whether a number is part of a name: 7号线.
func isName(question string, q zhtext.Quantity) bool {
	runes := []rune(question)
	return q.Number.End < len(runes) && runes[q.Number.End] == '号'
}

func overlapsAsk(asks []ask, r zhtext.Range) bool {
	for _, a := range asks {
		if r.Overlaps(a.Range) {
			return true
		}
	}
	return false
}

// contentWords cuts the runes that are not blank into words: a known word is
// one that the vocabulary holds; what is left over between known words is an
// unknown one. Stop words drop out.
func contentWords(ctx context.Context, index Frequencies, folded []rune, blank []bool, numbers []placedWord, ev Evidence) ([]placedWord, error) {
	covered := append([]bool(nil), blank...)
	for _, n := range numbers {
		mark(covered, n.Range)
	}
	lex, err := newLexicon(ctx, index, folded, covered, ev)
	if err != nil {
		return nil, err
	}
	words := append([]placedWord(nil), numbers...)
	for i := range words {
		words[i].Weight = lex.idf(0) * numberWeight
		words[i].Need = lex.idf(0)
	}
	for start := 0; start < len(folded); {
		if covered[start] || !zhtext.IsTermRune(folded[start]) {
			start++
			continue
		}
		end := start
		han := zhtext.IsHan(folded[start])
		for end < len(folded) && !covered[end] && (zhtext.IsTermRune(folded[end]) && zhtext.IsHan(folded[end]) == han || !han && inVersion(folded, end)) {
			end++
		}
		run := zhtext.Range{Start: start, End: end}
		if han {
			words = append(words, lex.cut(run)...)
		} else if n := numberedName(folded, covered, end, lex); n > 0 {
			end += n
			words = append(words, placedWord{lex.word(string(folded[start:end])), zhtext.Range{Start: start, End: end}})
		} else if t := string(folded[start:end]); !zhtext.IsStopWord(t) && !zhtext.IsQuestionWord(t) {
			words = append(words, placedWord{lex.word(t), run})
		}
		start = end
	}
	sort.SliceStable(words, func(i, j int) bool { return words[i].Start < words[j].Start })
	return words, nil
}

// inVersion tells whether the rune is a dot between digits, as in 2.4.0.
func inVersion(folded []rune, i int) bool {
	return folded[i] == '.' && i > 0 && i+1 < len(folded) && zhtext.IsDigit(folded[i-1]) && zhtext.IsDigit(folded[i+1])
}

// numberedName is how many runes behind a number or Latin word belong to one
// name with it: 7号线.
func numberedName(folded []rune, covered []bool, end int, lex *lexicon) int {
	if end >= len(folded) || covered[end] || folded[end] != '号' {
		return 0
	}
	if end+1 < len(folded) && !covered[end+1] && strings.ContainsRune("线楼馆院机站", folded[end+1]) {
		return 2
	}
	return 1
}

// translatable keeps the English words that a Chinese source can hold: names,
// figures and those that the thesaurus translates.
func translatable(words []placedWord) []placedWord {
	var out []placedWord
	for _, w := range words {
		if w.Known || w.Number != nil || len(w.Alternatives) > 0 || zhtext.IsHan([]rune(w.Text)[0]) {
			out = append(out, w)
		}
	}
	return out
}
