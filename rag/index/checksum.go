package index

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
)

// SQLite does not notice a bit that flips in a row. Every row therefore
// carries a checksum of its own, which is compared before the row is used: 64
// bits of SHA-256 over its columns, each preceded by its length.

// checksum sums columns up: strings, byte slices and int64s.
func checksum(columns ...any) int64 {
	h := sha256.New()
	var n [8]byte
	for _, c := range columns {
		switch c := c.(type) {
		case string:
			binary.LittleEndian.PutUint64(n[:], uint64(len(c)))
			h.Write(n[:])
			h.Write([]byte(c))
		case []byte:
			binary.LittleEndian.PutUint64(n[:], uint64(len(c)))
			h.Write(n[:])
			h.Write(c)
		case int64:
			binary.LittleEndian.PutUint64(n[:], uint64(c))
			h.Write(n[:])
		default:
			panic(fmt.Sprintf("checksum of a %T", c))
		}
	}
	return int64(binary.LittleEndian.Uint64(h.Sum(nil)))
}

// articleRow is a row of articles but for its digest, a flipped bit of which
// only makes an ingest write the article once more, and its generation, which
// the roll covers.
type articleRow struct {
	id, title, published, author, source, url, path, paragraphs, titleWords string

	titleWordCount, passageCount, wordCount int64
	checksum, generation                    int64
}

const articleColumns = "id, title, published, author, source, url, path, paragraphs, title_words, title_word_count, passages, word_count, checksum, generation"

// fields are where the columns go.
func (r *articleRow) fields() []any {
	return []any{&r.id, &r.title, &r.published, &r.author, &r.source, &r.url, &r.path, &r.paragraphs,
		&r.titleWords, &r.titleWordCount, &r.passageCount, &r.wordCount, &r.checksum, &r.generation}
}

// values are what the columns hold.
func (r *articleRow) values() []any {
	return []any{r.id, r.title, r.published, r.author, r.source, r.url, r.path, r.paragraphs,
		r.titleWords, r.titleWordCount, r.passageCount, r.wordCount, r.checksum, r.generation}
}

func (r *articleRow) sum() int64 {
	return checksum(r.id, r.title, r.published, r.author, r.source, r.url, r.path, r.paragraphs,
		r.titleWords, r.titleWordCount, r.passageCount, r.wordCount)
}

// passageRow is a row of passages. vector and textKey are filled in only where
// they are needed.
type passageRow struct {
	articleID           string
	number              int64
	id, spans, words    string
	wordCount, checksum int64
	textKey             string
	vector              []byte
	vectorChecksum      int64
}

const (
	passageColumns = "article_id, number, id, spans, words, word_count, checksum"
	vectorColumns  = "text_key, vector, vector_checksum"
)

// fields are where the columns go, without those of the vector.
func (r *passageRow) fields() []any {
	return []any{&r.articleID, &r.number, &r.id, &r.spans, &r.words, &r.wordCount, &r.checksum}
}

// withVector are where all columns go.
func (r *passageRow) withVector() []any {
	return append(r.fields(), &r.textKey, &r.vector, &r.vectorChecksum)
}

func (r *passageRow) sum() int64 {
	return checksum(r.articleID, r.number, r.id, r.spans, r.words, r.wordCount)
}

// vectorSum is that of the vector, 0 for none.
func (r *passageRow) vectorSum() int64 {
	if r.vector == nil {
		return 0
	}
	return checksum(r.id, r.textKey, r.vector)
}

// rollEntry is what the process holds of each article: enough to know what
// there is and what has changed. Its title and text stay in the database.
type rollEntry struct {
	generation, passages, checksum int64
	words, titleWords              int64 // of all passages, of the title
	published                      string
}

const rollColumns = "generation, passages, checksum, published, word_count, title_word_count FROM articles INDEXED BY articles_roll"

func (e *rollEntry) fields() []any {
	return []any{&e.generation, &e.passages, &e.checksum, &e.published, &e.words, &e.titleWords}
}

func (e rollEntry) sum(id string) int64 {
	return checksum(id, e.generation, e.passages, e.checksum, e.published, e.words, e.titleWords)
}

// readRoll reads the roll and tells whether it is what the store row says.
func readRoll(ctx context.Context, q querier, st storeRow) (roll map[string]rollEntry, whole bool, err error) {
	roll = make(map[string]rollEntry, max(0, min(st.articles, 1<<20)))
	var contents, passages int64
	err = each(ctx, q, func(scan func(...any) error) error {
		var id string
		var e rollEntry
		if err := scan(append([]any{&id}, e.fields()...)...); err != nil {
			return err
		}
		roll[id] = e
		contents += e.sum(id)
		passages += e.passages
		return nil
	}, "SELECT id, "+rollColumns)
	return roll, contents == st.contents && passages == st.passages && int64(len(roll)) == st.articles, err
}

// rollOf reads the entry of one article; ok says whether there is one.
func rollOf(ctx context.Context, q querier, id string) (e rollEntry, ok bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT "+rollColumns+" WHERE id = ?", id).Scan(e.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// storeRow is the row of the table store.
type storeRow struct {
	generation int64
	embedder   EmbedderInfo
	lastIngest string
	articles   int64
	passages   int64
	contents   int64
}

func (st storeRow) sum() int64 {
	e := st.embedder
	return checksum(st.generation, e.Provider, e.Model, int64(e.Dimension), e.Fingerprint, st.lastIngest, st.articles, st.passages, st.contents)
}

// errStoreRow: the row that describes the store is damaged.
var errStoreRow = fmt.Errorf("%w: the row that describes the store does not have its checksum; run zhiwen doctor --repair", ErrDamaged)

// readStore reads the store's row and checks it.
func readStore(ctx context.Context, q querier) (storeRow, error) {
	st, sum, err := readStoreUnchecked(ctx, q)
	if err == nil && sum != st.sum() {
		return st, errStoreRow
	}
	return st, err
}

func readStoreUnchecked(ctx context.Context, q querier) (st storeRow, sum int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT generation, provider, model, dimension, fingerprint, last_ingest, articles, passages, contents, checksum FROM store").
		Scan(&st.generation, &st.embedder.Provider, &st.embedder.Model, &st.embedder.Dimension, &st.embedder.Fingerprint,
			&st.lastIngest, &st.articles, &st.passages, &st.contents, &sum)
	if errors.Is(err, sql.ErrNoRows) {
		err = errStoreRow
	}
	return st, sum, err
}

// updateStore changes the store's row. A row that was damaged before is
// refused, so that no checksum ever makes it look sound; one that never had a
// checksum gets its first.
func updateStore(ctx context.Context, tx *sql.Tx, change func(*storeRow) error) error {
	st, sum, err := readStoreUnchecked(ctx, tx)
	if err != nil {
		return err
	}
	if sum != st.sum() && sum != 0 {
		return errStoreRow
	}
	if err := change(&st); err != nil {
		return err
	}
	return writeStore(ctx, tx, st)
}

func writeStore(ctx context.Context, tx *sql.Tx, st storeRow) error {
	e := st.embedder
	_, err := tx.ExecContext(ctx, `UPDATE store SET generation = ?, provider = ?, model = ?, dimension = ?, fingerprint = ?,
		last_ingest = ?, articles = ?, passages = ?, contents = ?, checksum = ?`,
		st.generation, e.Provider, e.Model, e.Dimension, e.Fingerprint, st.lastIngest, st.articles, st.passages, st.contents, st.sum())
	return err
}
