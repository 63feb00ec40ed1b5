package index

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"time"

	"zhiwen/rag"
)

// held is what the process holds of a version of the database. The text of the
// articles is not among it: that is read when it is needed (articles.go).
type held struct {
	version
	roll    map[string]rollEntry
	catalog rag.Catalog // without its limits
	// whole says that the roll is what the store's row says.
	whole bool
}

// Refresh picks up what another process has committed, and tells whether there
// was anything. Searches go on meanwhile.
func (s *Store) Refresh(ctx context.Context) (bool, error) {
	changed, err := s.refresh(ctx, false)
	return changed, s.explain("refresh store", err)
}

// delta is what separates two versions.
type delta struct {
	since      held
	changed    []string // articles that are new or other than before
	gone       []string // passages that are no more, or may be other ones
	goneCounts counts
	passages   int64 // of the changed articles
}

// refresh brings what the process holds to the database's present version.
// locked says that the caller holds the write lock.
func (s *Store) refresh(ctx context.Context, locked bool) (bool, error) {
	s.refreshing.Lock()
	defer s.refreshing.Unlock()
	s.mu.RLock()
	before, inUse := s.held, s.derived
	s.mu.RUnlock()

	var st storeRow
	now := before
	err := s.snapshot(ctx, func(q querier) (err error) {
		if st, err = readStore(ctx, q); err != nil {
			return err
		}
		if (version{st.generation, st.contents}) == before.version && before.roll != nil {
			return nil
		}
		now, err = readHeld(ctx, q, st)
		return err
	})
	if err != nil {
		return false, err
	}
	if !now.whole && before.whole {
		s.log.Error("the list of articles is damaged; run zhiwen doctor", "dir", s.opts.Dir)
	}
	next, err := s.nextDerived(ctx, before, now, inUse, locked)
	if err != nil {
		return false, err
	}
	if err := s.examine(ctx, now.version); err != nil {
		return false, err
	}
	changed := now.version != before.version || next != inUse

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		if next != nil && next != inUse {
			next.close()
		}
		return false, errClosed
	}
	s.embedder = st.embedder
	s.held = now
	if now.version != before.version {
		s.forgetDamage() // whatever still is damaged will be found again
	}
	if next != inUse {
		if inUse != nil {
			if err := inUse.close(); err != nil {
				s.log.Warn("an outdated index did not close", "error", err)
			}
		}
		s.derived = next
	}
	if next != nil {
		for id, wrong := range next.stamp.Damaged {
			s.damaged(id, fmt.Errorf("%s", wrong))
		}
	}
	return changed, nil
}

// readHeld reads what is held of the version that st describes.
func readHeld(ctx context.Context, q querier, st storeRow) (held, error) {
	h := held{version: version{st.generation, st.contents}}
	var err error
	if h.roll, h.whole, err = readRoll(ctx, q, st); err != nil {
		return held{}, err
	}
	h.catalog, err = readCatalog(ctx, q, h.roll)
	return h, err
}

// difference compares two versions.
func difference(before, now held) *delta {
	d := &delta{since: before}
	for id, e := range now.roll {
		if old, ok := before.roll[id]; !ok || old != e {
			d.changed = append(d.changed, id)
			d.passages += e.passages
		}
	}
	for id, old := range before.roll {
		if e, ok := now.roll[id]; ok && e == old {
			continue
		}
		for n := range old.passages {
			d.gone = append(d.gone, id+"#"+strconv.FormatInt(n+1, 10))
		}
		d.goneCounts.passages += int(old.passages)
		d.goneCounts.body += old.words
		d.goneCounts.title += old.titleWords * old.passages
	}
	return d
}

// small tells whether a change is so small that changing what is derived beats
// building it.
func (d *delta) small(now held) bool {
	var all int64
	for _, e := range now.roll {
		all += e.passages
	}
	return 4*(int64(len(d.gone))+d.passages) < all
}

