package cli

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// run is text in one style.
type run struct {
	text  string
	style style
	link  string // where the text leads on terminals that follow links; "": nowhere
}

// print writes runs as one paragraph with every line indented.
func (r *Renderer) print(indent string, runs []run) { r.write(indent, indent, runs) }

// printHanging indents every line but the first.
func (r *Renderer) printHanging(indent string, runs []run) { r.write("", indent, runs) }

func (r *Renderer) write(first, indent string, runs []run) {
	lead := first
	for _, line := range wrap(runs, r.Width-runewidth.StringWidth(indent), runewidth.StringWidth(indent)-runewidth.StringWidth(first), 0) {
		var out strings.Builder
		for _, piece := range line {
			out.WriteString(r.paint(piece))
		}
		fmt.Fprintln(r.out, lead+out.String())
		lead = indent
	}
}

// paint returns a run's text in its style.
func (r *Renderer) paint(piece run) string {
	text := piece.text
	if c := r.styles[piece.style]; c != nil && text != "" {
		text = c.Sprint(text)
	}
	if r.terminal && piece.link != "" && text != "" {
		text = "\x1b]8;;" + piece.link + "\x1b\\" + text + "\x1b]8;;\x1b\\" // OSC 8: the text is a link
	}
	return text
}

// noLineStart are marks that must not stand at the beginning of a line,
// noLineEnd those that must not stand at its end.
const (
	noLineStart = "，。！？；：、）】」』”’》〉…—,.!?;:)]}%％"
	noLineEnd   = "（【「『“‘《〈([{"
)

// minWidth is the narrowest width that lines are broken at.
const minWidth = 6

// wrap breaks runs into lines of at most width columns (no breaking below
// [minWidth]). The first of them has extra columns more, of which used are
// taken already. Latin words and numbers stay whole where they fit a line;
// closing punctuation and citation markers take the word before along rather
// than begin a line.
func wrap(runs []run, width, extra, used int) [][]run {
	if width < minWidth {
		return [][]run{runs}
	}
	var lines [][]run
	var line []run
	limit := width + extra
	breakLine := func() {
		lines = append(lines, line)
		line, used, limit = nil, 0, width
	}
	put := func(word run) {
		if n := len(line); n > 0 && line[n-1].style == word.style && line[n-1].link == word.link {
			line[n-1].text += word.text
		} else if word.text != "" {
			line = append(line, word)
		}
		used += runewidth.StringWidth(word.text)
	}
	for _, unit := range units(runs) {
		if used > 0 && used+unitWidth(unit) > limit {
			breakLine()
			unit[0].text = strings.TrimLeft(unit[0].text, " ")
		}
		whole := unitWidth(unit) <= limit
		for _, word := range unit {
			if whole || used+runewidth.StringWidth(word.text) <= limit {
				put(word)
				continue
			}
			for _, c := range word.text { // wider than any line
				if used > 0 && used+runewidth.RuneWidth(c) > limit {
					breakLine()
				}
				put(run{string(c), word.style, word.link})
			}
		}
	}
	return append(lines, line)
}

// units groups the words of runs that must stand on one line.
func units(runs []run) [][]run {
	var out [][]run
	glue := false // the word before must not end a line
	for _, piece := range runs {
		for _, word := range unbreakable(piece.text) {
			if n := len(out); n > 0 && (glue || piece.style == marker || strings.ContainsRune(noLineStart, first(word))) {
				out[n-1] = append(out[n-1], run{word, piece.style, piece.link})
			} else {
				out = append(out, []run{{word, piece.style, piece.link}})
			}
			last, _ := utf8.DecodeLastRuneInString(word)
			glue = strings.ContainsRune(noLineEnd, last)
		}
	}
	return out
}

func unitWidth(unit []run) int {
	n := 0
	for _, word := range unit {
		n += runewidth.StringWidth(word.text)
	}
	return n
}

// unbreakable splits text where a line may be broken: around every wide
// character and before every space. The parts concatenate to text.
func unbreakable(text string) []string {
	var parts []string
	start := 0
	previousWide := true
	for i, c := range text {
		wide := runewidth.RuneWidth(c) > 1
		if i > start && (wide || previousWide || unicode.IsSpace(c)) {
			parts = append(parts, text[start:i])
			start = i
		}
		previousWide = wide
	}
	if start < len(text) {
		parts = append(parts, text[start:])
	}
	return parts
}

func first(word string) rune {
	c, _ := utf8.DecodeRuneInString(word)
	return c
}
