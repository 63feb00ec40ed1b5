package question

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// ask is a question word and what it asks for.
type ask struct {
	zhtext.Range
	kind  Kind
	class zhtext.Class
	or    zhtext.Class // the other class that it may mean
	unit  string
	many  bool
	// cue is the question word itself, see cues.
	cue string
	// ordinal says that a place in an order is asked for: 第几次.
	ordinal bool
}

// askPattern is a question word in folded form. Longer patterns come first
// where one is a prefix of another.
type askPattern struct {
	text  string
	kind  Kind
	class zhtext.Class
	many  bool
}

var askPatterns = []askPattern{
	{"百分之多少", KindQuantity, zhtext.ClassPercent, false},
	{"多少百分比", KindQuantity, zhtext.ClassPercent, false},
	{"多大比例", KindQuantity, zhtext.ClassPercent, false},
	{"百分之几", KindQuantity, zhtext.ClassPercent, false},
	{"多少钱", KindQuantity, zhtext.ClassMoney, false},
	{"多长时间", KindQuantity, zhtext.ClassDuration, false},
	{"多少", KindQuantity, zhtext.ClassAny, false},
	{"多久", KindQuantity, zhtext.ClassDuration, false},
	{"多大面积", KindQuantity, zhtext.ClassArea, false},
	{"多大", KindQuantity, zhtext.ClassAny, false},
	{"多高", KindQuantity, zhtext.ClassLength, false},
	{"多深", KindQuantity, zhtext.ClassLength, false},
	{"几块钱", KindQuantity, zhtext.ClassMoney, false},
	{"几成", KindQuantity, zhtext.ClassPercent, false},
	{"多长", KindQuantity, zhtext.ClassLength, false},
	{"多远", KindQuantity, zhtext.ClassLength, false},
	{"多宽", KindQuantity, zhtext.ClassLength, false},
	{"多厚", KindQuantity, zhtext.ClassLength, false},
	{"多重", KindQuantity, zhtext.ClassMass, false},
	{"星期几", KindOpen, zhtext.ClassAny, false},
	{"礼拜几", KindOpen, zhtext.ClassAny, false},
	{"周几", KindOpen, zhtext.ClassAny, false},
	{"几月几日", KindDate, zhtext.ClassAny, false},
	{"几月几号", KindDate, zhtext.ClassAny, false},
	{"几月份", KindDate, zhtext.ClassAny, false},
	{"几月", KindDate, zhtext.ClassAny, false},
	{"几号", KindDate, zhtext.ClassAny, false},
	{"几点", KindQuantity, zhtext.ClassTime, false},
	{"什么时候", KindDate, zhtext.ClassAny, false},
	{"什么时间", KindDate, zhtext.ClassAny, false},
	{"啥时候", KindDate, zhtext.ClassAny, false},
	{"何时", KindDate, zhtext.ClassAny, false},
	{"何日", KindDate, zhtext.ClassAny, false},
	{"西元几年", KindDate, zhtext.ClassAny, false},
	{"公元几年", KindDate, zhtext.ClassAny, false},
	{"民国几年", KindDate, zhtext.ClassAny, false},
	{"几几年", KindDate, zhtext.ClassAny, false},
	{"哪个年代", KindDate, zhtext.ClassAny, false},
	{"哪一年代", KindDate, zhtext.ClassAny, false},
	{"什么年代", KindDate, zhtext.ClassAny, false},
	{"几十年代", KindDate, zhtext.ClassAny, false},
	{"哪个世纪", KindDate, zhtext.ClassAny, false},
	{"哪一世纪", KindDate, zhtext.ClassAny, false},
	{"几世纪", KindDate, zhtext.ClassAny, false},
	{"何年", KindDate, zhtext.ClassAny, false},
	{"哪一天", KindDate, zhtext.ClassAny, false},
	{"哪一年", KindDate, zhtext.ClassAny, false},
	{"哪天", KindDate, zhtext.ClassAny, false},
	{"哪年", KindDate, zhtext.ClassAny, false},
	{"哪几天", KindDate, zhtext.ClassAny, true},
	{"日期是", KindDate, zhtext.ClassAny, false},
	{"有谁", KindPerson, zhtext.ClassAny, true},
	{"是谁", KindPerson, zhtext.ClassAny, false},
	{"谁", KindPerson, zhtext.ClassAny, false},
	{"哪位", KindPerson, zhtext.ClassAny, false},
	{"哪些人", KindPerson, zhtext.ClassAny, true},
	{"何人", KindPerson, zhtext.ClassAny, false},
	{"什么人", KindPerson, zhtext.ClassAny, false},
	{"在哪里", KindPlace, zhtext.ClassAny, false},
	{"在哪儿", KindPlace, zhtext.ClassAny, false},
	{"在哪个城市", KindPlace, zhtext.ClassAny, false},
	{"在哪", KindPlace, zhtext.ClassAny, false},
	{"哪里", KindPlace, zhtext.ClassAny, false},
	{"哪儿", KindPlace, zhtext.ClassAny, false},
	{"何处", KindPlace, zhtext.ClassAny, false},
	{"何地", KindPlace, zhtext.ClassAny, false},
	{"什么地方", KindPlace, zhtext.ClassAny, false},
	{"哪个城市", KindPlace, zhtext.ClassAny, false},
	{"哪座城市", KindPlace, zhtext.ClassAny, false},
	{"哪个区", KindPlace, zhtext.ClassAny, false},
	{"哪些", KindList, zhtext.ClassAny, true},
	{"哪几", KindList, zhtext.ClassAny, true},
	{"有什么", KindList, zhtext.ClassAny, true},
	{"分别是什么", KindList, zhtext.ClassAny, true},
	{"叫什么名字", KindName, zhtext.ClassAny, false},
	{"叫什么", KindName, zhtext.ClassAny, false},
	{"叫啥", KindName, zhtext.ClassAny, false},
	{"什么名字", KindName, zhtext.ClassAny, false},
	{"是什么主题", KindName, zhtext.ClassAny, false},
	{"什么口号", KindName, zhtext.ClassAny, false},
	{"是不是", KindYesNo, zhtext.ClassAny, false},
	{"有没有", KindYesNo, zhtext.ClassAny, false},
	{"是否", KindYesNo, zhtext.ClassAny, false},
	{"为什么", KindReason, zhtext.ClassAny, false},
	{"为何", KindReason, zhtext.ClassAny, false},
	{"为啥", KindReason, zhtext.ClassAny, false},
	{"什么原因", KindReason, zhtext.ClassAny, false},
	{"啥原因", KindReason, zhtext.ClassAny, false},
	{"怎么回事", KindReason, zhtext.ClassAny, false},
	{"怎么样", KindOpen, zhtext.ClassAny, false},
	{"怎么", KindOpen, zhtext.ClassAny, false},
	{"怎样", KindOpen, zhtext.ClassAny, false},
	{"如何", KindOpen, zhtext.ClassAny, false},
	{"是什么", KindOpen, zhtext.ClassAny, false},
	{"什么", KindOpen, zhtext.ClassAny, false},
	{"是啥", KindOpen, zhtext.ClassAny, false},
	{"啥", KindOpen, zhtext.ClassAny, false},
	{"how many", KindQuantity, zhtext.ClassCount, false},
	{"how much", KindQuantity, zhtext.ClassAny, false},
	{"how long", KindQuantity, zhtext.ClassDuration, false},
	{"what percentage", KindQuantity, zhtext.ClassPercent, false},
	{"what share", KindQuantity, zhtext.ClassPercent, false},
	{"what date", KindDate, zhtext.ClassAny, false},
	{"which year", KindDate, zhtext.ClassAny, false},
	{"what year", KindDate, zhtext.ClassAny, false},
	{"when", KindDate, zhtext.ClassAny, false},
	{"who", KindPerson, zhtext.ClassAny, false},
	{"where", KindPlace, zhtext.ClassAny, false},
	{"how", KindOpen, zhtext.ClassAny, false},
	{"why", KindReason, zhtext.ClassAny, false},
	{"which", KindList, zhtext.ClassAny, true},
	{"what", KindOpen, zhtext.ClassAny, false},
}

