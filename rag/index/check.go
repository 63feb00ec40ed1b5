package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Problem is something that Check found.
type Problem struct {
	// Kind is one of the constants below.
	Kind string `json:"kind"`
	// Article is the ID of the article that it is about, "" when it is about
	// none, and Path the file that it was read from, as far as that is known.
	Article string `json:"article,omitempty"`
	Path    string `json:"path,omitempty"`
	Text    string `json:"text"`   // what is wrong
	Remedy  string `json:"remedy"` // what to do about it
}

// The kinds of problems.
const (
	ProblemDatabase    = "database"    // the file is no sound SQLite database
	ProblemStore       = "store"       // the row that describes the store is damaged
	ProblemList        = "list"        // the list of articles is not the one that was written
	ProblemArticle     = "article"     // an article is damaged
	ProblemVector      = "vector"      // vectors are damaged or missing
	ProblemPending     = "pending"     // an article is missing
	ProblemIndex       = "index"       // what is derived is missing or damaged
	ProblemLost        = "lost"        // the database is older than what was derived from it
	ProblemLeftover    = "leftover"    // a killed process left something behind
	ProblemPermissions = "permissions" // others can read the store
)

// CheckReport is what Check looked at and found.
type CheckReport struct {
	Articles int       `json:"articles"` // looked at, damaged ones included
	Passages int       `json:"passages"`
	Problems []Problem `json:"problems"`
}

const (
	remedyRepair = "run zhiwen doctor --repair"
	remedyIngest = "ingest it again"
)

func (r *CheckReport) add(kind, remedy, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{Kind: kind, Remedy: remedy, Text: fmt.Sprintf(format, args...)})
}

// Check reads all of a store, compares everything with its checksums, and
// changes nothing. It can be run beside readers and writers. progress is told
// of articles; nil: nobody is. Errors are those of ctx and of a folder without
// a database.
func Check(ctx context.Context, o Options, progress func(done, total int)) (CheckReport, error) {
	r := CheckReport{Problems: []Problem{}}
	o.ReadOnly = true
	s := newStore(o)
	defer s.Close()
	if err := s.connect(ctx); err != nil {
		if errors.Is(err, ErrNoStore) || ctx.Err() != nil {
			return r, s.explain("check store", err)
		}
		r.add(ProblemDatabase, remedyRepair, "%v", s.explain("open", err))
		return r, nil
	}
	s.checkFiles(&r)
	if version, err := s.version(ctx, s.db); err != nil || version < schemaVersion {
		switch {
		case err != nil:
			r.add(ProblemDatabase, remedyRepair, "%v", s.explain("open", err))
		case version == 0:
			return r, fmt.Errorf("check store: %w: %s was never filled; ingest articles first", ErrNoStore, s.dbPath())
		default:
			r.add(ProblemStore, remedyRepair, "the store has format %d, which has no checksums yet; this program writes format %d", version, schemaVersion)
		}
		return r, ctx.Err()
	}
	err := s.snapshot(ctx, func(q querier) error {
		s.checkPages(ctx, q, &r)
		return s.checkRows(ctx, q, &r, progress)
	})
	if err != nil && ctx.Err() == nil {
		r.add(ProblemDatabase, remedyRepair, "%v", s.explain("read", err))
	}
	return r, ctx.Err()
}

// checkPages lets SQLite look at its pages.
func (s *Store) checkPages(ctx context.Context, q querier, r *CheckReport) {
	lines, err := column(ctx, q, "PRAGMA integrity_check(10)")
	if err != nil {
		lines = append(lines, err.Error())
	}
	for _, line := range lines {
		if line != "ok" {
			r.add(ProblemDatabase, remedyRepair, "the database file: %s", line)
		}
	}
}

