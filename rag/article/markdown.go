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
	// Nesting and delimiters that no text needs make the renderer slow.
	markdownAbuse = regexp.MustCompile(`(?:[>\[(*_!~` + "`" + `]\s?){100}`)
)

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
	if len(source) > 8<<20 || markdownAbuse.MatchString(source) {
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
