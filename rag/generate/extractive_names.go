package generate

import (
	"strconv"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// officeEndings close the title of an office, after which its holder's name
// follows: 市长唐某某, 董事长李某.
var officeEndings = []string{
	"书记", "市长", "省长", "部长", "局长", "主席", "主任", "董事长", "总经理", "总裁", "院长", "院士", "秘书长",
	"总统", "总理", "大使", "总领事", "馆长", "理事长", "会长", "处长", "区长", "县长", "司长", "厅长", "教授",
	"博士", "研究员", "校长", "总干事", "创始人", "负责人", "CEO", "总监", "主编", "记者", "居民", "经理", "主管", "发言人", "专家", "店主", "顾问", "委员",
}

// nameStops cannot be in a Chinese personal name that follows an office.
const nameStops = "，。、；：！？“”（）()《》 ,.;:!?的和与及在向对为以了将等出主致说到也已还曾就都并又则先亲现被由于是认谈讲告访称提从同担任"

// endsName tells whether a name cannot go on with the runes that follow: a
// verb starts there.
func endsName(text []rune) bool {
	if strings.ContainsRune(nameStops, text[0]) {
		return true
	}
	return len(text) > 1 && rag.IsVague(string(text[:2]))
}

// bestPerson finds the name of the person who does what the question asks: the
// office and name in the clause where the question's words stand.
func (c *candidate) bestPerson(part rag.Part) bool {
	s := c.paragraph.Sentences[c.sentence]
	names := people(c.paragraph.Text, s.Range)
	if len(names) == 0 {
		return false
	}
	context := make([]float64, len(part.Words))
	best := 0.0
	for _, n := range names {
		v := rag.Share(part.Words, near(c.paragraph.Text, s.Range, n, part.Words, context, nil, false))
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
			if n < 2 || n > 4 && !foreign {
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
func (c *candidate) bestPlace(part rag.Part) bool {
	s := c.paragraph.Sentences[c.sentence]
	text := c.paragraph.Text[s.Start:s.End]
	for _, lead := range placeLeads {
		for _, at := range wordPlaces(text, rag.Word{Text: lead}) {
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
