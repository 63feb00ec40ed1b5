package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
)

// openLibrary opens the store alone: to read articles no model is needed.
func (a *app) openLibrary(ctx context.Context) (collection, error) {
	if err := a.load(); err != nil {
		return nil, err
	}
	return a.openStore(ctx, readOnly)
}

func (a *app) articlesCommand() *cobra.Command {
	var f api.Filter
	cmd := &cobra.Command{
		Use:   "articles",
		Short: "List the articles in the store",
		Long: `Lists the articles in the store, the newest first, with the ID that 'zhiwen show'
takes. --text looks for words in titles, authors and texts; several must all be
there. With --json it writes one document.`,
		Example: `  zhiwen articles
  zhiwen articles --year 2021 --text 签约
  zhiwen articles --source 日报 --json | jq -r '.articles[].title'`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.Limit < 0:
				return usage("--limit is %d; it must not be below 0", f.Limit)
			case f.Offset < 0:
				return usage("--offset is %d; it must not be below 0", f.Offset)
			case cmd.Flags().Changed("year") && f.Year < 1 || f.Year > 9999:
				return usage("--year is %d; it must be a year such as 2021", f.Year)
			case len(args) > 0:
				return usage("articles takes no arguments, but got %q; to look for words write --text %s, to read an article zhiwen show ID", args[0], args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return a.articles(cmd.Context(), f) },
	}
	cmd.Flags().IntVar(&f.Year, "year", 0, "only articles published in this `year`")
	cmd.Flags().StringVar(&f.Source, "source", "", "only articles whose source has this `name` or part of a name")
	cmd.Flags().StringVar(&f.Text, "text", "", "only articles that hold these `words`")
	cmd.Flags().IntVar(&f.Limit, "limit", 0, "list at most this `many` (0: all)")
	cmd.Flags().IntVar(&f.Offset, "offset", 0, "leave out this `many` at the beginning")
	return cmd
}

func (a *app) articles(ctx context.Context, f api.Filter) error {
	lib, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer lib.Close()
	list, err := api.List(ctx, lib, f)
	if err != nil {
		return fmt.Errorf("list the articles: %w", err)
	}
	if a.json {
		return api.Write(a.out, list)
	}
	a.renderer().Articles(list.Articles)
	switch shown := len(list.Articles); {
	case list.Total == 0 && f == (api.Filter{}):
		a.note("The store holds no articles yet. Begin with: zhiwen ingest FOLDER, or zhiwen ingest --shipped")
	case list.Total == 0:
		a.note("No article fits.")
	case shown == 0:
		a.note("%d articles, of which --offset %d leaves out all; none is left to list", list.Total, f.Offset)
	case shown < list.Total:
		a.note("%d of %d articles; --offset %d shows what follows", shown, list.Total, f.Offset+shown)
	default:
		a.note("%d articles", list.Total)
	}
	return nil
}
