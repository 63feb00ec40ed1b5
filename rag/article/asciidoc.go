package article

import (
	"strings"
)

// parseAsciiDoc reads AsciiDoc, see lightmark.
func parseAsciiDoc(text, path string, opts Options) draft {
	l := &lightmark{opts: opts, lines: strings.Split(text, "\n")}
	caption := ""
	for l.at < len(l.lines) {
		line := strings.TrimRight(l.line(), " ")
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
			l.heading(len(m[1]), adocInline(m[2]))
			l.at++
			if len(m[1]) == 1 {
				l.adocAuthor()
			}
		case strings.HasPrefix(line, "//"), adocMacro.MatchString(line):
			l.opts.omit(OmitMarkup, line)
			l.at++
		case adocAttr.MatchString(line):
			m := adocAttr.FindStringSubmatch(line)
			if !l.takeMeta(m[1], m[2]) {
				l.opts.omit(OmitMarkup, line)
			}
			l.at++
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"), adocFrame.MatchString(line), line == "+", line == "<<<", line == "'''":
			l.blank()
			l.at++
		case len(line) > 1 && line[0] == '.' && line[1] != '.' && line[1] != ' ':
			caption = adocInline(line[1:])
			l.at++
			if l.at < len(l.lines) && !strings.HasPrefix(l.line(), "[") && l.line() != "|===" {
				l.put([]string{"", "**" + caption + "**", ""})
				caption = ""
			}
		case adocItem.MatchString(strings.TrimSpace(line)):
			m := adocItem.FindStringSubmatch(strings.TrimSpace(line))
			mark := "-"
			if m[1][0] == '.' {
				mark = "1."
			}
			l.out = append(l.out, strings.Repeat("   ", len(m[1])-1)+mark+" "+adocInline(m[2]))
			l.at++
		default:
			if term, rest, ok := strings.Cut(line, ":: "); ok { // a term and what it means
				line = term + "：" + rest
			}
			l.out = append(l.out, adocInline(strings.TrimSuffix(strings.TrimSuffix(line, " +"), "::")))
			l.at++
		}
	}
	return l.finish(path)
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
			row[j] = adocInline(row[j])
		}
		rows = append(rows, row)
	}
	l.table(rows, caption)
}

func adocInline(s string) string {
	return adocLinkHead.ReplaceAllStringFunc(s, func(link string) string {
		if text := adocLink.FindStringSubmatch(link); text != nil && text[1] != "" {
			return text[1]
		}
		address, _, _ := strings.Cut(link, "[")
		return address
	})
}
