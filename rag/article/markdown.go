package article

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"zhiwen/rag/zhtext"
)

var (
	markdownHeading = regexp.MustCompile(`(?m)^#{1,6} +\S`)
	htmlPage        = regexp.MustCompile(`(?i)^\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]`)
	markdownOther   = regexp.MustCompile("(?m)^(?:```|> |[-*+] \\S|\\d+\\. \\S|={3,}$|\\|.*\\|$)|\\[[^\\]\n]+\\]\\(https?://|\\*\\*[^*\n]+\\*\\*")
)

// Beyond these, a document is read as plain lines: the renderer takes time in
// proportion to the square of the marks in a block.
const (
	maxMarkdown = 8 << 20 // bytes
	maxMarks    = 2000    // in one block
	maxQuotes   = 50      // nested
)

// isTangled tells whether a block holds more marks than a text needs.
func isTangled(source string) bool {
	marks, quotes := 0, 0
	for line := range strings.Lines(source) {
		if strings.TrimSpace(line) == "" {
			marks = 0
			continue
		}
		quotes = max(quotes, strings.Count(line[:len(line)-len(strings.TrimLeft(line, "> \t"))], ">"))
		for i := range len(line) {
			switch line[i] {
			case '*', '_', '`', '[', ']', '<', '~', '(':
				marks++
			}
		}
		if marks > maxMarks || quotes > maxQuotes {
			return true
		}
	}
	return false
}

// looksLikeMarkdown takes marks in the text for evidence; the name only tips
// the scale. Markdown may hold HTML, but a page of HTML is not Markdown.
func looksLikeMarkdown(text, path string) bool {
	head := text[:min(len(text), 64<<10)]
	if htmlPage.MatchString(head) {
		return false
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".md", ".markdown", ".mdx":
		return !strings.HasPrefix(strings.TrimSpace(head), "<") || !looksLikeHTML(text) || markdownMarks(head) > 0
	}
	headed := markdownHeading.MatchString(head)
	if looksLikeHTML(text) {
		return headed && !strings.HasPrefix(strings.TrimSpace(head), "<")
	}
	return headed || markdownMarks(head) > 2
}

func markdownMarks(head string) int {
	return len(markdownHeading.FindAllStringIndex(head, 3)) + len(markdownOther.FindAllStringIndex(head, 3))
}

func parseMarkdown(source, path string, m meta, opts Options) draft {
	return renderMarkdown(source, path, m, roomLeft(source), opts)
}

// renderMarkdown renders a document and reads the result as HTML. For room see
// keepsBreak.
func renderMarkdown(source, path string, m meta, room int, opts Options) draft {
	if len(source) > maxMarkdown || isTangled(source) {
		return parseLines(unwrap(splitLines(source)), m, opts)
	}
	var out bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.NewFootnote(extension.WithFootnoteBacklinkHTML([]byte{})), extension.DefinitionList),
		goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := md.Convert([]byte(prepareMarkdown(drawTables(source), path, room, opts)), &out); err != nil {
		return parseLines(unwrap(splitLines(source)), m, opts)
	}
	return parseMarkup(out.String(), m, true, opts)
}

var (
	fence     = regexp.MustCompile("^ {0,3}(?:>\\s*)*(?:[-*+]\\s+|\\d+[.)]\\s+)?\\s*(`{3,}|~{3,})")
	mdxModule = regexp.MustCompile(`^(?:import\s.+?from\s+['"].+['"]|import\s+['"].+['"]|export\s+(?:default|const|let|var|function|async|class|\{|\*).*);?\s*$`)
	mdxTag    = regexp.MustCompile(`(?m)^\s*</?[A-Z][A-Za-z.]*(?:\s[^<>]*)?/?>`)
	mdxNote   = regexp.MustCompile(`(?s)\{/\*.*?\*/\}`)
	mdxAlone  = regexp.MustCompile(`^\s*</?[A-Z][A-Za-z.]*(?:\s[^<>]*)?/?>\s*$`)
)

