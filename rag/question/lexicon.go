package question

import (
	"context"
	"math"
	"strconv"
	"strings"

	"zhiwen/rag/zhtext"
)

// maxWordRunes is the longest word that a question is cut into.
const maxWordRunes = 6

// lexicon cuts one question into words by what the collection's vocabulary,
// the thesaurus and the evidence know.
type lexicon struct {
	folded    []rune
	frequency map[string]int
	passages  int
	evidence  Evidence
}

func newLexicon(ctx context.Context, index Frequencies, folded []rune, covered []bool, ev Evidence) (*lexicon, error) {
	seen := map[string]bool{}
	var terms []string
	add := func(t string) {
		if !seen[t] {
			seen[t] = true
			terms = append(terms, t)
		}
	}
	for _, c := range candidateRanges(folded, covered) {
		t := string(folded[c.Start:c.End])
		add(t)
		add(arabic(t))
		if g := synonyms()[t]; g != nil {
			for _, w := range g.words {
				add(w)
			}
		}
	}
	df, passages, err := index.Frequencies(ctx, terms)
	if err != nil {
		return nil, err
	}
	l := &lexicon{folded: folded, frequency: make(map[string]int, len(terms)), passages: passages, evidence: ev}
	for i, t := range terms {
		l.frequency[t] = df[i]
	}
	for _, t := range terms {
		l.frequency[t] = max(l.frequency[t], l.frequency[arabic(t)])
	}
	return l, nil
}

// candidateRanges are the stretches of the question that may be words: all of
// a run of letters or digits, all short stretches of a run of Han.
func candidateRanges(folded []rune, covered []bool) []zhtext.Range {
	var out []zhtext.Range
	for i := range folded {
		if covered[i] || !zhtext.IsTermRune(folded[i]) {
			continue
		}
		if !zhtext.IsHan(folded[i]) {
			if i > 0 && !covered[i-1] && zhtext.IsTermRune(folded[i-1]) && !zhtext.IsHan(folded[i-1]) {
				continue
			}
			j := i
			for j < len(folded) && !covered[j] && zhtext.IsTermRune(folded[j]) && !zhtext.IsHan(folded[j]) {
				j++
			}
			out = append(out, zhtext.Range{Start: i, End: j})
			continue
		}
		for j := i + 1; j <= min(i+maxWordRunes, len(folded)); j++ {
			if covered[j-1] || !zhtext.IsHan(folded[j-1]) {
				break
			}
			out = append(out, zhtext.Range{Start: i, End: j})
		}
	}
	return out
}

// idf is the inverse document frequency with the smoothing of BM25.
func (l *lexicon) idf(df int) float64 {
	n := float64(max(l.passages, 1))
	return math.Log(1 + (n-float64(min(df, l.passages))+0.5)/(float64(df)+0.5))
}

// word weighs a word by how rare it, or its most frequent synonym, is.
func (l *lexicon) word(t string) Word {
	df := l.frequency[t]
	w := Word{Text: t, Known: df > 0}
	if v := arabic(t); v != t {
		w.Alternatives = append(w.Alternatives, v)
	}
	if g := synonyms()[t]; g != nil {
		w.Alternatives, w.Vague = append(w.Alternatives, g.words...), g.vague
		for _, alt := range g.words {
			df = max(df, l.frequency[alt])
		}
	}
	w.Weight = l.idf(df)
	w.Rare = float64(df) <= math.Sqrt(float64(l.passages))
	w.Vague = w.Vague || len(w.Alternatives) == 0 && strings.HasSuffix(t, "了") // 来了, 用了
	if w.Vague {
		w.Weight *= vagueWeight
	}
	if n := []rune(t); len(n) == 1 && zhtext.IsHan(n[0]) && (w.Vague || len(w.Alternatives) == 0) {
		w.Weight *= 0.35 // a lone rune says little
		w.Vague = true
	}
	w.Need = w.Weight
	return w
}

// counted are what a number tells apart: 七号线, 三楼, 二班.
const counted = "号楼层级班组档条章期届代版"

