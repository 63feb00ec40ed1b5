package index

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// derived is what is derived from one version of the database: both sides of
// the search.
type derived struct {
	stamp   stamp
	keyword *keywordIndex
	vectors *vectorIndex
}

// openDerived opens the folder of a version.
func openDerived(dir string, v version) (_ *derived, err error) {
	path := v.folder(dir)
	defer func() {
		if err != nil {
			err = fmt.Errorf("open index %s: %w", path, err)
		}
	}()
	st, err := readStamp(path)
	if err != nil {
		return nil, err
	}
	if st.version() != v {
		return nil, errors.New("it is that of another version")
	}
	segments, err := openSegments(path, st)
	if err != nil {
		return nil, err
	}
	d := &derived{stamp: st, vectors: newVectorIndex(segments...)}
	if d.vectors.count != st.Vectors {
		err = fmt.Errorf("it holds %d vectors of %d", d.vectors.count, st.Vectors)
	} else {
		d.keyword, err = openKeyword(path, st)
	}
	if err != nil {
		d.vectors.close()
		return nil, err
	}
	return d, nil
}

func openSegments(path string, st stamp) (segments []*segment, err error) {
	for _, one := range st.Segments {
		s, err := openSegment(filepath.Join(path, one.File))
		if err != nil {
			newVectorIndex(segments...).close()
			return nil, err
		}
		s.gone = make(map[int]bool, len(one.Gone))
		for _, row := range one.Gone {
			s.gone[row] = true
		}
		segments = append(segments, s)
	}
	return segments, nil
}

func (d *derived) close() error {
	return errors.Join(d.keyword.close(), d.vectors.close())
}

// derivedInMemory is for a store that cannot be written to and has no folder
// of the right version. all yields its documents.
func derivedInMemory(v version, all source) (*derived, error) {
	st := stamp{Format: folderFormat, Generation: v.generation, Contents: v.contents}
	d := &derived{}
	w, err := memorySegment(func(w *segmentWriter) error {
		index, err := keywordInMemory(all.into(&st, w))
		if err == nil {
			st.Damaged = all.damaged
			d.keyword, err = readKeyword(index, st)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	d.stamp, d.vectors = st, newVectorIndex(w)
	return d, nil
}

// buildFolder makes the folder of a version out of all its documents.
func buildFolder(dir string, v version, all source) error {
	return publishFolder(dir, func(tmp string) (stamp, error) {
		st := stamp{Generation: v.generation, Contents: v.contents}
		err := writeSegment(tmp, &st, func(w *segmentWriter) error {
			return buildKeyword(tmp, all.into(&st, w))
		})
		st.Damaged = all.damaged
		return st, err
	})
}

// updateFolder makes the folder of a version out of that of an earlier one,
// with which it shares the files that stay the same: gone are the passages that
// are no more, changed yields those that are new.
func updateFolder(dir string, from, to version, gone []string, goneWords counts, changed source) error {
	return publishFolder(dir, func(tmp string) (stamp, error) {
		path := from.folder(dir)
		st, err := readStamp(path)
		if err != nil {
			return st, err
		}
		if len(st.Segments) > maxSegments {
			return st, fmt.Errorf("it has %d files of vectors already", len(st.Segments))
		}
		if err := cloneKeyword(path, tmp); err != nil {
			return st, err
		}
		st.Generation, st.Contents = to.generation, to.contents
		if err := st.remove(path, tmp, gone); err != nil {
			return st, err
		}
		st.BodyWords -= goneWords.body
		st.TitleWords -= goneWords.title
		st.Passages -= goneWords.passages
		err = writeSegment(tmp, &st, func(w *segmentWriter) error {
			return updateKeyword(tmp, gone, changed.into(&st, w))
		})
		st.Damaged = maps.Clone(st.Damaged)
		for _, id := range changed.ids {
			delete(st.Damaged, id)
		}
		for id, wrong := range changed.damaged {
			if st.Damaged == nil {
				st.Damaged = map[string]string{}
			}
			st.Damaged[id] = wrong
		}
		return st, err
	})
}

// counts are what passages add to a stamp.
type counts struct {
	passages    int
	body, title int64
}

// remove takes the files of vectors over into a new folder and marks the rows
// of passages that have gone.
func (st *stamp) remove(from, to string, gone []string) error {
	out := make(map[string]bool, len(gone))
	for _, id := range gone {
		out[id] = true
	}
	segments, err := openSegments(from, *st)
	if err != nil {
		return err
	}
	defer newVectorIndex(segments...).close()
	st.Segments = slices.Clone(st.Segments)
	for i, s := range segments {
		one := &st.Segments[i]
		if err := linkFile(filepath.Join(from, one.File), filepath.Join(to, one.File)); err != nil {
			return err
		}
		rows := s.rows(out)
		one.Gone = append(slices.Clone(one.Gone), rows...)
		st.Vectors -= len(rows)
	}
	return nil
}

// writeSegment lets fill write vectors into a new file of a folder.
func writeSegment(folder string, st *stamp, fill func(*segmentWriter) error) error {
	name := fmt.Sprintf("vectors-%d-%d", st.Generation, len(st.Segments))
	f, err := os.OpenFile(filepath.Join(folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(f, 1<<18)
	w := &segmentWriter{w: buffer}
	err = fill(w)
	if err == nil && w.count > 0 {
		err = w.finish()
		st.Segments = append(st.Segments, segmentStamp{File: name})
	}
	if err = errors.Join(err, buffer.Flush(), f.Close()); err == nil && w.count == 0 {
		err = os.Remove(f.Name())
	}
	return err
}

// source yields the documents of articles out of the database.
type source struct {
	ctx     context.Context
	q       querier
	ids     []string             // of the articles, sorted
	roll    map[string]rollEntry // what they have to be
	damaged map[string]string    // filled: what is wrong with some of them
}

func newSource(ctx context.Context, q querier, roll map[string]rollEntry, ids []string) source {
	slices.Sort(ids)
	return source{ctx: ctx, q: q, ids: ids, roll: roll, damaged: map[string]string{}}
}

// into returns the documents, which are counted and whose vectors are written
// as they pass. Articles that are damaged are left out.
func (s source) into(st *stamp, w *segmentWriter) documents {
	return func(yield func(*document) error) error {
		return eachArticle(s.ctx, s.q, s.ids, true, func(id string, r articleRows, wrong error) error {
			if wrong == nil && r.checksum != s.roll[id].checksum {
				wrong = errOtherSum
			}
			if wrong != nil {
				s.damaged[id] = wrong.Error()
				return nil
			}
			for i := range r.passages {
				p := &r.passages[i]
				v, err := p.decode()
				if err != nil { // words find it all the same
					s.damaged[id] = err.Error()
				}
				d := &document{ID: p.id, Body: p.words, Title: r.titleWords, vector: v}
				st.count(d)
				if err := yield(d); err != nil {
					return err
				}
				if v == nil {
					continue
				}
				if err := w.add(d.ID, v); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
