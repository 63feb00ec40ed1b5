package article

import (
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

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
	rstLetter = regexp.MustCompile(`^(?:\(?(?:[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})[.)]|\(\d{1,3}\)) +\S`)
	rstBorder = regexp.MustCompile(`^\s*=+(?:\s+=+)+\s*$`)
	rstGrid   = regexp.MustCompile(`^\s*\+(?:[-=]+\+)+\s*$`)
	// rstStep opens an item that is numbered, by its author or by where it stands.
	rstStep = regexp.MustCompile(`^(#|\d{1,5})\. `)
)

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

// opensRST tells whether a line begins an item or a table.
func opensRST(text string) bool {
	return rstItem.MatchString(text) || rstLetter.MatchString(text) || rstBorder.MatchString(text) || rstGrid.MatchString(text)
}

// definition reads a term and, indented below it, what it means.
func (l *lightmark) definition() bool {
	term := strings.TrimSpace(l.line())
	indent := indentOf(l.line())
	isText := func(i int) bool {
		text := strings.TrimSpace(l.lines[i])
		return text != "" && !opensRST(text)
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
	for i, line := range lines {
		depth := indentOf(line)
		text := rstInline(strings.TrimPrefix(strings.TrimSpace(line), "| "))
		text = l.numberItem(text, depth, i == 0)
		if rstLetter.MatchString(text) {
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

// numberItem writes the number of an item that leaves it open. A text of its own ends the
// lists that it is not indented into.
func (l *lightmark) numberItem(text string, depth int, opens bool) string {
	step := rstStep.FindStringSubmatch(text)
	if step == nil {
		if opens {
			l.ends(depth)
		}
		return text
	}
	l.ends(depth + 1)
	n, err := strconv.Atoi(step[1])
	if err != nil {
		n = l.counted[depth] + 1
	}
	if l.counted == nil {
		l.counted = map[int]int{}
	}
	l.counted[depth] = n
	return strconv.Itoa(n) + ". " + text[len(step[0]):]
}

// ends ends the lists that are indented so far or farther.
func (l *lightmark) ends(depth int) {
	maps.DeleteFunc(l.counted, func(at, _ int) bool { return at >= depth })
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
	l.ends(indent)
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
		if label := rstLabels[name]; label != "" {
			l.nested(labelBlock(label, name, argument, body))
			return
		}
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

// rstLabels are the words that a reader sees over a block, by directive.
var rstLabels = map[string]string{
	"attention": "Attention", "caution": "Caution", "danger": "Danger", "error": "Error", "hint": "Hint", "important": "Important",
	"note": "Note", "tip": "Tip", "warning": "Warning", "seealso": "See also", "todo": "Todo",
	"versionadded": "New in version", "versionchanged": "Changed in version", "versionremoved": "Removed in version", "deprecated": "Deprecated since version",
}

// labelBlock writes what a block is ahead of its text: a version belongs to the label.
func labelBlock(label, name, argument string, body []string) []string {
	if strings.HasPrefix(name, "version") || name == "deprecated" {
		version, rest, _ := strings.Cut(argument, " ")
		label, argument = label+" "+version, rest
	}
	if argument != "" {
		body = append([]string{argument}, body...)
	}
	if len(body) == 0 {
		return []string{label}
	}
	if text := strings.TrimSpace(body[0]); !opensRST(text) && !rstBlock.MatchString(text) {
		return append([]string{label + ": " + text}, body[1:]...)
	}
	return append([]string{label + ":", ""}, body...)
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
