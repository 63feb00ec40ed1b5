package article

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The day of publication comes from what says so. Most days that a text names are those
// of what it tells or announces, and no day is better than one of these.

// announcing are words by which a line or a title names the day of an event, not its own.
const announcing = `截止|截至|截稿|举行|举办|召开|开幕|闭幕|开始|结束|报名|活动|会议|讲座|论坛|开庭|出发|集合|开业|开学|开馆|闭馆|放假|调休|考试|演出|比赛|生效|施行|实施|执行|到期|有效期|停水|停电|停运|停止|通车|竣工|交付|入住|培训|面试|招聘|公示期|起止|日程|议程|安排|行程|值班表|课程表|节目单|预告|邀请|计划|预计|拟于|将于|定于`

var (
	// publishKey says by itself that the day is that of the text.
	publishKey = regexp.MustCompile(`(?:发布|發[布佈]|发表|發表|公布|颁布|出版|签发|更新|成文|发稿|印发|发文|刊发|上传|录入)(?:时间|時間|日期)\s*[:：]|^(?i:published?|posted|updated|last modified)(?i: on| at| date)?\s*[:：]`)
	announces  = regexp.MustCompile(announcing + `|通知|公告|通告|會議|報名|舉行|召開`)
	// recounts names what is written when all is over, and has the day of what it tells.
	recounts = regexp.MustCompile(`[纪紀]要|[记紀記][录錄]|实录|實錄|简报|簡報|总结|總結|综述|侧记|回顾|报道|日志|日记`)
	lineOf   = regexp.MustCompile(announcing)
	// spoken is a clock time as announcements give it, and stretch what makes of a day
	// the beginning or end of several.
	spoken  = regexp.MustCompile(`(?:上午|下午|晚上|中午|早上|凌晨|\d\s*[时點点])`)
	stretch = regexp.MustCompile(`^\s*(?:[(（][^()（）]{1,8}[)）])?\s*(?:起|止|前|后|之前|以前|至|到|—|–|-|~|～)`)
	// led ends what leads to a day in a sentence.
	led = regexp.MustCompile(`(?:[于在至到自从定是为截止]|[日时][期间]|[:：])\s*$`)
	// eventKey is a field of what takes place somewhere.
	eventKey = regexp.MustCompile(`^[(（\[【]?\s*(?:地点|地址|会场|场地|集合|主持|主讲|参会|参加|出席|与会|缺席|列席|记录人|报名|票价|门票|嘉宾|对象|人数|费用|议题)[\p{Han}]{0,4}\s*[:：]`)
	// below is what may stand under the day at the end of a text.
	below = regexp.MustCompile(`^[(（]?(?:附|抄送|联系|电话|此件|信息公开|主动公开|编辑|责编|责任编辑|校对|审核|来源|作者|印发|代?书记员|法官助理|经办人)`)
	// clockItem opens a line of a programme.
	clockItem = regexp.MustCompile(`^[(（\[]?(?:上午|下午|晚上|中午|早上)?\s*\d{1,2}(?:[:：]\d{2}|[点时])`)
)

// nameGap closes the gaps by which short names are made as long as others: 书 记 员.
var nameGap = strings.NewReplacer(" ", "", "　", "")

// dateIn is where a line names its first full date; nil for none.
func dateIn(line string) []int {
	if at := fullDateAt(line); at != nil {
		return at
	}
	if at := hanDate.FindStringIndex(line); at != nil {
		return at
	}
	return minguoDate.FindStringIndex(line)
}

// fullDateAt is dateIn for dates in figures, with the 日 behind.
func fullDateAt(line string) []int {
	at := fullDate.FindStringIndex(line)
	if at == nil || digitAt(line, at[1]) && line[at[1]] != '.' {
		return nil
	}
	for _, unit := range []string{"日", "号"} {
		if strings.HasPrefix(line[at[1]:], unit) {
			return []int{at[0], at[1] + len(unit)}
		}
	}
	return at
}

