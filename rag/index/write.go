package index

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"zhiwen/rag/index/ingest"
)

// writeJobs writes a group of articles in one transaction, since each takes the
// disk's time for making it durable.
func (s *Store) writeJobs(ctx context.Context, jobs []*ingest.Job, segment func(string) []string) error {
	rows := make([]articleRows, len(jobs))
	for i, j := range jobs {
		var err error
		if rows[i], err = rowsOf(j, segment); err != nil {
			return fmt.Errorf("article %s: %w", j.Article.ID, err)
		}
	}
	return s.commit(ctx, func(tx *sql.Tx, st *storeRow) error {
		for i := range rows {
			if err := writeArticle(ctx, tx, st, &rows[i], jobs[i].Digest); err != nil {
				return fmt.Errorf("article %s: %w", jobs[i].Article.ID, err)
			}
		}
		return nil
	})
}

// rowsOf makes the rows that are to be written.
func rowsOf(j *ingest.Job, segment func(string) []string) (articleRows, error) {
	a := j.Article
	paragraphs, err := json.Marshal(a.Paragraphs)
	if err != nil {
		return articleRows{}, err
	}
	titleWords := j.TitleWords(segment)
	r := articleRows{articleRow: articleRow{
		id: a.ID, title: a.Title, author: a.Author, source: a.Source, url: a.URL, path: a.Path,
		paragraphs: string(paragraphs), titleWords: strings.Join(titleWords, " "),
		titleWordCount: int64(len(titleWords)), passageCount: int64(len(j.Passages)),
	}}
	if !a.Published.IsZero() {
		r.published = a.Published.Format(time.DateOnly)
	}
	for i, p := range j.Passages {
		spans, err := ingest.EncodeSpans(p.Spans)
		if err != nil {
			return r, err
		}
		words := j.PassageWords(i, segment)
		row := passageRow{
			articleID: a.ID, number: int64(i + 1), id: p.ID, spans: spans,
			words: strings.Join(words, " "), wordCount: int64(len(words)),
			textKey: j.Keys[i], vector: encodeVector(j.Vectors[i]),
		}
		row.checksum, row.vectorChecksum = row.sum(), row.vectorSum()
		r.passages = append(r.passages, row)
		r.wordCount += row.wordCount
	}
	r.checksum = r.sum()
	return r, nil
}

// writeArticle replaces an article, and what st says of it.
func writeArticle(ctx context.Context, tx *sql.Tx, st *storeRow, r *articleRows, digest string) error {
	old, held, err := rollOf(ctx, tx, r.id)
	if err != nil {
		return err
	}
	if err := dropArticle(ctx, tx, st, r.id, old, held); err != nil {
		return err
	}
	e := rollEntry{
		generation: st.generation, passages: r.passageCount, checksum: r.checksum,
		words: r.wordCount, titleWords: r.titleWordCount, published: r.published,
	}
	st.articles++
	st.passages += e.passages
	st.contents += e.sum(r.id)
	r.generation = st.generation
	_, err = tx.ExecContext(ctx, "INSERT INTO articles ("+articleColumns+", digest) VALUES ("+placeholders(15)+")",
		append(r.values(), digest)...)
	if err != nil {
		return err
	}
	for i := range r.passages {
		p := &r.passages[i]
		_, err := tx.ExecContext(ctx, "INSERT INTO passages ("+passageColumns+", "+vectorColumns+") VALUES ("+placeholders(10)+")",
			p.articleID, p.number, p.id, p.spans, p.words, p.wordCount, p.checksum, p.textKey, p.vector, p.vectorChecksum)
		if err != nil {
			return fmt.Errorf("passage %s: %w", p.id, err)
		}
	}
	return nil
}

// update runs f in a transaction and writes what it makes of the store's row.
func (s *Store) update(ctx context.Context, f func(tx *sql.Tx, st *storeRow) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	err = updateStore(ctx, tx, func(st *storeRow) error { return f(tx, st) })
	if err != nil {
		return err
	}
	return commit(tx)
}

// commit ends a transaction.
func commit(tx *sql.Tx) error {
	if err := pass("commit"); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return pass("commit, done")
}

// commit is update for a new generation.
func (s *Store) commit(ctx context.Context, f func(tx *sql.Tx, st *storeRow) error) error {
	return s.update(ctx, func(tx *sql.Tx, st *storeRow) error {
		st.generation++
		return f(tx, st)
	})
}
