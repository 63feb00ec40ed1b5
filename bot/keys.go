package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Errors of [Keys] that callers tell apart.
var (
	ErrKeyName  = errors.New("the name of a key has 1 to 64 letters, digits, dots, dashes and underscores")
	ErrKeyTaken = errors.New("there is a key of this name already")
	ErrNoKey    = errors.New("there is no key of this name")
)

// keyPrefix tells keys of ours from others, for people and secret scanners.
const keyPrefix = "zw-"

var keyName = regexp.MustCompile(`^[\pL\pN._-]{1,64}$`)

// Key describes a key; the key itself is known only to whom it was given.
type Key struct {
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
}

// Keys are the keys that programs may ask with. Only their digests are kept:
// a key has 130 random bits, so that a plain digest cannot be guessed back.
type Keys struct{ db *sql.DB }

// NewKeys works on a database that [Migrate] has prepared, or, for reading, on
// any.
func NewKeys(db *sql.DB) *Keys { return &Keys{db: db} }

// Add makes a key and returns it; it is not shown again.
func (k *Keys) Add(ctx context.Context, name string) (string, error) {
	if !keyName.MatchString(name) {
		return "", fmt.Errorf("%w, and not %q", ErrKeyName, name)
	}
	key := keyPrefix + rand.Text()
	res, err := k.db.ExecContext(ctx, `INSERT INTO bot_keys (name, digest, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		name, digest(key), time.Now().UnixMilli())
	if err != nil {
		return "", fmt.Errorf("store the key: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return "", errors.Join(fmt.Errorf("%w: %q", ErrKeyTaken, name), err)
	}
	return key, nil
}

// List returns all keys by name.
func (k *Keys) List(ctx context.Context) ([]Key, error) {
	keys := []Key{}
	if ready, err := k.ready(ctx); err != nil || !ready {
		return keys, err
	}
	rows, err := k.db.QueryContext(ctx, `SELECT name, created FROM bot_keys ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("list the keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key Key
		var created int64
		if err := rows.Scan(&key.Name, &created); err != nil {
			return nil, fmt.Errorf("list the keys: %w", err)
		}
		key.Created = time.UnixMilli(created).UTC()
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// Revoke makes a key useless from the next request on, or returns [ErrNoKey].
func (k *Keys) Revoke(ctx context.Context, name string) error {
	res, err := k.db.ExecContext(ctx, `DELETE FROM bot_keys WHERE name = ?`, name)
	if err != nil {
		return fmt.Errorf("revoke the key: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(fmt.Errorf("%w: %q", ErrNoKey, name), err)
	}
	return nil
}

// Find returns the name of a key, or false for one that is not valid.
func (k *Keys) Find(ctx context.Context, key string) (name string, ok bool, err error) {
	if ready, err := k.ready(ctx); err != nil || !ready {
		return "", false, err
	}
	err = k.db.QueryRowContext(ctx, `SELECT name FROM bot_keys WHERE digest = ?`, digest(key)).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("look up the key: %w", err)
	}
	return name, true, nil
}

// ready tells whether there is a table of keys: not in a store that has none
// and is only read.
func (k *Keys) ready(ctx context.Context) (bool, error) {
	var n int
	if err := k.db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = 'bot_keys'`).Scan(&n); err != nil {
		return false, fmt.Errorf("look up the keys: %w", err)
	}
	return n > 0, nil
}

func digest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
