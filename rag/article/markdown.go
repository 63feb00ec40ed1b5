package article

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

var (
	markdownHeading = regexp.MustCompile(`(?m)^#{1,6} +\S`)
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
// the scale.
func looksLikeMarkdown(text, path string) bool {
	head := text[:min(len(text), 64<<10)]
	switch strings.ToLower(filepath.Ext(path)) {
	case ".md", ".markdown":
		return true
	}
	return markdownHeading.MatchString(head) || len(markdownOther.FindAllStringIndex(head, 3)) > 2
}

// parseMarkdown renders the document and reads the result as HTML.
func parseMarkdown(source string, m meta, opts Options) draft {
	if len(source) > maxMarkdown || isTangled(source) {
		return parseLines(unwrap(splitLines(source)), m, opts)
	}
	var lines []string
	for line := range strings.SplitSeq(source, "\n") {
		// Four blanks open a code block. Chinese texts indent paragraphs so.
		if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "\t") {
			line = strings.TrimLeft(line, " \t")
		}
		lines = append(lines, line)
	}
	var out bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Convert([]byte(strings.Join(lines, "\n")), &out); err != nil {
		return parseLines(unwrap(splitLines(source)), m, opts)
	}
	return parseHTML(out.String(), m, opts)
}