// nounAsks turn a question without a question word ("签约项目数量") into one.
var nounAsks = []askPattern{
	{"数量", KindQuantity, zhtext.ClassCount, false},
	{"项目数", KindQuantity, zhtext.ClassCount, false},
	{"企业数", KindQuantity, zhtext.ClassCount, false},
	{"家数", KindQuantity, zhtext.ClassCount, false},
	{"总数", KindQuantity, zhtext.ClassCount, false},
	{"个数", KindQuantity, zhtext.ClassCount, false},
	{"人数", KindQuantity, zhtext.ClassCount, false},
	{"占比", KindQuantity, zhtext.ClassPercent, false},
	{"比重", KindQuantity, zhtext.ClassPercent, false},
	{"比例", KindQuantity, zhtext.ClassPercent, false},
	{"增速", KindQuantity, zhtext.ClassPercent, false},
	{"总额", KindQuantity, zhtext.ClassMoney, false},
	{"金额", KindQuantity, zhtext.ClassMoney, false},
	{"投资额", KindQuantity, zhtext.ClassMoney, false},
	{"总投资", KindQuantity, zhtext.ClassMoney, false},
	{"时间", KindDate, zhtext.ClassAny, false},
	{"日期", KindDate, zhtext.ClassAny, false},
	{"地点", KindPlace, zhtext.ClassAny, false},
	{"主题", KindName, zhtext.ClassAny, false},
	{"theme", KindName, zhtext.ClassAny, false},
}

