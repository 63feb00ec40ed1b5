package article

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"zhiwen/rag/zhtext"
)

// computedPrefix marks the IDs that were made here: Settle may change them, given
// ones it never does.
const computedPrefix = "art-"

// maxTitleRunes is where a title that had to be made from a sentence is cut.
const maxTitleRunes = 40

// finish gives drafts with text their titles and identities. A given ID that
// occurs twice is an error; the first article keeps it.
func finish(drafts []draft, path string, opts Options) ([]Article, error) {
	var articles []Article
	var problems []error
	seen := map[string]bool{}
	places := map[string]int{}
	origin := opts.Origin
	if origin == "" {
		origin = filepath.ToSlash(filepath.Clean(path))
	}
	for _, d := range drafts {
		a := Article{ID: d.id, Title: d.title, Published: d.published, Author: d.author, Source: d.source, URL: d.url, Path: path}
		for _, p := range d.paragraphs {
			if p.Text = trimBlank(zhtext.Clean(p.Text)); p.Text != "" {
				p.Text = strings.Clone(p.Text) // else it keeps what it was cut out of or put together in
				a.Paragraphs = append(a.Paragraphs, p)
			}
		}
		if len(a.Paragraphs) == 0 {
			continue
		}
		if a.Title = oneLine(a.Title); a.Title == "" {
			a.Title = titleFromText(a.Paragraphs[0].Text)
		}
		if a.Published.IsZero() {
			a.Published = namedDate(a.Title, opts.now())
		}
		if a.Published.IsZero() && len(drafts) == 1 {
			a.Published = fileDate(path, opts.now())
		}
		if a.Published.IsZero() {
			opts.omit(OmitField, d.undated)
		}
		if a.URL == "" {
			a.URL = opts.URL
		}
		whole := []Article{a}
		if a.ID == "" && !d.table {
			whole = inParts(a, maxArticle)
		}
		for _, a := range whole {
			if a.ID == "" {
				from := origin
				if d.line > 0 && d.url != "" { // a record is where it points to, not where it was listed
					from = d.url
				}
				places[from]++
				a.ID = computedID(from, places[from])
			}
			if seen[a.ID] {
				opts.omit(OmitDuplicate, a.Title)
				problems = append(problems, &PathError{Path: path, Line: d.line,
					Err: fmt.Errorf("%w: %q", ErrDuplicateID, a.ID), Hint: "give each record an id of its own; this one was left out"})
				continue
			}
			seen[a.ID] = true
			articles = append(articles, a)
		}
	}
	return articles, joinErrors(problems)
}

// trimBlank takes off blank lines and what is blank at the end. The blanks ahead
// of the first line stay where more lines follow: they may be a code's.
func trimBlank(s string) string {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	if !strings.Contains(s, "\n") {
		return strings.TrimSpace(s)
	}
	for {
		line, rest, found := strings.Cut(s, "\n")
		if !found || strings.TrimSpace(line) != "" {
			return s
		}
		s = rest
	}
}

// computedID is the identity of the article at a place of a document, counted
// from 1.
func computedID(origin string, place int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", origin, place))
	return computedPrefix + hex.EncodeToString(sum[:8])
}

// titleFromText is the first sentence, cut at a comma or else hard when it is
// too long for a title.
func titleFromText(text string) string {
	line, rest, found := strings.Cut(text, "\n")
	if found && len([]rune(line)) < 8 { // too short a heading to name an article
		line += " " + rest
	}
	if at := inlineByline.FindStringIndex(line[:min(len(line), 600)]); at != nil {
		line = line[at[1]:] // who filed a report is no part of its title
	}
	runes := []rune(oneLine(line))
	first := zhtext.Sentences(string(runes))
	if len(first) == 0 {
		return string(runes)
	}
	runes = runes[:first[0].End]
	if len(runes) > maxTitleRunes {
		cut := maxTitleRunes
		for i := maxTitleRunes - 1; i >= maxTitleRunes/3; i-- {
			if isComma(runes[i]) {
				cut = i
				break
			}
		}
		return string(runes[:cut]) + "…"
	}
	return strings.TrimRight(string(runes), "。；;. ")
}

// oneLine puts what spans several lines into one.
func oneLine(s string) string {
	return strings.Join(strings.Fields(zhtext.Clean(s)), " ")
}
