package article

import (
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// block is a piece of a page between two breaks.
type block struct {
	text string
	kind blockKind
	// links is the share of the text that stands inside links.
	links float64
}

type blockKind int

const (
	blockText blockKind = iota
	blockHeading
	blockTitle // the page's main heading
	blockItem  // of a list or table: never a heading
)

// maxHeadings is how many headings may stand over one paragraph. More in a row
// are a list.
const maxHeadings = 3

// page is what assemble knows about a page while it takes the article out.
type page struct {
	meta
	lines  []block
	chrome bool // the page carries navigation and the like
	// metaAt is where the first line of metadata stood, -1 without one.
	metaAt int
}

// assemble takes the article out of a page's blocks.
func assemble(blocks []block, m meta, opts Options) draft {
	p := sift(blocks, m)
	p.findTitle()
	p.dropTail()
	body := p.paragraphs()
	for i := len(body) - 1; i >= 0 && i >= len(body)-2; i-- {
		body[i] = cutClosingByline(body[i], &p.meta)
	}
	for _, text := range body[:min(len(body), 3)] {
		if at := inlineByline.FindStringSubmatch(text[:min(len(text), 600)]); at != nil {
			p.credit(at[1], at[2])
		}
	}
	p.published = clampYear(p.published, opts.now())
	if p.published.IsZero() {
		p.published = leadDate(p.title, body, opts.now())
	}
	return draft{meta: p.meta, paragraphs: body}
}

// sift drops what is not text and reads what describes it.
func sift(blocks []block, m meta) *page {
	p := &page{meta: m, metaAt: -1}
	for i, b := range blocks {
		b.text = strings.TrimSpace(zhtext.Clean(b.text))
		switch {
		case b.text == "":
		case b.kind == blockTitle:
			if p.title == "" {
				p.title = b.text
			}
			p.lines = append(p.lines, b)
		case tailMark.MatchString(b.text[:min(len(b.text), 60)]) && utf8.RuneCountInString(b.text) < 16 && p.mostlyRead(blocks[i:]):
			return p
		case readMetaLine(b.text, &p.meta):
			p.chrome = p.chrome || p.metaAt >= 0
			if p.metaAt < 0 {
				p.metaAt = len(p.lines)
			}
		case isFurniture(b.text):
			// The note of another title is no sign of a whole page.
			p.chrome = p.chrome || !strings.HasPrefix(b.text, "原标题")
		case isCaption(b.text), readByline(b.text, &p.meta):
		case b.links > 0.7 && !endsSentence(b.text):
			p.chrome = true
		default:
			b.text = cutPhotoCredit(b.text)
			if n := len(p.lines); n > 0 && p.lines[n-1].text == b.text {
				continue // a page that shows a line twice
			}
			p.lines = append(p.lines, b)
		}
	}
	return p
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

// findTitle names the article and drops the lines above it and those that
// repeat it.
func (p *page) findTitle() {
	first := p.firstSentence()
	if p.title == "" {
		at := -1
		switch {
		case p.metaAt > 0 && p.metaAt <= first:
			at = p.metaAt - 1 // the line over 发布时间
		case first > 0 && isTitleText(p.lines[0].text):
			at = 0
		}
		if at >= 0 {
			p.title = p.lines[at].text
			p.lines = p.lines[at+1:]
			p.metaAt, first = p.metaAt-at-1, first-at-1
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
			kept = kept[:0] // what stands over the title is the page's
			continue
		}
		short := utf8.RuneCountInString(text)
		if i <= first && (b.kind == blockTitle || short >= 6 && strings.Contains(title, text) || p.chrome && i < p.metaAt && i < first && short < 6) {
			continue
		}
		kept = append(kept, b)
	}
	p.metaAt -= len(p.lines) - len(kept)
	p.lines = kept
}

// isTitleText accepts headlines, longer than headings and with exclamations.
func isTitleText(line string) bool {
	n := utf8.RuneCountInString(line)
	return n >= 2 && n <= 120 && !strings.HasSuffix(line, "。") && !strings.Contains(line, "。") && !strings.HasSuffix(line, "，")
}

// firstSentence is the index of the first line that is running text.
func (p *page) firstSentence() int {
	for i, b := range p.lines {
		if b.kind != blockTitle && b.kind != blockHeading && (endsSentence(b.text) && utf8.RuneCountInString(b.text) > 12 && strings.ContainsAny(b.text, "。，,.") || utf8.RuneCountInString(b.text) > 120) {
			return i
		}
	}
	return len(p.lines)
}

// dropTail takes off what a page with navigation carries below the text: short
// lines that are no sentences.
func (p *page) dropTail() {
	if !p.chrome {
		return
	}
	end := len(p.lines)
	for end > 0 {
		b := p.lines[end-1]
		if b.kind == blockItem && b.links < 0.5 || endsSentence(b.text) || utf8.RuneCountInString(b.text) > 44 {
			break
		}
		end--
	}
	if end > 0 {
		p.lines = p.lines[:end]
	}
}

// paragraphs joins headings to the text below them. The lines of a deck (the
// headlines under the title) are a paragraph of their own.
func (p *page) paragraphs() []string {
	var out, heads []string
	flush := func() {
		if len(heads) > maxHeadings || len(out) == 0 && len(heads) > 1 && p.title != "" {
			if len(out) == 0 && len(heads) <= 2*maxHeadings {
				out = append(out, strings.Join(heads, "\n"))
			} else {
				out = append(out, heads...)
			}
			heads = nil
		}
	}
	for i, b := range p.lines {
		heading := b.kind == blockHeading || b.kind == blockText && isHeadingText(b.text)
		if i == p.metaAt && len(out) == 0 && len(heads) > 0 {
			// What stands between the title and the date or source is the deck.
			out = append(out, strings.Join(heads, "\n"))
			heads = nil
		}
		if heading {
			heads = append(heads, oneLine(b.text))
			continue
		}
		if len(out) == 0 && p.title != "" && strings.HasSuffix(b.text, "——") && utf8.RuneCountInString(b.text) < 30 {
			continue // leads over to a headline and says nothing without it
		}
		flush()
		text := b.text
		if len(heads) > 0 {
			text = strings.Join(heads, "\n") + "\n" + text
			heads = nil
		}
		out = append(out, text)
	}
	flush()
	return append(out, heads...)
}

func compact(s string) []rune {
	text, _ := zhtext.Compact(s)
	return text
}
