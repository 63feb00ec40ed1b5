package main

import (
	"context"
	"fmt"

	"zhiwen/bot/api"
	"zhiwen/bot/cli"
	"zhiwen/rag/index"
	"zhiwen/rag/index/weaviate"
)

// examineCluster reads what every node holds.
func (a *app) examineCluster(ctx context.Context) (index.CheckReport, error) {
	store, err := weaviate.Open(ctx, a.clusterOptions(true))
	if err != nil {
		return index.CheckReport{}, err
	}
	defer store.Close()
	bar := cli.NewProgress(a.err, "passages")
	defer bar.Finish()
	return store.Check(ctx, bar.Update)
}

// repairCluster mends what was found on the cluster.
func (a *app) repairCluster(ctx context.Context, found []index.Problem) (done []string, err error) {
	e, err := a.openEmbedder(ctx)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	o := a.clusterOptions(false)
	o.Embedder, o.EmbedderInfo = e, indexInfo(e.Info())
	store, err := weaviate.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	bar := cli.NewProgress(a.err, "articles")
	defer bar.Finish()
	return store.Repair(ctx, found, a.readAgain(ctx, found), bar.Update)
}

// backupCluster has the cluster copy the collection to where its backups go.
func (a *app) backupCluster(ctx context.Context, name string) error {
	store, err := weaviate.Open(ctx, a.clusterOptions(true))
	if err != nil {
		return err
	}
	defer store.Close()
	made, err := store.Backup(ctx, name)
	if err != nil {
		return err
	}
	return a.printClusterCopy("backed up to", made)
}

func (a *app) restoreCluster(ctx context.Context, name string, replace bool) error {
	restored, err := weaviate.Restore(ctx, a.clusterOptions(false), name, replace)
	if err != nil {
		return err
	}
	return a.printClusterCopy("restored from", restored)
}

func (a *app) printClusterCopy(verb string, c weaviate.Copy) error {
	if a.json {
		return api.Write(a.out, c)
	}
	_, err := fmt.Fprintf(a.out, "%s and %s %s %s\nConversations, votes and keys are in %s and not part of it: ZHIWEN_INDEX_BACKEND=local zhiwen backup FILE\n",
		counted(c.Articles, "article"), counted(c.Passages, "passage"), verb, c.Place, a.cfg.Store.Dir)
	return err
}