// nextDerived returns what to search in with what is held now, which may be
// what is in use.
func (s *Store) nextDerived(ctx context.Context, before, now held, inUse *derived, locked bool) (*derived, error) {
	if now.catalog.Passages == 0 {
		return nil, nil
	}
	if inUse != nil && inUse.stamp.version() == now.version {
		return inUse, nil
	}
	next, err := openDerived(s.opts.Dir, now.version)
	if err == nil {
		return next, nil
	}
	if !s.readOnly {
		unlock, ok := func() {}, locked
		if !locked {
			unlock, ok = s.tryLock()
		}
		if ok {
			defer unlock()
			s.log.Info("the index is brought up to date", "generation", now.generation, "because", err)
			return s.publish(ctx, before, inUse)
		}
	}
	if s.beingWritten() {
		// The writer will publish its own; until then the newest finished one
		// serves. Hits that are no longer held are left out.
		for _, v := range folders(s.opts.Dir) {
			if inUse != nil && inUse.stamp.version() == v {
				return inUse, nil
			}
			if v.generation > now.generation {
				continue
			}
			if next, err := openDerived(s.opts.Dir, v); err == nil {
				return next, nil
			}
		}
	}
	s.log.Info("the index is built in memory", "generation", now.generation, "because", err)
	var d *derived
	err = s.snapshot(ctx, func(q querier) (err error) {
		st, err := readStore(ctx, q)
		if err != nil {
			return err
		}
		present, err := readHeld(ctx, q, st)
		if err != nil || present.catalog.Passages == 0 {
			return err
		}
		d, err = derivedInMemory(present.version, newSource(ctx, q, present.roll, present.ids()))
		return err
	})
	return d, err
}

// publish makes the folder of the database's present version and opens it. When
// what is in use differs from that by little it is made out of it, otherwise
// out of the database. The caller holds the write lock, so the version stays.
func (s *Store) publish(ctx context.Context, before held, inUse *derived) (*derived, error) {
	var now held
	err := s.snapshot(ctx, func(q querier) error {
		st, err := readStore(ctx, q)
		if err != nil {
			return err
		}
		if now, err = readHeld(ctx, q, st); err != nil || now.catalog.Passages == 0 {
			return err
		}
		if inUse != nil && inUse.stamp.version() == before.version && len(inUse.stamp.Damaged) == 0 && before.whole {
			if d := difference(before, now); d.small(now) {
				err := updateFolder(s.opts.Dir, before.version, now.version, d.gone, d.goneCounts, newSource(ctx, q, now.roll, d.changed))
				if err == nil {
					return nil
				}
				s.log.Info("the index is built from the database", "generation", now.generation, "because", err)
			}
		}
		return buildFolder(s.opts.Dir, now.version, newSource(ctx, q, now.roll, now.ids()))
	})
	if err != nil || now.catalog.Passages == 0 {
		return nil, err
	}
	if err := sweep(s.opts.Dir, now.version, false); err != nil {
		s.log.Warn("outdated indexes were not removed", "error", err)
	}
	return openDerived(s.opts.Dir, now.version)
}

// ids returns the IDs of all articles.
func (h held) ids() []string {
	out := make([]string, 0, len(h.roll))
	for id := range h.roll {
		out = append(out, id)
	}
	sort.Strings(out)
	return out
}

// readCatalog describes the articles of a roll.
func readCatalog(ctx context.Context, q querier, roll map[string]rollEntry) (rag.Catalog, error) {
	c := rag.Catalog{Articles: len(roll), Years: map[int]int{}}
	type dated struct{ day, id string }
	var newest []dated // at most 20, newest first
	later := func(a, b dated) bool { return a.day > b.day || a.day == b.day && a.id < b.id }
	for id, e := range roll {
		c.Passages += int(e.passages)
		d := dated{e.published, id}
		if len(newest) < maxTitles || later(d, newest[len(newest)-1]) {
			at := sort.Search(len(newest), func(i int) bool { return later(d, newest[i]) })
			newest = append(newest[:at], append([]dated{d}, newest[at:]...)...)
			newest = newest[:min(maxTitles, len(newest))]
		}
		day, err := time.Parse(time.DateOnly, e.published)
		if err != nil { // none, or damaged, which loading the article will tell
			c.Years[0]++
			continue
		}
		c.Years[day.Year()]++
		if c.First.IsZero() || day.Before(c.First) {
			c.First = day
		}
		if day.After(c.Last) {
			c.Last = day
		}
	}
	ids := make([]string, len(newest))
	for i, d := range newest {
		ids[i] = d.id
	}
	err := eachArticle(ctx, q, ids, false, func(_ string, r articleRows, wrong error) error {
		if wrong == nil {
			c.Titles = append(c.Titles, r.title)
		}
		return nil
	})
	return c, err
}

// maxTitles is how many titles a catalog names.
const maxTitles = 20
