package tabular

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// Operation is what a question wants of a table.
type Operation int

const (
	None       Operation = iota
	Extreme              // 哪款最贵
	Total                // 一共多少
	Mean                 // 平均多少
	Count                // 有几款…
	List                 // 哪些有…
	Difference           // A比B贵多少, A贵了多少
)

// Query is a question as a table understands it.
type Query struct {
	Operation Operation
	// Word is the word of the comparison (贵, 高, 多), "" if there is none.
	Word string
	// Value says that the figure is asked for rather than the row that has it.
	Value bool
	// change is what the question says has become more or less.
	change change
	text   string // compact
	told   string // text without what only names the article
	noun   string // what is asked for, with what stands behind it: 公司 of 哪家公司…, "" if it is not said
}

// degree is a word of which there can be more or less.
const degree = `(便宜|年轻|年长|高|低|多|少|大|小|长|短|贵|重|轻|早|晚|快|慢|远|近|深|浅|厚|薄|宽|窄)`

var (
	superlative = regexp.MustCompile(`(?:最|更|比较)` + degree)
	// between asks which of several is more so, without a word that says more.
	between   = regexp.MustCompile(`(?:哪[一]?[个款种家台只条位班趟间]?|谁|[和与跟]\p{Han}+?|还是\p{Han}+?)(?:的?\p{Han}{0,4}?)` + degree + `(?:一?些|一?点)?(?:呢|啊)?$`)
	comparing = regexp.MustCompile(`比.+?(便宜|高|低|多|少|大|小|长|短|贵|重|轻|早|晚|远|近|深|浅|厚|薄|宽|窄)(?:了|出)?(?:多少|几|多长|多久|多大)`)
	howMuch   = regexp.MustCompile(`多少|几(?:元|岁|点|米|天|年|分|公斤|克|人)|多(?:高|长|大|重|远|深|宽|久)|何时|什么时候|哪天|哪年`)
	which     = regexp.MustCompile(`哪|谁|什么|何`)
	whichOne  = regexp.MustCompile(`(?:哪[一些]?|几|多少)[个款种家台只条位班趟间所座名支项本]?(\p{Han}{2,})`)
	// isWhich ends a question whose noun stands ahead: 销量最高的门店是哪家.
	isWhich  = regexp.MustCompile(`最` + degree + `的([^\P{Han}是为哪谁什]{2,})是(?:哪|谁|什么)`)
	unsaid   = regexp.MustCompile(`最` + degree + `的[是为]$`) // 金额最高的是
	whichRow = regexp.MustCompile(`哪[^天年]|谁`)
	inAll    = regexp.MustCompile(`(?:合计|总计|共计|总和)(?:是|为)?$`) // 金额合计
	together = regexp.MustCompile(`一共|总共|合计|总计|共计|加起来|加一起|加在一起|总和|之和|总的|共有`)
	howDear  = regexp.MustCompile(`多少(?:[万亿]?元|块?钱)`)
	average  = regexp.MustCompile(`平均`)
	holding  = regexp.MustCompile(`有|是|支持|带|能|可以`)
	howMany  = regexp.MustCompile(`(?:多少|几)(?:个|款|家|种|台|位|名|项|座|所|辆|条|间|门|本|只|套|人|类|张|支|部|片|处|枚|匹|头)`)
)

// Parse tells what a question wants of a table; Operation is None where it asks for
// nothing that takes more than one row.
func Parse(text string) Query {
	q := Query{text: zhtext.CompactString(text)}
	q.told, q.change = q.text, changeIn(q.text)
	if m := isWhich.FindStringSubmatch(q.text); m != nil {
		q.noun = m[2]
	} else if m := whichOne.FindStringSubmatch(q.text); m != nil {
		q.noun = m[1]
	}
	if m := comparing.FindStringSubmatch(q.text); m != nil {
		q.Operation, q.Word, q.Value = Difference, m[1], true
		if q.change.word == "" && !relative.MatchString(q.text) { // 比上周贵多少
			_, less := question.Contrary(q.Word, false)
			q.change = change{!less, q.Word}
		}
		return q
	}
	if q.change.word != "" && byHowMuch.MatchString(q.text) {
		q.Operation, q.Value = Difference, true
		return q
	}
	if m := superlative.FindStringSubmatch(q.text); m != nil && (which.MatchString(q.text) || howMuch.MatchString(q.text) || unsaid.MatchString(q.text)) {
		q.Operation, q.Word = Extreme, m[1]
		q.Value = howMuch.MatchString(q.text) && !whichRow.MatchString(q.text)
		return q
	}
	if m := between.FindStringSubmatch(q.text); m != nil && which.MatchString(q.text) && !howMuch.MatchString(q.text) {
		q.Operation, q.Word = Extreme, m[1]
		return q
	}
	switch {
	case average.MatchString(q.text) && howMuch.MatchString(q.text):
		q.Operation, q.Value = Mean, true
	case together.MatchString(q.text) && howMuch.MatchString(q.text) || inAll.MatchString(q.text):
		q.Operation, q.Value = Total, true
	case howMany.MatchString(q.text):
		q.Operation, q.Value = Count, true
	case which.MatchString(q.text) && holding.MatchString(q.text), q.change.word != "" && someOf.MatchString(q.text):
		q.Operation = List
	}
	return q
}

// says tells whether the question's words name a column: its whole name, or two
// runes in a row of it. The longer the better.
func (q Query) says(name string) int {
	n := utf8.RuneCountInString(q.part(name))
	if n == utf8.RuneCountInString(zhtext.CompactString(cutBracket(name))) {
		n += 100
	}
	return n
}

// part is the longest part of a column's name, of two runes or more, in the question.
func (q Query) part(name string) (longest string) {
	runes := []rune(zhtext.CompactString(cutBracket(name)))
	for i := range runes {
		for j := i + 2; j <= len(runes); j++ {
			if part := string(runes[i:j]); len(part) > len(longest) && strings.Contains(q.told, part) {
				longest = part
			}
		}
	}
	return longest
}

var bracket = regexp.MustCompile(`[（(][^（）()]*[）)]`)

func cutBracket(name string) string { return bracket.ReplaceAllString(name, "") }
