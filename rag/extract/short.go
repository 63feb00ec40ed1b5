package extract

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// What a word of the question counts for when separators stand between it and
// the answer: each separator multiplies.
const (
	crossEnumeration = 0.95 // 、
	crossItem        = 0.5  // 、 ahead of a word that comes after the answer
	crossCommaMild   = 0.92 // the word stands ahead of the answer
	crossCommaAfter  = 0.6  // the word comes after it
	crossSemicolon   = 0.35
	crossRival       = 0.75 // another figure of the same class stands between
)

// elidedFocus is the cover of a counted noun that only the surroundings name.
const elidedFocus = 0.45

// near is the cover of each word as seen from the target in a sentence: what
// stands in the same clause counts most, the sentence's surroundings (context)
// are the floor. A soft target, such as the date at the head of a sentence,
// speaks for what follows as much as for what precedes.
func near(text []rune, sentence, target zhtext.Range, words []question.Word, context []float64, rivals []zhtext.Range, soft bool) []float64 {
	folded := []rune(zhtext.Fold(string(text[sentence.Start:sentence.End])))
	target = zhtext.Range{Start: target.Start - sentence.Start, End: target.End - sentence.Start}
	out := make([]float64, len(words))
	for k, w := range words {
		best := 0.0
		for _, at := range wordPlaces(folded, w) {
			v := at.value
			switch {
			case at.End <= target.Start:
				v *= crossing(folded[at.End:target.Start], true)
			case at.Start >= target.End:
				v *= crossing(folded[target.End:at.Start], soft)
			}
			if takenByRival(folded, at.Range, target, rivals, sentence.Start) {
				v *= crossRival
			}
			best = max(best, v)
		}
		// Words around the sentence still say what it is about, but a word that
		// the sentence itself gives to another figure is not lent to this one.
		floor := context[k]
		if best > 0 {
			floor = min(floor, 0.5)
		}
		out[k] = max(best, floor)
	}
	return out
}

// takenByRival tells whether another figure stands between a word and the
// target, in the word's own clause: the word then belongs to that figure. A
// subject some clauses ahead belongs to all that follow.
func takenByRival(folded []rune, word, target zhtext.Range, rivals []zhtext.Range, offset int) bool {
	for _, r := range rivals {
		start, end := r.Start-offset, r.End-offset
		switch {
		case start >= word.End && start < target.Start:
			if !strings.ContainsAny(string(folded[word.End:start]), "，,；;、：:") {
				return true
			}
		case start >= target.End && end <= word.Start:
			if !strings.ContainsAny(string(folded[end:word.Start]), "，,；;、：:") {
				return true
			}
		}
	}
	return false
}

type place struct {
	zhtext.Range
	value float64
}

// wordPlaces finds a word, its synonyms, or (for a longer word) its parts.
func wordPlaces(folded []rune, w question.Word) []place {
	var out []place
	add := func(needle string, value float64) {
		n := []rune(needle)
		for i := 0; i+len(n) <= len(folded); i++ {
			if string(folded[i:i+len(n)]) == needle {
				value := value
				if otherHolder(folded[:i]) {
					value *= 0.5
				}
				out = append(out, place{zhtext.Range{Start: i, End: i + len(n)}, value})
			}
		}
	}
	if w.Number != nil {
		for _, q := range zhtext.Quantities(string(folded)) {
			if q.Same(*w.Number) {
				out = append(out, place{q.Range, 1})
			}
		}
		return out
	}
	add(w.Text, 1)
	for _, alt := range w.Alternatives {
		add(alt, 0.9)
	}
	if len(out) == 0 {
		if n := []rune(w.Text); len(n) > 3 && zhtext.IsHan(n[0]) {
			for i := 0; i+2 <= len(n); i++ {
				add(string(n[i:i+2]), 0.5)
			}
		}
	}
	return out
}

func crossing(between []rune, mild bool) float64 {
	v := 1.0
	for _, r := range between {
		switch r {
		case '、':
			if mild {
				v *= crossEnumeration
			} else {
				v *= crossItem
			}
		case '，', ',', '：', ':':
			if mild {
				v *= crossCommaMild
			} else {
				v *= crossCommaAfter
			}
		case '；', ';', '。':
			v *= crossSemicolon
		}
	}
	return max(v, 0.2)
}

