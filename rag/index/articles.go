package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index/ingest"
)

// entry is an article with its passages, read from the database and found to
// be what was once written.
type entry struct {
	article  *article.Article
	passages []article.Passage
	checksum int64
	size     int // bytes of its text, roughly
}

// passage returns a passage by its ID.
func (e *entry) passage(id string) (article.Passage, bool) {
	number, err := strconv.Atoi(id[strings.LastIndexByte(id, '#')+1:])
	if err != nil || number < 1 || number > len(e.passages) || e.passages[number-1].ID != id {
		return article.Passage{}, false
	}
	return e.passages[number-1], true
}

// articleOf returns the ID of the article that a passage belongs to.
func articleOf(passageID string) string {
	return passageID[:max(0, strings.LastIndexByte(passageID, '#'))]
}

// cacheBytes bounds the text that a Store keeps in memory.
const cacheBytes = 32 << 20

// Size implements [cache.Sized].
func (e *entry) Size() int { return e.size }

// load returns the articles with the IDs, by ID. An article that has gone since
// the roll was read is left out, and so is a damaged one, which is remembered
// and named by Health. The caller holds the lock for reading.
func (s *Store) load(ctx context.Context, ids []string) (map[string]*entry, error) {
	out := make(map[string]*entry, len(ids))
	var missing []string
	for _, id := range ids {
		if _, seen := out[id]; seen {
			continue
		}
		out[id] = nil
		held, ok := s.held.roll[id]
		if !ok {
			continue
		}
		if e := s.cache.Get(id); e != nil && e.checksum == held.checksum {
			out[id] = e
			continue
		}
		missing = append(missing, id)
	}
	if len(missing) > 0 {
		err := s.snapshot(ctx, func(q querier) error { return s.loadFrom(ctx, q, missing, out) })
		if err != nil {
			return nil, s.explain("read articles", err)
		}
	}
	maps.DeleteFunc(out, func(_ string, e *entry) bool { return e == nil })
	return out, nil
}

func (s *Store) loadFrom(ctx context.Context, q querier, ids []string, out map[string]*entry) error {
	st, err := readStore(ctx, q)
	if err != nil {
		return err
	}
	moved := st.generation != s.held.generation
	return eachArticle(ctx, q, ids, false, func(id string, r articleRows, wrong error) error {
		var e *entry
		switch {
		case errors.Is(wrong, errNotThere) && moved:
			return nil
		case wrong == nil && !moved && r.checksum != s.held.roll[id].checksum:
			wrong = errOtherSum
		case wrong == nil:
			e, wrong = r.entry()
		}
		if wrong != nil {
			s.damaged(id, wrong)
			return nil
		}
		s.cache.Put(e.article.ID, e)
		out[id] = e
		return nil
	})
}

var (
	errNotThere = errors.New("it is in the list of articles, but cannot be found")
	errOtherSum = errors.New("it is not the one in the list of articles")
)

// articleRows are the rows of an article and its passages.
type articleRows struct {
	articleRow
	passages []passageRow
}

// eachArticle reads the articles with the IDs, in that order, compares all their
// rows with their checksums (vectors apart) and calls f with what was read or
// what is wrong with it.
func eachArticle(ctx context.Context, q querier, ids []string, vectors bool, f func(id string, r articleRows, wrong error) error) error {
	for part := range atOnce(ctx, q, ids) {
		found, err := readArticles(ctx, q, part, vectors)
		for _, id := range part {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			one, wrong := found[id], error(nil)
			if err != nil { // one damaged page spoils the query for all: one by one
				var again map[string]*articleRows
				again, wrong = readArticles(ctx, q, []string{id}, vectors)
				one = again[id]
			}
			switch {
			case wrong != nil && ctx.Err() != nil:
				return ctx.Err()
			case wrong == nil && one == nil:
				wrong = errNotThere
			case wrong == nil:
				wrong = one.check()
			}
			if one == nil {
				one = &articleRows{}
			}
			if err := f(id, *one, wrong); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxPassages is how many passages are read at once, unless one article has more:
// with their vectors, some 8 MB.
const maxPassages = 2000

// atOnce cuts a list of articles into those that are read together.
func atOnce(ctx context.Context, q querier, ids []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for part := range slices.Chunk(ids, maxParameters) {
			// A hint: what is damaged shows when the articles are read.
			sizes := map[string]int64{}
			_ = each(ctx, q, func(scan func(...any) error) error {
				var id string
				var n int64
				err := scan(&id, &n)
				sizes[id] = n
				return err
			}, "SELECT id, passages FROM articles INDEXED BY articles_roll WHERE id IN ("+placeholders(len(part))+")", anys(part)...)
			from, sum := 0, int64(0)
			for i, id := range part {
				n := max(0, min(sizes[id], maxPassages+1))
				if i > from && sum+n > maxPassages {
					if !yield(part[from:i]) {
						return
					}
					from, sum = i, 0
				}
				sum += n
			}
			if !yield(part[from:]) {
				return
			}
		}
	}
}

func readArticles(ctx context.Context, q querier, ids []string, vectors bool) (map[string]*articleRows, error) {
	rows := make(map[string]*articleRows, len(ids))
	in, args := " IN ("+placeholders(len(ids))+")", anys(ids)
	err := each(ctx, q, func(scan func(...any) error) error {
		r := &articleRows{}
		if err := scan(r.fields()...); err != nil {
			return err
		}
		rows[r.id] = r
		return nil
	}, "SELECT "+articleColumns+" FROM articles WHERE id"+in, args...)
	if err != nil {
		return nil, err
	}
	columns, fields := passageColumns, (*passageRow).fields
	if vectors {
		columns, fields = passageColumns+", "+vectorColumns, (*passageRow).withVector
	}
	return rows, each(ctx, q, func(scan func(...any) error) error {
		var p passageRow
		if err := scan(fields(&p)...); err != nil {
			return err
		}
		if r := rows[p.articleID]; r != nil {
			r.passages = append(r.passages, p)
		}
		return nil
	}, "SELECT "+columns+" FROM passages WHERE article_id"+in+" ORDER BY article_id, number", args...)
}

// check compares the rows with their checksums.
func (r *articleRows) check() error {
	if r.sum() != r.checksum {
		return errors.New("its text does not have its checksum")
	}
	if n := int64(len(r.passages)); n != r.passageCount {
		return fmt.Errorf("%d of its %d passages are there", n, r.passageCount)
	}
	for i := range r.passages {
		p := &r.passages[i]
		if p.sum() != p.checksum {
			return fmt.Errorf("its passage %d does not have its checksum", i+1)
		}
		if p.number != int64(i+1) || p.id != r.id+"#"+strconv.Itoa(i+1) {
			return fmt.Errorf("its passage %d is another one", i+1)
		}
	}
	return nil
}

// entry makes an article out of sound rows.
func (r *articleRows) entry() (*entry, error) {
	a := &article.Article{
		ID: r.id, Title: r.title, Author: r.author, Source: r.source, URL: r.url, Path: r.path,
	}
	if r.published != "" {
		t, err := time.Parse(time.DateOnly, r.published)
		if err != nil {
			return nil, err
		}
		a.Published = t
	}
	if err := json.Unmarshal([]byte(r.paragraphs), &a.Paragraphs); err != nil {
		return nil, err
	}
	e := &entry{article: a, checksum: r.checksum, size: 2 * len(r.paragraphs)}
	var at ingest.Cursor
	for i := range r.passages {
		passage, err := at.Passage(a, r.passages[i].id, r.passages[i].spans)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		e.passages = append(e.passages, passage)
	}
	return e, nil
}
