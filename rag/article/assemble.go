package article

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// block is a piece of a page between two breaks.
type block struct {
	text string
	kind blockKind
	// level is a heading's, from 1; 0 when the source shows none.
	level int
	page  int // see Paragraph.Page
	// links is the share of the text that stands inside links.
	links float64
	// marked says that the source shows by its form that this is text: Markdown,
	// a word processor.
	marked bool
	// soft says that it stands where pages keep what is no text: a footer, a form.
	soft bool
	// summary says that it stands in front of a fold, turn that it is what somebody says
	// in a conversation.
	summary, turn bool
	// under is a part of the Section besides the headings, a table's caption.
	under string
	// fold is what can be folded away with a summary in front, nil outside of one.
	fold *fold
}

type blockKind int

const (
	blockText blockKind = iota
	blockHeading
	blockTitle // the page's main heading
	blockItem  // of a list: never a heading
	blockRow   // of a table, with the words of its headers
	blockCode  // verbatim, with its line breaks
	blockNote  // a caption or a footnote: never a heading, never joined
)

// maxHeadings is how many headings may stand over one paragraph. More in a row
// are a list.
const maxHeadings = 3

// page is what assemble knows about a page while it takes the article out.
type page struct {
	meta
	lines  []block
	chrome bool // the page carries navigation and the like
	// dates is how many lines hold nothing but a date that may be the article's.
	dates int
	// headings counts those that the source marks; running says that a sentence
	// has been read.
	headings int
	running  bool
	// parts says that headings are numbered.
	parts bool
	// left is what has been taken out so far.
	left []leftOut
	// metaAt is where the first line of metadata stood, -1 without one.
	metaAt int
	// own are fields that the text gives again and again, see ownFields.
	own map[string]bool
}

type leftOut struct {
	reason OmissionReason
	text   string
}

func (p *page) omit(reason OmissionReason, text string) {
	p.left = append(p.left, leftOut{reason, text})
}

// assemble takes the article out of a page's blocks. What has text ends with at
// least one paragraph, even if all of it looks like what stands around a text.
func assemble(blocks []block, m meta, opts Options) draft {
	blocks, talk := joinTurns(blocks)
	p := sift(blocks, m, opts.now())
	p.severalTitles()
	p.findTitle()
	if p.title == "" && talk != nil {
		p.title = talk.title()
	}
	p.markLists()
	p.dropTail()
	body := p.paragraphs()
	if len(body) == 0 {
		body, p.left = everything(blocks), nil
	}
	for i := len(body) - 1; i >= 0 && i >= len(body)-2; i-- {
		body[i].Text = cutClosingByline(body[i].Text, &p.meta)
	}
	for _, b := range body[:min(len(body), 3)] {
		if at := inlineByline.FindStringSubmatch(b.Text[:min(len(b.Text), 600)]); at != nil {
			p.credit(at[1], at[2])
		}
	}
	p.published = clampYear(p.published, opts.now())
	if p.published.IsZero() {
		p.published = leadDate(p.title, paragraphTexts(body), opts.now())
	}
	for _, l := range p.left {
		opts.omit(l.reason, l.text)
	}
	return draft{meta: p.meta, paragraphs: body}
}

// everything is the blocks as they are, a paragraph each.
func everything(blocks []block) []Paragraph {
	var out []Paragraph
	for _, b := range blocks {
		if text := strings.TrimSpace(zhtext.Clean(b.text)); hasWords(text) {
			out = append(out, Paragraph{Text: text, Page: b.page})
		}
	}
	return out
}

func paragraphTexts(paragraphs []Paragraph) []string {
	out := make([]string, len(paragraphs))
	for i, p := range paragraphs {
		out[i] = p.Text
	}
	return out
}

