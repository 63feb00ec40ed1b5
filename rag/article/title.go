package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The kinds of documents that a title ends with. Those in namedKind are also told by a
// line that holds nothing else.
const (
	namedKind = `通知|公告|通告|公示|通报|通報|决定|決定|意见|意見|批复|批覆|纪要|紀要|备忘录|[判裁决決][决定決][书書]|调解书|決定書|决定书|起诉书|条例|條例|规定|規定|办法|辦法|细则|細則|章程|规程|規程|规范|規範|准则|守则|制度|公约|倡议书|承诺书|协议书|协议|合同书|合同|合約|说明书|說明書|演讲稿|[价課课日值名][目程班][表单單]|名单|名單`
	speeches  = `讲话|講話|致辞|致詞`
	otherKind = `研究|分析|探讨|探討|综述|报告|報告|方案|计划|計畫|规划|預案|预案|指南|手册|手冊|简章|簡章|须知|須知|指引|标准|清单|大纲|总结|汇报|安排|一览表|登记表|申请表|统计表|时间表|汇总表`
)

var (
	kindAlone = regexp.MustCompile(`^(?:会议|會議|工作|情况|民事|刑事|行政|使用|产品|產品|操作|用户|招标|招標|中标|采购|採購|补充|補充|管理|暂行|实施|办公)*(?:` + namedKind + `|` + speeches + `)$`)
	kindEnds  = regexp.MustCompile(`(?:` + namedKind + `|` + otherKind + `|的(?:` + speeches + `))(?:[(（][^()（）]{1,14}[)）])?$`)
	// brokenOff is the end of a line of a title that goes on.
	brokenOff = regexp.MustCompile(`(?:[的和与與及、之暨]|关于|關於)$`)
	// spacedOut are characters that blanks set apart, to make a short title wide.
	spacedOut = regexp.MustCompile(`^\p{Han}(?:[ 　]+\p{Han})+$`)
)

const (
	maxTitleLines = 3
	minBroken     = 6 // runes of a line that was broken, at least
)

// wholeTitle puts together the lines of a title of which line at is one, among the
// lines above the first sentence. It returns where it begins and what stands below it.
func (p *page) wholeTitle(at, first int) (title string, from, below int) {
	from, below = at, at+1
	if at == p.metaAt-1 && p.metaBelowTitle() {
		from, below = 0, 1
	}
	for from > 0 && below-from < maxTitleLines && p.sameTitle(from-1) {
		from--
	}
	for below < min(first, len(p.lines)-1) && below-from < maxTitleLines && p.sameTitle(below-1) {
		below++
	}
	for _, b := range p.lines[from:below] {
		text := b.text
		if spacedOut.MatchString(text) {
			text = nameGap.Replace(text)
		}
		title = joinWrapped(title, text)
	}
	return title, from, below
}

// metaBelowTitle tells whether the first line is the title although others stand between
// it and the line with the day: it names a kind of document, the last of them does not.
func (p *page) metaBelowTitle() bool {
	if p.chrome || p.metaAt < 2 || kindEnds.MatchString(p.lines[p.metaAt-1].text) {
		return false
	}
	return isTitlePart(p.lines[0]) && (kindEnds.MatchString(p.lines[0].text) || p.sameTitle(0) && p.metaAt > 2)
}

// sameTitle tells whether line i breaks off inside a title that the next line goes on
// with: it cannot end so, or only the next names the kind of document. Headlines of news
// have lines below them that say something of their own.
func (p *page) sameTitle(i int) bool {
	if i+1 >= len(p.lines) {
		return false
	}
	if marked := p.lines[i].kind == blockTitle && p.lines[i+1].kind == blockTitle; !marked && (!isTitlePart(p.lines[i]) || !isTitlePart(p.lines[i+1])) {
		return false
	}
	line, next := p.lines[i].text, p.lines[i+1].text
	if brokenOff.MatchString(line) || !closesBrackets(line) || goesOnInLatin(line, next) {
		return true
	}
	if kindEnds.MatchString(line) {
		return false
	}
	long := utf8.RuneCountInString(line) >= minBroken
	if long && (strings.HasPrefix(line, "关于") || strings.HasPrefix(line, "關於")) {
		return true
	}
	if kindAlone.MatchString(nameGap.Replace(next)) {
		return true
	}
	news := p.metaAt >= 0 || p.source != "" || p.author != ""
	return !news && kindEnds.MatchString(next) && utf8.RuneCountInString(next) >= minBroken
}

// isTitlePart tells whether a line may be part of a title: no field, number, day or
// heading that the source marks.
func isTitlePart(b block) bool {
	if b.level > 0 || b.kind != blockText && b.kind != blockHeading {
		return false
	}
	return isTitleText(b.text) && !endsSentence(b.text) && !labelled.MatchString(b.text) && !endsLeadIn(b.text) && numberingOf(b.text) == 0 &&
		!listItem.MatchString(b.text) && !chapter.MatchString(b.text) && !clause.MatchString(b.text) && !isDateLine(b.text) && !isTurn(b.text) && dayLevel(b.text) == 0
}