// nameNouns make "…是什么" a question for a name in quotation marks.
var nameNouns = []string{"主题", "口号", "名称", "名字", "theme", "slogan", "name"}

// classWords say by their mere presence close to the question word what kind
// of quantity is meant.
var classWords = []struct {
	class zhtext.Class
	words []string
}{
	{zhtext.ClassPercent, []string{"占比", "比重", "比例", "份额", "增速", "增长率", "普及率", "百分", "率", "占", "增长", "下降", "上涨", "下跌", "跌", "涨", "增幅", "降幅", "percent", "growth"}},
	{zhtext.ClassMoney, []string{"投资", "金额", "资金", "钱", "税收", "产值", "营收", "收入", "总额", "价格", "票价", "费用", "成本", "贷款", "贷", "融资", "投入", "利润", "赚", "亏", "捐", "奖金", "分红", "市值", "invest", "money", "cost"}},
	{zhtext.ClassDuration, []string{"为期", "持续", "历时", "会期", "工期"}},
	{zhtext.ClassArea, []string{"占地", "用地", "面积"}},
	{zhtext.ClassMass, []string{"产量", "年产", "产能", "吨"}},
}

// findAsks finds the question words. Where there is none, a noun that names a
// quantity, a date or a place at the end of the question serves.
func findAsks(folded []rune, blank []bool) []ask {
	text := string(folded)
	var out []ask
	taken := make([]bool, len(folded))
	for _, p := range askPatterns {
		for _, r := range occurrences(folded, p.text) {
			if taken[r.Start] || taken[r.End-1] {
				continue
			}
			if isLatin(p.text) && (adjoinsLatin(folded, r)) {
				continue
			}
			if p.text == "在哪" && r.End < len(folded) && strings.ContainsRune("些几个种位家项类款条方", folded[r.End]) {
				continue // 在哪些情形下
			}
			mark(taken, r)
			a := ask{Range: r, kind: p.kind, class: p.class, many: p.many}
			a.cue = p.text
			if p.text == "多长" { // a bridge, or a period
				a.or = zhtext.ClassDuration
			}
			if p.kind == KindDate {
				a.unit = dateUnit(p.text)
			}
			out = append(out, a)
		}
	}
	out = append(out, countAsks(folded, taken)...)
	out = append(out, whichAsks(folded, taken)...)
	sortAsks(out)
	if len(out) == 0 || len(out) == 1 && out[0].kind == KindOpen {
		for _, p := range nounAsks {
			at := strings.LastIndex(text, p.text)
			if at < 0 {
				continue
			}
			start := len([]rune(text[:at]))
			end := start + len([]rune(p.text))
			if len(out) == 0 && len(folded)-end > 1 || len(out) == 1 && end > out[0].Start+1 {
				continue
			}
			if len(out) == 1 {
				out[0].kind, out[0].class = p.kind, p.class
			} else {
				// An empty range: the noun stays content.
				out = append(out, ask{Range: zhtext.Range{Start: end, End: end}, kind: p.kind, class: p.class})
			}
			if p.text == "人数" {
				out[0].unit = "人"
			}
			break
		}
	}
	if len(out) == 0 && (strings.HasSuffix(text, "吗") || strings.HasSuffix(text, "吗?")) {
		out = append(out, ask{Range: zhtext.Range{Start: len(folded), End: len(folded)}, kind: KindYesNo})
	} else if at, ok := choiceOf(folded); ok && len(out) == 0 {
		out = append(out, ask{Range: at, kind: KindYesNo})
	}
	for i := range out {
		refine(folded, &out[i])
	}
	_ = blank
	return out
}

