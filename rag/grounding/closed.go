package grounding

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed closed.txt
var closedTable string

//go:embed opposites.txt
var oppositesTable string

// closedClass is a closed class of words: members, and longer words that hold
// a member without meaning it.
type closedClass struct {
	words, not []string // longest first
}

var closedClasses = sync.OnceValue(func() map[string]*closedClass {
	out := map[string]*closedClass{}
	for line := range strings.Lines(closedTable) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		base, isNot := strings.CutSuffix(name, "-not")
		c := out[base]
		if c == nil {
			c = &closedClass{}
			out[base] = c
		}
		words := strings.Fields(strings.ReplaceAll(list, "_", " "))
		if isNot {
			c.not = append(c.not, words...)
		} else {
			c.words = append(c.words, words...)
		}
	}
	for _, c := range out {
		for _, l := range [][]string{c.words, c.not} {
			slices.SortStableFunc(l, func(a, b string) int { return len(b) - len(a) })
		}
	}
	return out
})

// found is a word of a class in a text, in bytes of it.
type found struct {
	word       string
	start, end int
}

// find returns the words of a class in a folded text, in order, the longest at
// each place.
func find(class, text string) []found {
	c := closedClasses()[class]
	var out []found
	for i := 0; i < len(text); {
		if n := prefixOf(c.not, text[i:]); n > 0 {
			i += n
			continue
		}
		if n := prefixOf(c.words, text[i:]); n > 0 && wholeLatin(text, i, i+n) && !endsInside(c.not, text, i, i+n) {
			out = append(out, found{text[i : i+n], i, i + n})
			i += n
			continue
		}
		i++
	}
	return out
}

// has tells whether a text holds a word of a class.
func has(class, text string) bool { return len(find(class, text)) > 0 }

func prefixOf(words []string, text string) int {
	for _, w := range words {
		if strings.HasPrefix(text, w) {
			return len(w)
		}
	}
	return 0
}

// endsInside tells whether text[start:end] is the tail of a longer word of the list.
func endsInside(words []string, text string, start, end int) bool {
	for _, w := range words {
		for at := strings.Index(w, text[start:end]); at >= 0; {
			if from := start - at; from >= 0 && from+len(w) <= len(text) && text[from:from+len(w)] == w {
				return true
			}
			next := strings.Index(w[at+1:], text[start:end])
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return false
}

// wholeLatin tells whether a stretch in Latin letters is a word of its own.
func wholeLatin(text string, start, end int) bool {
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' }
	if !letter(text[start]) {
		return true
	}
	return (start == 0 || !letter(text[start-1])) && (end == len(text) || !letter(text[end]))
}

// oppositePair has the words of either side.
type oppositePair [2][]string

// opposites are the pairs, and neutral the words that hold one of a pair
// without meaning it.
var opposites = sync.OnceValues(func() (pairs []oppositePair, neutral []string) {
	for line := range strings.Lines(oppositesTable) {
		line = strings.TrimSpace(line)
		a, b, ok := strings.Cut(line, " ")
		switch {
		case !ok || a == "#" || strings.HasPrefix(line, "#"):
		case a == "=":
			neutral = append(neutral, strings.Fields(b)...)
		default:
			pairs = append(pairs, oppositePair{strings.Split(a, "/"), strings.Split(strings.TrimSpace(b), "/")})
		}
	}
	return pairs, neutral
})

// sides counts the words of either side of the pair in a text; a word inside
// one of the other side (会 in 不会) is none.
func (p oppositePair) sides(text string) (n [2]int) {
	masked := text
	_, neutral := opposites()
	for _, w := range neutral {
		masked = strings.ReplaceAll(masked, w, "\x00")
	}
	type entry struct {
		word string
		side int
	}
	var all []entry
	for side, words := range p {
		for _, w := range words {
			all = append(all, entry{w, side})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return len(b.word) - len(a.word) })
	for _, e := range all {
		if c := strings.Count(masked, e.word); c > 0 {
			n[e.side] += c
			masked = strings.ReplaceAll(masked, e.word, "\x00")
		}
	}
	return n
}
