package article

import (
	"html"
	"path/filepath"
	"regexp"
	"strings"
)

// reStructuredText and AsciiDoc have no library for Go that is kept up and gives
// more than HTML of its own kind. What matters for paragraphs is read here and
// written as Markdown: headings, lists, tables, blocks of code, metadata, and the
// text inside directives. Directives that bring in other files, pictures and tables
// of contents are left out and told of.

var (
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
	steps steps
	// counted are the last numbers of the ordered lists that are open, by indentation.
	counted map[int]int
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
	clear(l.counted)
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
	return renderMarkdown(strings.Join(l.out, "\n"), path, l.meta, 0, l.opts) // these languages join all lines of a paragraph
}

// note writes a footnote as HTML, for Markdown would move it to the end.
func (l *lightmark) note(label, text string) {
	l.put([]string{"", "<figcaption>" + html.EscapeString("["+label+"] "+oneLine(text)) + "</figcaption>", ""})
}
