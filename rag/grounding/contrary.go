package grounding

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// Asked is a question that sentences are held against, one after the other. Create it
// with NewAsked; it is for one goroutine.
type Asked struct {
	runes  []rune // folded
	text   string // the same
	names  string // in the form that labels are looked for in
	labels labelIndex
}

// NewAsked reads a question.
func NewAsked(question string) *Asked {
	text := zhtext.Fold(question)
	return &Asked{runes: []rune(text), text: text, names: plainLabel(inForm(question)), labels: labelIndex{}}
}

// Contrary returns a word of the question that sentence i of a paragraph says otherwise,
// so that it cannot answer: it speaks of the south gate where the question asks for the
// north gate, of another version, another year or another day of the week, or stands under
// the name of another thing of the kind. It is "" where nothing of this kind speaks against it.
func (a *Asked) Contrary(p *evidence.Paragraph, i int) string {
	sentence := zhtext.Fold(p.Sentences[i].Text)
	around := zhtext.Fold(strings.Join([]string{sentence, p.Headed, p.Heading}, "\n"))
	return cmp.Or(
		otherInRow(a.runes, sentence, around),
		otherVersion(a.text, sentence, around),
		otherYearThan(a.text, sentence),
		otherWeekday(daysOfWeek(a.text), daysOfWeek(sentence)),
		a.otherLabel(p, i),
	)
}

// askedRows are runes of which a question names one and a sentence another.
var askedRows = []string{"东南西北", "高低", "男女", "早午晚", "新旧老", "内外", "甲乙丙丁", "春夏秋冬", "单双"}

// otherInRow is a word of the question that begins with a rune of a row, where the
// sentence has only others of the row ahead of the same word.
func otherInRow(question []rune, sentence, around string) string {
	for i := 0; i+1 < len(question); i++ {
		row := rowOf(question[i], askedRows)
		if row == "" || !zhtext.IsHan(question[i+1]) || rowOf(question[i+1], askedRows) != "" || zhtext.IsStopWord(string(question[i+1])) {
			continue
		}
		word := string(question[i : i+2])
		if strings.Contains(around, word) {
			continue
		}
		for _, o := range row {
			if other := string([]rune{o, question[i+1]}); o != question[i] && strings.Contains(sentence, other) && !strings.Contains(string(question), other) {
				return word
			}
		}
	}
	return ""
}

var versions = regexp.MustCompile(`\d+(?:\.\d+){2,}`)

// otherVersion is a version of the question where the sentence or its heading names only
// others.
func otherVersion(question, sentence, around string) string {
	asked := versions.FindString(question)
	if asked == "" || strings.Contains(around, asked) || !versions.MatchString(sentence) {
		return ""
	}
	return asked
}

// present are words for the time of writing, as good as 今年.
var present = []string{"现在", "目前", "如今", "今年", "本年", "当前"}

// otherYearThan is a year as seen from today of the question where the sentence is about
// another one, and names none by its number.
func otherYearThan(question, sentence string) string {
	for _, word := range relativeYears {
		if !strings.Contains(question, word) || strings.Contains(sentence, word) || len(zhtext.Years(sentence)) > 0 {
			continue
		}
		others := slices.DeleteFunc(slices.Concat(relativeYears, present), func(o string) bool {
			return o == word || word == "今年" && slices.Contains(present, o) || strings.Contains(question, o)
		})
		if word == "去年" && strings.Contains(sentence, "上年") {
			continue
		}
		if zhtext.ContainsAny(sentence, others) {
			return word
		}
	}
	return ""
}

// otherWeekday is a day of the week of the question where the sentence speaks of others.
func otherWeekday(asked, said []int) string {
	if len(asked) == 0 || len(said) == 0 || slices.ContainsFunc(asked, func(d int) bool { return slices.Contains(said, d) }) {
		return ""
	}
	return nameOfDay(asked[0])
}

// otherLabel is the name of a line or section that the question asks about, where the
// sentence stands under another one of the kind.
func (a *Asked) otherLabel(p *evidence.Paragraph, i int) string {
	return rivalName(a.names, plainLabel(inForm(p.Sentences[i].Text)), labelsOver(p, i, i), func() []string { return a.labels.of(p.Article) })
}