// sift drops what is not text and reads what describes it.
func sift(blocks []block, m meta, now time.Time) *page {
	p := &page{meta: m, metaAt: -1, own: ownFields(blocks)}
	for _, b := range blocks {
		if b.kind != blockTitle && isDateLine(b.text) && saysPublished(b.text) {
			p.dates++
		}
	}
	for i, b := range blocks {
		if n := len(p.lines); n > 0 && !p.running {
			p.running = isRunning(p.lines[n-1])
		}
		if b.level > 0 {
			p.headings++
		}
		b.text = strings.TrimSpace(zhtext.Clean(b.text))
		if b.kind == blockCode {
			b.text = strings.Trim(zhtext.Clean(blocks[i].text), "\n")
		}
		switch {
		case b.text == "":
		case b.kind == blockTitle:
			if p.title == "" {
				p.title = b.text
			}
			p.lines = append(p.lines, b)
		case b.kind == blockRow, b.kind == blockCode, b.turn, isTurn(b.text), b.kind == blockNote && !isCaption(b.text), b.kind == blockHeading && b.level > 0 && !tailMark.MatchString(b.text):
			p.lines = append(p.lines, b)
		case tailMark.MatchString(b.text[:min(len(b.text), 60)]) && utf8.RuneCountInString(b.text) < 16 && p.mostlyRead(blocks[i:]):
			for _, rest := range blocks[i:] {
				p.omit(OmitRelated, rest.text)
			}
			return p
		case b.kind == blockText && weakKey.MatchString(b.text) && inForm(blocks, i):
			p.describes(blocks, i, now)
			p.lines = append(p.lines, b)
		case p.describes(blocks, i, now):
			if p.signs(b) {
				p.lines = append(p.lines, b)
				continue
			}
			p.omit(OmitMetadata, b.text)
			p.chrome = p.chrome || p.metaAt >= 0
			if p.metaAt < 0 {
				p.metaAt = len(p.lines)
			}
		case isFurniture(b.text):
			// The note of another title is no sign of a whole page.
			p.chrome = p.chrome || !strings.HasPrefix(b.text, "原标题")
			p.omit(OmitFurniture, b.text)
		case isCaption(b.text):
			p.omit(OmitCaption, b.text)
		case readByline(b.text, &p.meta):
			p.omit(OmitMetadata, b.text)
		case b.soft && !endsSentence(b.text):
			p.chrome = true
			p.omit(OmitFurniture, b.text)
		case b.links > 0.7 && !endsSentence(b.text) && !b.marked:
			p.chrome = true
			p.omit(OmitFurniture, b.text)
		default:
			text := cutPhotoCredit(b.text)
			if len(text) < len(b.text) {
				p.omit(OmitCaption, b.text[len(text):])
			}
			b.text = text
			if n := len(p.lines); n > 0 && p.lines[n-1].text == b.text {
				p.omit(OmitRepeated, b.text)
				continue // a page that shows a line twice
			}
			p.lines = append(p.lines, b)
		}
	}
	return p
}

// fieldLine is a line that gives a field and its value.
var fieldLine = regexp.MustCompile(`^\s*([^：:\n]{2,10}?)\s*[：:]\s*(\S.*)$`)

// ownFields are the fields that stand with another value over text each time, as the day of
// each version of a program does: they are said of the parts of a text and not of the article.
func ownFields(blocks []block) map[string]bool {
	values := map[string]map[string]bool{}
	for i, b := range blocks[:max(0, len(blocks)-1)] {
		m, next := fieldLine.FindStringSubmatch(strings.TrimSpace(b.text)), blocks[i+1]
		if m == nil || next.links > 0.5 || next.kind != blockItem && !endsSentence(next.text) {
			continue
		}
		if values[m[1]] == nil {
			values[m[1]] = map[string]bool{}
		}
		values[m[1]][m[2]] = true
	}
	own := map[string]bool{}
	for field, of := range values {
		own[field] = len(of) > 1
	}
	return own
}