// saysPublished tells whether the day in a line that describes an article is the
// article's own, as far as the line itself tells.
func saysPublished(line string) bool {
	if publishKey.MatchString(line) {
		return true
	}
	at := dateIn(line)
	if at == nil {
		return false
	}
	before, after := line[:at[0]], line[at[1]:]
	if lineOf.MatchString(withoutCredits(line)) || stretch.MatchString(after) {
		return false
	}
	if weakKey.MatchString(line) || metaStart.MatchString(line) {
		return !spoken.MatchString(after)
	}
	if led.MatchString(strings.TrimSpace(withoutCredits(before))) {
		return false
	}
	// What follows a day directly makes a sentence of it; a weekday, an hour or the
	// next field does not.
	after = clockTime.ReplaceAllString(after, " ")
	first, _ := utf8.DecodeRuneInString(after)
	return after == "" || strings.ContainsRune(" 　\t|｜/／()（）[]【】,，-—·", first)
}

// withoutCredits is a line without who it names as author or source: a medium may be
// called after what it tells of.
func withoutCredits(line string) string {
	return authorKey.ReplaceAllString(sourceKey.ReplaceAllString(line, " "), " ")
}

// publishes tells whether a line's day is that of the article also by its place: above
// the text or at its end, and not among the fields of an event or over its items.
func (p *page) publishes(blocks []block, i int, day, now time.Time) bool {
	line := blocks[i].text
	if publishKey.MatchString(line) {
		return true
	}
	// Who signs ends the fields of an event.
	signed := p.running && i > 0 && isHeadingText(blocks[i-1].text) && !labelled.MatchString(blocks[i-1].text)
	if !saysPublished(line) || isAhead(day, now) || !signed && amongEvents(blocks, i) {
		return false
	}
	rest := blocks[i+1:]
	if len(rest) > 0 && clockItem.MatchString(rest[0].text) {
		return false
	}
	if p.chrome || metaStart.MatchString(line) && !p.running {
		return true
	}
	if !p.running {
		return slices.ContainsFunc(rest, isRunning) // it stands above the text
	}
	return !slices.ContainsFunc(rest, func(b block) bool {
		return !below.MatchString(nameGap.Replace(b.text)) && !isFurniture(b.text) && !isCaption(b.text) && hasWords(b.text)
	})
}

// signs tells whether a line is the day at the end of a text, which belongs to what
// it says: when a contract was signed, a judgment given.
func (p *page) signs(b block) bool {
	return p.running && !p.chrome && p.metaAt < 0 && isDateLine(b.text) && !metaStart.MatchString(b.text) && !publishKey.MatchString(b.text)
}

// amongEvents tells whether a field near a line is one of an event's.
func amongEvents(blocks []block, i int) bool {
	for k := max(i-4, 0); k < min(i+5, len(blocks)); k++ {
		if k != i && eventKey.MatchString(blocks[k].text) {
			return true
		}
	}
	return false
}

// ownTime is the day of the first time element of a page that does not stand in a
// sentence, a list or a table: there it is a day of what the page tells.
func ownTime(body *html.Node) string {
	for n := range body.Descendants() {
		if n.DataAtom != atom.Time || attr(n, "datetime") == "" {
			continue
		}
		switch strings.ToLower(attr(n, "itemprop")) {
		case "datepublished":
			return attr(n, "datetime")
		case "startdate", "enddate", "doortime", "validfrom", "validthrough":
			continue
		}
		if hasAttr(n, "pubdate") || !inText(n) {
			return attr(n, "datetime")
		}
	}
	return ""
}

// maxBeside is how much may stand beside a time in its block, in runes, so that it is
// a line about the page: an author, a source.
const maxBeside = 16

func inText(n *html.Node) bool {
	block := n.Parent
	for block != nil && !isBlockTag(block.DataAtom) {
		block = block.Parent
	}
	if block == nil || block.DataAtom == atom.Body {
		return false
	}
	switch block.DataAtom {
	case atom.Li, atom.Td, atom.Th, atom.Dd, atom.Figcaption:
		return true
	}
	text := oneLine(plainText(block))
	beside := utf8.RuneCountInString(text) - utf8.RuneCountInString(oneLine(plainText(n)))
	return block.DataAtom != atom.Header && (endsSentence(text) || lineOf.MatchString(text) || block.DataAtom == atom.P && beside > maxBeside)
}