// bestQuantity finds the quantity of the asked class that the question's words
// stand closest to.
func (c *candidate) bestQuantity(req rag.Request, part question.Part, context []float64) bool {
	s := c.paragraph.Sentences[c.sentence]
	var all []zhtext.Quantity
	for _, q := range c.paragraph.Quantities() {
		if s.Covers(q.Range) && q.Ordinal == part.Ordinal {
			all = append(all, q)
		}
	}
	found := false
	best := 0.0
	out := setAside(req.Question, part, c.paragraph, c.sentence)
	for _, q := range all {
		fit := classFit(part, q)
		if fit == 0 || slices.Contains(out, q.Range) || statedInQuestion(req.Analysis, q) {
			continue
		}
		var rivals []zhtext.Range
		for _, other := range all {
			if other.Start != q.Start && zhtext.UnitClass(other.Unit) == zhtext.UnitClass(q.Unit) {
				rivals = append(rivals, other.Range)
			}
		}
		cover := near(c.paragraph.Text, s.Range, q.Range, part.Words, context, rivals, false)
		factors := []Factor{{"words near the figure", evidence.Share(part.Words, cover)}, {"kind of figure", fit}}
		if change := isDifference(c.paragraph.Text[s.Start:q.Start]); change && !asksDifference(req.Question) || !change && howMuchMore.MatchString(req.Question) {
			factors = append(factors, Factor{"change or amount", 0.6})
		}
		if len(part.Focus) > 0 {
			focus := near(c.paragraph.Text, s.Range, q.Range, part.Focus, make([]float64, len(part.Focus)), rivals, false)
			f := evidence.Share(part.Focus, focus)
			if counted(part, q) {
				f = max(f, 0.8)
			}
			// The counted noun may be left out where it has just been named.
			if evidence.Share(part.Focus, c.paragraph.Cover(part.Focus, c.sentence)) > 0 {
				f = max(f, elidedFocus)
			}
			if countsOther(c.paragraph.Text, s.Range, q, part) {
				factors = append(factors, Factor{"counts something else", 0.4})
			} else if f < minFocus {
				factors = append(factors, Factor{"focus far from the figure", 0.6})
			} else {
				factors = append(factors, Factor{"focus near the figure", 0.6 + 0.4*f})
			}
		}
		if v := product(factors); !found || v > best {
			found, best = true, v
			c.start(factors...)
			c.short = &span{q.Start, q.End}
			c.key, c.quantity = quantityKey(q), q
		}
	}
	return found
}

// counted tells whether the unit itself names what is counted ("人", "家").
func counted(part question.Part, q zhtext.Quantity) bool {
	for _, w := range part.Focus {
		if strings.Contains(w.Text, q.Unit) && q.Unit != "" {
			return true
		}
	}
	return part.Class == zhtext.ClassMoney && zhtext.UnitClass(q.Unit) == zhtext.ClassMoney && len(part.Focus) == 0
}

// classFit tells whether a quantity can be the answer to the part: 1, less when
// its unit says less than the question does, 0 when it is of another kind.
func classFit(part question.Part, q zhtext.Quantity) float64 {
	class := zhtext.UnitClass(q.Unit)
	if part.Class == zhtext.ClassAny && part.Unit == "" && class == zhtext.ClassDuration && !q.Ordinal && !asksHowLong(part) {
		return 0
	}
	if part.Unit != "" && q.Unit != "" && class == zhtext.ClassCount {
		want := zhtext.Quantity{Value: q.Value, Max: q.Max, Unit: part.Unit, Ordinal: q.Ordinal}
		have := q
		have.Approx = zhtext.Exact
		if want.Same(have) {
			switch {
			case q.Unit == "个" && ownMeasure[part.Unit]:
				return 0.35
			case q.Unit == "个" && part.Unit != "个":
				return 0.6 // the question names a measure word of its own
			}
			return 1
		}
		switch {
		case part.Unit == "人" && q.Unit == "人次":
			return 0.85
		case part.Class == zhtext.ClassCount:
			return 0.35
		}
	}
	if part.Class == zhtext.ClassCount && part.Unit == "" && ownMeasure[q.Unit] && !counted(part, q) {
		return 0.6
	}
	switch {
	case part.Class == zhtext.ClassDuration && part.Unit != "" && q.Unit != part.Unit && class == zhtext.ClassDuration:
		return 0.5
	case part.Class == zhtext.ClassAny:
		return 0.97
	case class == part.Class, part.Or != zhtext.ClassAny && class == part.Or:
		return 1
	case class == zhtext.ClassAny:
		return 0.7 // a bare number
	}
	return 0
}

// countsOther tells whether a noun that is not the question's follows the
// quantity: "四个板块" does not count projects.
func countsOther(text []rune, sentence zhtext.Range, q zhtext.Quantity, part question.Part) bool {
	if part.Class != zhtext.ClassCount || part.Unit != "" || q.End >= sentence.End || !zhtext.IsHan(text[q.End]) {
		return false
	}
	noun := zhtext.Fold(string(text[q.End:min(q.End+6, sentence.End)]))
	if first := string([]rune(noun)[0]); zhtext.IsStopWord(first) || strings.Contains("占达投签均落总合左", first) {
		return false
	}
	for _, w := range part.Focus {
		for _, name := range append([]string{w.Text}, w.Alternatives...) {
			if strings.Contains(noun, name) {
				return false
			}
			// 项目92个落户: the counted noun stands right before.
			before := zhtext.Fold(string(text[max(sentence.Start, q.Start-len([]rune(name))-2):q.Start]))
			if strings.Contains(before, name) {
				return false
			}
		}
	}
	return true
}

