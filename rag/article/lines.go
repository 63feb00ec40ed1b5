package article

import (
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// textLine is a line of a plain document.
type textLine struct {
	text  string // without blanks at either end
	blank bool   // an empty line stands before it
	// indented says that the line began with blanks.
	indented bool
	indent   int // of the blanks, in cells
}

// splitLines returns the lines that hold something.
func splitLines(text string) []textLine {
	var lines []textLine
	blank := false
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(zhtext.Clean(strings.ReplaceAll(line, "\u00a0", " ")), " \t\f\v\u3000")
		trimmed := strings.TrimLeft(line, " \t\f\v\u3000")
		if trimmed == "" {
			blank = true
			continue
		}
		blanks := line[:len(line)-len(trimmed)]
		lines = append(lines, textLine{text: trimmed, blank: blank, indented: blanks != "", indent: cells(blanks) + (tabStop-1)*strings.Count(blanks, "\t")})
		blank = false
	}
	return lines
}

// unwrap makes paragraphs of lines: a line each, or, where an editor broke the
// lines at a fixed width, as far as the next empty line, indentation or number,
// or a line that had room left. Tables that blanks lay out become rows.
func unwrap(lines []textLine) []block {
	tables := laidOutTables(lines)
	if len(tables) == 0 {
		return unwrapText(lines, wrapWidth(lines))
	}
	var texts []textLine
	done := 0
	for _, t := range tables {
		texts = append(texts, lines[done:t.from]...)
		done = t.to
	}
	wrapped := wrapWidth(append(texts, lines[done:]...))
	var out []block
	done = 0
	for _, t := range tables {
		out = append(append(out, unwrapText(lines[done:t.from], wrapped)...), t.blocks()...)
		done = t.to
	}
	return append(out, unwrapText(lines[done:], wrapped)...)
}

// unwrapText makes paragraphs of lines that were broken at a width.
func unwrapText(lines []textLine, wrapped int) []block {
	var out []block
	var open joiner
	previous, names, day := 0, false, 0 // of the line before: its width, whether it names who speaks, its dayLevel
	for i, l := range lines {
		above, dayAbove := names, day
		names, day = turnHead.MatchString(l.text), dayLevel(l.text)
		if i > 0 && !belongsAbove(l) && (names || above || wrapped == 0 || l.blank || l.indented || previous < wrapped*3/4 || opensItem(lines, i) || fields(lines, i) || day > 0 || dayAbove > 0) {
			out = append(out, block{text: open.String()})
			open = joiner{}
		}
		open.add(l.text)
		previous = cells(l.text)
	}
	if len(lines) > 0 {
		out = append(out, block{text: open.String()})
	}
	return out
}

// belongsAbove tells whether a line begins with a mark that no line can begin with: an
// editor that counts characters broke the line in front of it.
func belongsAbove(l textLine) bool {
	first, _ := utf8.DecodeRuneInString(l.text)
	return !l.blank && strings.ContainsRune("。，、；：！？）》」』”", first)
}

// opensItem tells whether line i begins a clause, an item of a list or what somebody
// says, and does not go on with a sentence that names one.
func opensItem(lines []textLine, i int) bool {
	line, above := lines[i].text, lines[i-1].text
	if isTurn(line) {
		return true
	}
	if l, ok := readPartLine(line); ok && l.may && l.way >= numberedDecimal && (len(l.number) > 1 || l.way == numberedChapter) && endsSentence(above) {
		return true
	}
	return clause.MatchString(line) || chapter.MatchString(line) && isHeadingText(line) || listItem.MatchString(line) && (endsSentence(above) || endsLeadIn(above))
}

// fields tells whether lines i and the one above or below it are fields of a form.
func fields(lines []textLine, i int) bool {
	return areFields(lines[i-1].text, lines[i].text) || i+1 < len(lines) && areFields(lines[i].text, lines[i+1].text)
}

// wrapWidth is the width at which the lines were broken, in cells, 0 when
// each line is a paragraph: most lines that have a next one directly below
// break off before their sentence ends, near a common width. A line above a number
// ends its paragraph either way. Among numbers few lines are enough, if all of
// them break off.
func wrapWidth(lines []textLine) int {
	width, inside, open, numbers := 0, 0, 0, 0
	for i := 0; i+1 < len(lines); i++ {
		if opensItem(lines, i+1) {
			numbers++
		}
		if lines[i+1].blank || lines[i+1].indented {
			continue
		}
		width = max(width, cells(lines[i].text))
		if endsItem(lines, i) {
			continue
		}
		inside++
		if !endsSentence(lines[i].text) {
			open++
		}
	}
	if width < narrowest {
		return 0
	}
	sure := numbers >= 3 && open == inside && width >= shortLine && width <= 160
	if !sure && (inside < 3 || open*2 < inside || width > 140) {
		return 0
	}
	near := 0
	for i := 0; i+1 < len(lines); i++ {
		if !lines[i+1].blank && !lines[i+1].indented && !endsItem(lines, i) && cells(lines[i].text) >= width*3/4 {
			near++
		}
	}
	if near*3 < inside*2 {
		return 0
	}
	return width
}

