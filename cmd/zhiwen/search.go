package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
)

// maxSearch is the most passages that a search may return.
const maxSearch = 1000

func (a *app) searchCommand() *cobra.Command {
	var batch string
	var k int
	cmd := &cobra.Command{
		Use:   "search QUESTION",
		Short: "Show the passages that fit a question best",
		Long: `Ranks the passages of the store by how well they fit a question, by its words
and by its meaning. No answer is written. With --batch it reads questions as
'zhiwen ask --batch' does and writes a JSON object for each.`,
		Example: `  zhiwen search 签约项目
  zhiwen search -k 3 --json "数字经济" | jq '.hits[].title'
  zhiwen search --batch questions.jsonl > hits.jsonl`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case k < 1 || k > maxSearch:
				return usage("-k is %d; it must be between 1 and %d", k, maxSearch)
			case batch == "" && len(args) == 0:
				return usage("search needs a question, or --batch FILE")
			case batch != "" && len(args) > 0:
				return usage("search takes a question or --batch, not both")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if batch != "" {
				return a.batch(cmd.Context(), batch, func(ctx context.Context, chain api.Chain, r api.Request) (any, error) {
					return api.Find(ctx, chain, r, k)
				})
			}
			return a.search(cmd.Context(), args, k)
		},
	}
	cmd.Flags().IntVarP(&k, "top", "k", 10, "how many passages to show")
	cmd.Flags().StringVar(&batch, "batch", "", "read questions from `file`, - for the standard input")
	return cmd
}

func (a *app) search(ctx context.Context, args []string, k int) error {
	text, err := question(args)
	if err != nil {
		return err
	}
	p, err := a.openParts(ctx, readOnly)
	if err != nil {
		return err
	}
	defer p.Close()
	doc, err := api.Find(ctx, p.chain, api.Request{Question: text}, k)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if a.json {
		return api.Write(a.out, doc)
	}
	if len(doc.Hits) == 0 {
		a.note("Nothing found.")
	}
	a.renderer().Hits(doc.Hits)
	return nil
}