// differences are how a figure is given as a change: 比上届多了12支.
var differences = []string{"多了", "少了", "增加", "减少", "增加了", "减少了", "多出", "提高了", "降低了", "比去年多", "比上届多", "净增"}

// isDifference tells whether the figure that follows the text is a change.
func isDifference(before []rune) bool {
	for _, d := range differences {
		if strings.HasSuffix(strings.TrimRight(string(before), "约近超过 "), d) {
			return true
		}
	}
	return false
}

// howMuchMore is a question for a change and nothing else: 比去年多了几个.
var howMuchMore = regexp.MustCompile(`(?:比|较)[^，。？?]{1,12}(?:多|少|增加|减少|增长|下降|提高|降低|上升|高|低)(?:了|出)?(?:多少|几)|how (?:many|much) (?:more|fewer|less)`)

func asksDifference(question string) bool {
	for _, w := range []string{"比", "较", "增", "减", "差", "涨", "跌", "降", "提高", "more", "less", "than"} {
		if strings.Contains(question, w) {
			return true
		}
	}
	return false
}

// ownMeasure are measure words that count their own kind of thing: 几个 does not
// ask for them by itself.
var ownMeasure = map[string]bool{"届": true, "次": true, "期": true, "岁": true, "人": true, "名": true, "位": true, "倍": true}

func statedInQuestion(a question.Analysis, q zhtext.Quantity) bool {
	for _, w := range a.Words {
		if w.Number != nil && w.Number.Same(q) {
			return true
		}
	}
	return false
}

func quantityKey(q zhtext.Quantity) string {
	return strings.Join([]string{"q", formatFloat(q.Value), formatFloat(q.Max), q.Unit}, " ")
}

// bestDate finds the date that the question's words stand closest to.
func (c *candidate) bestDate(part question.Part, context []float64) bool {
	s := c.paragraph.Sentences[c.sentence]
	found, best := false, 0.0
	for _, d := range c.paragraph.Dates() {
		if d.Start < s.Start || d.End > s.End {
			continue
		}
		factors := []Factor{
			{"words near the date", evidence.Share(part.Words, near(c.paragraph.Text, s.Range, d.Range, part.Words, context, nil, true))},
			{"kind of date", dateFit(part.Unit, d)},
		}
		if v := product(factors); !found || v > best {
			found, best = true, v
			c.start(factors...)
			c.short, c.key = &span{d.Start, d.End}, "d "+d.Text
			if d.SaysOnlyWhich() {
				c.short = nil
			}
		}
	}
	return found
}

// dateFit tells how well a date says what is asked for: a year, a day, or any.
func dateFit(unit string, d zhtext.Date) float64 {
	switch {
	case d.SaysOnlyWhich() && (d.YearOffset != 0 || unit == "年"):
		return 0.6
	case d.SaysOnlyWhich():
		return 0.95
	case unit == "年" && d.Year == 0, unit == "日" && d.Day == 0, unit == "月" && d.Month == 0:
		return 0.6
	case unit == "" && d.Month == 0:
		return 0.9 // a bare year is more often an edition than an answer
	}
	return 1
}

// bestName finds a name in quotation marks close to the question's words.
func (c *candidate) bestName(part question.Part, context []float64) bool {
	s := c.paragraph.Sentences[c.sentence]
	found, best := false, 0.0
	for _, q := range quotations(c.paragraph.Text, s.Range) {
		v := evidence.Share(part.Words, near(c.paragraph.Text, s.Range, q, part.Words, context, nil, true))
		if !found || v > best {
			found, best = true, v
			c.start(Factor{"words near the name", v})
			c.short = &span{q.Start, q.End}
			c.key = "n " + string(c.paragraph.Text[q.Start:q.End])
		}
	}
	return found
}

// quotations are the stretches between quotation marks, marks included.
func quotations(text []rune, in zhtext.Range) []zhtext.Range {
	pairs := map[rune]rune{'“': '”', '《': '》', '「': '」', '『': '』', '‘': '’'}
	var out []zhtext.Range
	for i := in.Start; i < in.End; i++ {
		closing, ok := pairs[text[i]]
		if !ok {
			continue
		}
		for j := i + 1; j < in.End; j++ {
			if text[j] == closing {
				if j-i > 2 {
					out = append(out, zhtext.Range{Start: i, End: j + 1})
				}
				i = j
				break
			}
		}
	}
	return out
}
