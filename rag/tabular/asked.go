package tabular

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

var (
	// firm and person are words that ask for whoever does something, however the table
	// calls them (哪家公司 of 中标单位); the first ones of asks stand in the question,
	// those of heads name a column.
	firm   = kind{regexp.MustCompile(`^(?:公司|企业|单位|供应商|厂家|厂商|商家|机构)`), regexp.MustCompile(`公司|企业|单位|供应商|供货商|厂家|厂商|商家|机构|承包商|承建商|服务商|中标人|中标方|投标人|投标方|乙方`)}
	person = kind{regexp.MustCompile(`^(?:人|同学|同事|员工|老师|选手)`), regexp.MustCompile(`姓名|名字|选手|学生|员工|职工|作者|人员`)}

	firmName = regexp.MustCompile(`(?:公司|集团|厂|商行|事务所|研究院|设计院|中心|合作社)$`)
	// whose asks for a firm or a person without naming its kind.
	whose = regexp.MustCompile(`谁|哪家`)
	// ordinal is a key that only numbers the rows: 第2包, 二标段, A-3.
	ordinal = regexp.MustCompile(`^第?[\da-zA-Z一二三四五六七八九十甲乙丙丁-]+[号]?\p{Han}{0,3}$`)
)

type kind struct{ asks, heads *regexp.Regexp }

// asked is the column that the word behind 哪 asks for, and that word; the key and ""
// where it names none.
func (t Table) asked(q Query, rows []Row, compared int) (column int, word string) {
	noun := q.noun
	if compared >= 0 && sharesStart(t.Names[compared], noun) {
		noun = "" // 哪家报价最低
	}
	only := func(fits func(j int) bool) bool {
		found := -1
		for j := range t.Names {
			if j == compared || t.measures(j) || !fits(j) {
				continue
			}
			if found >= 0 {
				return false
			}
			found = j
		}
		if found >= 0 {
			column = found
		}
		return found >= 0
	}
	cell := func(j int, holds func(text string) bool) bool { // all of a column that are filled in
		return !slices.ContainsFunc(rows, func(r Row) bool { return r.Cells[j] != "" && !holds(r.Cells[j]) })
	}
	named := func(k kind) func(j int) bool {
		return func(j int) bool { return k.heads.MatchString(t.Names[j]) }
	}
	firms := func(j int) bool { return cell(j, firmName.MatchString) }
	if utf8.RuneCountInString(noun) > 1 {
		start := string([]rune(noun)[:2])
		if only(func(j int) bool { return strings.HasPrefix(noun, zhtext.CompactString(cutBracket(t.Names[j]))) }) {
			return column, zhtext.CompactString(cutBracket(t.Names[column]))
		}
		if only(func(j int) bool { return strings.Contains(t.Names[j], start) }) || // 单位 of 中标单位
			only(func(j int) bool { return cell(j, func(text string) bool { return strings.Contains(text, start) }) }) { // 公司 of 供应商：…有限公司
			return column, start
		}
	}
	if word := firm.asks.FindString(noun); word != "" && (only(named(firm)) || only(firms)) {
		return column, word
	}
	if word := person.asks.FindString(noun); word != "" && only(named(person)) {
		return column, word
	}
	if cell(t.Key, ordinal.MatchString) && whose.MatchString(q.text) && (noun == "" || !firm.asks.MatchString(noun)) && (only(named(firm)) || only(firms) || only(named(person))) {
		return column, ""
	}
	return t.Key, ""
}

// mostInAll tells whether who has the most in one row has it in all of their rows too:
// 谁捐得最多 may mean either.
func (t Table) mostInAll(q Query, rows []Row, figures []value, asked int, keys []string) bool {
	if q.Word != "多" && q.Word != "少" {
		return true
	}
	sums := map[string]float64{}
	for i, r := range rows {
		sums[r.Cells[asked]] += figures[i].number
	}
	for _, sum := range sums {
		if q.Word == "多" && sum > sums[keys[0]] || q.Word == "少" && sum < sums[keys[0]] {
			return false
		}
	}
	return true
}

// sharesStart tells whether two runes that a noun begins with stand in a column's name.
func sharesStart(name, noun string) bool {
	runes := []rune(noun)
	return len(runes) > 1 && strings.Contains(zhtext.CompactString(name), string(runes[:2]))
}

// measures tells whether a column gives units (单位：台) rather than who did it.
func (t Table) measures(column int) bool {
	return strings.HasSuffix(t.Names[column], "单位") && !slices.ContainsFunc(t.Rows, func(r Row) bool { return utf8.RuneCountInString(r.Cells[column]) > 2 })
}
