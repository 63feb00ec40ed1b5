package main

import (
	"context"
	"slices"

	"zhiwen/rag/article"
)

// readResult is what was read from files.
type readResult struct {
	articles []article.Article
	files    int
	problems []error  // one for each file or line that could not be read
	skipped  []string // files of folders whose kind is not read
	omitted  []article.Omission
}

// readArticles reads files and folders, and the shipped articles when asked to.
// The error is that of ctx; whatever is wrong with a file becomes a problem. show
// hears how far reading is; nil: nobody does.
func readArticles(ctx context.Context, paths []string, shipped bool, show *readingProgress) (*readResult, error) {
	r := &readResult{}
	opts := article.Options{Omitted: func(o article.Omission) { r.omitted = append(r.omitted, o) }}
	if show != nil {
		opts.Progress = show.within
		defer show.finish()
	}
	add := func(articles []article.Article, err error) {
		r.files++
		r.articles = append(r.articles, articles...)
		r.problem(err)
	}
	if shipped {
		if err := eachShipped(func(raw []byte, name string) { add(article.Parse(raw, name, opts)) }); err != nil {
			return nil, err
		}
	}
	if len(paths) > 0 {
		found, err := article.List(ctx, paths)
		r.problem(err)
		r.skipped = found.Skipped
		for i, file := range found.Files {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if show != nil {
				show.next(file, i, len(found.Files))
			}
			articles, err := article.ParseFile(ctx, file, opts)
			for i := range articles {
				articles[i].Path = absolutePath(articles[i].Path) // the next run may start elsewhere
			}
			add(articles, err)
		}
	}
	return r, ctx.Err()
}

// problem notes an error, or each of those joined in it.
func (r *readResult) problem(err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			r.problem(e)
		}
		return
	}
	r.problems = append(r.problems, err)
}

// copies says whether all articles of an id have the same text.
func (r *readResult) copies(id string) bool {
	var first []article.Paragraph
	for i := range r.articles {
		switch {
		case r.articles[i].ID != id:
		case first == nil:
			first = r.articles[i].Paragraphs
		case !slices.Equal(first, r.articles[i].Paragraphs):
			return false
		}
	}
	return true
}

// sameArticle tells whether nothing that is kept of an article has changed.
func sameArticle(a, b *article.Article) bool {
	return a.Title == b.Title && a.Published.Equal(b.Published) && a.Author == b.Author && a.Source == b.Source &&
		a.URL == b.URL && a.Path == b.Path && slices.Equal(a.Paragraphs, b.Paragraphs)
}
