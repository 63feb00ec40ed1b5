package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
)

func (a *app) showCommand() *cobra.Command {
	var around int
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show an article, its paragraphs numbered as citations count them",
		Long: `Shows an article with its paragraphs numbered. ID is what 'zhiwen articles', a
citation or a search hit calls it; a title does as well, if only one article has
it. ID#p3 shows paragraph 3 alone, --around 1 also those next to it.`,
		Example: `  zhiwen show art-f0e1e50a919ac816
  zhiwen show art-f0e1e50a919ac816#p3 --around 1
  zhiwen show --json art-f0e1e50a919ac816 | jq -r '.text[].text'`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usage("show needs the ID of one article; zhiwen articles lists them")
			case around < 0:
				return usage("--around must not be below 0")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.show(cmd.Context(), args[0], around) },
	}
	cmd.Flags().IntVar(&around, "around", 0, "with ID#p3: show this `many` paragraphs on either side too")
	return cmd
}

func (a *app) show(ctx context.Context, reference string, around int) error {
	id, paragraph, err := api.ParseReference(reference)
	if err != nil {
		return &exitError{exitUsage, err}
	}
	lib, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer lib.Close()
	doc, err := api.Show(ctx, lib, id, paragraph, around)
	if errors.Is(err, api.ErrNoArticle) {
		return fmt.Errorf("%w; zhiwen articles lists those there are", err)
	}
	if err != nil {
		return err
	}
	if a.json {
		return api.Write(a.out, doc)
	}
	a.renderer().Article(doc)
	return nil
}
