package article

import (
	"encoding/csv"
	"html"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// reStructuredText and AsciiDoc have no library for Go that is kept up and gives
// more than HTML of its own kind. What matters for paragraphs is read here and
// written as Markdown: headings, lists, tables, blocks of code, metadata, and the
// text inside directives. Directives that bring in other files, pictures and tables
// of contents are left out and told of.

var (
	rstDirective = regexp.MustCompile(`(?m)^\.\. (?:[a-z][\w-]*|[a-z]+:[a-z-]+)::(?:\s|$)`)
	rstUnderline = regexp.MustCompile("^(?:=+|-+|~+|\\^+|\"+|'+|`+|#+|\\*+|\\++|\\.+|:+|_+)$")
	rstRole      = regexp.MustCompile("(?::[\\w:+.-]+:)?`([^`<>]+?)(?:\\s*<[^<>`]*>)?`_{0,2}")
	rstBlock     = regexp.MustCompile(`^(\s*)\.\. (?:\|[^|]+\| )?([\w:+.-]+)::\s*(.*)$`)
	rstOption    = regexp.MustCompile(`^\s*:([\w -]+):\s*(.*)$`)
	rstField     = regexp.MustCompile(`^\s*:([\p{L}\d_ -]+):(?:\s+(.*))?$`)
	rstFootnote  = regexp.MustCompile(`^\.\. \[(?:#?([^\s\[\]]{1,40}))\]\s*(.*)$`)
	rstNoteMark  = regexp.MustCompile(`\[#?([^\s\[\]]{1,40})\]_(\W|$)`)
	rstItem      = regexp.MustCompile(`^(?:[-*+•|]|(?:\d{1,3}|#)\.|\d{1,3}\)|\.\.)(?:\s|$)`)
	// rstLetter numbers an item in a way that Markdown does not know.
	rstLetter    = regexp.MustCompile(`^(?:\(?(?:[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})[.)]|\(\d{1,3}\)) +\S`)
	rstBorder    = regexp.MustCompile(`^\s*=+(?:\s+=+)+\s*$`)
	rstGrid      = regexp.MustCompile(`^\s*\+(?:[-=]+\+)+\s*$`)
	adocTitle    = regexp.MustCompile(`(?m)^= \S`)
	adocSection  = regexp.MustCompile(`(?m)^={2,6} \S|^\|===$|^\[source`)
	adocHead     = regexp.MustCompile(`^(={1,6}) (\S.*)$`)
	adocFence    = regexp.MustCompile(`^(?:-{4,}|\.{4,}|\x60{3,}.*)$`)
	adocFrame    = regexp.MustCompile(`^(?:={4,}|\*{4,}|_{4,}|--|\+{4,})$`)
	adocMacro    = regexp.MustCompile(`^(?:image|include|toc|video|audio)::`)
	adocLink     = regexp.MustCompile(`(?:link:|xref:|mailto:)?(?:https?://)?[^\s\[\]]*\[([^\[\]]*)\]`)
	adocLinkHead = regexp.MustCompile(`(?:link:|xref:|mailto:|https?://)[^\s\[\]]+\[[^\[\]]*\]`)
	adocItem     = regexp.MustCompile(`^([*.-]+) (\S.*)$`)
	adocAttr     = regexp.MustCompile(`^:!?([\w-]+)!?:\s*(.*)$`)
)

// looksLikeRST and looksLikeAsciiDoc go by the name, and without one by what only
// they have.
func looksLikeRST(text, path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".rst", ".rest":
		return true
	case "", ".txt":
		return len(rstDirective.FindAllStringIndex(text[:min(len(text), 64<<10)], 2)) == 2
	}
	return false
}

func looksLikeAsciiDoc(text, path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".adoc", ".asciidoc", ".asc":
		return true
	case "", ".txt":
		head := text[:min(len(text), 64<<10)]
		return adocTitle.MatchString(head[:min(len(head), 2000)]) && adocSection.MatchString(head)
	}
	return false
}

// lightmark writes Markdown.
type lightmark struct {
	opts  Options
	lines []string
	at    int
	out   []string
	meta  meta
	heads []string // the marks of headings, the outermost first
	// attrs are the values that a document gave to names, notes the footnotes that
	// are still to be written, and noted the numbers of those with a name.
	attrs map[string]string
	notes []string
	noted map[string]int
	count int // of the footnotes
	grown int // by values in the place of names, in bytes
}

func (l *lightmark) line() string       { return l.lines[l.at] }
func (l *lightmark) blank()             { l.out = append(l.out, "") }
func (l *lightmark) put(lines []string) { l.out = append(l.out, lines...) }

