package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/rag/index"
)

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show what the store holds and which model answers",
		Long: `Shows how many articles and passages the store holds, which embedding model made
their vectors, how large it is and when something was last ingested; and whether
the configured language model can be reached. What keeps the store from being
whole is said too; 'zhiwen doctor' looks for more.`,
		Example: "  zhiwen status\n  zhiwen status --json | jq .articles",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context()) },
	}
}

func (a *app) status(ctx context.Context) error {
	if err := a.load(); err != nil {
		return err
	}
	p := &parts{}
	defer p.Close()
	// The embedder is not needed to describe a store, and a store that is not
	// there yet is a state to be told, not a failure.
	store, err := a.openStore(ctx, readOnly)
	switch {
	case err == nil:
		p.store = store
	case !errors.Is(err, index.ErrNoStore):
		return err
	}
	if p.model, p.identity, err = a.openModel(ctx); err != nil {
		return err
	}
	st := api.Status{Store: a.place(), Problems: []string{}}
	if p.store == nil {
		st.LLM = p.llmStatus(ctx)
	} else if st, err = p.status(ctx); err != nil {
		return err
	}
	if a.json {
		return api.Write(a.out, st)
	}
	a.printStatus(st)
	return nil
}

func (a *app) printStatus(st api.Status) {
	row := func(name, format string, args ...any) {
		fmt.Fprintf(a.out, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	row("store", "%s", st.Store)
	row("articles", "%d", st.Articles)
	row("passages", "%d", st.Passages)
	if st.Model != "" {
		row("embeddings", "%s/%s, %d dimensions", st.Provider, st.Model, st.Dimension)
	}
	row("size", "%s", humanize.IBytes(uint64(st.Bytes)))
	last := "never"
	if when, err := time.Parse(time.RFC3339, st.LastIngest); err == nil {
		last = when.Local().Format(time.DateTime)
	}
	row("last ingest", "%s", last)
	for _, problem := range st.Problems {
		row("PROBLEM", "%s", cli.Escape(problem))
	}
	state := "ready"
	switch {
	case st.LLM.Busy:
		state = "busy"
	case !st.LLM.Reachable:
		state = "NOT reachable"
	}
	row("answers by", "%s (%s)", st.LLM.Answerer, state)
	if st.LLM.Detail != "" {
		row("", "%s", st.LLM.Detail)
	}
	if st.Articles == 0 {
		a.note("The store holds no articles yet. Begin with: zhiwen ingest FOLDER, or zhiwen ingest --shipped")
	}
}
