package web

import (
	"cmp"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// piece is a stretch of an answer: text, or a marker with what it stands for.
type piece struct {
	Text     string
	Citation *rag.Citation
}

var markerPattern = regexp.MustCompile(`\[(\d{1,4})\]`)

// answerLines cuts an answer's text into lines, and these at their markers.
func answerLines(doc *api.Answer) [][]piece {
	byMarker := map[string]*rag.Citation{}
	for i := range doc.Citations {
		byMarker[strconv.Itoa(doc.Citations[i].Marker)] = &doc.Citations[i].Citation
	}
	var lines [][]piece
	for text := range strings.SplitSeq(strings.TrimRight(doc.Text, "\n"), "\n") {
		var line []piece
		done := 0
		for _, at := range markerPattern.FindAllStringSubmatchIndex(text, -1) {
			c := byMarker[text[at[2]:at[3]]]
			if c == nil {
				continue
			}
			line = append(line, piece{Text: text[done:at[0]]}, piece{Text: text[at[0]:at[1]], Citation: c})
			done = at[1]
		}
		lines = append(lines, append(line, piece{Text: text[done:]}))
	}
	return lines
}

// sourceView is an article with the quoted words marked.
type sourceView struct {
	Article    api.Article
	Paragraphs []markedParagraph
	Quoted     int // the paragraph with the words, 0: none
}

type markedParagraph struct {
	Number int
	Lines  [][]textRun
}

// textRun is text that is marked or not.
type textRun struct {
	Text string
	Mark bool
}

func (s *Server) sourcePage(w http.ResponseWriter, r *http.Request) error {
	doc, err := api.Show(r.Context(), s.Library, cmp.Or(r.PathValue("id"), r.URL.Query().Get("id")), 0, 0)
	if err != nil {
		return err
	}
	v := sourceView{Article: doc}
	quoted, mark := parseQuote(r.URL.Query().Get("q"))
	for _, p := range doc.Text {
		ranges := []rag.Range{}
		if p.Number == quoted {
			v.Quoted, ranges = quoted, append(ranges, mark)
		}
		v.Paragraphs = append(v.Paragraphs, markedParagraph{Number: p.Number, Lines: linesOf(runsOf(p.Text, ranges))})
	}
	return s.render(w, r, http.StatusOK, "article", doc.Title, v)
}

// parseQuote reads "3:32-66": paragraph 3, its characters 32 to 66. Anything
// else marks nothing.
func parseQuote(text string) (paragraph int, mark rag.Range) {
	before, after, _ := strings.Cut(text, ":")
	from, to, _ := strings.Cut(after, "-")
	paragraph, err := strconv.Atoi(before)
	start, err2 := strconv.Atoi(from)
	end, err3 := strconv.Atoi(to)
	if errors.Join(err, err2, err3) != nil {
		return 0, rag.Range{}
	}
	return paragraph, rag.Range{Start: start, End: end}
}

// runsOf cuts text at the ranges; those that overlap or lie outside are passed
// over.
func runsOf(text string, ranges []rag.Range) []textRun {
	runes := []rune(text)
	var runs []textRun
	done := 0
	add := func(end int, mark bool) {
		if done < end {
			runs = append(runs, textRun{string(runes[done:end]), mark})
			done = end
		}
	}
	for _, m := range ranges {
		if m.Start < done || m.Start >= m.End || m.End > len(runes) {
			continue
		}
		add(m.Start, false)
		add(m.End, true)
	}
	add(len(runes), false)
	return runs
}

// linesOf cuts runs at line breaks: a small heading is the first line of its
// paragraph.
func linesOf(runs []textRun) [][]textRun {
	lines := [][]textRun{nil}
	for _, run := range runs {
		for i, piece := range strings.Split(run.Text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			if piece != "" {
				lines[len(lines)-1] = append(lines[len(lines)-1], textRun{piece, run.Mark})
			}
		}
	}
	return lines
}
