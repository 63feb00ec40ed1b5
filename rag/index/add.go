package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index/ingest"
)

type (
	// AddOptions of Store.Add.
	AddOptions = ingest.Options
	// AddReport says what Store.Add did. After an error it says what was done
	// before it, which stays.
	AddReport = ingest.Report
)

// Add puts articles into the store and replaces those whose ID it holds, those
// that are damaged among them. Articles that did not change cost next to
// nothing, and passages whose text did not change are not embedded again.
// Articles are committed in groups; one that Progress has been told of is
// there to stay. When Add returns without an error all of them can be found;
// killed at any moment it leaves a store that opens, knows what is missing, and
// is completed by the next Add.
func (s *Store) Add(ctx context.Context, articles []article.Article, o AddOptions) (AddReport, error) {
	var report AddReport
	err := s.write(ctx, func() error { return s.add(ctx, articles, o, &report) })
	return report, s.explain("add articles", err)
}

// write runs f under the write lock and then brings the derived indexes to
// what f committed, also when f failed half-way or was cancelled.
func (s *Store) write(ctx context.Context, f func() error) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err = s.takeLoss(ctx); err == nil {
		err = f()
	}
	if _, rerr := s.refresh(context.WithoutCancel(ctx), true); err == nil {
		err = rerr
	}
	return err
}

func (s *Store) add(ctx context.Context, articles []article.Article, o AddOptions, report *AddReport) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	plan, err := s.plan(ctx, articles, o, report)
	if err != nil {
		return err
	}
	if len(plan.Jobs) > 0 {
		if err := s.begin(ctx, plan.Jobs); err != nil {
			return err
		}
	}
	run := ingest.Runner{Store: writer{s}, Embedder: s.opts.Embedder, Segment: s.opts.Segment}
	if err := run.Run(ctx, plan, o); err != nil {
		return err
	}
	return s.update(ctx, func(_ *sql.Tx, st *storeRow) error {
		st.lastIngest = time.Now().UTC().Format(time.RFC3339)
		return nil
	})
}

// plan finds out which articles have to be written: those that are new or
// changed, and those that wait in the store for a new embedder.
func (s *Store) plan(ctx context.Context, articles []article.Article, o AddOptions, report *AddReport) (*ingest.Plan, error) {
	digests, err := s.digests(ctx, articles)
	if err != nil {
		return nil, err
	}
	plan := ingest.NewPlan(digests, o, report)
	if err := plan.Give(ctx, articles); err != nil {
		return nil, err
	}
	waiting, err := column(ctx, s.db, "SELECT id FROM articles INDEXED BY articles_waiting WHERE digest = '' ORDER BY id")
	if err != nil {
		return nil, err
	}
	waiting = slices.DeleteFunc(waiting, plan.Given)
	return plan, eachArticle(ctx, s.db, waiting, false, func(id string, r articleRows, wrong error) error {
		if wrong != nil {
			s.damaged(id, wrong)
			return nil
		}
		e, err := r.entry()
		if err != nil {
			s.damaged(id, err)
			return nil
		}
		return plan.Again(ctx, e.article)
	})
}

// digests returns those of the articles that the store holds as they were
// written, by ID. A damaged article, or one without its vectors, has an empty
// one.
func (s *Store) digests(ctx context.Context, articles []article.Article) (map[string]string, error) {
	ids := make([]string, 0, len(articles))
	for i := range articles {
		ids = append(ids, articles[i].ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make(map[string]string, len(ids))
	for part := range slices.Chunk(ids, maxParameters) {
		var held []string
		err := each(ctx, s.db, func(scan func(...any) error) error {
			var id, digest string
			err := scan(&id, &digest)
			out[id] = digest
			held = append(held, id)
			return err
		}, "SELECT id, digest FROM articles WHERE id IN ("+placeholders(len(part))+")", anys(part)...)
		if err != nil { // a damaged page; which article is on it, the next lines tell
			held = part
		}
		err = eachArticle(ctx, s.db, held, true, func(id string, r articleRows, wrong error) error {
			for i := range r.passages {
				if v, err := r.passages[i].decode(); err != nil || v == nil {
					wrong = errors.New("vectors are missing")
				}
			}
			if wrong != nil && !errors.Is(wrong, errNotThere) {
				out[id] = ""
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// begin writes down which articles are to come. It checks under the lock that
// the store still is this embedder's, and makes it so when it is nobody's.
func (s *Store) begin(ctx context.Context, jobs []*ingest.Job) error {
	if s.opts.Embedder == nil {
		return ErrNoEmbedder
	}
	return s.update(ctx, func(tx *sql.Tx, st *storeRow) error {
		have, want := st.embedder, s.opts.EmbedderInfo
		if want != (EmbedderInfo{}) && have != want {
			if st.articles > 0 && have != (EmbedderInfo{}) && !have.Same(want) {
				return fmt.Errorf("%w: %s filled %s meanwhile", ErrOtherEmbedder, have, s.opts.Dir)
			}
			if want.Dimension == 0 && have.Same(want) {
				want.Dimension = have.Dimension
			}
			st.embedder = want
		}
		insert, err := tx.PrepareContext(ctx, "INSERT OR IGNORE INTO pending (id) VALUES (?)")
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, j := range jobs {
			if _, err := insert.ExecContext(ctx, j.Article.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// writer is what carrying out a plan needs of a Store.
type writer struct{ s *Store }

func (w writer) Write(ctx context.Context, jobs []*ingest.Job, segment func(string) []string) error {
	return w.s.writeJobs(ctx, jobs, segment)
}

// Known looks up vectors of the same texts.
func (w writer) Known(ctx context.Context, keys []string) (map[string][]float32, error) {
	known := map[string][]float32{}
	for part := range slices.Chunk(keys, maxParameters) {
		err := each(ctx, w.s.db, func(scan func(...any) error) error {
			var p passageRow
			if err := scan(&p.id, &p.textKey, &p.vector, &p.vectorChecksum); err != nil {
				return err
			}
			if v, err := p.decode(); err == nil && v != nil {
				known[p.textKey] = v
			}
			return nil
		}, "SELECT id, "+vectorColumns+" FROM passages WHERE vector IS NOT NULL AND text_key IN ("+placeholders(len(part))+")", anys(part)...)
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// Dimension returns the length of the store's vectors; the first one sets it.
func (w writer) Dimension(ctx context.Context, first int) (int, error) {
	st, err := readStore(ctx, w.s.db)
	if err != nil || st.embedder.Dimension != 0 {
		return st.embedder.Dimension, err
	}
	return first, w.s.update(ctx, func(_ *sql.Tx, st *storeRow) error {
		st.embedder.Dimension = first
		return nil
	})
}