// prepareMarkdown makes CommonMark of what people write: texts in Chinese are
// indented without being code, and MDX has statements and tags of components,
// which are set apart so that Markdown between them is read as Markdown.
func prepareMarkdown(source, path string, room int, opts Options) string {
	mdx := strings.EqualFold(filepath.Ext(path), ".mdx") || mdxTag.MatchString(source)
	var lines []string
	inside := ""  // the fence that is open
	prose := -1   // the last line that is neither code nor a component
	note := false // inside a note, whose paragraphs are indented
	unused := unusedNotes(source)
	for line := range strings.SplitSeq(source, "\n") {
		if at := fence.FindStringSubmatch(line); at != nil {
			switch {
			case inside == "":
				inside = at[1]
			case strings.HasPrefix(at[1], inside) && strings.TrimSpace(strings.TrimLeft(line, " \t>")) == at[1]:
				inside = ""
			}
			lines = append(lines, line)
			continue
		}
		if inside != "" {
			lines = append(lines, line)
			continue
		}
		if mdx && mdxModule.MatchString(line) {
			opts.omit(OmitMarkup, line)
			continue
		}
		if mdx {
			line = mdxNote.ReplaceAllStringFunc(line, func(note string) string {
				opts.omit(OmitMarkup, note)
				return ""
			})
		}
		if strings.TrimSpace(line) != "" {
			note = noteDefinition.MatchString(line) || note && (line[0] == ' ' || line[0] == '\t')
			line = keepNote(line, unused)
		}
		// Four blanks open a code block. Chinese texts indent paragraphs so.
		if !note && (strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t")) {
			if trimmed := strings.TrimLeft(line, " \t"); strings.ContainsFunc(trimmed, zhtext.IsHan) && !listItem.MatchString(trimmed) {
				line = trimmed
			}
		}
		if mdx && mdxAlone.MatchString(line) {
			lines = append(lines, "", strings.TrimSpace(line), "")
			continue
		}
		if prose >= 0 && prose == len(lines)-1 && keepsBreak(strings.TrimSpace(lines[prose]), strings.TrimSpace(line), room) {
			lines[prose] += "  "
		}
		prose = len(lines)
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// numbered is a short line with a number ahead: 一、上周进展.
var numbered = regexp.MustCompile(`^(?:[（(]?[一二三四五六七八九十]{1,3}[）)]?、?|第[一二三四五六七八九十百\d]{1,4}[编篇章节部分]{1,2})[\s　]*[^。]{1,20}$`)

// columns are words of a line that blanks set apart.
var columns = regexp.MustCompile(`\S(?: {3,}|[ \t]*\t|　)\s*\S`)

// emphasis takes off the marks of bold text, as in **时间**：九点.
var emphasis = strings.NewReplacer("**", "", "__", "")

// narrowWrap is the least width, in cells, at which writers of Markdown break lines.
const narrowWrap = 60

// roomLeft is the width, in cells, below which a line ended where its writer wanted it
// to: the next word would have had room.
func roomLeft(source string) int {
	if wrapped := wrapWidth(splitLines(source)); wrapped > 0 {
		return wrapped * 3 / 4
	}
	return narrowWrap
}

// keepsBreak tells whether a writer of plain text means the break between two lines:
// between the fields of a form, between lines that each end a sentence, ahead of an
// item or an article of a law, between lines set in columns, below what can only be a heading of the next line, and
// after a line that had room left. Markdown would make one line of them.
func keepsBreak(line, next string, room int) bool {
	line, next = emphasis.Replace(line), emphasis.Replace(next)
	if line == "" || next == "" || !strings.ContainsFunc(line, zhtext.IsHan) {
		return false
	}
	if areFields(line, next) || dayLevel(line) > 0 || turnHead.MatchString(line) || endsSentence(line) && endsSentence(next) || numbered.MatchString(line) && isHeadingText(line) {
		return true
	}
	if columns.MatchString(line) && columns.MatchString(next) || clause.MatchString(next) || listItem.MatchString(next) && (endsSentence(line) || endsLeadIn(line)) {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(line)
	return cells(line) < room && strings.ContainsFunc(next, zhtext.IsHan) && !strings.ContainsRune("，、,", last) && !belongsAbove(textLine{text: next})
}
