package article

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	adocUse      = regexp.MustCompile(`\{([\w\p{Han}][\w\p{Han}-]*)\}`)
	adocFootnote = regexp.MustCompile(`footnote:([\w\p{Han}-]*)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]`)
	adocQuote    = regexp.MustCompile(`^\[(?:quote|verse)[^\],]*,\s*(.+)\]$`)
	adocStart    = regexp.MustCompile(`^\[(?:[^\]]*,)?start=(\d{1,5})[^\]]*\]$`)
	adocLabel    = regexp.MustCompile(`^\[(NOTE|TIP|WARNING|CAUTION|IMPORTANT)[^\]]*\]$`)
)

// maxGrown bounds what the values of names add to a document, in bytes.
const maxGrown = 1 << 20

// parseAsciiDoc reads AsciiDoc, see lightmark.
func parseAsciiDoc(text, path string, opts Options) draft {
	l := &lightmark{opts: opts, lines: strings.Split(text, "\n"), attrs: map[string]string{}, noted: map[string]int{}}
	caption := ""
	for l.at < len(l.lines) {
		line := strings.TrimRight(l.line(), " ")
		if l.at > 0 {
			l.steps.pass(line, strings.TrimSpace(l.lines[l.at-1]))
		}
		switch {
		case adocFence.MatchString(line):
			l.code(l.upTo(line[:3]))
		case strings.HasPrefix(line, "////"):
			l.opts.omit(OmitMarkup, strings.Join(l.upTo("////"), " "))
		case line == "|===" || line == "!===":
			l.adocTable(l.upTo(line), caption)
			caption = ""
		case adocHead.MatchString(line):
			m := adocHead.FindStringSubmatch(line)
			l.heading(len(m[1]), l.adocInline(m[2]))
			l.at++
			if len(m[1]) == 1 {
				l.adocAuthor()
			}
		case strings.HasPrefix(line, "//"), adocMacro.MatchString(line):
			l.opts.omit(OmitMarkup, line)
			l.at++
		case adocAttr.MatchString(line):
			m := adocAttr.FindStringSubmatch(line)
			value := l.expand(m[2])
			if l.attrs[m[1]] = value; value == "" { // a switch, or the name is given up
				delete(l.attrs, m[1])
			}
			if !l.takeMeta(m[1], value) {
				l.opts.omit(OmitMarkup, line)
			}
			l.at++
		case adocQuote.MatchString(line):
			l.at++
			l.attribute(adocQuote.FindStringSubmatch(line)[1])
		case adocLabel.MatchString(line):
			l.at++
			l.label(adocLabel.FindStringSubmatch(line)[1])
		case adocStart.MatchString(line):
			l.steps.start, _ = strconv.Atoi(adocStart.FindStringSubmatch(line)[1])
			l.blank()
			l.at++
		case line == "+":
			l.steps.attached = true
			l.blank()
			l.at++
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"), adocFrame.MatchString(line), line == "<<<", line == "'''":
			l.blank()
			l.at++
		case len(line) > 1 && line[0] == '.' && line[1] != '.' && line[1] != ' ':
			caption = l.adocInline(line[1:])
			l.at++
			if l.at < len(l.lines) && !strings.HasPrefix(l.line(), "[") && l.line() != "|===" {
				l.put([]string{"", "**" + caption + "**", ""})
				caption = ""
			}
		case adocItem.MatchString(strings.TrimSpace(line)):
			m := adocItem.FindStringSubmatch(strings.TrimSpace(line))
			mark, n := "-", l.steps.next(m[1])
			if m[1][0] == '.' {
				mark = strconv.Itoa(n) + "."
			}
			if l.at > 0 && !adocItem.MatchString(strings.TrimSpace(l.lines[l.at-1])) {
				l.blank()
			}
			l.out = append(l.out, strings.Repeat("    ", len(m[1])-1)+mark+" "+l.adocInline(m[2]))
			l.at++
		default:
			if term, rest, ok := strings.Cut(line, ":: "); ok { // a term and what it means
				line = term + "：" + rest
			}
			l.out = append(l.out, l.adocInline(strings.TrimSuffix(strings.TrimSuffix(line, " +"), "::")))
			l.at++
		}
	}
	return l.finish(path)
}

// steps counts the items of AsciiDoc's ordered lists, which write no numbers.
type steps struct {
	open     []step // the lists around the last item, the outermost first
	start    int    // of the next list, 0 if it does not say
	attached bool   // what follows belongs to the last item
	framed   bool   // inside a frame that belongs to it
}

type step struct {
	mark  string
	count int
}

// next counts an item. One with a mark that is open goes on with its list and ends
// those in it.
func (s *steps) next(mark string) int {
	s.attached = false
	for i, open := range s.open {
		if open.mark == mark {
			s.open = s.open[:i+1]
			s.open[i].count++
			return s.open[i].count
		}
	}
	n := max(s.start, 1)
	s.open, s.start = append(s.open, step{mark, n}), 0
	return n
}

// pass ends the lists where a text of its own begins: below a blank line, if no +
// attaches it to the item above, or at a heading.
func (s *steps) pass(line, above string) {
	switch {
	case s.attached && adocFrame.MatchString(line):
		s.framed = !s.framed
	case s.framed:
	case adocHead.MatchString(line):
		s.open = nil
	case line == "":
		s.attached = false
	case above == "" && line != "+" && line[0] != '[' && !strings.HasPrefix(line, "//") && !adocItem.MatchString(strings.TrimSpace(line)):
		s.open = nil
	}
}

// upTo takes the lines up to one that begins with the mark, which is passed.
func (l *lightmark) upTo(mark string) []string {
	var out []string
	for l.at++; l.at < len(l.lines); l.at++ {
		if strings.HasPrefix(l.line(), mark) {
			l.at++
			break
		}
		out = append(out, l.line())
	}
	return out
}

// adocAuthor reads the lines below the title: who wrote it, which revision it is.
func (l *lightmark) adocAuthor() {
	for range 2 {
		if l.at >= len(l.lines) {
			return
		}
		line := strings.TrimSpace(l.line())
		day, dated := parseDay(line)
		switch {
		case dated && len(line) < 60:
			l.meta.published = day
		case strings.HasSuffix(line, ">") && strings.Contains(line, " <") && len(line) < 120:
			l.meta.author, _, _ = strings.Cut(line, " <")
		default:
			return
		}
		l.opts.omit(OmitMetadata, line)
		l.at++
	}
}

// adocTable reads the cells of a table: a line for each, or for each row.
func (l *lightmark) adocTable(lines []string, caption string) {
	var rows [][]string
	width := 0
	var all []string
	for _, line := range lines {
		parts := strings.Split(line, "|")
		if len(parts) == 1 {
			if len(all) > 0 && strings.TrimSpace(line) != "" {
				all[len(all)-1] += " " + strings.TrimSpace(line)
			}
			continue
		}
		if width == 0 {
			width = len(parts) - 1
		}
		for _, p := range parts[1:] {
			all = append(all, strings.TrimSpace(p))
		}
	}
	if width <= 1 { // a line for each cell: the blank line after the header tells
		width = 0
		for _, line := range lines {
			if strings.TrimSpace(line) == "" && width > 0 {
				break
			}
			if strings.HasPrefix(strings.TrimSpace(line), "|") {
				width++
			}
		}
	}
	for i := 0; width > 0 && i < len(all); i += width {
		row := all[i:min(i+width, len(all))]
		for j := range row {
			row[j] = l.adocInline(row[j])
		}
		rows = append(rows, row)
	}
	l.table(rows, caption)
}

// attribute adds who said it to the end of the quote that begins here, which a
// blank line or the next mark ends, or else the second of two frames.
func (l *lightmark) attribute(names string) {
	end := l.at
	if end < len(l.lines) && adocFrame.MatchString(strings.TrimRight(l.line(), " ")) {
		for end++; end < len(l.lines) && l.lines[end] != l.line(); end++ {
		}
	} else {
		for ; end < len(l.lines) && strings.TrimSpace(l.lines[end]) != "" && l.lines[end][0] != '['; end++ {
		}
	}
	for end--; end >= l.at && strings.TrimSpace(l.lines[end]) == ""; end-- {
	}
	l.blank()
	if end >= l.at {
		l.lines[end] = strings.TrimRight(l.lines[end], " ") + "——" + strings.ReplaceAll(strings.ReplaceAll(names, `"`, ""), ", ", "，")
	}
}

// label writes what a block warns of ahead of it, as authors write it ahead of a
// paragraph.
func (l *lightmark) label(name string) {
	l.blank()
	at := l.at
	if at < len(l.lines) && adocFrame.MatchString(strings.TrimRight(l.lines[at], " ")) {
		at++
	}
	if at < len(l.lines) && isAdocText(l.lines[at]) {
		l.lines[at] = name + ": " + l.lines[at]
		return
	}
	l.put([]string{name + ":", ""})
}

// isAdocText tells whether a line is no mark.
func isAdocText(line string) bool {
	return strings.TrimSpace(line) != "" && !strings.ContainsAny(line[:1], ".[|=") && !adocItem.MatchString(strings.TrimSpace(line)) &&
		!adocFence.MatchString(line) && !adocFrame.MatchString(line) && !adocMacro.MatchString(line) && !strings.HasPrefix(line, "//")
}

// expand puts in what the document says that names stand for.
func (l *lightmark) expand(s string) string {
	return adocUse.ReplaceAllStringFunc(s, func(use string) string {
		if value, ok := l.attrs[use[1:len(use)-1]]; ok && l.grown+len(value) < maxGrown {
			l.grown += len(value)
			return value
		}
		return use
	})
}

// footnote numbers a footnote and keeps it for the end of the section. One with
// a name and no text was written before.
func (l *lightmark) footnote(name, text string) string {
	number, known := l.noted[name]
	if !known || name == "" {
		l.count++
		number = l.count
		l.noted[name] = number
	}
	if text != "" {
		l.notes = append(l.notes, strconv.Itoa(number), text)
	}
	return "[" + strconv.Itoa(number) + "]"
}

func (l *lightmark) writeNotes() {
	notes := l.notes
	l.notes = nil
	for i := 0; i < len(notes); i += 2 {
		l.note(notes[i], notes[i+1])
	}
}

func (l *lightmark) adocInline(s string) string {
	s = adocFootnote.ReplaceAllStringFunc(l.expand(s), func(mark string) string {
		m := adocFootnote.FindStringSubmatch(mark)
		return l.footnote(m[1], adocLinks(m[2]))
	})
	return adocLinks(s)
}

func adocLinks(s string) string {
	return adocLinkHead.ReplaceAllStringFunc(s, func(link string) string {
		if text := adocLink.FindStringSubmatch(link); text != nil && text[1] != "" {
			return text[1]
		}
		address, _, _ := strings.Cut(link, "[")
		return address
	})
}
