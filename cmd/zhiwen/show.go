package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

func (a *app) showCommand() *cobra.Command {
	var around int
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show an article, its paragraphs numbered as citations count them",
		Long: `Shows an article with its paragraphs numbered. ID is what 'zhiwen articles', a
citation or a search hit calls it; a title or an address does as well, if only
one article has it. ID#p3 shows paragraph 3 alone, --around 1 also those next to it.`,
		Example: `  zhiwen show art-f0e1e50a919ac816
  zhiwen show art-f0e1e50a919ac816#p3 --around 1
  zhiwen show --json art-f0e1e50a919ac816 | jq -r '.text[].text'`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("show needs the ID of one article; zhiwen articles lists them")
			case len(args) > 1:
				return usage("show takes the ID of one article, but got %d; put a title with blanks between quotation marks", len(args))
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
	if paragraph == 0 && around > 0 {
		return usage("--around needs a paragraph to be around; write it like %s#p3", id)
	}
	lib, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer lib.Close()
	doc, err := api.Show(ctx, lib, id, paragraph, around)
	if errors.Is(err, api.ErrNoArticle) {
		return noSuchArticle(ctx, lib, id, err)
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

// maxMeant is how many articles are named to somebody who named none of them.
const maxMeant = 3

// noSuchArticle says what may have been meant by a name that no article has.
func noSuchArticle(ctx context.Context, lib rag.Library, name string, err error) error {
	if address, perr := url.Parse(name); perr == nil && (address.Scheme == "http" || address.Scheme == "https") {
		return usage("%w: it is an address, and show reads what the store holds; zhiwen ingest %s puts it there", err, name)
	}
	if _, serr := os.Stat(name); serr == nil {
		return usage("%w: %s is a file or a folder, and show reads what the store holds; zhiwen ingest puts it there, zhiwen articles lists what there is", err, name)
	}
	all, lerr := lib.Articles(ctx)
	if lerr != nil {
		return errors.Join(err, lerr)
	}
	var meant []string
	wanted := zhtext.Fold(name)
	for _, a := range all {
		if strings.HasPrefix(zhtext.Fold(a.ID), wanted) || strings.Contains(zhtext.Fold(a.Title), wanted) {
			meant = append(meant, fmt.Sprintf("%s (%s)", a.ID, a.Title))
		}
	}
	if len(meant) == 0 || len(meant) > maxMeant {
		return fmt.Errorf("%w; zhiwen articles lists those there are", err)
	}
	return fmt.Errorf("%w; did you mean %s?", err, strings.Join(meant, " or "))
}
