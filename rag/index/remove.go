package index

import (
	"context"
	"database/sql"
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
		var ids []string
		err := each(ctx, s.db, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			if !keep[id] {
				ids = append(ids, id)
			}
			return err
		}, "SELECT id FROM articles ORDER BY id")
		if err != nil || len(ids) == 0 {
			return err
		}
		n, err = s.remove(ctx, ids)
		return err
	})
	return n, s.explain("prune articles", err)
}

func (s *Store) remove(ctx context.Context, ids []string) (n int, err error) {
	err = s.commit(ctx, func(tx *sql.Tx, _ int64) error {
		for _, id := range ids {
			res, err := tx.ExecContext(ctx, "DELETE FROM articles WHERE id = ?", id)
			if err != nil {
				return err
			}
			gone, err := res.RowsAffected()
			if err != nil {
				return err
			}
			n += int(gone)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
