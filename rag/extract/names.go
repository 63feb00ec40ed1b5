package extract

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// nameStops cannot be in a Chinese personal name that follows an office.
const nameStops = "，。、；：！？“”（）()《》 ,.;:!?的和与及在向对为以了将等出主致说到也已还曾就都并又则先亲现被由于是认谈讲告访称提从同担任"

// endsName tells whether a name cannot go on with the runes that follow: a
// verb starts there.
func endsName(text []rune) bool {
	if strings.ContainsRune(nameStops, text[0]) {
		return true
	}
	return len(text) > 1 && question.IsVague(string(text[:2]))
}

// bestPerson finds the name of the person who does what the question asks: the
// office and name in the clause where the question's words stand.
func (c *candidate) bestPerson(part question.Part) bool {
	s := c.paragraph.Sentences[c.sentence]
	names := people(c.paragraph.Text, s.Range)
	if len(names) == 0 {
		return false
	}
	context := make([]float64, len(part.Words))
	best := 0.0
	for _, n := range names {
		v := evidence.Share(part.Words, near(c.paragraph.Text, s.Range, n, part.Words, context, nil, false))
		if len(part.Focus) > 0 && isOffice(part.Focus[0].Text) && !strings.Contains(zhtext.Fold(string(c.paragraph.Text[n.Start:n.End])), part.Focus[0].Text) {
			v *= 0.5 // the holder of another office
		}
		if c.short == nil || v > best {
			best = v
			c.short = &span{n.Start, n.End}
			c.key = "p " + string(c.paragraph.Text[n.Start:n.End])
		}
	}
	if best < 0.3 {
		c.short = nil
	}
	return true
}

// foreignRunes are what foreign names are mostly spelled with.
const foreignRunes = "阿埃艾安奥巴贝本比博布茨达德迪杜多恩尔法菲费夫弗戈格哈赫基加贾杰卡科克库拉莱兰勒里利列林卢鲁罗洛马迈曼梅蒙米莫姆穆纳内尼诺努欧帕佩皮普齐奇乔切萨塞桑瑟沙什斯苏索塔泰坦特汀托瓦威维沃乌西希谢辛休雅亚耶叶伊因尤约扎泽詹兹佐"

// transliterated tells whether a run of more than four runes may be one foreign
// name: it is short and nearly all of it sounds foreign.
func transliterated(name []rune) bool {
	n := 0
	for _, r := range name {
		if strings.ContainsRune(foreignRunes, r) {
			n++
		}
	}
	return len(name) <= 7 && n >= len(name)-1
}

// people are the office holders named in a stretch: office and name.
func people(text []rune, in zhtext.Range) []zhtext.Range {
	var out []zhtext.Range
	for i := in.Start; i < in.End; i++ {
		for _, office := range officeEndings {
			o := []rune(office)
			if i+len(o) > in.End || string(text[i:i+len(o)]) != office {
				continue
			}
			nameStart := i + len(o)
			end := nameStart
			for end < in.End && end-nameStart < 12 && !endsName(text[end:in.End]) && (zhtext.IsHan(text[end]) || text[end] == '·') {
				end++
			}
			n := end - nameStart
			foreign := strings.ContainsRune(string(text[nameStart:end]), '·')
			if n < 2 || n > 4 && !foreign && !transliterated(text[nameStart:end]) {
				continue
			}
			start := i
			for start > in.Start && !strings.ContainsRune("，。；：！？“”（） 》,;:!?", text[start-1]) && i-start < 20 {
				start--
			}
			out = append(out, zhtext.Range{Start: start, End: end})
			i = end
			break
		}
	}
	return out
}

// placeLeads and placeEnds frame the name of a place: 在…举行, 落户…。
var (
	placeLeads = []string{"落户", "设在", "位于", "坐落于", "选址", "地处", "来到", "藏于", "存放于", "收藏于", "陈列于", "保存在", "存放在", "安放在", "迁至", "在"}
	placeEnds  = []string{"举行", "举办", "召开", "开幕", "开赛", "启幕", "拉开", "闭幕", "落幕", "成立", "建设", "投资", "建成", "签约", "发布", "亮相", "启动", "设立", "揭牌"}
)

