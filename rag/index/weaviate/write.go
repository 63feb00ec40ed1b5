package weaviate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zhiwen/rag/article"
	"zhiwen/rag/index"
	"zhiwen/rag/index/ingest"
)

// Add puts articles into the collection and replaces those whose ID it holds.
// Articles that did not change cost next to nothing, and passages whose text did
// not change are not embedded again. An article that Progress has been told of
// is on a quorum of the replicas. Killed at any moment it leaves a collection
// that is whole but for the articles that were not yet written, which are noted
// as pending and which the next Add of the same articles completes. Several
// processes may add at once.
func (s *Store) Add(ctx context.Context, articles []article.Article, o index.AddOptions) (index.AddReport, error) {
	var report index.AddReport
	err := s.change(ctx, func() error { return s.add(ctx, articles, o, nil, &report) })
	if err != nil {
		return report, fmt.Errorf("add articles: %w", err)
	}
	return report, nil
}

// change runs f, which changes the articles, and then reads what came of it,
// also when f failed half-way or was cancelled.
func (s *Store) change(ctx context.Context, f func() error) error {
	if err := s.writable(); err != nil {
		return err
	}
	if _, err := s.describe(ctx, s.client.searching); err != nil { // at once, not when a write has waited for long
		return err
	}
	err := f()
	if errors.Is(err, ErrUnavailable) {
		return err
	}
	after := context.WithoutCancel(ctx)
	if rerr := s.update(after, touch); err == nil {
		err = rerr
	}
	if s.agree(after) {
		if serr := s.sweep(after); serr != nil {
			s.log.Warn("what nobody reads any more was not removed; the next ingest will", "error", serr)
		}
		s.agree(after)
	}
	if rerr := s.load(after, writing); err == nil {
		err = rerr
	}
	return err
}

// agree waits a moment for the replicas that a quorum did not wait for, so that
// whoever asks next finds the same counts everywhere, and tells whether all nodes
// do.
func (s *Store) agree(ctx context.Context) bool {
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		all, err := ask(ctx, s.client, len(s.client.nodes), limits{time.Second, time.Second}, s.everything)
		if err != nil {
			return false // a node is down: there is nothing to wait for
		}
		if len(slices.Compact(all)) == 1 {
			return len(s.client.nodes) >= s.replicas
		}
	}
	return false
}

// sweep carries out what was only written down while a node may have been away:
// it removes passages that nobody reads, articles that are gone, and the notes.
func (s *Store) sweep(ctx context.Context) error {
	done := fmt.Sprintf("{Get{a:%s(where:%s limit:%d){articleId replaces}}}", s.class(pendingClass), equals("kind", kindDone), maxResults)
	for {
		got, err := ask(ctx, s.client, 1, writing, func(ctx context.Context, n *node) ([]pendingObject, error) {
			var got struct{ A []pendingObject }
			return got.A, s.client.query(ctx, n, done, &got)
		})
		if err != nil || len(got[0]) == 0 {
			return err
		}
		ids := make([]string, len(got[0]))
		for i, p := range got[0] {
			ids[i] = p.ArticleID
		}
		slices.Sort(ids)
		held, err := s.fetch(ctx, writing, slices.Compact(ids), false)
		if err != nil {
			return err
		}
		var old []string
		for _, p := range got[0] {
			for _, version := range strings.Fields(p.Replaces) {
				if now := held[p.ArticleID]; now == nil || now.Version != version { // it may have come back
					old = append(old, version)
				}
			}
		}
		if err := s.removeWhere(ctx, passageClass, "version", old); err != nil {
			return err
		}
		if err := s.removeWhere(ctx, articleClass, "version", []string{gone}); err != nil {
			return err
		}
		if err := s.removeWhere(ctx, pendingClass, "kind", []string{kindDone}); err != nil || len(got[0]) < maxResults {
			return err
		}
	}
}

// done notes that changes are done.
func (s *Store) done(ctx context.Context, list []pendingObject) error {
	objects := make([]object, len(list))
	for i, p := range list {
		p.Note, p.Kind = noteOf(p), kindDone
		objects[i] = object{Class: s.class(pendingClass), ID: p.Note, Properties: p}
	}
	return s.put(ctx, objects)
}