// describes tells whether a line is about the article and was taken into what is
// known of it. Dates that stand again and again, or below a heading inside the
// text, are the text's own, and so are those of what it announces.
func (p *page) describes(blocks []block, i int, now time.Time) bool {
	line := blocks[i].text
	if m := fieldLine.FindStringSubmatch(line); m != nil && p.own[m[1]] {
		return false
	}
	if (p.dates > 1 || p.headings > 1) && isDateLine(line) && !metaStart.MatchString(line) {
		return false
	}
	if p.running && !p.chrome && weakKey.MatchString(line) {
		return false
	}
	m := p.meta
	m.published = time.Time{}
	if !readMetaLine(line, &m) {
		return false
	}
	if day := m.published; !day.IsZero() && !p.publishes(blocks, i, day, now) {
		return false
	}
	if !p.published.IsZero() {
		m.published = p.published
	}
	p.meta = m
	return true
}

// mostlyRead tells whether what has been sifted outweighs the sentences to come.
func (p *page) mostlyRead(rest []block) bool {
	read, left := 0, 0
	for _, b := range p.lines {
		if endsSentence(b.text) {
			read += len(b.text)
		}
	}
	for _, b := range rest {
		if endsSentence(b.text) && b.links < 0.5 {
			left += len(b.text)
		}
	}
	return read > 0 && read >= left
}

// firstSentence is the index of the first line that is running text.
func (p *page) firstSentence() int {
	for i, b := range p.lines {
		if isRunning(b) {
			return i
		}
	}
	return len(p.lines)
}

func isRunning(b block) bool {
	return b.kind != blockTitle && b.kind != blockHeading && (endsSentence(b.text) && utf8.RuneCountInString(b.text) > 12 && strings.ContainsAny(b.text, "。，,.") || utf8.RuneCountInString(b.text) > 120)
}

// tellsHow is a field right below a text that says where to turn and when.
var tellsHow = regexp.MustCompile(`^[\p{Han}]{0,6}(?:电话|電話|热线|熱線|手机|微信号?|QQ|邮箱|郵箱|电子邮件|联系人|聯絡人|联系方式|聯絡方式|地址|地點|地点|时间|時間|费用|費用|票价|票價|报名|報名|附件)[\p{Han}]{0,4}\s*[:：]\s*\S`)

// maxSigned is how many short lines may stand between a text and such a field: who
// signs, and when.
const maxSigned = 3

// dropTail takes off what a page with navigation carries below the text: short
// lines that are no sentences and no fields that the text ends with.
func (p *page) dropTail() {
	if !p.chrome {
		return
	}
	end := len(p.lines)
	for end > 0 {
		b := p.lines[end-1]
		if (b.kind == blockItem || b.marked) && b.links < 0.5 || b.kind >= blockRow || endsSentence(b.text) || utf8.RuneCountInString(b.text) > 44 {
			break
		}
		end--
	}
	if end == 0 {
		return
	}
	for i := end; i < min(len(p.lines), end+maxSigned) && p.lines[i].links == 0; i++ {
		if tellsHow.MatchString(p.lines[i].text) {
			end = i + 1
		}
	}
	for _, b := range p.lines[end:] {
		p.omit(OmitFurniture, b.text)
	}
	p.lines = p.lines[:end]
}

