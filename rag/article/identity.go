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

// computedPrefix marks the IDs that were made here: they may be changed by
// Distinct, given ones never are.
const computedPrefix = "art-"

// maxTitleRunes is where a title that had to be made from a sentence is cut.
const maxTitleRunes = 40

// finish gives drafts with text their titles and identities. A given ID that
// occurs twice is an error; the first article keeps it.
func finish(drafts []draft, path string) ([]Article, error) {
	var articles []Article
	var problems []error
	seen := map[string]bool{}
	ordinals := map[string]int{}
	for _, d := range drafts {
		a := Article{ID: d.id, Title: d.title, Published: d.published, Author: d.author, Source: d.source, URL: d.url, Path: path}
		for _, p := range d.paragraphs {
			if p.Text = trimBlank(zhtext.Clean(p.Text)); p.Text != "" {
				a.Paragraphs = append(a.Paragraphs, p)
			}
		}
		if len(a.Paragraphs) == 0 {
			continue
		}
		if a.Title = oneLine(a.Title); a.Title == "" {
			a.Title = titleFromText(a.Paragraphs[0].Text)
		}
		if a.ID == "" {
			ordinals[a.Title]++
			a.ID = computedID(filepath.Base(filepath.ToSlash(path)), a.Title, ordinals[a.Title])
		}
		if seen[a.ID] {
			problems = append(problems, &PathError{Path: path, Line: d.line,
				Err: fmt.Errorf("%w: %q", ErrDuplicateID, a.ID), Hint: "give each record an id of its own; this one was left out"})
			continue
		}
		seen[a.ID] = true
		articles = append(articles, a)
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

func computedID(name, title string, ordinal int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", name, title, ordinal))
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

// Distinct gives articles of one run, read from several files, different IDs
// where computed ones meet: same file name and title, different folder and
// text. The names of the folders above the file enter the digest, so the order
// does not matter. Articles whose text is the same too are copies and keep the
// common ID, and so do given IDs.
func Distinct(articles []Article) {
	groups := map[string][]int{}
	for i := range articles {
		if strings.HasPrefix(articles[i].ID, computedPrefix) {
			groups[articles[i].ID] = append(groups[articles[i].ID], i)
		}
	}
	for id, members := range groups {
		if len(members) < 2 || sameTexts(articles, members) {
			continue
		}
		for _, i := range members {
			folder := filepath.ToSlash(filepath.Dir(filepath.Clean(articles[i].Path)))
			articles[i].ID = computedID(folder, id, 0)
		}
	}
}

func sameTexts(articles []Article, members []int) bool {
	first := articles[members[0]].Paragraphs
	for _, i := range members[1:] {
		other := articles[i].Paragraphs
		if len(other) != len(first) {
			return false
		}
		for k := range other {
			if other[k] != first[k] {
				return false
			}
		}
	}
	return true
}
