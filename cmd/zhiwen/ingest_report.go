package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zhiwen/bot/api"
	"zhiwen/rag/article"
)

// ingestReport says what was done, or with DryRun what would be.
type ingestReport struct {
	Files     int      `json:"files"`
	Articles  int      `json:"articles"`
	Added     int      `json:"added"`
	Changed   int      `json:"changed"`
	Unchanged int      `json:"unchanged"`
	Removed   int      `json:"removed"`
	Passages  int      `json:"passages"` // of the added and changed articles
	Embedded  int      `json:"embedded"` // passages that needed a new vector
	Problems  []string `json:"problems"`
	Seconds   float64  `json:"seconds"`
	DryRun    bool     `json:"dry_run"`
	// NotRead are the files of folders whose kind is not read.
	NotRead []string `json:"not_read"`
	// Omitted are the texts that became part of no article.
	Omitted  []article.Omission `json:"omitted"`
	Moved    []article.Move     `json:"moved"`    // held under another path before
	Copies   []article.Move     `json:"copies"`   // of the same text, held once
	Replaced []article.Move     `json:"replaced"` // of the same given id and another text, from elsewhere
	// Gone are the articles that --prune removes.
	Gone []goneArticle `json:"gone"`
	// Sources are the addresses and configured sources that were looked at.
	Sources []sourceReport `json:"sources"`

	held    int  // articles in the store before
	tooMany bool // Gone is more than may be removed without --yes
}

func newIngestReport(read *readResult) *ingestReport {
	return &ingestReport{
		Files: read.files, Problems: []string{},
		NotRead: append([]string{}, read.skipped...), Omitted: append([]article.Omission{}, read.omitted...),
		Moved: []article.Move{}, Copies: []article.Move{}, Replaced: []article.Move{}, Gone: []goneArticle{},
		Sources: []sourceReport{},
	}
}

func (r *ingestReport) finish(read *readResult, took time.Duration) {
	for _, problem := range read.problems {
		r.Problems = append(r.Problems, problem.Error())
	}
	r.Seconds = took.Seconds()
}

// compare counts what adding the articles would do.
func (r *ingestReport) compare(articles []article.Article, held []*article.Article) {
	have := make(map[string]*article.Article, len(held))
	for _, h := range held {
		have[h.ID] = h
	}
	for i := range articles {
		switch h := have[articles[i].ID]; {
		case h == nil:
			r.Added++
		case sameArticle(h, &articles[i]):
			r.Unchanged++
		default:
			r.Changed++
		}
	}
}

// nameLeftOut names on the terminal what did not become part of an article.
func (a *app) nameLeftOut(read *readResult) {
	for _, path := range read.skipped {
		a.note("not read: %s (%s is not among the kinds that are read in folders; name the file itself to have it looked at)", path, kindOf(path))
	}
	for _, o := range read.omitted {
		a.note("left out of %s as %s: %s", o.Path, o.Reason, o.Text)
	}
}

func kindOf(path string) string {
	if i := strings.LastIndexAny(path, `./\`); i >= 0 && path[i] == '.' {
		return path[i:]
	}
	return "a name without an ending"
}

func (a *app) printIngest(r ingestReport, verbose bool) error {
	if verbose {
		a.nameLeftOut(&readResult{skipped: r.NotRead, omitted: r.Omitted})
		for _, m := range r.Moved {
			a.note("moved: %s is now %s", shownPath(m.From), shownPath(m.To))
		}
		for _, m := range r.Copies {
			a.note("copy: %s has the text of %s", shownPath(m.To), shownPath(m.From))
		}
		for _, g := range r.Gone {
			a.note("gone: %s (%s)", shownPath(g.Path), g.Title)
		}
	}
	if a.json {
		return api.Write(a.out, r)
	}
	if r.DryRun {
		fmt.Fprint(a.out, "dry run, nothing was changed: ")
	}
	for _, s := range r.Sources {
		fmt.Fprintln(a.out, s.String())
	}
	fmt.Fprintf(a.out, "%s from %s: %d new, %d changed, %d unchanged", counted(r.Articles, "article"), counted(r.Files, "file"), r.Added, r.Changed, r.Unchanged)
	for _, c := range []struct {
		n    int
		what string
	}{{len(r.Moved), "moved"}, {r.Removed, "removed"}} {
		if c.n > 0 {
			fmt.Fprintf(a.out, ", %d %s", c.n, c.what)
		}
	}
	fmt.Fprintf(a.out, " (%.1f s)\n", r.Seconds)
	var left []string
	if n := len(r.NotRead); n > 0 {
		left = append(left, counted(n, "file")+" of other kinds")
	}
	if n := len(r.Copies); n > 0 {
		left = append(left, fmt.Sprintf("%d with the text of another file", n))
	}
	left = append(left, countOmissions(r.Omitted)...)
	if len(left) > 0 {
		hint := "; --verbose names them"
		if verbose {
			hint = ""
		}
		fmt.Fprintf(a.out, "left out: %s%s\n", strings.Join(left, ", "), hint)
	}
	return nil
}

// countOmissions counts texts by reason. Metadata is kept with the article.
func countOmissions(omitted []article.Omission) []string {
	counts := map[article.OmissionReason]int{}
	for _, o := range omitted {
		if o.Reason != article.OmitMetadata {
			counts[o.Reason]++
		}
	}
	var out []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%s (%s)", counted(counts[reason], "text"), reason))
	}
	return out
}

// counted writes "1 file" and "2 files".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
