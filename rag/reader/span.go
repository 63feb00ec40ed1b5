package reader

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"zhiwen/embeddings"
	"zhiwen/rag/reading"
)

// bestSpans are the likeliest spans of the evidence, best first, none overlapping
// another and none running from one sentence into the next: where two sentences
// answer alike, the likeliest beginning is often the one's and the end the other's.
func bestSpans(logits []float32, in input) []reading.Span {
	n := len(in.evidence)
	if n == 0 {
		return nil
	}
	starts, ends := make([]float64, n), make([]float64, n)
	for i := range n {
		starts[i], ends[i] = float64(logits[2*(in.first+i)]), float64(logits[2*(in.first+i)+1])
	}
	logSoftmax(starts)
	logSoftmax(ends)
	type pair struct {
		start, end int // tokens, inclusive
		score      float64
	}
	sentence := sentencesOf(in)
	// Only likely starts and ends are paired: the best span consists of one of each.
	var pairs []pair
	for _, s := range likeliest(starts) {
		for _, e := range likeliest(ends) {
			if e >= s && e-s < maxSpanTokens && sentence[s] == sentence[e] {
				pairs = append(pairs, pair{s, e, starts[s] + ends[e]})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.score, a.score), a.start-b.start, a.end-b.end)
	})
	var out []reading.Span
	for _, p := range pairs {
		s := reading.Span{Start: in.evidence[p.start].Start, End: in.evidence[p.end].End, Score: p.score}
		if !slices.ContainsFunc(out, func(o reading.Span) bool { return s.Start < o.End && o.Start < s.End }) {
			out = append(out, s)
		}
		if len(out) == maxSpans {
			break
		}
	}
	return out
}

// sentencesOf numbers the sentence that each token of the evidence stands in.
func sentencesOf(in input) []int {
	out := make([]int, len(in.evidence))
	n, at := 0, 0
	for i, piece := range in.evidence {
		for ; at < piece.Start; at++ {
			if strings.ContainsRune(sentenceEnds, in.text[at]) {
				n++
			}
		}
		out[i] = n
	}
	return out
}

const sentenceEnds = "。！？!?\n"

// likeliest are the indexes of the highest values, best first.
func likeliest(values []float64) []int {
	const most = 20
	out := make([]int, len(values))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Or(cmp.Compare(values[b], values[a]), a-b) })
	return out[:min(len(out), most)]
}

func logSoftmax(v []float64) {
	highest := slices.Max(v)
	sum := 0.0
	for _, x := range v {
		sum += math.Exp(x - highest)
	}
	shift := highest + math.Log(sum)
	for i := range v {
		v[i] -= shift
	}
}

// plain writes full-width and capital letters as plain ones, rune for rune: the
// vocabulary has no others.
func plain(text string) string {
	runes := []rune(text)
	for i, r := range runes {
		if r > unicode.MaxASCII && !unicode.Is(unicode.Han, r) {
			if form := []rune(norm.NFKC.String(string(r))); len(form) == 1 {
				r = form[0]
			}
		}
		if unicode.IsUpper(r) {
			r = unicode.ToLower(r)
		}
		runes[i] = r
	}
	return string(runes)
}

// nameLabels is how many labels a token has: none, then begin and go on of each kind.
const nameLabels = 1 + 2*int(reading.OtherName+1)

// namesOf joins the tokens' labels to names. The first row of the logits is
// that of [CLS].
func namesOf(logits []float32, pieces []embeddings.Piece) []reading.Name {
	var out []reading.Name
	open := false
	for i, p := range pieces {
		row := logits[(i+1)*nameLabels : (i+2)*nameLabels]
		label := slices.Index(row, slices.Max(row))
		kind := reading.NameKind((label - 1) / 2)
		switch {
		case label == 0:
			open = false
		case label%2 == 1:
			out = append(out, reading.Name{Start: p.Start, End: p.End, Kind: kind})
			open = true
		case open && out[len(out)-1].Kind == kind:
			out[len(out)-1].End = p.End
		default:
			open = false
		}
	}
	return out
}
