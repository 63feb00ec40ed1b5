package grounding

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"zhiwen/rag/zhtext"
)

// An English claim over a Chinese source cannot be compared word by word. What
// can be: figures, dates, names in Latin letters or in pinyin, direction and
// negation. All of it must agree with one window, which is quoted beside the
// claim; a claim with nothing to compare is not shown.

// acrossPairs are directions and their opposites in both languages.
var acrossPairs = []struct{ english, chinese, against []string }{
	{[]string{"up", "rose", "rise", "rises", "increased", "increase", "grew", "growth", "gained", "climbed", "higher"},
		[]string{"增", "升", "涨", "高", "扩大"}, []string{"降", "减", "跌", "下滑", "低", "缩"}},
	{[]string{"down", "fell", "fall", "falls", "decreased", "decrease", "declined", "decline", "dropped", "drop", "lost", "lower"},
		[]string{"降", "减", "跌", "下滑", "低", "缩"}, []string{"增", "升", "涨", "高", "扩大"}},
	{[]string{"east", "eastern"}, []string{"东"}, []string{"西"}},
	{[]string{"west", "western"}, []string{"西"}, []string{"东"}},
	{[]string{"north", "northern"}, []string{"北"}, []string{"南"}},
	{[]string{"south", "southern"}, []string{"南"}, []string{"北"}},
	{[]string{"export", "exports", "exported"}, []string{"出口"}, []string{"进口"}},
	{[]string{"import", "imports", "imported"}, []string{"进口"}, []string{"出口"}},
	{[]string{"first"}, []string{"首", "第一", "1"}, []string{"第二", "第三", "第四"}},
	{[]string{"second"}, []string{"第二", "2"}, []string{"首", "第一", "第三"}},
	{[]string{"largest", "biggest", "highest", "most"}, []string{"最大", "最高", "最多", "第一", "首", "最"}, []string{"最小", "最低", "最少"}},
	{[]string{"smallest", "lowest", "least"}, []string{"最小", "最低", "最少"}, []string{"最大", "最高", "最多"}},
	{[]string{"all", "every", "entire"}, []string{"全", "所有", "均", "都", "各", "每", "一切"}, nil},
	{[]string{"because", "due", "caused"}, []string{"因", "由于", "导致", "致", "故"}, nil},
	{[]string{"plan", "plans", "planned", "expected", "expects", "may", "will", "would"}, []string{"将", "拟", "计划", "预计", "预期", "可能", "有望", "或", "会"}, nil},
}

// acrossObjection says what of an English claim a Chinese window does not say.
func (v *Verifier) acrossObjection(claim *statement, w *window) (guard, what string) {
	ties := 0
	for _, f := range claim.figures {
		if !slices.ContainsFunc(append(slices.Clone(w.source.figures), w.figures...), func(g figure) bool { return sameAcross(f.Quantity, g.Quantity) }) {
			return "figure", f.Text
		}
		ties++
	}
	if missing := v.missingDate(claim, w); missing != "" {
		return "date", missing
	}
	ties += len(claim.dates)
	source := string(w.source.runes)
	spelt := spelling(w.source.sentencesWith(claim) + w.source.title)
	question := zhtext.Fold(v.analysis.Question)
	for _, name := range capitalised(claim.text) {
		folded := strings.ToLower(name)
		switch {
		case strings.Contains(name, " ") && slices.ContainsFunc(strings.Fields(folded), func(part string) bool { return len(part) > 3 && strings.Contains(spelt, part) }):
			ties++ // Taiyuan Satellite Launch Center
		case strings.Contains(source, folded), strings.Contains(w.source.around, folded), len([]rune(folded)) > 3 && strings.Contains(spelt, folded):
			ties++
		case known(folded, question), len(zhtext.Dates(name)) > 0:
		default:
			return "name", name
		}
	}
	words := strings.FieldsFunc(strings.ToLower(claim.text), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, p := range acrossPairs {
		if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(p.english, w) }) {
			continue
		}
		near := source
		if len(claim.figures) > 0 {
			near = clauseOf(w.source, claim.figures)
		}
		if zhtext.ContainsAny(near, p.against) && !zhtext.ContainsAny(near, p.chinese) || p.against == nil && !zhtext.ContainsAny(source, p.chinese) {
			return "opposite", strings.Join(p.english[:1], "")
		}
	}
	no := slices.ContainsFunc(words, func(w string) bool { return w == "not" || w == "no" || w == "never" || w == "without" })
	if near := w.source.clausesNaming(claim); no != has("negation", near) && (no && near == "" || near != "") {
		return "negation", "not"
	}
	if ties == 0 {
		return "across languages", "nothing in it can be compared with a source in another language"
	}
	return "", ""
}