// choiceOf finds the verb and its denial that a question offers, without the first verb: 不用
// of 用不用预约, 否 of 能否退. What asks to be told something is no such question.
func choiceOf(folded []rune) (zhtext.Range, bool) {
	for i := 1; i+1 < len(folded); i++ {
		at := zhtext.Range{Start: i, End: i + 1}
		switch {
		case folded[i] == '不' && folded[i-1] == folded[i+1] && zhtext.IsHan(folded[i-1]):
			at.End++
		case folded[i] == '否' && strings.ContainsRune("能可", folded[i-1]) && !strings.ContainsRune("定认决", folded[i+1]):
		default:
			continue
		}
		return at, !startsWithAny(string(folded[at.End:]), []string{"以介绍", "介绍", "告诉", "说", "讲", "列", "帮", "给我", "总结", "解释"})
	}
	return zhtext.Range{}, false
}

// cues are the words that stand ahead of the answer to a question word.
var cues = map[string][]string{
	"多长": {"全长", "总长", "长度", "体长", "身长", "长达", "时长", "期限", "为期"},
	"多高": {"海拔", "高度", "高达", "身高", "总高"},
	"多深": {"水深", "深度", "深达"},
	"多远": {"距离", "相距", "距", "里程"},
	"多宽": {"宽度", "宽"},
	"多厚": {"厚度", "厚"},
	"多重": {"重量", "净重", "体重", "重达", "毛重", "重"},
}

// dateUnit is the part of a date that a question word asks for: "年", "月" or
// "日", "" when any will do.
func dateUnit(ask string) string {
	switch {
	case strings.HasSuffix(ask, "年"), strings.HasSuffix(ask, "year"):
		return "年"
	case strings.HasSuffix(ask, "天"), strings.HasSuffix(ask, "日"), strings.HasSuffix(ask, "号"), strings.HasSuffix(ask, "date"):
		return "日"
	case strings.HasPrefix(ask, "几月"):
		return "月"
	}
	return ""
}

