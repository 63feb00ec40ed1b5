package weaviate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/index"
)

// maxTitles is how many titles a catalog names.
const maxTitles = 20

// Refresh picks up what others have changed, and tells whether there was anything.
func (s *Store) Refresh(ctx context.Context) (bool, error) {
	d, err := s.describe(ctx, s.client.searching)
	if err != nil {
		return false, fmt.Errorf("refresh: %w", err)
	}
	s.mu.RLock()
	same := d.Change == s.state.Change && s.state.pending == 0
	s.mu.RUnlock()
	if same {
		return false, nil
	}
	if err := s.load(ctx, s.client.searching); err != nil {
		return false, fmt.Errorf("refresh: %w", err)
	}
	return true, nil
}

// load reads what the process holds of the collection.
func (s *Store) load(ctx context.Context, l limits) error {
	next := state{}
	var err error
	if next.description, err = s.describe(ctx, l); err != nil {
		return err
	}
	counts, err := s.counts(ctx, l)
	if err != nil {
		return err
	}
	next.words, next.titleWords, next.pending = counts.words, counts.titleWords, counts.pending
	if next.catalog, err = s.readCatalog(ctx, l, counts); err != nil {
		return err
	}
	s.mu.Lock()
	s.state, s.damaged = next, nil
	s.mu.Unlock()
	s.cache.Clear()
	s.frequency.clear()
	return nil
}

// counts are what a collection has of everything.
type counts struct {
	articles, passages, pending int
	words, titleWords           int64
	firstDay, lastDay           int // 20210825; 0: none
}

// aggregate is what a server says of a class as a whole.
type aggregate struct {
	Meta                        struct{ Count int }
	Passages, Words, TitleWords struct{ Sum float64 }
	Day                         struct{ Minimum, Maximum float64 }
}

func (s *Store) countsAt(ctx context.Context, n *node) (counts, error) {
	var got struct{ Articles, Gone, Pending []aggregate }
	err := s.client.query(ctx, n, fmt.Sprintf(`{Aggregate{
		articles:%s{meta{count} passages{sum} words{sum} titleWords{sum} day{minimum maximum}}
		gone:%s(where:%s){meta{count}} pending:%s(where:%s){meta{count}}}}`,
		s.class(articleClass), s.class(articleClass), equals("version", gone), s.class(pendingClass), equals("kind", kindWrite)), &got)
	if err != nil || len(got.Articles)*len(got.Gone)*len(got.Pending) == 0 {
		return counts{}, err
	}
	a := got.Articles[0]
	c := counts{
		articles: a.Meta.Count - got.Gone[0].Meta.Count, passages: int(a.Passages.Sum), words: int64(a.Words.Sum), titleWords: int64(a.TitleWords.Sum),
		firstDay: int(a.Day.Minimum), lastDay: int(a.Day.Maximum),
	}
	c.pending = got.Pending[0].Meta.Count
	return c, nil
}

// counts asks a quorum of nodes and takes the one that knows of the most: one
// that has just returned lacks something.
func (s *Store) counts(ctx context.Context, l limits) (counts, error) {
	all, err := ask(ctx, s.client, s.quorum(), l, s.countsAt)
	if err != nil {
		return counts{}, err
	}
	return slices.MaxFunc(all, func(a, b counts) int { return a.articles - b.articles }), nil
}