// sentencesWith are the sentences of a window that hold a figure or a date of the
// claim: a name that only another sentence has is somebody else's. Without any
// figure or date they are all.
func (src *source) sentencesWith(claim *statement) string {
	var b strings.Builder
	text := string(src.runes)
	for _, r := range zhtext.Sentences(text) {
		figure := slices.ContainsFunc(src.figures, func(g figure) bool {
			return r.Covers(g.Range) && slices.ContainsFunc(claim.figures, func(f figure) bool { return sameAcross(f.Quantity, g.Quantity) })
		})
		date := slices.ContainsFunc(src.dates, func(g zhtext.Date) bool {
			return r.Covers(g.Range) && slices.ContainsFunc(claim.dates, func(d zhtext.Date) bool { return d.Agrees(g) })
		})
		if figure || date {
			b.WriteString(string(src.runes[r.Start:r.End]))
		}
	}
	if b.Len() == 0 {
		return text
	}
	return b.String()
}

// clausesNaming are the clauses of a window that hold a figure or a Latin name of an
// English claim: what is denied there is denied of it.
func (src *source) clausesNaming(claim *statement) string {
	var b strings.Builder
	b.WriteString(clauseOf(src, claim.figures))
	names := capitalised(claim.text)
	for _, c := range src.clauses {
		for _, name := range names {
			if strings.Contains(c.text, strings.ToLower(name)) && !strings.Contains(b.String(), c.text) {
				b.WriteString(c.text)
			}
		}
	}
	return b.String()
}

// clauseOf is the text of the clauses that hold one of the figures.
func clauseOf(s *source, figures []figure) string {
	var b strings.Builder
	for _, g := range s.figures {
		if slices.ContainsFunc(figures, func(f figure) bool { return sameAcross(f.Quantity, g.Quantity) }) {
			if i := s.clauseAt(g.Start); i >= 0 {
				b.WriteString(s.clauses[i].text)
			}
		}
	}
	return b.String()
}

// sameAcross compares a figure in an English claim with one in a Chinese source,
// whose measure words have no English counterpart.
func sameAcross(q, have zhtext.Quantity) bool {
	class, other := zhtext.UnitClass(q.Unit), zhtext.UnitClass(have.Unit)
	if class != other && class != zhtext.ClassAny && class != zhtext.ClassCount && other != zhtext.ClassAny {
		return false
	}
	have.Unit, q.Unit = "", ""
	return q.Same(have) || rounds(q, have)
}

// capitalised are the names of an English text: runs of words that begin with a
// capital, but for the first word of a sentence.
func capitalised(text string) []string {
	var out []string
	start, open := true, false
	for _, w := range strings.Fields(text) {
		name := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
		is := len(name) > 2 && unicode.IsUpper([]rune(name)[0]) && !start
		switch {
		case is && open:
			out[len(out)-1] += " " + name
		case is:
			out = append(out, name)
		}
		open = is && strings.HasSuffix(w, name)
		start = strings.HasSuffix(w, ".") || strings.HasSuffix(w, ":")
	}
	return out
}

// known tells whether each word of a name is one of the question or none at all.
func known(name, question string) bool {
	for _, w := range strings.Fields(name) {
		if !strings.Contains(question, w) && !zhtext.IsStopWord(w) && !months[w] {
			return false
		}
	}
	return true
}

var months = map[string]bool{
	"january": true, "february": true, "march": true, "april": true, "may": true, "june": true, "july": true,
	"august": true, "september": true, "october": true, "november": true, "december": true,
}

// spelling is a Chinese text in pinyin without tones and blanks.
func spelling(text string) string {
	return strings.Join(pinyin.LazyPinyin(text, pinyin.NewArgs()), "")
}
