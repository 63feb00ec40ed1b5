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
		otherModel(a.text, sentence, around),
		otherMonth(a.text, sentence, around),
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
	if asked == "" || strings.Contains(around, asked) || !versions.MatchString(around) {
		return ""
	}
	return asked
}

// models are names of things in Latin letters that a number tells apart: P7, XB-210.
var models = regexp.MustCompile(`([a-z]+)-?(\d+)[a-z]*`)

// otherModel is a model of the question where the sentence names only others of its letters.
func otherModel(question, sentence, around string) string {
	for _, asked := range models.FindAllStringSubmatch(question, -1) {
		if strings.Contains(around, asked[0]) {
			continue
		}
		if slices.ContainsFunc(models.FindAllStringSubmatch(sentence, -1), func(m []string) bool { return m[1] == asked[1] && m[2] != asked[2] }) {
			return asked[0]
		}
	}
	return ""
}

// month is one by itself, without a day: what is counted in it is not what is in another.
var (
	month    = regexp.MustCompile(`(?:^|[^\d年])(1[0-2]|[1-9])月份?(?:[^\d底初末中旬]|$)`)
	asksTime = regexp.MustCompile(`什么时候|何时|几月|几号|哪[天日月年个]|多久|日期|时间|之?[前后]`)
)

// otherMonth is the month that the question asks about where the sentence is about others.
func otherMonth(question, sentence, around string) string {
	asked := month.FindStringSubmatch(question)
	if asked == nil || asksTime.MatchString(question) || month.FindString(sentence) == "" {
		return ""
	}
	for _, m := range month.FindAllStringSubmatch(around, -1) {
		if m[1] == asked[1] {
			return ""
		}
	}
	return asked[1] + "月"
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