// everything counts what a node has of each class that searches read.
func (s *Store) everything(ctx context.Context, n *node) ([4]int, error) {
	var got struct{ A, P, W, D []aggregate }
	err := s.client.query(ctx, n, fmt.Sprintf("{Aggregate{a:%s{meta{count}} p:%s{meta{count}} w:%s{meta{count}} d:%s(where:%s){meta{count}}}}",
		s.class(articleClass), s.class(passageClass), s.class(pendingClass), s.class(pendingClass), equals("kind", kindDone)), &got)
	if err != nil || len(got.A)*len(got.P)*len(got.W)*len(got.D) == 0 {
		return [4]int{}, err
	}
	return [4]int{got.A[0].Meta.Count, got.P[0].Meta.Count, got.W[0].Meta.Count, got.D[0].Meta.Count}, nil
}

// add writes what has changed, and the articles to rewrite, in any case.
func (s *Store) add(ctx context.Context, articles []article.Article, o index.AddOptions, rewrite map[string]bool, report *index.AddReport) error {
	pending, err := s.settle(ctx)
	if err != nil {
		return err
	}
	plan, err := s.plan(ctx, articles, o, rewrite, report)
	if err != nil {
		return err
	}
	w := &writer{s: s, broken: pending}
	if len(plan.Jobs) > 0 {
		if err := w.begin(ctx, plan.Jobs); err != nil {
			return err
		}
	}
	// The embedder waits when as many groups are on their way as there are nodes.
	run := ingest.Runner{Store: w, Embedder: s.opts.Embedder, Segment: s.opts.Segment, Writers: len(s.client.nodes)}
	if err := run.Run(ctx, plan, o); err != nil {
		return err
	}
	return s.update(ctx, func(d *description) { d.LastIngest = time.Now().UTC() })
}

// plan finds out which articles have to be written: those that are new or
// changed, those whose vectors another embedder made, and those to rewrite.
func (s *Store) plan(ctx context.Context, articles []article.Article, o index.AddOptions, rewrite map[string]bool, report *index.AddReport) (*ingest.Plan, error) {
	ids := make([]string, len(articles))
	for i := range articles {
		ids[i] = articles[i].ID
	}
	slices.Sort(ids)
	held, err := s.fetch(ctx, writing, slices.Compact(ids), false)
	if err != nil {
		return nil, err
	}
	digests := make(map[string]string, len(held))
	for id, o := range held {
		if digests[id] = ""; o.Embedder == s.embedderKey() && !rewrite[id] {
			digests[id] = o.Digest
		}
	}
	plan := ingest.NewPlan(digests, o, report)
	if err := plan.Give(ctx, articles); err != nil {
		return nil, err
	}
	waiting, err := s.waiting(ctx)
	if err != nil {
		return nil, err
	}
	waiting = slices.Compact(slices.Sorted(slices.Values(append(waiting, slices.Collect(maps.Keys(rewrite))...))))
	waiting = slices.DeleteFunc(waiting, plan.Given)
	if err := s.each(ctx, waiting, func(a *article.Article) error { return plan.Again(ctx, a) }); err != nil {
		return nil, err
	}
	return plan, nil
}

// waiting lists the articles whose vectors another embedder made.
func (s *Store) waiting(ctx context.Context) ([]string, error) {
	if s.opts.EmbedderInfo == (index.EmbedderInfo{}) {
		return nil, nil
	}
	where := fmt.Sprintf(`{operator:And,operands:[{path:["embedder"],operator:NotEqual,valueText:%s},{path:["embedder"],operator:NotEqual,valueText:%s}]}`,
		quote(s.embedderKey()), quote(gone))
	var ids []string
	got, err := ask(ctx, s.client, 1, writing, func(ctx context.Context, n *node) ([]*articleObject, error) {
		var got struct{ A []*articleObject }
		return got.A, s.client.query(ctx, n, fmt.Sprintf("{Get{a:%s(where:%s limit:%d){articleId}}}", s.class(articleClass), where, maxResults), &got)
	})
	if err != nil {
		return nil, err
	}
	for _, o := range got[0] {
		ids = append(ids, o.ArticleID)
	}
	return ids, nil
}

// writer is what carrying out a plan needs of a Store.
type writer struct {
	s *Store
	// broken holds the versions that ingests were broken off in, by article.
	broken map[string][]pendingObject
}

