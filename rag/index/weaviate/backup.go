package weaviate

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"zhiwen/rag/index"
)

// ErrBackup: the cluster cannot make or read the backup.
var ErrBackup = errors.New("no backup by the cluster")

// Copy describes a backup that the cluster made, or the collection that came out
// of one.
type Copy struct {
	Name     string `json:"name"`
	Place    string `json:"place"` // where it lies, as the cluster says it
	Articles int    `json:"articles"`
	Passages int    `json:"passages"`
}

// copyPoll is how often the cluster is asked how far it is.
const copyPoll = 300 * time.Millisecond

var backupName = regexp.MustCompile(`^[a-z0-9_-]{1,100}$`)

// Backup has the cluster copy the collection, under a name, to where its own
// backups go. That is for the cluster to say: Weaviate's modules backup-s3,
// backup-gcs and backup-azure, and backup-filesystem where there is one node only.
// What is added meanwhile may be in it or not.
func (s *Store) Backup(ctx context.Context, name string) (Copy, error) {
	c, err := s.backup(ctx, name)
	if err != nil {
		return c, fmt.Errorf("back up the collection %s: %w", s, err)
	}
	return c, nil
}

func (s *Store) backup(ctx context.Context, name string) (Copy, error) {
	c := s.copy(name)
	place, err := s.backupPlace(ctx, name)
	if err != nil {
		return c, err
	}
	err = s.client.call(ctx, changing, request{method: http.MethodPost, path: place, body: map[string]any{"id": name, "include": s.classNames()}})
	if err != nil {
		return c, refused(err)
	}
	c.Place, err = s.awaitCopy(ctx, place+"/"+name)
	return c, err
}

// Restore has the cluster make the collection out of a backup of its name. One
// that holds articles is replaced only if replace is set. Nobody may write
// meanwhile, and between the removal of the one and the arrival of the other
// questions are answered with an error.
func Restore(ctx context.Context, o Options, name string, replace bool) (Copy, error) {
	s, err := connect(o)
	if err != nil {
		return Copy{}, err
	}
	defer s.Close()
	c, err := s.restore(ctx, name, replace)
	if err != nil {
		return c, fmt.Errorf("restore the collection %s: %w", s, err)
	}
	return c, nil
}

func (s *Store) restore(ctx context.Context, name string, replace bool) (Copy, error) {
	place, err := s.backupPlace(ctx, name)
	if err != nil {
		return Copy{}, err
	}
	if err := s.restorable(ctx, place, name); err != nil { // before anything is removed
		return Copy{}, err
	}
	place += "/" + name
	switch err := s.inspect(ctx); {
	case errors.Is(err, index.ErrNoStore):
	case err != nil && !errors.Is(err, ErrSchema):
		return Copy{}, err
	default:
		if err := s.load(ctx, s.client.searching); err != nil && !replace {
			return Copy{}, err
		}
		if s.state.catalog.Articles > 0 && !replace {
			return Copy{}, fmt.Errorf("it holds %d articles, last ingested %s; --replace removes them first",
				s.state.catalog.Articles, s.state.LastIngest.Format(time.DateTime))
		}
	}
	if err := s.Destroy(ctx); err != nil {
		return Copy{}, err
	}
	if err := s.client.call(ctx, changing, request{method: http.MethodPost, path: place + "/restore", body: map[string]any{"include": s.classNames()}}); err != nil {
		return Copy{}, refused(err)
	}
	where, err := s.awaitCopy(ctx, place+"/restore")
	if err != nil {
		return Copy{}, err
	}
	if err := s.inspect(ctx); err != nil {
		return Copy{}, err
	}
	if err := s.load(ctx, writing); err != nil {
		return Copy{}, err
	}
	c := s.copy(name)
	c.Place = where
	return c, nil
}

// copy is what the process holds of the collection.
func (s *Store) copy(name string) Copy {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Copy{Name: name, Articles: s.state.catalog.Articles, Passages: s.state.catalog.Passages}
}

// backupPlace is the path of the module that the cluster's backups go through.
func (s *Store) backupPlace(ctx context.Context, name string) (string, error) {
	if !backupName.MatchString(name) {
		return "", fmt.Errorf("%w: %q is no name of one; it has small letters, digits, _ and - only", ErrBackup, name)
	}
	var meta struct{ Modules map[string]any }
	if err := s.client.call(ctx, s.client.searching, request{method: http.MethodGet, path: "/v1/meta", out: &meta}); err != nil {
		return "", err
	}
	for _, kind := range []string{"s3", "gcs", "azure"} {
		if _, ok := meta.Modules["backup-"+kind]; ok {
			return "/v1/backups/" + kind, nil
		}
	}
	nodes, err := s.nodeStatuses(ctx)
	if err != nil {
		return "", err
	}
	if _, ok := meta.Modules["backup-filesystem"]; ok && len(nodes) == 1 {
		return "/v1/backups/filesystem", nil
	}
	return "", fmt.Errorf("%w: start its nodes with ENABLE_MODULES=backup-s3, backup-gcs or backup-azure and their settings; backup-filesystem does for one node only, and this cluster has %d (docs/cluster.md)",
		ErrBackup, len(nodes))
}

// restorable tells whether there is a whole backup of the collection.
func (s *Store) restorable(ctx context.Context, place, name string) error {
	var list []struct {
		ID, Status string
		Classes    []string
	}
	if err := s.client.call(ctx, writing, request{method: http.MethodGet, path: place, out: &list}); err != nil {
		return refused(err)
	}
	for _, b := range list {
		if b.ID != name {
			continue
		}
		for _, class := range s.classNames() {
			if !slices.Contains(b.Classes, class) {
				return fmt.Errorf("%w: %s is one of other collections (%s)", ErrBackup, name, strings.Join(b.Classes, ", "))
			}
		}
		if b.Status != "SUCCESS" {
			return fmt.Errorf("%w: %s is not whole, the cluster says %s", ErrBackup, name, b.Status)
		}
		return nil
	}
	return fmt.Errorf("%w: there is none of the name %s", ErrBackup, name)
}

// awaitCopy waits until the cluster has made, or taken in, a backup, and returns
// where that lies.
func (s *Store) awaitCopy(ctx context.Context, path string) (string, error) {
	for {
		var now struct{ Status, Error, Path string }
		err := s.client.call(ctx, writing, request{method: http.MethodGet, path: path, out: &now})
		switch {
		case err != nil:
			return "", refused(err)
		case now.Status == "SUCCESS":
			return now.Path, nil
		case now.Status == "FAILED" || strings.HasPrefix(now.Status, "CANCEL"):
			return "", fmt.Errorf("%w: it says %s: %s", ErrBackup, now.Status, now.Error)
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(copyPoll):
		}
	}
}

// refused marks what the cluster did not want to do.
func refused(err error) error {
	var said *statusError
	if errors.As(err, &said) && said.status < 500 {
		return fmt.Errorf("%w: %w", ErrBackup, err)
	}
	return err
}
