package index

import (
	"context"
	"database/sql"
	"slices"
)

// Delete takes articles out. IDs that are not held are fine.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.write(ctx, func() error { _, err := s.remove(ctx, ids); return err })
	return s.explain("delete articles", err)
}

// Prune takes out every article whose ID is not in keep, and returns how many
// there were.
func (s *Store) Prune(ctx context.Context, keep map[string]bool) (int, error) {
	n := 0
	err := s.write(ctx, func() error {
		all, err := column(ctx, s.db, "SELECT id FROM articles INDEXED BY articles_roll UNION SELECT id FROM pending ORDER BY id")
		ids := slices.DeleteFunc(all, func(id string) bool { return keep[id] })
		if err != nil || len(ids) == 0 {
			return err
		}
		n, err = s.remove(ctx, ids)
		return err
	})
	return n, s.explain("prune articles", err)
}

func (s *Store) remove(ctx context.Context, ids []string) (n int, err error) {
	err = s.commit(ctx, func(tx *sql.Tx, st *storeRow) error {
		for _, id := range ids {
			e, held, err := rollOf(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := dropArticle(ctx, tx, st, id, e, held); err != nil {
				return err
			}
			if held {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// dropArticle takes an article out, if it is held, and what st says of it.
func dropArticle(ctx context.Context, tx *sql.Tx, st *storeRow, id string, e rollEntry, held bool) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM pending WHERE id = ?", id); err != nil {
		return err
	}
	if !held {
		return nil
	}
	st.articles--
	st.passages -= e.passages
	st.contents -= e.sum(id)
	_, err := tx.ExecContext(ctx, "DELETE FROM articles WHERE id = ?", id)
	return err
}