// countAsks finds 几 ahead of a measure word or noun, leaving 几乎 and 十几 alone.
func countAsks(folded []rune, taken []bool) []ask {
	var out []ask
	for i, r := range folded {
		if r != '几' || taken[i] {
			continue
		}
		if i+1 < len(folded) && (folded[i+1] == '乎' || folded[i+1] == '十' || folded[i+1] == '百' || folded[i+1] == '千' || folded[i+1] == '万') {
			continue
		}
		if i > 0 && strings.ContainsRune("十百千万", folded[i-1]) {
			continue
		}
		taken[i] = true
		start := i
		if i > 0 && folded[i-1] == '第' {
			start--
		}
		out = append(out, ask{Range: zhtext.Range{Start: start, End: i + 1}, kind: KindQuantity, ordinal: start < i})
	}
	return out
}

// whichAsks finds 哪 ahead of a number ("哪两个", "哪三家"): a list is asked for.
func whichAsks(folded []rune, taken []bool) []ask {
	var out []ask
	for i, r := range folded {
		if r != '哪' || taken[i] {
			continue
		}
		end := i + 1
		for end < len(folded) && strings.ContainsRune("一二两三四五六七八九十", folded[end]) {
			end++
		}
		many := end > i+1 && folded[i+1] != '一'
		if end < len(folded) && strings.ContainsRune("个家项位种类所座场条款", folded[end]) {
			end++
		}
		mark(taken, zhtext.Range{Start: i, End: end})
		kind := KindOpen
		if many {
			kind = KindList
		}
		out = append(out, ask{Range: zhtext.Range{Start: i, End: end}, kind: kind, many: many})
	}
	return out
}

func sortAsks(asks []ask) {
	for i := 1; i < len(asks); i++ {
		for j := i; j > 0 && asks[j].Start < asks[j-1].Start; j-- {
			asks[j], asks[j-1] = asks[j-1], asks[j]
		}
	}
}

// measureUnits are the measure words that follow 多少 and 几.
var measureUnits = []string{
	"个百分点", "个人", "平方公里", "平方米", "个月", "小时", "分钟", "公里", "人次", "美元",
	"家", "项", "人", "名", "位", "元", "天", "年", "亩", "吨", "座", "场", "所", "期",
	"届", "次", "倍", "岁", "条", "件", "台", "辆", "艘", "架", "支", "种", "类", "款", "块",
	"篇", "部", "户", "间", "套", "处", "米", "个", "%",
}

// measureNouns are nouns that begin with a rune that is a measure word too.
var measureNouns = []string{
	"项目", "人才", "人员", "人口", "人力", "名称", "名字", "场馆", "场地", "场景", "场所", "家庭", "家居", "年轻人",
	"年龄", "座位", "位置", "部门", "部分", "类型", "种类", "种子", "款项", "条件", "件数", "户口", "天然", "台湾", "期刊",
}

// peopleNouns are counted in people whatever measure word the source uses.
var peopleNouns = []string{"群众", "学生", "选手", "观众", "嘉宾", "员工", "职工", "游客", "旅客", "居民", "村民", "人员", "代表", "队员", "志愿者", "教师", "医生"}