// arabic writes a lone Chinese numeral ahead of what it counts in digits: 七号线,
// 7号线.
func arabic(t string) string {
	runes := []rune(t)
	if len(runes) < 2 || len(runes) > 3 || !strings.ContainsRune(counted, runes[1]) {
		return t
	}
	if d := strings.IndexRune("零一二三四五六七八九", runes[0]); d >= 0 {
		return strconv.Itoa(d/len("零")) + string(runes[1:])
	}
	return t
}

// isNumbered tells whether a stretch names one of several things by its number:
// the stage 二期, the school 三小, the bridge 二桥.
func isNumbered(t string) bool {
	runes := []rune(t)
	return len(runes) == 2 && strings.ContainsRune("期小中院厂桥库队馆", runes[1]) && strings.ContainsRune("一二三四五六七八九十", runes[0])
}

// Values of a stretch of n runes in the segmentation. What the evidence holds
// word for word is a name, unless it comes apart into known words.
const (
	stopValue     = 0.95 // times n squared
	knownValue    = 1.0  // times n squared
	evidenceValue = 1.5  // times n
	commonValue   = 1.4  // times n: 发生, which the collection does not hold
	leftoverValue = 0.1  // a rune by itself
	numberedValue = 2.5  // times n: 七号线
	verbValue     = 0.6  // a rune that the thesaurus knows: 建
	// functionPairValue is for two function words that are a word together
	// (会上), which are more often the tail of a name and a preposition.
	functionPairValue = 2.0
	boundValue        = 0.4  // factor for a tail such as 博会 that only ever follows 渔
	pieceCost         = 0.05 // prefers fewer pieces
)

// cut is a longest-words segmentation by dynamic programming.
func (l *lexicon) cut(run zhtext.Range) []placedWord {
	n := run.End - run.Start
	best := make([]float64, n+1)
	from := make([]int, n+1)
	for i := 1; i <= n; i++ {
		best[i], from[i] = best[i-1]+leftoverValue, i-1
		for size := 1; size <= min(maxWordRunes, i); size++ {
			start := run.Start + i - size
			value := l.value(string(l.folded[start:start+size]), size)
			if size == 2 && start > run.Start && l.evidence != nil && l.evidence.Bound(l.folded[start-1], l.folded[start:start+size]) {
				value *= boundValue
			}
			if v := best[i-size] + value - pieceCost; value > 0 && v > best[i] {
				best[i], from[i] = v, i-size
			}
		}
	}
	var cuts []zhtext.Range
	for i := n; i > 0; i = from[i] {
		cuts = append([]zhtext.Range{{Start: run.Start + from[i], End: run.Start + i}}, cuts...)
	}
	return l.words(cuts)
}

func (l *lexicon) value(t string, size int) float64 {
	square := float64(size * size)
	switch {
	case size > 1 && strings.HasSuffix(t, "副"):
		return 0 // it belongs to the office that follows
	case isFunctionWord(t):
		return square * stopValue
	case size == 1 && synonyms()[t] != nil:
		return verbValue
	case size == 1:
		return 0
	case strings.Contains(t, "号") && arabic(t) != t || isNumbered(t):
		return float64(size) * numberedValue
	case isFunctionPair(t) && l.frequency[t] > 0:
		return functionPairValue
	case l.frequency[t] > 0 || synonyms()[t] != nil:
		return square * knownValue
	case l.evidence != nil && couldBeName(t) && (l.evidence.Holds(t) || l.evidence.Abbreviates(t)):
		return float64(size) * evidenceValue
	case zhtext.IsCommonWord(t) && !l.knowsPart(t, size):
		return float64(size) * commonValue
	}
	return 0
}

// knowsPart tells whether the collection holds two runes of a word of three: 负责 of 负责人.
func (l *lexicon) knowsPart(t string, size int) bool {
	runes := []rune(t)
	return size == 3 && (l.frequency[string(runes[:2])] > 0 || l.frequency[string(runes[1:])] > 0)
}

// particles are never part of a name.
const particles = "的了在是和有与及或对从到把被将给让以由于为吗呢占达共"

