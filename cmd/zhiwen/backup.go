package main

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"zhiwen/bot/api"
	"zhiwen/rag/index"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the store into a file while it is in use",
		Long: `Writes all that cannot be made again (articles, vectors, and for Slack the inbox,
conversations and votes) into one new file, while others ingest and ask. The
file appears when it is complete and has been compared with its checksums; it
holds the store as it was when the command began.

On a cluster (index.backend: weaviate) NAME stands in the place of FILE: the
cluster copies the articles to where its own backups go (docs/cluster.md). What
the store's folder keeps is copied with ZHIWEN_INDEX_BACKEND=local.`,
		Example: "  zhiwen backup store-2025-09-01.db\n  zhiwen restore store-2025-09-01.db",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0]) },
	}
}

func (a *app) backup(ctx context.Context, path string) error {
	if err := a.load(); err != nil {
		return err
	}
	if a.onCluster() {
		return a.backupCluster(ctx, path)
	}
	store, err := a.openFolder(ctx, readOnly)
	if err != nil {
		return err
	}
	defer store.Close()
	made, err := store.Backup(ctx, path)
	if err != nil {
		return err
	}
	return a.printCopy("backed up to", made)
}

func (a *app) printCopy(verb string, c index.Copy) error {
	if a.json {
		return api.Write(a.out, c)
	}
	_, err := fmt.Fprintf(a.out, "%s and %s %s %s (%s)\n", counted(c.Articles, "article"), counted(c.Passages, "passage"), verb, c.Path, humanize.IBytes(uint64(c.Bytes)))
	return err
}

// oneFile wants exactly one argument.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("%s takes one file, but got %d arguments", cmd.Name(), len(args))
	}
	return nil
}