func startsWithAny(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// refine reads the unit and class of a quantity from the words around it.
func refine(folded []rune, a *ask) {
	if a.kind == KindOpen {
		before := string(folded[max(0, a.Start-6):a.Start])
		after := string(folded[a.End:min(len(folded), a.End+8)])
		for _, n := range nameNouns {
			if strings.Contains(before, n) || strings.HasPrefix(strings.TrimSpace(after), n) || isLatin(n) && strings.Contains(string(folded), n) {
				a.kind = KindName
				return
			}
		}
		return
	}
	if a.kind != KindQuantity || a.unit != "" || a.class != zhtext.ClassAny && a.class != zhtext.ClassCount {
		return
	}
	rest := strings.TrimLeft(string(folded[a.End:]), " ")
	if scale := strings.TrimLeft(rest, "十百千万亿"); scale != rest {
		// 多少亿, 几万: money unless a measure word says otherwise.
		a.End += len([]rune(string(folded[a.End:]))) - len([]rune(scale))
		rest = scale
		a.class = zhtext.ClassMoney
	}
	for _, u := range measureUnits {
		if strings.HasPrefix(rest, u) && !startsWithAny(rest, measureNouns) {
			a.unit = u
			if u == "个人" {
				a.unit = "人"
			}
			a.class = zhtext.UnitClass(a.unit)
			if u == "个" || u == "类" || u == "种" || u == "款" {
				a.unit, a.class = "", zhtext.ClassCount
			}
			a.End += len([]rune(string(folded[a.End:]))) - len([]rune(rest)) + len([]rune(u))
			return
		}
	}
	if a.class == zhtext.ClassMoney {
		return
	}
	// Whatever else is measured in: the unit is read as if a figure stood before it.
	if qs := zhtext.Quantities("1" + rest); len(qs) > 0 && qs[0].Start == 0 && zhtext.IsMeasure(qs[0].Unit) {
		a.unit, a.class = qs[0].Unit, zhtext.UnitClass(qs[0].Unit)
		a.End += len([]rune(string(folded[a.End:]))) - len([]rune(rest)) + qs[0].End - 1
		return
	}
	near := otherRates.Replace(string(folded[max(0, a.Start-8):a.Start]))
	after := otherRates.Replace(firstWordRunes(rest, 4))
	if startsWithAny(after, []string{"以上", "以下", "左右", "才", "了"}) {
		after = ""
	}
	if startsWithAny(rest, peopleNouns) {
		a.unit, a.class = "人", zhtext.ClassCount
		return
	}
	// The closest word ahead decides: 投资占比多少 asks for a share.
	closest := -1
	for _, c := range classWords {
		for _, w := range c.words {
			if strings.Contains(after, w) && !(c.class == zhtext.ClassPercent && w == "占") {
				a.class = c.class
				return
			}
			if at := strings.LastIndex(near, w); after == "" && at > closest {
				a.class, closest = c.class, at
			}
		}
	}
	if a.class == zhtext.ClassAny && (strings.Contains(near, "时间") || strings.Contains(near, "时长")) {
		a.or = zhtext.ClassDuration
	}
	if after == "" || a.class != zhtext.ClassAny {
		return
	}
	a.class = zhtext.ClassCount
	if runes := []rune(after); strings.ContainsRune(moneyEndings, runes[len(runes)-1]) {
		a.class = zhtext.ClassMoney
	}
}

// otherRates takes out the rates that are no shares of a hundred.
var otherRates = strings.NewReplacer("功率", "", "频率", "", "速率", "", "汇率", "", "心率", "", "倍率", "", "分辨率", "", "码率", "", "帧率", "", "曲率", "", "斜率", "")

// moneyEndings are the last runes of nouns that name sums of money: 公积金, 奖金.
const moneyEndings = "金款费额税贷薪债"

// firstWordRunes is the start of s up to n runes or a separator.
func firstWordRunes(s string, n int) string {
	var out []rune
	for _, r := range s {
		if len(out) == n || strings.ContainsRune(" ,，。?？!、;；和", r) {
			break
		}
		out = append(out, r)
	}
	return strings.TrimRight(string(out), "呢啊了吗的")
}

func isLatin(s string) bool { return s[0] >= 'a' && s[0] <= 'z' }

func adjoinsLatin(folded []rune, r zhtext.Range) bool {
	letter := func(i int) bool {
		return i >= 0 && i < len(folded) && folded[i] >= 'a' && folded[i] <= 'z'
	}
	return letter(r.Start-1) || letter(r.End)
}

// occurrences are the places of needle, in runes.
func occurrences(text []rune, needle string) []zhtext.Range {
	n := []rune(needle)
	var out []zhtext.Range
	for i := 0; i+len(n) <= len(text); i++ {
		if string(text[i:i+len(n)]) == needle {
			out = append(out, zhtext.Range{Start: i, End: i + len(n)})
			i += len(n) - 1
		}
	}
	return out
}
