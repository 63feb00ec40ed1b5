package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"zhiwen/rag/index"
)

func (a *app) restoreCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the store",
		Long: `Makes the store what it was when FILE was written by 'zhiwen backup', the
conversations and the Slack inbox included. A file that is damaged or cut off is
refused and the store stays as it is. Programs that have the store open go on
with the restored one within seconds.

A store that holds articles is replaced only with --replace; the command says
before which of the two is older.

On a cluster (index.backend: weaviate) it is the name of a backup, and the nodes
must have the names that they had then. Nobody may ingest meanwhile.`,
		Example: "  zhiwen restore store-2025-09-01.db\n  zhiwen restore --replace --store /srv/zhiwen store-2025-09-01.db",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0], replace) },
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace a store that holds articles")
	return cmd
}

func (a *app) restore(ctx context.Context, path string, replace bool) error {
	if err := a.load(); err != nil {
		return err
	}
	if a.onCluster() {
		return a.restoreCluster(ctx, path, replace)
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("read the copy: %w; name a file that zhiwen backup wrote", err)
	}
	restored, err := index.Restore(ctx, index.Options{Dir: a.cfg.Store.Dir, Logger: a.log}, path, replace)
	if err != nil {
		return err
	}
	// Opening the store builds what is derived from it, so that nobody who
	// only reads has to.
	store, err := a.openFolder(ctx, readWrite)
	if err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	return a.printCopy("restored to", restored)
}
