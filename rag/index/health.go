package index

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"zhiwen/rag"
)

// Health says what keeps a store from being whole, as far as the process has
// come across it. The zero Health is that of a store with nothing wrong.
type Health struct {
	// Damaged says what is wrong with articles that are left out, or whose
	// vectors are, by their IDs.
	Damaged map[string]string
	// List says that the list of articles is not the one that was written, so
	// that some may be missing.
	List bool
	// Lost says that the database is older than what was derived from it: a
	// part of it was lost, or an older copy took its place.
	Lost bool
	// Replaced says that the file of the database is not the one any more that
	// the process has open.
	Replaced bool
	// NoVectors counts passages that can be found by their words only.
	NoVectors int
	// Pending counts articles that an ingest has still to write, or has been
	// broken off before.
	Pending int
}

// OK tells whether nothing is wrong.
func (h Health) OK() bool {
	return len(h.Damaged) == 0 && !h.List && !h.Lost && !h.Replaced && h.NoVectors == 0 && h.Pending == 0
}

// condition is what a Store knows of its health.
type condition struct {
	file os.FileInfo // of the database when it was opened

	mu             sync.Mutex
	damaged        map[string]string
	lost, replaced bool
	pending        int
}

func (c *condition) wrong(id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.damaged[id]
}

// damaged remembers an article that is left out.
func (s *Store) damaged(id string, wrong error) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	if s.state.damaged[id] == wrong.Error() {
		return
	}
	if s.state.damaged == nil {
		s.state.damaged = map[string]string{}
	}
	s.state.damaged[id] = wrong.Error()
	s.log.Error("an article is damaged and is left out; run zhiwen doctor", "article", id, "because", wrong)
}

// forgetDamage is for a new version of the database.
func (s *Store) forgetDamage() {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.state.damaged = nil
}

// takeLoss turns the evidence that the database has lost something into a list
// of the articles that it lacks: those in newer folders. Newer versions of its
// own would soon cover the evidence up. The caller holds the write lock.
func (s *Store) takeLoss(ctx context.Context) error {
	s.state.mu.Lock()
	lost := s.state.lost
	s.state.mu.Unlock()
	if !lost {
		return nil
	}
	present := version{}
	err := s.update(ctx, func(tx *sql.Tx, st *storeRow) error {
		present = version{st.generation, st.contents}
		roll, _, err := readRoll(ctx, tx, *st)
		if err != nil {
			return err
		}
		for id := range s.elsewhere(present) {
			if _, held := roll[id]; held {
				continue
			}
			if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO pending (id) VALUES (?)", id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.state.mu.Lock()
	s.state.lost = false
	s.state.mu.Unlock()
	return sweep(s.opts.Dir, present, true)
}

// elsewhere returns the IDs of the articles in folders that are newer than a
// version.
func (s *Store) elsewhere(present version) map[string]bool {
	out := map[string]bool{}
	for _, v := range folders(s.opts.Dir) {
		if v.generation < present.generation || v == present {
			continue
		}
		maps.Copy(out, s.articlesIn(v))
	}
	return out
}

// examine looks for what does not show in the version of the database. held is
// what was read last.
func (s *Store) examine(ctx context.Context, present version) error {
	var pending int
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM pending").Scan(&pending); err != nil {
		return err
	}
	lost := false
	for _, v := range folders(s.opts.Dir) {
		lost = lost || v.generation > present.generation || v.generation == present.generation && v != present
	}
	if lost { // unless a writer was quicker than this look
		st, err := readStore(ctx, s.db)
		if err != nil {
			return err
		}
		lost = version{st.generation, st.contents} == present
	}
	file, err := os.Stat(s.dbPath())
	replaced := err != nil || s.state.file != nil && !os.SameFile(file, s.state.file)

	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	if lost && !s.state.lost {
		s.log.Error("the database is older than its index: a part of it was lost, or an older copy took its place; ingest the articles again", "dir", s.opts.Dir)
	}
	if replaced && !s.state.replaced {
		s.log.Error("the database file was replaced or removed while it is in use; restart the program", "file", s.dbPath())
	}
	s.state.pending, s.state.lost, s.state.replaced = pending, lost, replaced
	return nil
}

// Health says what is wrong, as far as it is known now.
func (s *Store) Health() Health {
	s.mu.RLock()
	defer s.mu.RUnlock()
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	h := Health{
		Damaged: maps.Clone(s.state.damaged), List: !s.held.whole, Lost: s.state.lost,
		Replaced: s.state.replaced, Pending: s.state.pending,
	}
	if s.derived != nil && s.derived.stamp.version() == s.held.version {
		h.NoVectors = s.derived.stamp.Passages - s.derived.vectors.count
	}
	return h
}

// Limits says what Health knows as whole sentences for whoever reads an answer.
func (s *Store) Limits() []rag.Limit { return s.Health().Limits() }

// Limits are the same as whole sentences for whoever reads an answer.
func (h Health) Limits() []rag.Limit {
	var out []rag.Limit
	say := func(zh, en string) { out = append(out, rag.Limit{Chinese: zh, English: en}) }
	if n := len(h.Damaged); n > 0 {
		some := slices.Sorted(maps.Keys(h.Damaged))
		names := strings.Join(some[:min(3, n)], ", ")
		say(fmt.Sprintf("有 %d 篇文章的存储内容已损坏（%s），未被引用；请运行 zhiwen doctor --repair，或重新读入这些文章。", n, names),
			fmt.Sprintf("%s stored damaged (%s) and left out; run zhiwen doctor --repair, or ingest them again.", number(n, "article is", "articles are"), names))
	}
	if h.List {
		say("文章目录已损坏，可能缺少文章；请运行 zhiwen doctor --repair。",
			"The list of articles is damaged, some may be missing; run zhiwen doctor --repair.")
	}
	if h.Lost {
		say("数据库比索引旧：丢失了一部分，或被旧副本替换；请重新读入文章。",
			"The database is older than its index: a part was lost, or an older copy took its place; ingest the articles again.")
	}
	if h.Replaced {
		say("数据库文件在使用中被替换或删除；请重新启动程序。",
			"The database file was replaced or removed while in use; restart the program.")
	}
	if h.Pending > 0 {
		say(fmt.Sprintf("资料尚未全部读入，还差 %d 篇；若读入已中断，请再次运行 zhiwen ingest。", h.Pending),
			fmt.Sprintf("Not everything has been ingested yet: %s missing; if that was broken off, run zhiwen ingest again.", number(h.Pending, "article is", "articles are")))
	}
	if h.NoVectors > 0 {
		say(fmt.Sprintf("有 %d 段文字缺少向量，只能按词查找；请运行 zhiwen ingest --reindex 或 zhiwen doctor --repair。", h.NoVectors),
			fmt.Sprintf("%s found by words only, for want of vectors; run zhiwen ingest --reindex or zhiwen doctor --repair.", number(h.NoVectors, "passage is", "passages are")))
	}
	return out
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
