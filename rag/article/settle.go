package article

import (
	"crypto/sha256"
	"encoding/json"
	"path/filepath"
	"sort"
	"strings"
)

// Settled says what Settle found.
type Settled struct {
	// Moved are articles that were held under another path: their text is the
	// same, or their file is.
	Moved []Move
	// Copies are articles left out because another one of the run has the same
	// title and text.
	Copies []Move
	// Replaced are articles of a given ID that came from elsewhere with another
	// text.
	Replaced []Move
}

// Move names an article and two paths: where it was, or which copy stays, and
// where it is.
type Move struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Settle gives the articles that were read the IDs of those that are held
// already and are the same: from the same file, whatever their title or text is
// now, or of the same title and text in another one. So a correction replaces, a
// moved or renamed file is not held twice, and links to an article stay good. It
// returns the articles without copies. IDs that the sources gave stay.
//
// held may come from an earlier version, whose IDs were made in another way. Of
// what was held and not read again, still tells whether it is known to be where
// it was: then the same text elsewhere is a copy of it. Nil: nobody knows, and
// such a text has moved.
func Settle(read []Article, held []*Article, still func(*Article) bool) ([]Article, Settled) {
	s := settler{byID: map[string]*Article{}, byPath: map[string][]*Article{}, byContent: map[string][]*Article{}, claimed: map[string]bool{}}
	for _, a := range held {
		s.byID[a.ID] = a
		if isComputed(a) {
			path, content := absolute(a.Path), contentKey(a)
			s.byPath[path] = append(s.byPath[path], a)
			s.byContent[content] = append(s.byContent[content], a)
		}
	}
	var out Settled
	given := map[string]bool{}
	files := map[string][]*Article{}
	var order []string
	for i := range read {
		a := &read[i]
		if !isComputed(a) {
			if given[a.ID] {
				continue // taken by one of this run, and so left out
			}
			given[a.ID] = true
			if have := s.byID[a.ID]; have != nil && absolute(have.Path) != absolute(a.Path) && contentKey(have) != contentKey(a) {
				out.Replaced = append(out.Replaced, Move{a.ID, have.Path, a.Path})
			}
			continue
		}
		path := absolute(a.Path)
		if files[path] == nil {
			order = append(order, path)
		}
		files[path] = append(files[path], a)
	}
	var rest []*Article
	for _, path := range order {
		rest = append(rest, s.sameFile(files[path], s.byPath[path])...)
	}
	// What is left is new, or comes from elsewhere.
	kept := map[string]*Article{}
	isRest := map[*Article]bool{}
	for _, a := range rest {
		isRest[a] = true
	}
	for i := range read {
		if a := &read[i]; isComputed(a) && !isRest[a] {
			kept[contentKey(a)] = a
		}
	}
	if still != nil {
		for _, a := range held {
			if isComputed(a) && files[absolute(a.Path)] == nil && !s.claimed[a.ID] && still(a) {
				s.claimed[a.ID] = true
				if content := contentKey(a); kept[content] == nil {
					kept[content] = a
				}
			}
		}
	}
	dropped := map[*Article]bool{}
	sort.SliceStable(rest, func(i, j int) bool { return absolute(rest[i].Path) < absolute(rest[j].Path) })
	for _, a := range rest {
		content := contentKey(a)
		if have := kept[content]; have != nil {
			out.Copies = append(out.Copies, Move{have.ID, have.Path, a.Path})
			dropped[a] = true
			continue
		}
		kept[content] = a
		for _, have := range s.byContent[content] {
			if !s.claimed[have.ID] {
				out.Moved = append(out.Moved, Move{have.ID, have.Path, a.Path})
				s.take(a, have)
				break
			}
		}
	}
	settled := make([]Article, 0, len(read))
	for i := range read {
		if !dropped[&read[i]] {
			settled = append(settled, read[i])
		}
	}
	return settled, out
}

type settler struct {
	byID              map[string]*Article
	byPath, byContent map[string][]*Article
	claimed           map[string]bool // IDs of held articles that were read again
}

func (s *settler) take(a, have *Article) {
	a.ID = have.ID
	s.claimed[have.ID] = true
}

// sameFile pairs the articles of one file with those that are held from it: what
// has not changed, then what has kept its title, then by place, then, if as many
// are left on both sides, in their order. It returns those that found none.
func (s *settler) sameFile(read, held []*Article) []*Article {
	for _, key := range []func(*Article) string{contentKey, func(a *Article) string { return a.Title }, func(a *Article) string { return a.ID }} {
		have := map[string][]*Article{}
		for _, a := range held {
			if !s.claimed[a.ID] {
				have[key(a)] = append(have[key(a)], a)
			}
		}
		var left []*Article
		for _, a := range read {
			k := key(a)
			if same := have[k]; len(same) > 0 {
				s.take(a, same[0])
				have[k] = same[1:]
			} else {
				left = append(left, a)
			}
		}
		read = left
	}
	// Records that are known by their own address never take another's place.
	var free, placed, own []*Article
	for _, a := range held {
		if !s.claimed[a.ID] && !byAddress(a) {
			free = append(free, a)
		}
	}
	for _, a := range read {
		if byAddress(a) {
			own = append(own, a)
		} else {
			placed = append(placed, a)
		}
	}
	if len(free) == len(placed) {
		for i, a := range placed {
			s.take(a, free[i])
		}
		read = own
	}
	// A place may be held by what stood there before and stands elsewhere now; an
	// article may also be held from the same path, named from another folder.
	var rest []*Article
	for _, a := range read {
		have := s.byID[a.ID]
		switch {
		case have == nil:
			rest = append(rest, a)
		case !s.claimed[a.ID]:
			s.take(a, have)
		default:
			for place := 2; s.byID[a.ID] != nil; place++ {
				a.ID = computedID(contentKey(a), place)
			}
			rest = append(rest, a)
		}
	}
	return rest
}

// byAddress tells whether an article's identity was made of its own address.
func byAddress(a *Article) bool { return a.URL != "" && a.ID == computedID(a.URL, 1) }

func isComputed(a *Article) bool { return strings.HasPrefix(a.ID, computedPrefix) }

// contentKey is a digest of title and text.
func contentKey(a *Article) string {
	sum := sha256.New()
	enc := json.NewEncoder(sum) // writes to a digest do not fail
	_ = enc.Encode(a.Title)
	for _, p := range a.Paragraphs {
		_ = enc.Encode(p.Text)
	}
	return string(sum.Sum(nil))
}

func absolute(path string) string {
	if isWebAddress(path) {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