// paragraphs joins headings to the text below them. The lines of a deck (the
// headlines under the title) are a paragraph of their own.
func (p *page) paragraphs() []Paragraph {
	var s sections
	var heads, over []string // the headings that wait for a text, and what each stands below
	page := 0                // of the heads
	bare := false            // whether the last of them is no marked heading
	flush := func() {
		if len(heads) > maxHeadings || len(s.out) == 0 && len(heads) > 1 && p.title != "" && len(s.path) == 0 {
			if len(s.out) == 0 && len(heads) <= 2*maxHeadings {
				s.plain(page, strings.Join(heads, "\n"))
			} else {
				s.plainBelow(page, heads, over)
			}
			heads, over = nil, nil
		}
	}
	p.markParts()
	asks, days, dashed := asksAndAnswers(p.lines), schedule(p.lines), dashedHeadings(p.lines)
	scheduled := len(days) // below which no day or hour comes
	for scheduled > 0 && days[scheduled-1] == 0 {
		scheduled--
	}
	for i, b := range p.lines {
		if b.fold != s.fold {
			if len(heads) > 0 && !b.fold.within(s.fold) { // nothing stands below them
				s.plainBelow(page, heads, over)
				heads, over = nil, nil
			}
			s.turn(b.fold)
		}
		level := max(b.level, days[i])
		if at := chapter.FindStringSubmatch(b.text); at != nil && b.kind == blockText {
			level = chapterLevels[at[1]]
			if name := strings.TrimSuffix(b.text, "。"); isBareName(strings.TrimLeft(name[strings.Index(name, at[1])+len(at[1]):], " 　:：、")) {
				b.text = name
			}
		}
		if s.inDay() && level == 0 && (numbered.MatchString(b.text) || i > scheduled && opensPart(p.lines, i)) {
			s.leave(levelDay)
		}
		attributed := !dashed && len(heads) == 0 && i > 0 && attribution.MatchString(b.text) && endsSentence(p.lines[i-1].text)
		heading := b.kind == blockHeading || b.kind == blockTitle || level > 0 || b.kind == blockText && !isTurn(b.text) && !s.inDay() && !isFact(b.text) && (isHeadingText(b.text) && !inForm(p.lines, i) && !clause.MatchString(b.text) && !attributed && !s.continues(b) || asks && isQuestionLine(b.text))
		if i == p.metaAt && len(s.out) == 0 && len(heads) > 0 && len(s.path) == 0 {
			// What stands between the title and the date or source is the deck.
			s.plain(page, strings.Join(heads, "\n"))
			heads, over = nil, nil
		}
		if heading {
			if len(heads) == 0 {
				page, bare = b.page, false
			}
			if level > 0 && bare { // they stand below the heading before
				s.out = append(s.out, Paragraph{Text: strings.Join(heads, "\n"), Section: s.section(), Page: page})
				heads, over, page = nil, nil, b.page
			}
			bare = level == 0
			text := oneLine(b.text)
			heads = append(heads, text)
			switch {
			case level > 0:
				s.enter(text, level)
			case asks && isQuestionLine(b.text):
				s.enter(text, levelPart)
			}
			if b.summary {
				s.base = len(s.path)
			}
			over = append(over, s.parentOf(text))
			continue
		}
		if len(s.out) == 0 && p.title != "" && strings.HasSuffix(b.text, "——") && utf8.RuneCountInString(b.text) < 30 {
			p.omit(OmitFurniture, b.text) // leads over to a headline and says nothing without it
			continue
		}
		flush()
		if p.parts {
			s.endPart(b)
		}
		s.add(b, heads)
		heads, over = nil, nil
	}
	flush()
	if slices.ContainsFunc(heads, isDateLine) { // who signed, and when
		heads = []string{strings.Join(heads, "\n")}
	}
	s.plainBelow(page, heads, over)
	return s.out
}

// asksAndAnswers tells whether a text is made of questions and what answers
// them: at least two short lines that ask, each with a text below that does not.
func asksAndAnswers(lines []block) bool {
	n := 0
	for i, b := range lines {
		if b.kind != blockText || !isQuestionLine(b.text) {
			continue
		}
		if i+1 == len(lines) || isQuestionLine(lines[i+1].text) {
			return false
		}
		n++
	}
	return n > 1
}

// isQuestionLine accepts a line that is one question and nothing else.
func isQuestionLine(line string) bool {
	n := utf8.RuneCountInString(line)
	return n >= 4 && n <= 44 && (strings.HasSuffix(line, "？") || strings.HasSuffix(line, "?")) && !strings.ContainsAny(line, "。！；\n“「") && !question.MatchString(line)
}

func compact(s string) []rune {
	text, _ := zhtext.Compact(s)
	return text
}