// begin writes down which articles are to come.
func (w *writer) begin(ctx context.Context, jobs []*ingest.Job) error {
	s := w.s
	if s.opts.Embedder == nil {
		return index.ErrNoEmbedder
	}
	if err := s.adopt(ctx); err != nil {
		return err
	}
	notes := make([]object, len(jobs))
	for i, j := range jobs {
		p := pendingObject{ArticleID: j.Article.ID, Kind: kindWrite, Version: s.version(j)}
		notes[i] = object{Class: s.class(pendingClass), ID: noteOf(p), Properties: p}
	}
	if err := s.put(ctx, notes); err != nil {
		return err
	}
	return s.update(ctx, touch) // others learn that something is pending
}

// touch tells others that the articles have changed.
func touch(d *description) { d.Change = max(d.Change+1, time.Now().UnixNano()) }

// adopt makes the collection this embedder's when it is nobody's.
func (s *Store) adopt(ctx context.Context) error {
	d, err := s.describe(ctx, writing)
	if err != nil {
		return err
	}
	have, want := d.Embedder, s.opts.EmbedderInfo
	if want == (index.EmbedderInfo{}) || have == want {
		return nil
	}
	if have != (index.EmbedderInfo{}) && !have.Same(want) {
		return fmt.Errorf("%w: %s filled %s meanwhile", index.ErrOtherEmbedder, have, s)
	}
	if want.Dimension == 0 {
		want.Dimension = have.Dimension
	}
	return s.update(ctx, func(d *description) { d.Embedder = want })
}

// Dimension returns the length of the collection's vectors; the first one sets it.
func (w *writer) Dimension(ctx context.Context, first int) (int, error) {
	w.s.mu.RLock()
	dimension := w.s.state.Embedder.Dimension
	w.s.mu.RUnlock()
	if dimension != 0 {
		return dimension, nil
	}
	d, err := w.s.describe(ctx, writing)
	if err != nil {
		return 0, err
	}
	if d.Embedder.Dimension == 0 {
		d.Embedder.Dimension = first
		if err := w.s.update(ctx, func(now *description) { now.Embedder.Dimension = first }); err != nil {
			return 0, err
		}
	}
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.state.Embedder.Dimension = d.Embedder.Dimension
	return d.Embedder.Dimension, nil
}

// Known looks up vectors of the same texts.
func (w *writer) Known(ctx context.Context, keys []string) (map[string][]float32, error) {
	type found struct {
		TextKey, VectorSum string
		Additional         struct{ Vector []float32 } `json:"_additional"`
	}
	known := map[string][]float32{}
	for part := range slices.Chunk(keys, 100) {
		query := fmt.Sprintf("{Get{a:%s(where:%s limit:%d){textKey vectorSum _additional{vector}}}}",
			w.s.class(passageClass), oneOf("textKey", part), 2*len(part))
		got, err := ask(ctx, w.s.client, 1, writing, func(ctx context.Context, n *node) ([]found, error) {
			var got struct{ A []found }
			return got.A, w.s.client.query(ctx, n, query, &got)
		})
		if err != nil {
			return nil, err
		}
		for _, f := range got[0] {
			if vectorSum(f.Additional.Vector) == f.VectorSum {
				known[f.TextKey] = f.Additional.Vector
			}
		}
	}
	return known, nil
}

// Write puts a group of articles on a quorum of the replicas: their passages,
// then the articles that name them. Passages of the versions before are removed
// afterwards, when no reader looks for them any more.
func (w *writer) Write(ctx context.Context, jobs []*ingest.Job, segment func(string) []string) error {
	s := w.s
	var articles, passages []object
	var ids, versions []string
	for _, j := range jobs {
		a, p, err := s.objects(j, segment)
		if err != nil {
			return fmt.Errorf("article %s: %w", j.Article.ID, err)
		}
		articles, passages = append(articles, a), append(passages, p...)
		ids, versions = append(ids, j.Article.ID), append(versions, s.version(j))
	}
	if err := s.put(ctx, passages); err != nil {
		return err
	}
	before, err := s.fetch(ctx, writing, ids, false)
	if err != nil {
		return err
	}
	if err := s.put(ctx, articles); err != nil {
		return err
	}
	var old []string // versions that nobody reads any more
	var done []pendingObject
	for i, id := range ids {
		var replaced []string
		if b := before[id]; b != nil && b.Version != versions[i] {
			replaced = append(replaced, b.Version)
		}
		for _, p := range w.broken[id] {
			if p.Version != versions[i] {
				replaced = append(replaced, p.Version)
				done = append(done, p)
			}
		}
		old = append(old, replaced...)
		done = append(done, pendingObject{ArticleID: id, Kind: kindWrite, Version: versions[i], Replaces: strings.Join(replaced, " ")})
	}
	if err := s.removeWhere(ctx, passageClass, "version", old); err != nil {
		return err
	}
	if err := s.whole(ctx, passages, versions); err != nil {
		return err
	}
	return s.done(ctx, done)
}

