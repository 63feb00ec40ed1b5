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
	"zhiwen/rag"
	"zhiwen/rag/index"
)

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show what the store holds and which model answers",
		Long: `Shows how many articles and passages the store holds, which embedding model made
their vectors, how large it is and when something was last ingested; and whether
the configured language model can be reached. Of each followed source it says when
it was last looked at, when that last found something new, and how often in a row it
failed. What keeps the store from being whole is said too; 'zhiwen doctor' looks for
more.`,
		Example: "  zhiwen status\n  zhiwen status --json | jq .articles",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.status(cmd.Context()) },
	}
}

func (a *app) status(ctx context.Context) error {
	if err := a.load(); err != nil {
		return err
	}
	p := &parts{followed: &a.sources}
	defer p.Close()
	// The embedder is not needed to describe a store, and a store that is not
	// there yet is a state to be told, not a failure.
	store, err := a.openStore(ctx, readOnly)
	switch {
	case err == nil:
		p.store = store
		if len(p.followed.get()) > 0 {
			if _, err := a.bots(ctx, p, readOnly); err != nil {
				return err
			}
		}
	case !errors.Is(err, index.ErrNoStore):
		return err
	}
	if p.model, p.identity, err = a.openModel(ctx); err != nil {
		return err
	}
	st := api.Status{Store: a.place(), Problems: []string{}}
	if p.store == nil {
		st.LLM = p.llmStatus(ctx)
		if st.Sources, err = freshness(ctx, nil, p.followed.get()); err != nil {
			return err
		}
	} else if st, err = p.status(ctx); err != nil {
		return err
	}
	if a.json {
		return api.Write(a.out, st)
	}
	a.printStatus(st)
	if p.store != nil {
		a.noteSize(ctx, p.store)
	}
	return nil
}

// noteSize says when a store in a folder outgrows one machine.
func (a *app) noteSize(ctx context.Context, store rag.Index) {
	if _, local := store.(*index.Store); !local {
		return
	}
	if c, err := store.Catalog(ctx); err == nil {
		if said := index.Outgrown(c.Passages); said != "" {
			a.note("%s", said)
		}
	}
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
	for i, s := range st.Sources {
		name := "sources"
		if i > 0 {
			name = ""
		}
		row(name, "%s", cli.Escape(describeSource(s)))
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

// describeSource is a line about a followed source.
func describeSource(s api.SourceStatus) string {
	at := func(text string) string {
		if when, err := time.Parse(time.RFC3339, text); err == nil {
			return when.Local().Format(time.DateTime)
		}
		return "never"
	}
	line := fmt.Sprintf("%s: %s, last look %s, last change %s", s.Name, counted(s.Articles, "article"), at(s.LastLook), at(s.LastChange))
	if s.Gone > 0 {
		line += fmt.Sprintf(", %d of them gone there", s.Gone)
	}
	switch {
	case s.Failures > 0:
		line += fmt.Sprintf("; FAILED %d times in a row: %s", s.Failures, s.Error)
	case s.Problems > 0:
		line += fmt.Sprintf("; %d could not be read, such as: %s", s.Problems, s.Error)
	}
	return line
}
