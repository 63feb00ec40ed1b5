package zhtext

import (
	"fmt"
	"runtime/debug"
	"sync"
	"unicode/utf8"

	"github.com/go-ego/gse"
)

// rarestWord is the lowest frequency at which a word of gse's dictionary is
// loaded. Its long tail (60% of the entries) has frequency 3 or 4: rare names
// and idioms whose parts are words as well. Leaving it out cuts the memory from
// 207 MB to 90 MB and the loading time from 0.8 s to 0.3 s.
const rarestWord = 5

// Segmenter cuts text into words with gse's simplified dictionary, for use at
// ingest. The dictionary is loaded on first use. A Segmenter is safe for
// concurrent use and must not be copied.
type Segmenter struct {
	load func() (*gse.Segmenter, error)
}

// NewSegmenter returns a segmenter that has not loaded its dictionary yet.
func NewSegmenter() *Segmenter {
	return &Segmenter{load: sync.OnceValues(func() (*gse.Segmenter, error) {
		// Without the hidden Markov model: it joins unknown characters to
		// words that the index would then hold in one text and not in another.
		seg := &gse.Segmenter{SkipLog: true, NotLoadHMM: true, MinTokenFreq: rarestWord}
		if err := seg.LoadDictEmbed("zh_s"); err != nil {
			return nil, fmt.Errorf("load the word list: %w", err)
		}
		debug.FreeOSMemory() // loading leaves a third of the heap as garbage
		return seg, nil
	})}
}

// Load loads the dictionary ahead of the first text and tells whether that
// worked.
func (s *Segmenter) Load() error {
	_, err := s.load()
	return err
}

// Words returns the words of a text in order; a word of three runes or more
// comes after the dictionary words of two runes or more that stand inside it.
// Latin and digit runs are words too, lower-cased and folded ("2021", "4.0",
// "5g"). Should the dictionary not load, every Han character is a word.
func (s *Segmenter) Words(text string) []string {
	seg, err := s.load()
	folded := foldRunes(text)
	var out []string
	for _, t := range tokens(folded) {
		run := string(folded[t.Start:t.End])
		switch {
		case !IsHan(folded[t.Start]):
			out = append(out, run)
		case err != nil:
			for _, r := range run {
				out = append(out, string(r))
			}
		default:
			for _, segment := range seg.Segment([]byte(run)) {
				out = appendWord(out, seg, segment.Token().Text())
			}
		}
	}
	return out
}

func appendWord(out []string, seg *gse.Segmenter, word string) []string {
	if n := utf8.RuneCountInString(word); n > 2 {
		runes := []rune(word)
		for size := 2; size < n; size++ {
			for i := 0; i+size <= n; i++ {
				part := string(runes[i : i+size])
				if freq, _, ok := seg.Find(part); ok && freq > 0 {
					out = append(out, part)
				}
			}
		}
	}
	return append(out, word)
}

// Terms lists what could be words of a question, each once, in the order of
// their ends: every stretch of 1 to maxLen Han runes, and the Latin and digit
// tokens, folded. An index keeps those that are in its vocabulary.
func Terms(question string, maxLen int) []string {
	folded := foldRunes(question)
	var out []string
	seen := make(map[string]bool)
	add := func(r []rune) {
		if term := string(r); !seen[term] {
			seen[term] = true
			out = append(out, term)
		}
	}
	for _, t := range tokens(folded) {
		run := folded[t.Start:t.End]
		if !IsHan(run[0]) {
			add(run)
			continue
		}
		for i := range run {
			for n := 1; n <= maxLen && i+n <= len(run); n++ {
				add(run[i : i+n])
			}
		}
	}
	return out
}

// tokens cuts folded text into Han runs and runs of Latin letters and digits.
// A full stop, a thousands separator or a hyphen joins what it stands between:
// 4.0, 1,000, covid-19, but not 2021-08-23 or 10-20.
func tokens(folded []rune) []Range {
	var out []Range
	for i := 0; i < len(folded); {
		r := folded[i]
		start := i
		switch {
		case IsHan(r):
			for i < len(folded) && IsHan(folded[i]) {
				i++
			}
		case isWordRune(r):
			for i < len(folded) && (isWordRune(folded[i]) || joinsWord(folded, i)) {
				i++
			}
		default:
			i++
			continue
		}
		out = append(out, Range{start, i})
	}
	return out
}

func isWordRune(r rune) bool { return IsDigit(r) || isLatin(r) }

func joinsWord(folded []rune, i int) bool {
	if i == 0 || i+1 >= len(folded) || !isWordRune(folded[i-1]) || !isWordRune(folded[i+1]) {
		return false
	}
	before, after := folded[i-1], folded[i+1]
	switch folded[i] {
	case '.':
		return IsDigit(before) && IsDigit(after)
	case ',':
		return isThousandsSeparator(folded, i)
	case '-':
		return isLatin(before) && IsDigit(after)
	}
	return false
}
