package main

import (
	"path/filepath"
	"strings"

	"zhiwen/rag/article"
)

// goneArticle is an article that is not where it came from any more.
type goneArticle struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

// planPrune finds the held articles that came from what was read now and are not
// there any more, and tells whether they may be removed: not when something could
// not be read, since its articles would be taken for gone, and more than a tenth
// of the store only with --yes.
func (a *app) planPrune(paths []string, read *readResult, held []*article.Article, o ingestOptions, report *ingestReport) bool {
	if len(read.problems) > 0 {
		a.note("zhiwen: nothing was removed, because not everything could be read")
		return false
	}
	keep := make(map[string]bool, len(read.articles))
	for i := range read.articles {
		keep[read.articles[i].ID] = true
	}
	roots := make([]string, 0, len(paths)+1)
	for _, p := range paths {
		roots = append(roots, absolutePath(p))
	}
	if o.shipped {
		roots = append(roots, absolutePath(shippedFolder))
	}
	for _, h := range held {
		if !keep[h.ID] && isBelow(absolutePath(h.Path), roots) {
			report.Gone = append(report.Gone, goneArticle{h.ID, h.Title, h.Path})
		}
	}
	report.held = len(held)
	report.tooMany = len(report.Gone)*10 > len(held) && !o.yes
	return len(report.Gone) > 0 && (!report.tooMany || o.dryRun)
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

// absolutePath names a path from the root. Articles hold the path as it was named
// when they were read; a relative one means the folder that the program is
// started in.
func absolutePath(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}