// checkRows compares all rows with their checksums.
func (s *Store) checkRows(ctx context.Context, q querier, r *CheckReport, progress func(done, total int)) error {
	st, err := readStore(ctx, q)
	if err != nil {
		if !errors.Is(err, ErrDamaged) {
			return err
		}
		r.add(ProblemStore, remedyRepair, "%v", err)
	}
	roll, whole, err := readRoll(ctx, q, st)
	if err != nil {
		return err
	}
	if !whole {
		r.add(ProblemList, remedyRepair, "the list of articles has %d, and is not the one of %d that was written", len(roll), st.articles)
	}
	ids := held{roll: roll}.ids()
	rows, err := column(ctx, q, "SELECT id FROM articles NOT INDEXED")
	if err != nil {
		return err
	}
	for _, id := range rows {
		if _, ok := roll[id]; !ok {
			ids = append(ids, id)
		}
	}
	done := 0
	err = eachArticle(ctx, q, ids, true, func(id string, rows articleRows, wrong error) error {
		r.Articles++
		r.Passages += len(rows.passages)
		if listed, ok := roll[id]; wrong == nil && (!ok || listed.checksum != rows.checksum || listed.generation != rows.generation) {
			wrong = errOtherSum
		}
		if wrong != nil {
			r.Problems = append(r.Problems, Problem{Kind: ProblemArticle, Article: id, Path: rows.path, Text: wrong.Error(), Remedy: remedyIngest + ", or " + remedyRepair})
		} else if n := rows.withoutVector(); n > 0 {
			r.Problems = append(r.Problems, Problem{Kind: ProblemVector, Article: id, Path: rows.path, Remedy: remedyRepair,
				Text: fmt.Sprintf("%d of its %d passages have no vector, or a damaged one", n, len(rows.passages))})
		}
		if done++; progress != nil {
			progress(done, len(ids))
		}
		return nil
	})
	if err != nil {
		return err
	}
	pending, err := column(ctx, q, "SELECT id FROM pending ORDER BY id")
	for _, id := range pending {
		r.Problems = append(r.Problems, Problem{Kind: ProblemPending, Article: id, Text: "an ingest was broken off before it, or it was lost", Remedy: remedyIngest + ", or give it up with zhiwen ingest --prune"})
	}
	s.checkDerived(r, version{st.generation, st.contents}, len(roll) > 0)
	return err
}

// withoutVector counts passages without a sound vector.
func (r *articleRows) withoutVector() int {
	n := 0
	for i := range r.passages {
		if v, err := r.passages[i].decode(); err != nil || v == nil {
			n++
		}
	}
	return n
}

// checkDerived looks at the folders that are derived from the database.
func (s *Store) checkDerived(r *CheckReport, present version, any bool) {
	if any {
		d, err := openDerived(s.opts.Dir, present)
		if err == nil {
			d.close()
		} else {
			r.add(ProblemIndex, "it is made again when the store is opened for writing, or "+remedyRepair, "%v", err)
		}
	}
	for _, v := range folders(s.opts.Dir) {
		if v.generation > present.generation || v.generation == present.generation && v != present {
			r.add(ProblemLost, "ingest the articles again, or restore a newer backup", "the index %s is newer than the database, which has lost something or is an older copy", filepath.Base(v.folder(s.opts.Dir)))
		}
	}
}

// checkFiles looks at what lies in the folder and who may read it.
func (s *Store) checkFiles(r *CheckReport) {
	if !s.beingWritten() {
		for _, path := range leftovers(s.opts.Dir) {
			r.add(ProblemLeftover, "it is removed when the store is opened for writing, or "+remedyRepair, "%s was left behind", filepath.Base(path))
		}
	}
	if open := s.openToOthers(); len(open) > 0 {
		r.add(ProblemPermissions, remedyRepair+", unless others are meant to", "other users of this machine can read %s", open[0])
	}
}

// openToOthers lists the store's files that others can read.
func (s *Store) openToOthers() []string {
	if info, err := os.Stat(s.opts.Dir); err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil // nobody gets in
	}
	var out []string
	_ = filepath.WalkDir(s.opts.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().Perm()&0o077 != 0 {
			out = append(out, path)
		}
		return nil
	})
	slices.Sort(out)
	return out
}
