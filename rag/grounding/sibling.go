package grounding

import (
	"strings"

	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// Sibling is a figure, a date or a name of a sentence, with what tells it from the others
// of its kind there when a question asks for one of them.
type Sibling struct {
	zhtext.Range
	// Kind is what it could be mistaken for: equal for figures of one unit, for
	// dates that say as much, and for names of a kind.
	Kind string
	// Ahead and Behind are how much of what the sentence calls it, ahead of it and
	// behind it, the question says as well, 0 to 1, or -1 where it is another of a
	// row (二等座 for 一等座): of 进出口总额812亿元，其中出口530亿元
	// the question 出口多少 says all that the second is called.
	Ahead, Behind float64
	// Old says that another of its kind has taken its place: 500 in 由500增至2000,
	// 43% in 原来43%，如今91%.
	Old bool
}

const (
	// labelRunes is how far what a figure is called reaches from it.
	labelRunes = 14
	// labelDecay is what a rune of it counts for beside the next closer one: the
	// noun right ahead of a figure is what the figure is of.
	labelDecay = 0.8
)

// Siblings are the figures, dates and names of a sentence, each in order, as a
// question sees them.
func Siblings(question, sentence string, names []reading.Name) []Sibling {
	s, asked := parse(sentence), zhtext.Fold(question)
	var figures, dates []Sibling
	for _, f := range s.figures {
		figures = append(figures, Sibling{Range: f.Range, Kind: f.class, Old: s.superseded(f)})
	}
	for _, d := range s.dates {
		if !d.Relative {
			dates = append(dates, Sibling{Range: d.Range, Kind: dateKind(d)})
		}
	}
	byKind := map[reading.NameKind][]Sibling{}
	for _, n := range names {
		byKind[n.Kind] = append(byKind[n.Kind], Sibling{Range: zhtext.Range{Start: n.Start, End: n.End}, Kind: nameKinds[n.Kind]})
	}
	lists := [][]Sibling{figures, dates}
	for kind := range reading.OtherName + 1 {
		lists = append(lists, byKind[kind])
	}
	var out []Sibling
	for _, list := range lists {
		for i := range list {
			from, to := 0, len(s.runes)
			if i > 0 {
				from = list[i-1].End
			}
			if i+1 < len(list) {
				to = list[i+1].Start
			}
			at := list[i].Range
			list[i].Ahead = s.explained(s.labelAhead(from, at.Start), asked, true)
			list[i].Behind = s.explained(s.labelBehind(at.End, to), asked, false)
		}
		out = append(out, list...)
	}
	return out
}

var nameKinds = map[reading.NameKind]string{reading.Person: "person", reading.Place: "place", reading.Organisation: "organisation", reading.OtherName: "name"}

func dateKind(d zhtext.Date) string {
	kind := "date"
	for _, part := range []struct {
		name  string
		value int
	}{{" year", d.Year}, {" month", d.Month}, {" day", d.Day}} {
		if part.value != 0 {
			kind += part.name
		}
	}
	return kind
}

// labelAhead is what stands right ahead of a figure, in its own item.
func (s *statement) labelAhead(from, to int) zhtext.Range {
	return zhtext.Range{Start: s.back(to, max(from, to-labelRunes), labelSeparators), End: to}
}

func (s *statement) labelBehind(from, to int) zhtext.Range {
	end := max(from, min(to, from+labelRunes))
	for i := from; i < end; i++ {
		if strings.ContainsRune(labelSeparators, s.runes[i]) {
			end = i
		}
	}
	return zhtext.Range{Start: from, End: end}
}

const labelSeparators = "、（）()" + statementSeparators

// linking runes tie a figure to its noun and say nothing of their own.
const linking = particles + "共有达约超近已总计只仅即每余多中"

// counters are runes that tell one of a row from the next.
const counters = "一二三四五六七八九十甲乙丙丁戊己"

// otherOfRow tells whether the question says an opposite of the rune ahead of the next one.
func otherOfRow(r, next rune, asked string) bool {
	for _, o := range rowOf(r, rowRunes) {
		if o != r && strings.Contains(asked, string([]rune{o, next})) {
			return true
		}
	}
	return false
}

// explained is the share of a stretch that the question holds, in pieces of two
// runes or more; numbers and Latin words only whole, and words that hold another
// without meaning it (进出口, which is no 出口) only as they are.
func (s *statement) explained(at zhtext.Range, asked string, ahead bool) float64 {
	label := s.runes[at.Start:at.End]
	held := make([]bool, len(label))
	least := min(2, len(label))
	for i := range label {
		for n := least; n > 0 && i+n <= len(label) && strings.Contains(asked, string(label[i:i+n])); n++ {
			if !cutsWord(label, i) && !cutsWord(label, i+n) {
				cover(held, zhtext.Range{Start: i, End: i + n})
			}
		}
	}
	for _, t := range s.tokens { // those of three Han and more are whole words
		if t.End-t.Start > 2 && zhtext.IsHan(s.runes[t.Start]) && !strings.Contains(asked, t.key) {
			for i := max(t.Start, at.Start); i < min(t.End, at.End); i++ {
				held[i-at.Start] = false
			}
		}
	}
	for i, r := range label { // 二等座 is no 一等座, whatever they share
		if !held[i] && i+1 < len(label) && held[i+1] && (strings.ContainsRune(counters, r) || otherOfRow(r, label[i+1], asked)) {
			return -1
		}
	}
	sum, all, weight := 0.0, 0.0, 1.0
	for k := range label {
		i := k
		if ahead {
			i = len(label) - 1 - k
		}
		if !zhtext.IsTermRune(label[i]) || !held[i] && strings.ContainsRune(linking, label[i]) {
			continue
		}
		if held[i] {
			sum += weight
		}
		all += weight
		weight *= labelDecay
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

// cutsWord tells whether a cut ahead of rune i goes through a number or a Latin word.
func cutsWord(text []rune, i int) bool {
	return i > 0 && i < len(text) && isLatinOrDigit(text[i-1]) && isLatinOrDigit(text[i])
}

// superseded tells whether a figure is one that another of its kind has taken the
// place of.
func (s *statement) superseded(f figure) bool {
	ahead := string(s.runes[max(0, f.Start-changeAhead):f.Start])
	for _, g := range s.figures {
		if g.class != f.class || g.Start < f.End || g.Start-f.End > changeBetween {
			continue
		}
		between := string(s.runes[f.End:g.Start])
		if hasSuffixOf(ahead, "由", "从", "自") && zhtext.ContainsAny(between, []string{"至", "到", "为", "成"}) {
			return true
		}
		if zhtext.ContainsAny(ahead, []string{"原", "以前", "过去", "曾", "起初", "最初", "当初"}) && zhtext.ContainsAny(between, []string{"现", "如今", "目前", "已", "今"}) {
			return true
		}
	}
	return false
}

// How far ahead of the old figure, and between the two, the words of a change stand.
const changeAhead, changeBetween = 8, 24

func hasSuffixOf(text string, words ...string) bool {
	for _, w := range words {
		if strings.HasSuffix(text, w) {
			return true
		}
	}
	return false
}