// narrowest is the least width, in cells, at which an editor breaks lines. Shorter
// lines are a list.
const narrowest = 24

// endsItem tells whether line i says nothing of the width: a number follows, or it
// is a mark that found no room above.
func endsItem(lines []textLine, i int) bool {
	return opensItem(lines, i+1) || runeLen(lines[i].text) == 1
}

// cells is the width of a line: a Chinese character takes two.
func cells(s string) int {
	n := 0
	for _, r := range s {
		if r < 0x2000 {
			n++
		} else {
			n += 2
		}
	}
	return n
}

// joinWrapped joins two parts of a line that was broken.
func joinWrapped(a, b string) string {
	var j joiner
	j.add(a)
	j.add(b)
	return j.String()
}

// joiner puts together lines that were broken: with a blank only between Latin
// words. It takes time in proportion to the text.
type joiner struct {
	strings.Builder
	last rune // of what has been written
}

func (j *joiner) add(line string) {
	if line == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(line)
	if j.Len() > 0 && needsBlank(j.last, first) {
		j.WriteByte(' ')
	}
	j.WriteString(line)
	j.last, _ = utf8.DecodeLastRuneInString(line)
}

func needsBlank(last, first rune) bool {
	if !isWordRune(first) || isDigit(last) && isDigit(first) {
		return false
	}
	return isWordRune(last) || last < 0x80 && strings.ContainsRune(".,;:!?)", last)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isWordRune(r rune) bool {
	return isDigit(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || 0xc0 <= r && r < 0x2000
}

// parseLines reads a document of plain paragraphs: a text file, or a page
// copied from a web site with what stood around the text.
func parseLines(blocks []block, m meta, opts Options) draft {
	return assemble(blocks, m, opts)
}

// splitAggregate cuts a document at lines that hold nothing but a separator
// and returns the articles. Teasers, which break off with an ellipsis, are left
// out, and so is what stands between them. A separator inside an article
// divides its sections: what follows it has no headline.
func splitAggregate(lines []textLine, opts Options) [][]textLine {
	var parts [][]textLine
	start := 0
	for i := 0; i <= len(lines); i++ {
		if i == len(lines) || isSeparator(lines[i].text) {
			if i > start {
				parts = append(parts, lines[start:i:i])
			}
			start = i + 1
		}
	}
	if len(parts) < 2 {
		kept := cutTeasers(lines)
		omitLines(opts, lines[len(kept):])
		return [][]textLine{kept}
	}
	teasers := 0
	for _, p := range parts {
		if isTeaser(p) {
			teasers++
		}
	}
	var kept [][]textLine
	var left []textLine
	for i, p := range parts {
		short := len(p) <= 2 && teasers*2 >= len(parts)-1
		switch {
		case isTeaser(p) && (i > 0 || len(p) < 3), i > 0 && teasers > 0 && short:
			left = append(left, p...)
		case len(kept) > 0 && (len(p) == 1 || !isTitleText(p[0].text) || endsSentence(p[0].text)):
			last := len(kept) - 1
			kept[last] = append(kept[last], p...)
		default:
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 { // nothing but teasers: there is no better text
		return parts
	}
	omitLines(opts, left)
	return kept
}

func omitLines(opts Options, lines []textLine) {
	for _, l := range lines {
		opts.omit(OmitRelated, l.text)
	}
}

// cutTeasers takes off the teasers that follow an article without separators:
// at least two pairs of a headline and a line that breaks off.
func cutTeasers(lines []textLine) []textLine {
	end, pairs := len(lines), 0
	for end >= 2 && isTeaser(lines[end-1:end]) && isTitleText(lines[end-2].text) && !endsSentence(lines[end-2].text) &&
		runeLen(lines[end-2].text) < 60 && runeLen(lines[end-1].text) > 30 {
		end -= 2
		pairs++
	}
	if pairs < 2 || end < 2 {
		return lines
	}
	return lines[:end]
}

func runeLen(s string) int { return utf8.RuneCountInString(s) }

func isSeparator(line string) bool {
	return utf8.RuneCountInString(line) <= 120 && !columnRuler.MatchString(line) && strings.Trim(line, "-－—–_=＝*＊·.~～#＃+ \t　") == ""
}

// isTeaser tells whether a part is the beginning of an article that stands
// somewhere else.
func isTeaser(part []textLine) bool {
	last := part[len(part)-1].text
	if !strings.HasSuffix(last, "...") && !strings.HasSuffix(last, "…") {
		return false
	}
	n := 0
	for _, l := range part {
		n += utf8.RuneCountInString(l.text)
	}
	return len(part) <= 3 && n <= 400
}