// whole makes sure that the passages that were just written are still there:
// another process may have taken them for remains of an ingest that was broken
// off.
func (s *Store) whole(ctx context.Context, passages []object, versions []string) error {
	query := fmt.Sprintf("{Aggregate{a:%s(where:%s){meta{count}}}}", s.class(passageClass), oneOf("version", versions))
	all, err := ask(ctx, s.client, s.quorum(), writing, func(ctx context.Context, n *node) (int, error) {
		var got struct{ A []aggregate }
		err := s.client.query(ctx, n, query, &got)
		if err != nil || len(got.A) == 0 {
			return 0, err
		}
		return got.A[0].Meta.Count, nil
	})
	if err != nil || slices.Max(all) >= len(passages) {
		return err
	}
	s.log.Warn("passages had gone and are written again", "passages", len(passages)-slices.Max(all))
	return s.put(ctx, passages)
}

// settle completes deletions that were broken off, and lists what ingests were
// broken off in, by article. What had been written after all is forgotten.
func (s *Store) settle(ctx context.Context) (map[string][]pendingObject, error) {
	all, err := ask(ctx, s.client, s.quorum(), writing, func(ctx context.Context, n *node) ([]pendingObject, error) {
		var list []pendingObject
		err := each(ctx, s, n, pendingClass, "articleId kind version replaces note", func(p *pendingObject) error {
			list = append(list, *p)
			return nil
		})
		return list, err
	})
	if err != nil {
		return nil, err
	}
	latest := map[string]pendingObject{} // by note; one that is done is newer
	var ids []string
	for _, list := range all {
		for _, p := range list {
			if held, ok := latest[noteOf(p)]; !ok || held.Kind != kindDone {
				latest[noteOf(p)] = p
				ids = append(ids, p.ArticleID)
			}
		}
	}
	slices.Sort(ids)
	held, err := s.fetch(ctx, writing, slices.Compact(ids), false)
	if err != nil {
		return nil, err
	}
	broken := map[string][]pendingObject{}
	var deletions, done []pendingObject
	for _, p := range latest {
		now := held[p.ArticleID]
		switch {
		case p.Kind == kindDone:
		case p.Kind == kindDelete && (now == nil || now.Version == p.Version):
			deletions = append(deletions, p)
		case p.Kind == kindDelete, now != nil && now.Version == p.Version:
			done = append(done, p)
		default:
			broken[p.ArticleID] = append(broken[p.ArticleID], p)
		}
	}
	if err := s.done(ctx, done); err != nil {
		return nil, err
	}
	return broken, s.drain(ctx, deletions)
}

// noteOf is the ID of the object that a pending change is.
// That of one that is done stays what it was.
func noteOf(p pendingObject) string {
	if p.Note != "" {
		return p.Note
	}
	return uuid("pending", p.Kind, p.ArticleID, p.Version)
}

// drain carries out deletions: the articles, after which nobody finds their
// passages, then these.
func (s *Store) drain(ctx context.Context, deletions []pendingObject) error {
	var articles []object
	var versions []string
	for i, p := range deletions {
		articles, versions = append(articles, s.tombstone(p.ArticleID)), append(versions, p.Version)
		deletions[i].Replaces = p.Version
	}
	if err := s.put(ctx, articles); err != nil {
		return err
	}
	if err := s.removeWhere(ctx, passageClass, "version", versions); err != nil {
		return err
	}
	return s.done(ctx, deletions)
}