// couldBeName tells whether a stretch that the evidence holds may be a name: no
// particle in it, and no function word at its edges but those that names have.
func couldBeName(t string) bool {
	if strings.ContainsAny(t, particles) {
		return false
	}
	runes := []rune(t)
	first, last := runes[0], runes[len(runes)-1]
	return (!isFunctionWord(string(first)) || strings.ContainsRune(nameStart, first)) &&
		(!isFunctionWord(string(last)) || strings.ContainsRune(nameEnd, last))
}

func isFunctionWord(t string) bool { return zhtext.IsStopWord(t) || zhtext.IsQuestionWord(t) }

func isFunctionPair(t string) bool {
	runes := []rune(t)
	return len(runes) == 2 && isFunctionWord(string(runes[0])) && isFunctionWord(string(runes[1]))
}

// words drops the function words and joins leftover runes to unknown names.
func (l *lexicon) words(cuts []zhtext.Range) []placedWord {
	var out []placedWord
	for i := 0; i < len(cuts); i++ {
		if t := l.text(cuts[i]); isFunctionWord(t) || isFunctionPair(t) {
			continue
		}
		r := cuts[i]
		for i+1 < len(cuts) && l.joins(r, cuts, i) {
			i++
			r.End = cuts[i].End
		}
		out = append(out, placedWord{l.word(l.text(r)), r})
	}
	for i := range out[:max(0, len(out)-1)] {
		if next := out[i+1]; l.evidence != nil && out[i].End == next.Start {
			if full := l.evidence.FullForm([]rune(out[i].Text), next.Text); full != "" {
				out[i].Alternatives = append(out[i].Alternatives, full)
			}
		}
	}
	return out
}

func (l *lexicon) text(r zhtext.Range) string { return string(l.folded[r.Start:r.End]) }

// nounEndings make a noun of their own out of the word ahead of them: 报名费 is
// not found where only 报名 is.
const nounEndings = "费价奖桥楼"

// isLeftover tells whether a cut is a single rune that is no word by itself.
func (l *lexicon) isLeftover(r zhtext.Range) bool {
	return r.End-r.Start == 1 && !isFunctionWord(l.text(r)) && synonyms()[l.text(r)] == nil
}

// isUnknown tells whether a cut is a word of the language that the collection does not hold:
// what is left over behind it makes another of it, 净化 and 器.
func (l *lexicon) isUnknown(r zhtext.Range) bool {
	t := l.text(r)
	return l.frequency[t] == 0 && synonyms()[t] == nil && zhtext.IsCommonWord(t) && (l.evidence == nil || !l.evidence.Holds(t))
}

// Runes that close or go on inside names although they are stop words or words
// of their own elsewhere.
const (
	nameStart    = "上下中大小"       // 上合组织
	nameInside   = "里上下中大小一不会地得" // 阿里巴巴
	nameEnd      = "会所地"         // 服贸会
	regionEnding = "区县市省州镇乡村"
)

// joins tells whether the cut after i goes on the unknown name r that ends with
// cut i.
func (l *lexicon) joins(r zhtext.Range, cuts []zhtext.Range, i int) bool {
	deputy := func(i int) bool { // 副总理 is an office of its own
		return l.text(cuts[i]) == "副" && i+1 < len(cuts) && cuts[i+1].End-cuts[i+1].Start > 1
	}
	if deputy(i) || deputy(i+1) {
		return deputy(i) && l.text(r) == "副"
	}
	if tail := l.text(cuts[i+1]); strings.Contains(nounEndings, tail) && cuts[i].End-cuts[i].Start > 1 {
		return true
	}
	if l.isUnknown(cuts[i]) {
		return l.isLeftover(cuts[i+1])
	}
	if !l.isLeftover(cuts[i]) {
		return false
	}
	next := l.text(cuts[i+1])
	switch {
	case l.isLeftover(cuts[i+1]):
		return true
	case len([]rune(next)) > 1:
		runes := []rune(next)
		return len(runes) == 2 && strings.ContainsRune(regionEnding, runes[1]) && r.End-r.Start == 1
	case strings.Contains(nameInside, next) && i+2 < len(cuts) && l.isLeftover(cuts[i+2]):
		return true
	}
	return r.End-r.Start >= 2 && strings.Contains(nameEnd, next)
}
