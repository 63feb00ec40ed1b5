package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
)

// doctorReport is what doctor found, and what it did about it.
type doctorReport struct {
	Store string `json:"store"`
	index.CheckReport
	Repaired []string `json:"repaired,omitempty"` // sentences
}

func (a *app) doctorCommand() *cobra.Command {
	var repair bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for damage in the store, and repair it",
		Long: `Reads the whole store and compares every article, passage, vector and index with
its checksum. Nothing is changed, and others may use the store meanwhile. The
exit status is 1 when something is wrong.

--repair mends what can be mended: damaged articles are read again from the
files they came from, vectors are made again, indexes are built anew. An article
whose file is not there any more is taken out and named as missing, until it is
ingested again or given up with 'zhiwen ingest --prune'. A database that cannot
be read throughout is kept, and what is sound is copied into a new one.

On a cluster (index.backend: weaviate) all nodes are looked at, and what each of
them holds is compared with its checksums; look when nobody ingests. --repair
writes damaged articles again.`,
		Example: `  zhiwen doctor
  zhiwen doctor --json | jq .problems
  zhiwen backup before.db; zhiwen doctor --repair`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context(), repair) },
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "mend what can be mended; nobody may write to the store meanwhile")
	return cmd
}

func (a *app) doctor(ctx context.Context, repair bool) error {
	if err := a.load(); err != nil {
		return err
	}
	report := doctorReport{Store: a.place()}
	var err error
	if report.CheckReport, err = a.examine(ctx); err != nil {
		return err
	}
	if repair {
		found := report.Problems
		if report.Repaired, err = a.repair(ctx, found); err != nil {
			return err
		}
		if report.CheckReport, err = a.examine(ctx); err != nil {
			return err
		}
		if !a.json {
			fmt.Fprintf(a.out, "%s found\n", counted(len(found), "problem"))
		}
	}
	if err := a.printDoctor(report); err != nil {
		return err
	}
	if n := len(report.Problems); n > 0 {
		return &exitError{exitFailed, fmt.Errorf("%s with the store in %s", counted(n, "problem"), a.place())}
	}
	return nil
}

func (a *app) examine(ctx context.Context) (index.CheckReport, error) {
	if a.onCluster() {
		return a.examineCluster(ctx)
	}
	bar := cli.NewProgress(a.err, "articles")
	defer bar.Finish()
	return index.Check(ctx, index.Options{Dir: a.cfg.Store.Dir, Logger: a.log}, bar.Update)
}

// repair mends the store, and reads again what had to be taken out of it.
func (a *app) repair(ctx context.Context, found []index.Problem) (done []string, err error) {
	if a.onCluster() {
		return a.repairCluster(ctx, found)
	}
	mended, err := index.Repair(ctx, index.Options{Dir: a.cfg.Store.Dir, Logger: a.log})
	if err != nil {
		return nil, err
	}
	again := a.readAgain(ctx, mended.Missing)
	if len(again) == 0 && !mended.Embed {
		// What is derived is built by opening the store.
		store, err := a.openStore(ctx, readWrite)
		if err != nil {
			return mended.Done, err
		}
		return mended.Done, store.Close()
	}
	p := &parts{}
	defer p.Close()
	if p.embedder, err = a.openEmbedder(ctx); err != nil {
		return mended.Done, err
	}
	if p.store, err = a.openStoreToWrite(ctx, p.embedder, false); err != nil {
		return mended.Done, err
	}
	bar := cli.NewProgress(a.err, "articles")
	added, err := p.store.Add(ctx, again, index.AddOptions{Progress: bar.Update})
	bar.Finish()
	if len(again) > 0 {
		mended.Done = append(mended.Done, fmt.Sprintf("%s read again from their files", counted(len(again), "article")))
	}
	if added.Embedded > 0 {
		mended.Done = append(mended.Done, fmt.Sprintf("%s embedded", counted(added.Embedded, "passage")))
	}
	return mended.Done, err
}

// readAgain reads the articles that problems name from the files that they came from, or
// from those that come with the program. What cannot be found stays missing.
func (a *app) readAgain(ctx context.Context, missing []index.Problem) []article.Article {
	wanted := map[string]bool{}
	var paths []string
	for _, m := range missing {
		if m.Article == "" {
			continue
		}
		wanted[m.Article] = true
		if info, err := os.Stat(m.Path); m.Path != "" && err == nil && info.Mode().IsRegular() {
			paths = append(paths, m.Path)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	read, err := readArticles(ctx, paths, true, a.showReading())
	if err != nil {
		return nil // interrupted, which the next step says
	}
	var out []article.Article
	for _, article := range read.articles {
		if wanted[article.ID] {
			delete(wanted, article.ID) // files named twice
			out = append(out, article)
		}
	}
	return out
}

func (a *app) printDoctor(r doctorReport) error {
	if a.json {
		return api.Write(a.out, r)
	}
	for _, line := range r.Repaired {
		fmt.Fprintf(a.out, "repaired: %s\n", cli.Escape(line))
	}
	for _, p := range r.Problems {
		where := ""
		if p.Article != "" {
			where = "article " + p.Article + ": "
		}
		if p.Path != "" {
			where = p.Path + ": " + where
		}
		fmt.Fprintf(a.out, "%s: %s%s; %s\n", p.Kind, cli.Escape(where), cli.Escape(p.Text), p.Remedy)
	}
	_, err := fmt.Fprintf(a.out, "%s and %s looked at, %s\n", counted(r.Articles, "article"), counted(r.Passages, "passage"), counted(len(r.Problems), "problem"))
	return err
}