// readCatalog describes the collection.
func (s *Store) readCatalog(ctx context.Context, l limits, n counts) (rag.Catalog, error) {
	c := rag.Catalog{Articles: n.articles, Passages: n.passages, Years: map[int]int{}}
	if n.articles == 0 {
		return c, nil
	}
	c.First, c.Last = dayOf(n.firstDay), dayOf(n.lastDay)
	dated := 0
	if n.firstDay > 0 {
		var parts []string
		for y := n.firstDay / 10_000; y <= n.lastDay/10_000; y++ {
			parts = append(parts, fmt.Sprintf(`y%d:%s(where:%s){meta{count}}`, y, s.class(articleClass), inYear(y)))
		}
		got, err := ask(ctx, s.client, 1, l, func(ctx context.Context, n *node) (map[string][]aggregate, error) {
			var got map[string][]aggregate
			return got, s.client.query(ctx, n, "{Aggregate{"+strings.Join(parts, " ")+"}}", &got)
		})
		if err != nil {
			return c, err
		}
		for name, a := range got[0] {
			var y int
			if _, err := fmt.Sscanf(name, "y%d", &y); err == nil && len(a) > 0 && a[0].Meta.Count > 0 {
				c.Years[y] = a[0].Meta.Count
				dated += a[0].Meta.Count
			}
		}
	}
	if undated := n.articles - dated; undated > 0 {
		c.Years[0] = undated
	}
	var err error
	c.Titles, err = s.newest(ctx, l, c.Years)
	return c, err
}

// newest returns the titles of the newest articles, year by year, because a
// server sorts all that it is not told to leave out.
func (s *Store) newest(ctx context.Context, l limits, years map[int]int) ([]string, error) {
	var newest []articleObject
	for _, y := range slices.Backward(slices.Sorted(maps.Keys(years))) {
		if len(newest) >= maxTitles {
			break
		}
		// More than are named, because the order of equals is chance.
		query := fmt.Sprintf(`{Get{a:%s(where:%s limit:%d sort:[{path:["published"],order:desc}]){articleId published title}}}`,
			s.class(articleClass), inYear(y), 5*maxTitles)
		got, err := ask(ctx, s.client, 1, l, func(ctx context.Context, n *node) ([]articleObject, error) {
			var got struct{ A []articleObject }
			return got.A, s.client.query(ctx, n, query, &got)
		})
		if err != nil {
			return nil, err
		}
		newest = append(newest, got[0]...)
	}
	slices.SortFunc(newest, func(a, b articleObject) int {
		return cmp.Or(strings.Compare(b.Published, a.Published), strings.Compare(a.ArticleID, b.ArticleID))
	})
	var titles []string
	for _, a := range newest[:min(maxTitles, len(newest))] {
		titles = append(titles, a.Title)
	}
	return titles, nil
}

func inYear(y int) string {
	return fmt.Sprintf(`{path:["year"],operator:Equal,valueInt:%d}`, y)
}

func dayOf(n int) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Date(n/10_000, time.Month(n/100%100), n%100, 0, 0, 0, 0, time.UTC)
}

// Catalog describes the whole collection, as of the last Refresh.
func (s *Store) Catalog(ctx context.Context) (rag.Catalog, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c := s.state.catalog
	c.Titles, c.Years = slices.Clone(c.Titles), maps.Clone(c.Years)
	return c, ctx.Err()
}

// Status reads the collection's present state. Its size in bytes is known to the
// nodes only.
func (s *Store) Status(ctx context.Context) (index.Status, error) {
	if err := s.load(ctx, s.client.searching); err != nil {
		return index.Status{}, fmt.Errorf("read status: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return index.Status{
		Dir: s.String(), Articles: s.state.catalog.Articles, Passages: s.state.catalog.Passages,
		Embedder: s.state.Embedder, LastIngest: s.state.LastIngest, Generation: s.state.Change, ReadOnly: s.opts.ReadOnly,
		Health: s.health(),
	}, nil
}

// Health says what is wrong, as far as it is known now.
func (s *Store) Health() index.Health {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.health()
}

func (s *Store) health() index.Health {
	return index.Health{Damaged: maps.Clone(s.damaged), Pending: s.state.pending}
}

// Limits says what Health knows as whole sentences for whoever reads an answer.
func (s *Store) Limits() []rag.Limit { return s.Health().Limits() }

// damage remembers an article that is left out.
func (s *Store) damage(id string, wrong error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.damaged[id] == wrong.Error() {
		return
	}
	if s.damaged == nil {
		s.damaged = map[string]string{}
	}
	s.damaged[id] = wrong.Error()
	s.log.Error("an article is damaged and is left out; run zhiwen doctor", "article", id, "because", wrong)
}
