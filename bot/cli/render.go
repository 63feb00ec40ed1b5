package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"zhiwen/bot/api"
	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// maxWidth is the longest line in terminal columns; longer ones read badly.
const maxWidth = 100

// Renderer writes answers and hits for people to read.
type Renderer struct {
	out io.Writer
	// Width is the number of columns lines are broken at, 0 for no breaking.
	Width int
	// Links makes the titles of sources links on terminals that follow them.
	Links    api.Links
	terminal bool // takes escape sequences
	styles   map[style]*color.Color
	// column is where the line of sentences that [Renderer.Sentence] writes
	// has come to.
	column int
}

// style is how a run of text is shown.
type style int

const (
	plain style = iota
	strong
	faint
	match
	marker
)

// NewRenderer returns a renderer that suits out: colours and line breaks for
// a terminal, neither for a pipe or a file.
func NewRenderer(out io.Writer) *Renderer {
	width, isTerminal := 0, false
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		isTerminal = true
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			width = min(w, maxWidth)
		}
	}
	colored := isTerminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return NewRendererFor(out, colored, width)
}

// NewRendererFor is [NewRenderer] with the terminal's properties given.
func NewRendererFor(out io.Writer, colored bool, width int) *Renderer {
	r := &Renderer{out: out, Width: width, terminal: colored, styles: map[style]*color.Color{
		strong: color.New(color.Bold),
		faint:  color.New(color.Faint),
		match:  color.New(color.Bold, color.FgYellow),
		marker: color.New(color.FgCyan),
	}}
	for _, c := range r.styles {
		if colored {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
	}
	return r
}

// words are the labels around an answer in the reader's language.
type words struct {
	sources, paragraph, page, note, open, close string
}

func wordsFor(text string) words {
	if zhtext.Language(text) == "en" {
		return words{sources: "Sources", paragraph: "paragraph %d", page: "page %d", note: "Note: ", open: "“", close: "”"}
	}
	return words{sources: "来源", paragraph: "第 %d 段", page: "第 %d 页", note: "注：", open: "“", close: "”"}
}

// Answer writes the answer, what the reader should know about it, and its
// sources: number, title, date, paragraph, the verbatim quote with the part
// that matches highlighted, and the address.
func (r *Renderer) Answer(a rag.Answer) {
	r.Text(a.Text)
	r.Rest(a)
}

// Text writes answer text, its markers coloured.
func (r *Renderer) Text(text string) {
	for line := range strings.Lines(zhtext.Clean(text)) {
		r.print("", marked(strings.TrimRight(line, "\n")))
	}
}

// Sentence writes a sentence of an answer as it comes, without ending the line;
// [Renderer.End] does that after the last.
func (r *Renderer) Sentence(s rag.Sentence) error {
	var out strings.Builder
	for i, text := range strings.Split(zhtext.Clean(s.Lead+s.Text), "\n") {
		if i > 0 {
			out.WriteByte('\n')
			r.column = 0
		}
		for j, line := range wrap(marked(text), r.Width, 0, r.column) {
			if j > 0 {
				out.WriteByte('\n')
				r.column = 0
			}
			for _, piece := range line {
				out.WriteString(r.paint(piece))
				r.column += runewidth.StringWidth(piece.text)
			}
		}
	}
	_, err := io.WriteString(r.out, out.String())
	return err
}

// End ends a line of sentences.
func (r *Renderer) End() {
	r.column = 0
	fmt.Fprintln(r.out)
}

// Rest writes everything of the answer but its text, for callers that have
// shown the sentences as they came.
func (r *Renderer) Rest(a rag.Answer) {
	r.notices(a)
	r.Sources(a)
}

// Sources writes the answer's sources with their quotes.
func (r *Renderer) Sources(a rag.Answer) {
	if len(a.Citations) == 0 {
		return
	}
	w := wordsFor(a.Question)
	fmt.Fprintln(r.out)
	r.print("", []run{{text: w.sources, style: strong}})
	for _, c := range a.Citations {
		r.citation(c, w)
	}
}

// Brief writes the answer with a line for each source and no quotes.
func (r *Renderer) Brief(a rag.Answer) {
	r.Text(a.Text)
	r.BriefRest(a)
}

// BriefRest is [Renderer.Brief] without the answer's text.
func (r *Renderer) BriefRest(a rag.Answer) {
	r.notices(a)
	w := wordsFor(a.Question)
	for _, c := range a.Citations {
		r.heading(c, w)
	}
}

func (r *Renderer) notices(a rag.Answer) {
	for _, notice := range a.Notices {
		r.print("", []run{{text: wordsFor(a.Question).note + zhtext.Clean(notice), style: faint}})
	}
}

// heading writes a source's number, title, date and paragraph, and returns the
// indent of what belongs below.
func (r *Renderer) heading(c rag.Citation, w words) (indent string) {
	number := fmt.Sprintf("[%d] ", c.Marker)
	indent = strings.Repeat(" ", len(number))
	where := ""
	if c.Published != "" {
		where = " · " + c.Published
	}
	if c.Section != "" {
		where += " · " + zhtext.Clean(c.Section)
	}
	if c.Page > 0 {
		where += " · " + fmt.Sprintf(w.page, c.Page)
	}
	r.printHanging(indent, []run{
		{text: number, style: marker},
		{zhtext.Clean(c.Title), strong, r.Links.Citation(c)},
		{where + " · " + fmt.Sprintf(w.paragraph, c.Paragraph), faint, ""},
	})
	return indent
}

func (r *Renderer) citation(c rag.Citation, w words) {
	indent := r.heading(c, w)
	quote := append([]run{{text: w.open, style: plain}}, quoteRuns(c)...)
	r.print(indent, append(quote, run{text: w.close, style: plain}))
	if c.URL != "" {
		r.print(indent, []run{{text: zhtext.Clean(c.URL), style: faint}})
	}
}

// quoteRuns cuts a quote into what matches the claim and what does not.
// Ranges that overlap or lie outside are ignored.
func quoteRuns(c rag.Citation) []run {
	quote := []rune(c.Quote)
	var runs []run
	done := 0
	add := func(end int, s style) {
		if done < end {
			text := strings.ReplaceAll(zhtext.Clean(string(quote[done:end])), "\n", " ")
			runs = append(runs, run{text: text, style: s})
			done = end
		}
	}
	for _, h := range c.Highlights {
		if h.Start < done || h.Start >= h.End || h.End > len(quote) {
			continue
		}
		add(h.Start, plain)
		add(h.End, match)
	}
	add(len(quote), plain)
	return runs
}

// marked splits text at its citation markers such as [1].
func marked(text string) []run {
	var runs []run
	for text != "" {
		open := strings.IndexByte(text, '[')
		if open < 0 {
			break
		}
		end := open + 1
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if end == open+1 || end == len(text) || text[end] != ']' {
			runs = append(runs, run{text: text[:open+1], style: plain})
			text = text[open+1:]
			continue
		}
		runs = append(runs, run{text: text[:open], style: plain}, run{text: text[open : end+1], style: marker})
		text = text[end+1:]
	}
	return append(runs, run{text: text, style: plain})
}

// Hits writes search results.
func (r *Renderer) Hits(hits []rag.HitNote) {
	for _, h := range hits {
		number := fmt.Sprintf("%2d. ", h.Rank)
		indent := strings.Repeat(" ", len(number))
		published := ""
		if h.Published != "" {
			published = " · " + h.Published
		}
		r.printHanging(indent, []run{
			{text: number, style: marker},
			{text: zhtext.Clean(h.Title), style: strong},
			{text: fmt.Sprintf("%s · %.4f", published, h.Score), style: faint},
		})
		for line := range strings.Lines(zhtext.Clean(h.Text)) {
			r.print(indent, []run{{text: strings.TrimRight(line, "\n"), style: plain}})
		}
	}
}
