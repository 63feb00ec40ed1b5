package article

import (
	"regexp"
	"slices"
	"strings"
)

// onPages gives the rows with the pages that they stand on.
func (t *laidOut) onPages(pageOf func(line int) int) []block {
	heads := max(t.headers, 0)
	var out []block
	for from := heads; from < len(t.rows); {
		part := *t
		part.page = pageOf(t.lines[from])
		part.rows = slices.Clone(t.rows[:heads])
		for ; from < len(t.rows) && pageOf(t.lines[from]) == part.page; from++ {
			part.rows = append(part.rows, t.rows[from])
		}
		blocks := part.blocks()
		for i := range blocks {
			blocks[i].page = part.page
		}
		out = append(out, blocks...)
	}
	return out
}

// drawTables draws the tables of a text in Markdown as Markdown has them, for it makes
// one of the blanks that set columns apart.
func drawTables(source string) string {
	if !gap.MatchString(source) {
		return source
	}
	all := strings.Split(source, "\n")
	var lines []textLine
	var at []int // the place of each among all
	inside, blank := "", false
	for i, line := range all {
		if mark := fence.FindStringSubmatch(line); mark != nil {
			if inside == "" {
				inside = mark[1]
			} else if strings.HasPrefix(mark[1], inside) {
				inside = ""
			}
			blank = true
			continue
		}
		l := splitLines(line)
		if blank = blank || len(l) == 0 || inside != ""; len(l) == 0 || inside != "" {
			continue
		}
		l[0].blank, blank = blank, false
		lines, at = append(lines, l[0]), append(at, i)
	}
	tables := laidOutTables(lines)
	if len(tables) == 0 {
		return source
	}
	var out []string
	done := 0
	for _, t := range tables {
		from, to := at[t.from], at[t.to-1]+1
		if strings.Contains(strings.Join(all[from:to], ""), "|") {
			continue
		}
		out = append(append(append(out, all[done:from]...), t.draw()...), "")
		done = to
	}
	return strings.Join(append(out, all[done:]...), "\n")
}

// draw is the table in Markdown.
func (t *laidOut) draw() []string {
	out := []string{""}
	if t.form {
		for _, b := range t.blocks() {
			out = append(out, b.text, "")
		}
		return out
	}
	for i, row := range t.rows {
		line := "|"
		for _, c := range row {
			if !c.left {
				line += " " + c.text
			}
			line += " |"
		}
		if out = append(out, line); i == 0 {
			out = append(out, "|"+strings.Repeat(" --- |", len(row)))
		}
	}
	return out
}

// layOutBlocks makes rows of the lines of blocks that blanks or tabulators lay out. Elsewhere
// a tabulator is a blank.
func layOutBlocks(blocks []block) []block {
	var out []block
	for i := 0; i < len(blocks); {
		from := i
		for i < len(blocks) && blocks[i].kind == blockText && blocks[i].level == 0 {
			i++
		}
		out = append(out, layOutTexts(blocks[from:i])...)
		if i < len(blocks) {
			out = append(out, blocks[i])
			i++
		}
	}
	for i := range out {
		if out[i].kind != blockCode {
			out[i].text = tabulators.ReplaceAllString(out[i].text, " ")
		}
	}
	return out
}

var tabulators = regexp.MustCompile(`[ ]*\t[ \t]*`)

// layOutTexts does so in blocks that are nothing but text.
func layOutTexts(blocks []block) []block {
	var lines []textLine
	var of []int // the block that each stands in
	for i, b := range blocks {
		for _, l := range splitLines(b.text) {
			lines, of = append(lines, l), append(of, i)
		}
	}
	tables := laidOutTables(lines)
	if len(tables) == 0 {
		return blocks
	}
	var out []block
	texts := func(from, to int) {
		for from < to {
			b, end := blocks[of[from]], from+1
			for end < to && of[end] == of[from] {
				end++
			}
			b.text = lines[from].text
			for _, l := range lines[from+1 : end] {
				b.text += "\n" + l.text
			}
			out = append(out, b)
			from = end
		}
	}
	done := 0
	for _, t := range tables {
		texts(done, t.from)
		t.page = blocks[of[t.from]].page
		out = append(out, t.blocks()...)
		done = t.to
	}
	texts(done, len(lines))
	return out
}
