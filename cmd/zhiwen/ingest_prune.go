package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"zhiwen/rag/article"
	"zhiwen/rag/source"
)

// goneArticle is an article that is not where it came from any more.
type goneArticle struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

// planPrune adds the held articles that came from what was read now and are not
// there any more to those that are gone from sources, and tells whether any may be
// removed: not when something could
// not be read, since its articles would be taken for gone. tooMany is set when they
// are more than a tenth of the store and nobody has said --yes.
func (a *app) planPrune(paths []string, read *readResult, held []*article.Article, o ingestOptions, report *ingestReport) bool {
	if len(read.problems) > 0 {
		report.Gone = []goneArticle{}
		a.note("zhiwen: nothing was removed, because not everything could be read")
		return false
	}
	report.Gone = append(report.Gone, goneFrom(paths, o.shipped, read, held)...)
	report.held = len(held)
	report.tooMany = len(report.Gone)*10 > len(held) && !o.yes
	return true
}

// goneFrom lists the held articles that came from the paths and are not among
// those that were read from there.
func goneFrom(paths []string, shipped bool, read *readResult, held []*article.Article) []goneArticle {
	keep := make(map[string]bool, len(read.articles))
	for i := range read.articles {
		keep[read.articles[i].ID] = true
	}
	roots := make([]string, 0, len(paths)+1)
	for _, p := range paths {
		roots = append(roots, absolutePath(p))
	}
	if shipped {
		roots = append(roots, absolutePath(shippedFolder))
	}
	var out []goneArticle
	for _, h := range held {
		if !keep[h.ID] && !source.IsAddress(h.Path) && isBelow(absolutePath(h.Path), roots) {
			out = append(out, goneArticle{h.ID, h.Title, h.Path})
		}
	}
	return out
}

// confirm asks the person at the terminal. Without one the answer is no.
func (a *app) confirm(format string, args ...any) bool {
	in, isFile := a.in.(*os.File)
	if !isFile || !term.IsTerminal(int(in.Fd())) {
		return false
	}
	fmt.Fprintf(a.err, format+" [y/N] ", args...)
	answer, err := bufio.NewReader(in).ReadString('\n')
	answer = strings.ToLower(strings.TrimSpace(answer))
	return err == nil && (answer == "y" || answer == "yes" || answer == "是")
}

// isBelow tells whether a path is one of the roots or lies in one.
func isBelow(path string, roots []string) bool {
	for _, root := range roots {
		if path == root || strings.HasPrefix(path, strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// absolutePath names a path from the root. A relative one, which shipped articles
// and those of earlier versions have, means the folder that the program is started
// in.
func absolutePath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

// shownPath is a path as people read it: from the folder that the program was started
// in where it lies below, else from the root.
func shownPath(path string) string {
	here, err := os.Getwd()
	if err != nil || source.IsAddress(path) {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
