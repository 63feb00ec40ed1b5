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
}

// print writes runs as one paragraph with every line indented.
func (r *Renderer) print(indent string, runs []run) { r.write(indent, indent, runs) }

// printHanging indents every line but the first.
func (r *Renderer) printHanging(indent string, runs []run) { r.write("", indent, runs) }

func (r *Renderer) write(first, indent string, runs []run) {
	lead := first
	for _, line := range wrap(runs, r.Width-runewidth.StringWidth(indent), runewidth.StringWidth(indent)-runewidth.StringWidth(first)) {
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
	if c := r.styles[piece.style]; c != nil && piece.text != "" {
		return c.Sprint(piece.text)
	}
	return piece.text
}

// noLineStart are marks that must not stand at the beginning of a line.
const noLineStart = "，。！？；：、）】」』”’》〉…—,.!?;:)]}%％"

// wrap breaks runs into lines of at most width columns (no breaking below 20),
// the first of which has extra columns more. Latin words and numbers stay whole
// where they fit a line; closing punctuation and citation markers hang over
// rather than begin one.
func wrap(runs []run, width, extra int) [][]run {
	var lines [][]run
	var line []run
	used, limit := 0, width+extra
	put := func(text string, s style) {
		if n := len(line); n > 0 && line[n-1].style == s {
			line[n-1].text += text
		} else if text != "" {
			line = append(line, run{text, s})
		}
		used += runewidth.StringWidth(text)
	}
	for _, piece := range runs {
		if width < 20 {
			put(piece.text, piece.style)
			continue
		}
		for _, word := range unbreakable(piece.text) {
			if used > 0 && used+runewidth.StringWidth(word) > limit && piece.style != marker && !strings.ContainsRune(noLineStart, first(word)) {
				lines = append(lines, line)
				line, used, limit = nil, 0, width
				word = strings.TrimLeft(word, " ")
			}
			put(word, piece.style)
		}
	}
	return append(lines, line)
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