// closesBrackets tells whether what a line opens it closes.
func closesBrackets(line string) bool {
	for _, pair := range []string{"《》", "（）", "()", "“”", "「」", "【】"} {
		marks := []rune(pair)
		if strings.Count(line, string(marks[0])) > strings.Count(line, string(marks[1])) {
			return false
		}
	}
	return true
}

// goesOnInLatin tells whether a title in Latin letters goes on with a small one.
func goesOnInLatin(line, next string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	first, _ := utf8.DecodeRuneInString(next)
	return unicode.In(last, unicode.Latin) && unicode.In(first, unicode.Latin) && unicode.IsLower(first) && cells(line) >= narrowest && len(strings.Fields(next)) > 1
}

// joinTitles joins main headings that are one title over two lines. Others that a text
// without navigation has below its title are headings.
func (p *page) joinTitles() {
	for i := 0; i+1 < len(p.lines); i++ {
		b, next := &p.lines[i], &p.lines[i+1]
		switch {
		case b.kind != blockTitle || next.kind != blockTitle || !b.marked || p.title != b.text:
		case p.sameTitle(i):
			p.title = joinWrapped(b.text, next.text)
			next.text = p.title
			p.lines = slices.Delete(p.lines, i, i+1)
			i--
		default:
			next.kind = blockHeading
			return
		}
	}
}

// maxTitles is how many main headings name a document that has several.
const maxTitles = 3

// severalTitles makes headings of a document's main headings if there is more
// than one with a text below: each is the title of its own part only.
func (p *page) severalTitles() {
	p.joinTitles()
	var titles []string
	for i, b := range p.lines {
		if b.kind != blockTitle || p.chrome {
			continue
		}
		if i+1 == len(p.lines) || p.lines[i+1].kind == blockTitle {
			return
		}
		if len(titles) == 0 || titles[len(titles)-1] != b.text {
			titles = append(titles, b.text)
		}
	}
	if len(titles) < 2 {
		return
	}
	if p.title == titles[0] {
		p.title = strings.Join(titles[:min(len(titles), maxTitles)], "、")
		if len(titles) > maxTitles {
			p.title += "…"
		}
	}
	for i := range p.lines {
		if p.lines[i].kind == blockTitle {
			p.lines[i].kind = blockHeading
		}
	}
}

// findTitle names the article and drops the lines above it and those that
// repeat it.
func (p *page) findTitle() {
	first := p.firstSentence()
	if p.title == "" {
		at, below := -1, 0 // the title's first line, and the line below its last
		switch {
		case len(p.lines) > 0 && p.lines[0].summary: // a summary names what is folded away
		case len(p.lines) > 0 && p.lines[0].kind == blockHeading && p.lines[0].level > 0:
			at = 0
		case p.metaAt > 0 && p.metaAt <= first && !p.metaBelow():
			at = p.metaAt - 1 // the line over 发布时间
		case first > 0 && isTitleText(p.lines[0].text) && dayLevel(p.lines[0].text) == 0 && !inForm(p.lines, 0) && !isConversation(p.lines) && !opensParts(p.lines):
			at = 0
		}
		if at >= 0 {
			p.title, at, below = p.wholeTitle(at, first)
			for _, above := range p.lines[:at] {
				p.omit(OmitFurniture, above.text)
			}
			p.lines = p.lines[below:]
			p.metaAt, first = p.metaAt-below, first-below
		}
	}
	if p.title == "" {
		return
	}
	title := string(compact(p.title))
	kept := p.lines[:0]
	for i, b := range p.lines {
		text := string(compact(b.text))
		if i <= first && p.chrome && text == title {
			for _, above := range kept { // it is the page's
				p.omit(OmitFurniture, above.text)
			}
			kept = kept[:0]
			continue
		}
		short := utf8.RuneCountInString(text)
		if i <= first && (b.kind == blockTitle || short >= 6 && strings.Contains(title, text) || p.chrome && i < p.metaAt && i < first && short < 6) {
			if !strings.Contains(title, text) {
				p.omit(OmitFurniture, b.text)
			}
			continue
		}
		kept = append(kept, b)
	}
	p.metaAt -= len(p.lines) - len(kept)
	p.lines = kept
}

// metaBelow tells whether what describes the article stands below most of its text.
func (p *page) metaBelow() bool {
	above, below := 0, 0
	for i, b := range p.lines {
		if i < p.metaAt-1 {
			above += utf8.RuneCountInString(b.text)
		} else if i >= p.metaAt {
			below += utf8.RuneCountInString(b.text)
		}
	}
	return above > below
}

// isTitleText accepts headlines, longer than headings and with exclamations.
func isTitleText(line string) bool {
	n := utf8.RuneCountInString(line)
	return n >= 2 && n <= 120 && !strings.HasSuffix(line, "。") && !strings.Contains(line, "。") && !strings.HasSuffix(line, "，")
}