// bestPlace finds the name of a place.
func (c *candidate) bestPlace(part question.Part) bool {
	s := c.paragraph.Sentences[c.sentence]
	text := c.paragraph.Text[s.Start:s.End]
	for _, lead := range placeLeads {
		for _, at := range wordPlaces(text, question.Word{Text: lead}) {
			end := at.End
			for end < len(text) && end-at.End <= 16 && !strings.ContainsRune("，。；、：", text[end]) && !startsWithAny(text[end:], placeEnds) {
				end++
			}
			if n := end - at.End; n < 2 || n > 16 || strings.ContainsRune("一此这本其同", text[at.End]) || lead == "在" && !startsWithAny(text[end:], placeEnds) {
				continue
			}
			c.short = &span{s.Start + at.End, s.Start + end}
			c.key = "l " + string(text[at.End:end])
			return true
		}
	}
	return false
}

func startsWithAny(text []rune, words []string) bool {
	for _, w := range words {
		if n := []rune(w); len(text) >= len(n) && string(text[:len(n)]) == w {
			return true
		}
	}
	return false
}

// nounBreaks stand ahead of a name without being a part of it.
const nounBreaks = "的了在与和及将是为有个并把被从到由向对等于以此该这那本各"

// nounVerbs too; many other verbs, such as 管理, are parts of names.
var nounVerbs = []string{"启动", "成立", "设立", "组建", "发布", "推出", "举办", "举行", "召开", "签署", "签订", "建设", "打造", "建成", "出台", "公布", "开通", "落户", "投资", "合办", "共建", "名叫", "名为", "叫做", "揭牌", "获得", "荣获"}

// longestNoun is the longest name that is cut out, in runes.
const longestNoun = 24

// bestNoun finds the name that ends in the noun asked for: CMG中国新能源汽车挑战赛
// for 什么挑战赛.
func (c *candidate) bestNoun(part question.Part, context []float64) {
	if len(part.Noun) == 0 {
		return
	}
	noun := part.Noun[len(part.Noun)-1]
	s := c.paragraph.Sentences[c.sentence]
	text := c.paragraph.Text
	best := 0.0
	for _, at := range wordPlaces([]rune(zhtext.Fold(string(text[s.Start:s.End]))), question.Word{Text: noun}) {
		name := zhtext.Range{Start: s.Start + at.Start, End: s.Start + at.End}
		if name.End < s.End && strings.ContainsRune("”》」』", text[name.End]) {
			for name.Start > s.Start && name.End-name.Start < longestNoun && !strings.ContainsRune("“《「『", text[name.Start]) {
				name.Start--
			}
			name.End++
		} else {
			for name.Start > s.Start && name.End-name.Start < longestNoun && !breaksNoun(text[s.Start:name.Start], part) {
				name.Start--
			}
		}
		if name.End-name.Start < at.End-at.Start+2 {
			continue // the noun alone names nothing
		}
		if v := evidence.Share(part.Words, near(text, s.Range, name, part.Words, context, nil, true)); v > best {
			best = v
			c.short, c.key = &span{name.Start, name.End}, "o "+string(text[name.Start:name.End])
		}
	}
}

// breaksNoun tells whether a name cannot reach further left into the text.
func breaksNoun(ahead []rune, part question.Part) bool {
	last := ahead[len(ahead)-1]
	switch {
	case !zhtext.IsHan(last):
		return !unicode.IsLetter(last) && !unicode.IsDigit(last) && !strings.ContainsRune("·+-", last)
	case strings.ContainsRune(nounBreaks, last):
		return true
	}
	tail := zhtext.Fold(string(ahead[max(0, len(ahead)-4):]))
	for _, w := range part.Words {
		if len([]rune(w.Text)) > 1 && strings.HasSuffix(tail, w.Text) && !slices.Contains(part.Noun, w.Text) {
			return true
		}
	}
	for _, verb := range nounVerbs {
		if strings.HasSuffix(tail, verb) {
			return true
		}
	}
	return false
}