// block takes the lines that are indented deeper than indent, without what they
// have in common.
func (l *lightmark) block(indent int) []string {
	var out []string
	least := -1
	for ; l.at < len(l.lines); l.at++ {
		line := l.line()
		if strings.TrimSpace(line) == "" {
			out = append(out, "")
			continue
		}
		depth := indentOf(line)
		if depth <= indent {
			break
		}
		if least < 0 || depth < least {
			least = depth
		}
		out = append(out, line)
	}
	for i, line := range out {
		out[i] = line[min(len(line), max(least, 0)):]
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	for len(out) > 0 && out[0] == "" {
		out = out[1:]
	}
	return out
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

func (l *lightmark) code(lines []string) {
	if len(lines) > 0 {
		l.put([]string{"", "``````"})
		l.put(lines)
		l.put([]string{"``````", ""})
	}
}

// table writes rows as a table of Markdown, the first as its header.
func (l *lightmark) table(rows [][]string, caption string) {
	width := 0
	for _, r := range rows {
		width = max(width, len(r))
	}
	if width == 0 {
		return
	}
	l.blank()
	if caption != "" {
		l.put([]string{"**" + caption + "**", ""})
	}
	for i, r := range rows {
		cells := make([]string, width)
		copy(cells, r)
		for j := range cells {
			cells[j] = strings.ReplaceAll(oneLine(cells[j]), "|", "\\|")
		}
		l.out = append(l.out, "| "+strings.Join(cells, " | ")+" |")
		if i == 0 {
			l.out = append(l.out, strings.Repeat("| --- ", width)+"|")
		}
	}
	l.blank()
}

func (l *lightmark) heading(level int, text string) {
	l.writeNotes()
	l.put([]string{"", strings.Repeat("#", min(max(level, 1), 6)) + " " + text, ""})
}

// takeMeta reads what a document says of itself.
func (l *lightmark) takeMeta(name, value string) bool {
	switch strings.ToLower(name) {
	case "author", "authors", "作者":
		l.meta.author = value
	case "date", "revdate", "published", "日期":
		l.meta.published, _ = parseDay(value)
	default:
		return false
	}
	l.opts.omit(OmitMetadata, name+": "+value)
	return true
}

func (l *lightmark) finish(path string) draft {
	l.writeNotes()
	return parseMarkdown(strings.Join(l.out, "\n"), path, l.meta, l.opts)
}

// parseRST reads reStructuredText.
func parseRST(text, path string, opts Options) draft {
	l := &lightmark{opts: opts, lines: strings.Split(text, "\n")}
	l.rst()
	return l.finish(path)
}

func (l *lightmark) rst() {
	for l.at < len(l.lines) {
		line := l.line()
		trimmed := strings.TrimSpace(line)
		next := ""
		if l.at+1 < len(l.lines) {
			next = strings.TrimRight(l.lines[l.at+1], " ")
		}
		block := rstBlock.FindStringSubmatch(line)
		switch {
		case trimmed == "":
			l.blank()
			l.at++
		case block != nil:
			l.directive(len(block[1]), block[2], block[3])
		case rstFootnote.MatchString(trimmed):
			m := rstFootnote.FindStringSubmatch(trimmed)
			l.at++
			l.note(m[1], rstInline(strings.Join(append([]string{m[2]}, l.block(indentOf(line))...), " ")))
		case strings.HasPrefix(trimmed, ".. ") || trimmed == "..": // a comment, a target
			l.at++
			rest := l.block(indentOf(line))
			if !strings.HasPrefix(trimmed, ".. _") {
				l.opts.omit(OmitMarkup, strings.TrimPrefix(trimmed, "..")+" "+strings.Join(rest, " "))
			}
		case rstBorder.MatchString(line):
			l.simpleTable()
		case rstGrid.MatchString(line):
			l.gridTable()
		case indentOf(line) == 0 && rstUnderline.MatchString(trimmed) && l.at+2 < len(l.lines) && isUnder(strings.TrimSpace(next), strings.TrimSpace(l.lines[l.at+2])) && strings.TrimRight(l.lines[l.at+2], " ")[0] == trimmed[0]:
			l.titled(trimmed[:1]+trimmed[:1], strings.TrimSpace(next))
			l.at += 3
		case indentOf(line) == 0 && isUnder(trimmed, next):
			l.titled(next[:1], trimmed)
			l.at += 2
		case len(trimmed) >= 4 && rstUnderline.MatchString(trimmed):
			l.at++ // a transition
		case l.field(line):
			l.at++
		case l.definition():
		default:
			l.paragraph()
		}
	}
}

// isUnder tells whether a line underlines a title.
func isUnder(title, under string) bool {
	return title != "" && !rstUnderline.MatchString(title) && len(under) >= 2 && rstUnderline.MatchString(under) && (len(under) >= cells(title) || len(under) >= 4)
}

// titled writes a heading. Marks stand for levels in the order in which they come.
func (l *lightmark) titled(mark, text string) {
	level := slices.Index(l.heads, mark)
	if level < 0 {
		l.heads = append(l.heads, mark)
		level = len(l.heads) - 1
	}
	l.heading(level+1, rstInline(text))
}

// field reads metadata ahead of the text, and makes a line of other fields.
func (l *lightmark) field(line string) bool {
	m := rstField.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	if !l.takeMeta(m[1], strings.TrimSpace(m[2])) {
		l.put([]string{"- " + m[1] + ": " + rstInline(m[2])})
	}
	return true
}

// definition reads a term and, indented below it, what it means.
func (l *lightmark) definition() bool {
	term := strings.TrimSpace(l.line())
	indent := indentOf(l.line())
	isText := func(i int) bool {
		text := strings.TrimSpace(l.lines[i])
		return text != "" && !rstItem.MatchString(text) && !rstLetter.MatchString(text) && !rstBorder.MatchString(text) && !rstGrid.MatchString(text)
	}
	if l.at+1 == len(l.lines) || !isText(l.at) || !isText(l.at+1) || indentOf(l.lines[l.at+1]) <= indent || strings.HasSuffix(term, "::") || endsSentence(term) {
		return false
	}
	var open joiner
	for l.at++; l.at < len(l.lines) && isText(l.at) && indentOf(l.line()) > indent; l.at++ {
		open.add(strings.TrimSpace(l.line()))
	}
	l.put([]string{"", rstInline(strings.TrimRight(term, ":：") + "：" + open.String()), ""})
	return true
}

// note writes a footnote as HTML, for Markdown would move it to the end.
func (l *lightmark) note(label, text string) {
	l.put([]string{"", "<figcaption>" + html.EscapeString("["+label+"] "+oneLine(text)) + "</figcaption>", ""})
}

// paragraph takes lines up to a blank one. One that ends in :: leads to code.
func (l *lightmark) paragraph() {
	var lines []string
	indent := indentOf(l.line())
	for ; l.at < len(l.lines) && strings.TrimSpace(l.line()) != ""; l.at++ {
		line := l.line()
		if len(lines) > 0 && (rstBlock.MatchString(line) || rstBorder.MatchString(line) || rstGrid.MatchString(line)) {
			break
		}
		lines = append(lines, line)
	}
	last := strings.TrimRight(lines[len(lines)-1], " ")
	literal := strings.HasSuffix(last, "::")
	if literal {
		last = strings.TrimSuffix(last, ":")
		if strings.TrimSpace(last) == ":" {
			last = ""
		}
		lines[len(lines)-1] = last
	}
	for _, line := range lines {
		depth := indentOf(line)
		text := rstInline(strings.TrimPrefix(strings.TrimSpace(line), "| "))
		if rest, ok := strings.CutPrefix(text, "#. "); ok {
			text = "1. " + rest
		} else if rstLetter.MatchString(text) {
			text = "- " + text
		}
		// A quotation is indented, which in Markdown would be code.
		if depth >= 4 && indent == depth {
			depth = 0
		}
		l.out = append(l.out, strings.Repeat(" ", depth)+text)
	}
	if literal {
		l.code(l.block(indent))
	}
}

func rstInline(s string) string {
	s = strings.ReplaceAll(s, "``", "\x00")
	s = rstRole.ReplaceAllString(s, "$1")
	s = rstNoteMark.ReplaceAllString(s, "[$1]$2")
	return strings.ReplaceAll(s, "\x00", "`")
}

// directive reads one, with the lines that belong to it.
func (l *lightmark) directive(indent int, name, argument string) {
	l.at++
	body := l.block(indent)
	options := map[string]string{}
	for len(body) > 0 {
		m := rstOption.FindStringSubmatch(body[0])
		if m == nil {
			break
		}
		options[strings.ToLower(m[1])] = m[2]
		body = body[1:]
	}
	for len(body) > 0 && body[0] == "" {
		body = body[1:]
	}
	switch name {
	case "code", "code-block", "sourcecode", "parsed-literal", "math", "highlight", "prompt":
		l.code(body)
	case "image", "figure", "toctree", "include", "literalinclude", "contents", "index", "raw", "meta", "currentmodule", "module", "default-role", "role", "highlightlang", "sectnum", "tabularcolumns":
		l.opts.omit(OmitMarkup, name+": "+argument+" "+strings.Join(body, " "))
		if name == "figure" {
			l.nested(body)
		}
	case "csv-table":
		r := csv.NewReader(strings.NewReader(strings.Join(body, "\n")))
		r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
		rows, err := r.ReadAll()
		if err != nil {
			l.opts.omit(OmitUnreadable, "a table: "+err.Error())
		}
		if head := options["header"]; head != "" {
			h := csv.NewReader(strings.NewReader(head))
			h.TrimLeadingSpace = true
			if first, err := h.Read(); err == nil {
				rows = append([][]string{first}, rows...)
			}
		}
		l.table(rows, argument)
	case "list-table":
		l.table(listTable(body), argument)
	default:
		if argument != "" {
			body = append([]string{argument, ""}, body...)
		}
		if name == "table" && argument != "" {
			body[0] = "**" + argument + "**"
		}
		l.nested(body)
	}
}

// nested reads what stands in a directive as a text of its own.
func (l *lightmark) nested(lines []string) {
	inner := &lightmark{opts: l.opts, lines: lines, heads: l.heads}
	inner.rst()
	l.blank()
	l.put(inner.out)
	l.blank()
}

// listTable reads a list of lists: * - for a row, - for each further cell.
func listTable(lines []string) [][]string {
	var rows [][]string
	for _, line := range lines {
		trimmed := strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(trimmed, "* -"); ok {
			rows = append(rows, []string{strings.TrimSpace(rest)})
			continue
		}
		if len(rows) == 0 || trimmed == "" {
			continue
		}
		row := &rows[len(rows)-1]
		if rest, ok := strings.CutPrefix(trimmed, "-"); ok && (rest == "" || rest[0] == ' ') {
			*row = append(*row, strings.TrimSpace(rest))
		} else {
			(*row)[len(*row)-1] += " " + trimmed
		}
	}
	for _, r := range rows {
		for i := range r {
			r[i] = rstInline(r[i])
		}
	}
	return rows
}

// simpleTable reads a table between lines of ===. Columns are counted in cells of
// the screen, of which a Chinese character takes two; writers who counted in
// characters are not understood.
func (l *lightmark) simpleTable() {
	border := l.line()
	var starts []int
	for i := range len(border) {
		if border[i] == '=' && (i == 0 || border[i-1] != '=') {
			starts = append(starts, i)
		}
	}
	var rows [][]string
	for l.at++; l.at < len(l.lines); l.at++ {
		line := l.line()
		if rstBorder.MatchString(line) {
			if l.at+1 >= len(l.lines) || strings.TrimSpace(l.lines[l.at+1]) == "" {
				l.at++
				break
			}
			continue
		}
		if strings.TrimSpace(line) == "" || strings.Trim(line, "- ") == "" {
			continue
		}
		row := cutAt(line, starts)
		if row[0] == "" && len(rows) > 0 { // the row above goes on
			for i, c := range row {
				rows[len(rows)-1][i] = strings.TrimSpace(rows[len(rows)-1][i] + " " + c)
			}
			continue
		}
		rows = append(rows, row)
	}
	l.table(rows, "")
}

// cutAt cuts a line at columns of the screen.
func cutAt(line string, starts []int) []string {
	out := make([]string, len(starts))
	at, column := 0, 0
	for _, r := range line {
		for at+1 < len(starts) && column >= starts[at+1] {
			at++
		}
		out[at] += string(r)
		column += cells(string(r))
	}
	for i := range out {
		out[i] = rstInline(strings.TrimSpace(out[i]))
	}
	return out
}

// gridTable reads a table drawn with + - |.
func (l *lightmark) gridTable() {
	var rows [][]string
	fresh := true
	for ; l.at < len(l.lines); l.at++ {
		line := strings.TrimSpace(l.line())
		switch {
		case rstGrid.MatchString(line):
			fresh = true
			continue
		case !strings.HasPrefix(line, "|"):
			l.table(rows, "")
			return
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = rstInline(strings.TrimSpace(cells[i]))
		}
		if fresh {
			rows, fresh = append(rows, cells), false
			continue
		}
		row := rows[len(rows)-1]
		for i := range min(len(cells), len(row)) {
			row[i] = strings.TrimSpace(row[i] + " " + cells[i])
		}
	}
	l.table(rows, "")
}
