package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"zhiwen/embeddings"
	"zhiwen/rag"
	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/weaviate"
)

// collection is what the commands need of the articles, wherever they are kept:
// an index.Store or a weaviate.Store.
type collection interface {
	rag.Index
	rag.Library
	rag.Limited
	Add(ctx context.Context, articles []article.Article, o index.AddOptions) (index.AddReport, error)
	Delete(ctx context.Context, ids ...string) error
	// Prune removes the articles that are not kept, and counts them.
	Prune(ctx context.Context, keep map[string]bool) (int, error)
	Status(ctx context.Context) (index.Status, error)
	// Refresh picks up what others have changed and tells whether they have.
	Refresh(ctx context.Context) (bool, error)
	Close() error
}

// access says what a command does to the store.
type access int

const (
	readOnly access = iota
	readWrite
)

// onCluster tells whether the articles are kept on a Weaviate cluster.
func (a *app) onCluster() bool { return a.cfg.Index.Backend == "weaviate" }

// openStore opens the articles without the embedder, whose loading goes on at the
// same time; checkEmbedder compares the two afterwards.
func (a *app) openStore(ctx context.Context, how access) (collection, error) {
	if a.onCluster() {
		return opened(weaviate.Open(ctx, a.clusterOptions(how == readOnly)))
	}
	return opened(a.openFolder(ctx, how))
}

// openFolder opens the store's folder: the articles, unless a cluster keeps
// them, and what the bots must not lose.
func (a *app) openFolder(ctx context.Context, how access) (*index.Store, error) {
	if info, err := os.Stat(a.cfg.Store.Dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("open store: %s is a file; name the folder of a store", a.cfg.Store.Dir)
	}
	return index.Open(ctx, index.Options{Dir: a.cfg.Store.Dir, ReadOnly: how == readOnly && !a.onCluster(), Logger: a.log})
}

// openStoreToWrite opens the articles with the embedder that makes their vectors.
func (a *app) openStoreToWrite(ctx context.Context, e embeddings.Embedder, reindex bool) (collection, error) {
	if !a.onCluster() {
		return opened(a.openFolderToWrite(ctx, a.cfg.Store.Dir, e, reindex))
	}
	o := a.clusterOptions(false)
	o.Embedder, o.EmbedderInfo, o.Reindex = e, indexInfo(e.Info()), reindex
	return opened(weaviate.Open(ctx, o))
}

// openFolderToWrite is the same for a folder on this machine.
func (a *app) openFolderToWrite(ctx context.Context, dir string, e embeddings.Embedder, reindex bool) (*index.Store, error) {
	return index.Open(ctx, index.Options{
		Dir:          dir,
		Embedder:     e,
		EmbedderInfo: indexInfo(e.Info()),
		Reindex:      reindex,
		Logger:       a.log,
	})
}

// openTemporary opens an empty store that close removes.
func (a *app) openTemporary(ctx context.Context, e embeddings.Embedder) (store collection, remove func(), err error) {
	if a.onCluster() {
		o := a.clusterOptions(false)
		o.Embedder, o.EmbedderInfo = e, indexInfo(e.Info())
		o.Collection += "Temporary" + rand.Text()
		made, err := weaviate.Open(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return made, func() {
			if err := made.Destroy(context.WithoutCancel(ctx)); err != nil {
				a.note("zhiwen: the temporary collection stays on the cluster: %v", err)
			}
		}, nil
	}
	dir, err := os.MkdirTemp("", "zhiwen-eval-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a temporary store: %w", err)
	}
	made, err := a.openFolderToWrite(ctx, dir, e, false)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return made, func() { os.RemoveAll(dir) }, nil
}

// opened keeps a nil pointer from becoming a collection that is not nil.
func opened[T collection](store T, err error) (collection, error) {
	if err != nil {
		return nil, err
	}
	return store, nil
}

// clusterOptions are the settings of index.
func (a *app) clusterOptions(readOnly bool) weaviate.Options {
	c := a.cfg.Index
	return weaviate.Options{
		Hosts: c.Hosts, Key: string(c.APIKey), Collection: c.Collection,
		Replicas: c.Replicas, Shards: c.Shards, Consistency: c.Consistency,
		ReadOnly: readOnly, Logger: a.log,
	}
}

// bots opens the database that conversations, votes and keys are kept in.
func (a *app) bots(ctx context.Context, p *parts, how access) (*index.Store, error) {
	if local, ok := p.store.(*index.Store); ok {
		return local, nil
	}
	if p.folder != nil {
		return p.folder, nil
	}
	folder, err := a.openFolder(ctx, how)
	if err != nil {
		return nil, err
	}
	p.folder = folder
	return folder, nil
}

// db is that database, nil where it was not opened.
func (p *parts) db() *sql.DB {
	if local, ok := p.store.(*index.Store); ok {
		return local.DB()
	}
	if p.folder != nil {
		return p.folder.DB()
	}
	return nil
}

// place says where the articles are kept, for messages.
func (a *app) place() string {
	if a.onCluster() {
		return fmt.Sprintf("%s on %s", a.cfg.Index.Collection, strings.Join(a.cfg.Index.Hosts, ", "))
	}
	return a.cfg.Store.Dir
}
