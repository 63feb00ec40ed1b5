package index

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// migrateFirst brings version 1 to the present one. It had no checksums, but a
// digest of each article that covers what it says: an article that no longer
// has it is kept apart, as every damaged one is, until it is ingested again.
func (s *Store) migrateFirst(ctx context.Context, tx *sql.Tx) error {
	for _, q := range []string{
		"ALTER TABLE store ADD COLUMN articles INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE store ADD COLUMN passages INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE store ADD COLUMN contents INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE store ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE articles ADD COLUMN passages INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE articles ADD COLUMN word_count INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE articles ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE passages ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0",
		"ALTER TABLE passages ADD COLUMN vector_checksum INTEGER NOT NULL DEFAULT 0",
		additions,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	ids, err := column(ctx, tx, "SELECT id FROM articles ORDER BY id")
	if err != nil {
		return err
	}
	for _, id := range ids {
		sound, err := migrateArticle(ctx, tx, id)
		if err != nil {
			return fmt.Errorf("article %s: %w", id, err)
		}
		if !sound {
			s.log.Warn("an article is damaged: what the store holds is not what was ingested", "article", id)
		}
	}
	st, _, err := readStoreUnchecked(ctx, tx)
	if err != nil {
		return err
	}
	if err := recount(ctx, tx, &st); err != nil {
		return err
	}
	return writeStore(ctx, tx, st)
}

// migrateArticle gives an article and its passages their checksums, a wrong one
// if the article is not what its digest says.
func migrateArticle(ctx context.Context, tx *sql.Tx, id string) (sound bool, err error) {
	var a articleRow
	var digest string
	err = tx.QueryRowContext(ctx, "SELECT digest, "+articleColumns+" FROM articles WHERE id = ?", id).
		Scan(append([]any{&digest}, a.fields()...)...)
	if err != nil {
		return false, err
	}
	var rows []passageRow
	err = each(ctx, tx, func(scan func(...any) error) error {
		var p passageRow
		err := scan(p.withVector()...)
		rows = append(rows, p)
		return err
	}, "SELECT "+passageColumns+", "+vectorColumns+" FROM passages WHERE article_id = ? ORDER BY number", id)
	if err != nil {
		return false, err
	}
	for _, p := range rows {
		a.wordCount += p.wordCount
		_, err := tx.ExecContext(ctx, "UPDATE passages SET checksum = ?, vector_checksum = ? WHERE article_id = ? AND number = ?",
			p.sum(), p.vectorSum(), p.articleID, p.number)
		if err != nil {
			return false, err
		}
	}
	a.passageCount = int64(len(rows))
	sum := a.sum()
	// While it waits for an embedder there is nothing to compare with.
	sound = digest == "" || digest == firstDigest(&a, rows)
	if !sound {
		sum = ^sum
	}
	_, err = tx.ExecContext(ctx, "UPDATE articles SET passages = ?, word_count = ?, checksum = ? WHERE id = ?", a.passageCount, a.wordCount, sum, id)
	return sound, err
}

// firstDigest computes the digest that version 1 gave an article: over its
// JSON and a line for each passage.
func firstDigest(a *articleRow, rows []passageRow) string {
	var paragraphs []struct{ Text string }
	if json.Unmarshal([]byte(a.paragraphs), &paragraphs) != nil {
		return ""
	}
	var published time.Time
	if a.published != "" {
		var err error
		if published, err = time.Parse(time.DateOnly, a.published); err != nil {
			return ""
		}
	}
	h := sha256.New()
	err := json.NewEncoder(h).Encode(struct {
		ID, Title                 string
		Published                 time.Time
		Author, Source, URL, Path string
		Paragraphs                []struct{ Text string }
	}{a.id, a.title, published, a.author, a.source, a.url, a.path, paragraphs})
	if err != nil {
		return ""
	}
	for _, p := range rows {
		fmt.Fprintln(h, p.id, p.spans, p.textKey)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// recount fills in what the store's row says of all articles.
func recount(ctx context.Context, q querier, st *storeRow) error {
	roll, _, err := readRoll(ctx, q, *st)
	st.articles, st.passages, st.contents = int64(len(roll)), 0, 0
	for id, e := range roll {
		st.passages += e.passages
		st.contents += e.sum(id)
	}
	return err
}

// column reads a query's only column.
func column(ctx context.Context, q querier, query string, args ...any) ([]string, error) {
	var out []string
	err := each(ctx, q, func(scan func(...any) error) error {
		var v string
		err := scan(&v)
		out = append(out, v)
		return err
	}, query, args...)
	return out, err
}
