package grounding

import (
	"slices"
	"strings"

	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// bindingGuard: a figure belongs to the thing that the claim names. Where the
// source has several figures of a kind, the words of the claim around its figure
// must stand closer to that figure than to its rivals.
func bindingGuard(claim *statement, src *source) string {
	for _, f := range claim.figures {
		if f.Ordinal && f.Unit == "" {
			continue // 第一 alone may be first of all
		}
		var own, rivals []zhtext.Range
		differs := claim.differs(f)
		for _, g := range src.wide.figures {
			if differs && !src.wide.differs(g) {
				continue // by how much is no rival of how much
			}
			switch {
			case sameFigure(f.Quantity, g.Quantity):
				own = append(own, g.Range)
			case f.Ordinal && (!g.Ordinal || g.Unit != f.Unit || claim.besides(f, g)):
			case g.class == f.class || comparable(f.Quantity, g.Quantity):
				rivals = append(rivals, g.Range)
			}
		}
		if src.wide.givenTo(claim, f.Range, own, rivals, bindingMargin) {
			return f.Text
		}
	}
	for _, d := range claim.dates {
		if d.Relative {
			continue
		}
		var own, rivals []zhtext.Range
		for _, g := range src.wide.dates {
			switch {
			case d.Agrees(g):
				own = append(own, g.Range)
			case !g.Relative && (d.Month == 0) == (g.Month == 0) && (d.Day == 0) == (g.Day == 0):
				rivals = append(rivals, g.Range)
			}
		}
		if src.wide.givenTo(claim, d.Range, own, rivals, bindingMargin) {
			return d.Text
		}
	}
	return ""
}

// besides tells whether the claim has another figure in the clause of one of its own.
func (s *statement) besides(f, other figure) bool {
	at := s.clauseAt(f.Start)
	return slices.ContainsFunc(s.figures, func(g figure) bool { return sameFigure(g.Quantity, other.Quantity) && s.clauseAt(g.Start) == at })
}

// misnamed returns a name of the claim to which the source gives less of what the
// claim says of it than to another name of the kind.
func (src *source) misnamed(claim *statement, names, others []place) string {
	for _, n := range names {
		own := placesOf(n, others)
		var rivals []zhtext.Range
		for _, o := range others {
			if !o.isOf(n) && o.kind == n.kind && !strings.Contains(string(claim.runes), o.text) {
				rivals = append(rivals, o.Range)
			}
		}
		if holdsAny(src.under, n.text) {
			continue // who says all of the line
		}
		if n.kind != reading.Person && src.title != "" && HoldsName(src.title, n.text) {
			continue // what all of the article is about
		}
		if src.wide.compounded(claim, n.Range, own, rivals) || src.wide.introduced(claim, n.Range, own, rivals) || src.wide.givenTo(claim, n.Range, own, rivals, nameMargin) {
			return n.text
		}
	}
	return src.exchanged(claim, names, others)
}

// givenTo tells whether the source gives what the claim says of the figure at a
// place to one of the rivals instead.
func (s *statement) givenTo(claim *statement, at zhtext.Range, own, rivals []zhtext.Range, margin float64) bool {
	if len(own) == 0 || len(rivals) == 0 {
		return false
	}
	if n := named(claim, s, at, own); n >= minOwnNoun && n > named(claim, s, at, rivals) {
		return false // 内贸箱300万: its own noun stands right ahead of it in both
	}
	context := claim.contextOf(at)
	all := append(append([]zhtext.Range(nil), rivals...), own...)
	mine, theirs := s.nearest(context, own, all), s.nearest(context, rivals, all)
	return theirs > mine+margin && theirs > bindingRatio*mine
}

// named is how many runes right ahead of a place in the claim stand right ahead
// of one of the places in the source too.
func named(claim, source *statement, at zhtext.Range, places []zhtext.Range) int {
	longest := 0
	for _, p := range places {
		n := 0
		for at.Start-n > 0 && p.Start-n > 0 && claim.runes[at.Start-n-1] == source.runes[p.Start-n-1] && zhtext.IsHan(claim.runes[at.Start-n-1]) {
			n++
		}
		longest = max(longest, n)
	}
	return longest
}

// compounded tells whether a name of the claim is the beginning of a longer one
// that the source has only of a rival: 酒泉卫星发射中心, where it says
// 太原卫星发射中心 and 酒泉 elsewhere.
func (s *statement) compounded(claim *statement, at zhtext.Range, own, rivals []zhtext.Range) bool {
	end := at.End
	for end < len(claim.runes) && end-at.End < maxCompound && zhtext.IsHan(claim.runes[end]) {
		end++
	}
	// A name may have been found with or without what follows it.
	behind := func(places []zhtext.Range) int {
		longest := 0
		for _, p := range places {
			for from := p.Start + 1; from <= p.End; from++ {
				n := 0
				for at.End+n < end && from+n < len(s.runes) && claim.runes[at.End+n] == s.runes[from+n] {
					n++
				}
				longest = max(longest, n)
			}
		}
		return longest
	}
	return len(own) > 0 && behind(own) == 0 && behind(rivals) >= minOwnNoun
}

// introduced tells whether what stands right ahead of a name in the claim stands in
// the source right ahead of a rival alone: 前六章由.
func (s *statement) introduced(claim *statement, at zhtext.Range, own, rivals []zhtext.Range) bool {
	return named(claim, s, at, rivals) >= minOwnNoun && named(claim, s, at, own) == 0
}

// maxCompound is how many runes behind a name may belong to it.
const maxCompound = 8

// minOwnNoun is how many runes make a noun that belongs to one figure alone.
const minOwnNoun = 3

const (
	// bindingMargin is by how much a rival's claim to the words must be better.
	bindingMargin, bindingRatio = 0.6, 1.1
	// nameMargin is the same for names, which more is said of than of figures.
	nameMargin = 1.2
	// What a separator between a word and a figure leaves of its weight, for
	// a word ahead of the figure and for one behind it.
	acrossItem, acrossItemBehind   = 0.8, 0.35 // 、
	acrossComma, acrossCommaBehind = 0.75, 0.35
	acrossStop                     = 0.4
	acrossRival                    = 0.5 // another figure of the kind
	acrossBracket                  = 0.4
	elsewhereInList                = 0.2
	maxClausesBack                 = 2
	// A word right ahead of a figure is what the figure is of.
	adjacentRunes, adjacentWeight = 1, 1.5
	// What stands right behind a figure counts for more, within so many runes.
	besideRunes, besideWeight = 2, 1.5
)

// weighted is a token of the claim with what it counts for at one figure.
type weighted struct {
	key    string
	weight float64
}

// contextOf is what a claim says a figure is of: the words of its clause and,
// at a lower weight, of the clauses ahead. 分别 gives each figure its own item.
func (s *statement) contextOf(at zhtext.Range) []weighted {
	i := s.clauseAt(at.Start)
	if i < 0 {
		return nil
	}
	if item, rest, ok := s.respectively(at); ok {
		var out []weighted
		for _, t := range s.tokens {
			switch {
			case item.Covers(t.Range):
				out = append(out, weighted{t.key, 2 * t.weight})
			case rest.Covers(t.Range):
				out = append(out, weighted{t.key, t.weight * elsewhereInList})
			}
		}
		return out
	}
	var others []zhtext.Range
	for _, f := range s.figures {
		others = append(others, f.Range)
	}
	var out []weighted
	last := i
	if s.fills(at, i) && i+1 < len(s.clauses) {
		last++ // 2009年，…: what follows is said of it
	}
	for k := last; k >= max(0, i-maxClausesBack); k-- {
		share := 1.0
		if k < i && s.hasLike(s.clauses[k], at) {
			share = elsewhereInList // what stands there is said of another figure
		}
		for _, t := range s.clauses[k].tokens {
			if at.Covers(t.Range) {
				continue
			}
			w := t.weight * share * s.closeness(t.Range, at, others)
			if t.Start >= at.End && t.Start <= at.End+besideRunes && k == i {
				w *= besideWeight // what is said of it
			}
			out = append(out, weighted{t.key, w})
		}
	}
	return out
}

// fills tells whether a date is all that its clause says.
func (s *statement) fills(at zhtext.Range, i int) bool {
	return s.clauses[i].End-s.clauses[i].Start <= at.End-at.Start+1 &&
		slices.ContainsFunc(s.dates, func(d zhtext.Date) bool { return d.Range == at })
}

// hasLike tells whether a clause has another figure of the kind of the one at a place.
func (s *statement) hasLike(c clause, at zhtext.Range) bool {
	class := ""
	for _, f := range s.figures {
		if f.Range == at {
			class = f.class
		}
	}
	return slices.ContainsFunc(s.figures, func(f figure) bool {
		return class != "" && f.class == class && c.Covers(f.Range)
	})
}

// affinity is how close the words stand to a figure of the source.
func (s *statement) affinity(context []weighted, figure zhtext.Range, rivals []zhtext.Range) float64 {
	item, rest, listed := s.respectively(figure)
	sum := 0.0
	seen := map[string]bool{}
	for _, w := range context {
		if seen[w.key] {
			continue
		}
		seen[w.key] = true
		best := 0.0
		for _, t := range s.tokens {
			if t.key != w.key || figure.Covers(t.Range) {
				continue
			}
			near := 0.0
			switch {
			case listed && rest.Covers(t.Range):
				if near = elsewhereInList; item.Covers(t.Range) {
					near = 1
				}
			default:
				if near = s.closeness(t.Range, figure, rivals); t.End <= figure.Start && figure.Start-t.End <= adjacentRunes {
					near *= adjacentWeight // 出口530亿元
				}
			}
			best = max(best, near)
		}
		sum += w.weight * best
	}
	return sum
}

func (s *statement) closeness(word, figure zhtext.Range, rivals []zhtext.Range) float64 {
	near := 1.0
	// What stands by itself ahead of a comma goes with what follows: 2009年，….
	if i := s.clauseAt(figure.Start); i >= 0 && word.Start >= figure.End && s.fills(figure, i) {
		figure.End = min(s.clauses[i].End+1, word.Start)
	}
	between := zhtext.Range{Start: word.End, End: figure.Start}
	ahead := true
	if word.Start >= figure.End {
		between, ahead = zhtext.Range{Start: figure.End, End: word.Start}, false
	}
	depth, lowest := 0, 0
	for i := between.Start; i < between.End; i++ {
		switch s.runes[i] {
		case '、':
			if near *= acrossItem; !ahead {
				near *= acrossItemBehind / acrossItem
			}
		case '，', ',', '：', ':':
			if near *= acrossComma; !ahead {
				near *= acrossCommaBehind / acrossComma
			}
		case '(', '（':
			depth++
		case ')', '）':
			depth--
			lowest = min(lowest, depth)
		case '；', ';', '。', '！', '？', '!', '?', '\n':
			near *= acrossStop
		}
	}
	// Brackets that are both between do not part the two.
	for range depth - 2*lowest {
		near *= acrossBracket
	}
	for _, r := range rivals {
		if between.Covers(r) {
			near *= acrossRival
			break
		}
	}
	return near
}

// respectively finds the item that a figure behind 分别 belongs to, by its
// place: of "A、B分别为1和2", B belongs to 2. rest covers all items.
func (s *statement) respectively(figure zhtext.Range) (item, rest zhtext.Range, ok bool) {
	word := []rune("分别")
	i := figure.Start - 2
	for ; i >= 0 && !(s.runes[i] == word[0] && s.runes[i+1] == word[1]); i-- {
		if strings.ContainsRune(sentenceStops, s.runes[i]) {
			return item, rest, false
		}
	}
	if i < 0 {
		return item, rest, false
	}
	for _, stops := range []string{"，," + sentenceStops, sentenceStops} {
		values := s.figuresAlike(i, figure, stops)
		k := slices.Index(values, figure)
		if k < 0 || len(values) < 2 {
			continue
		}
		// The items stand in the same clause or in one ahead of it.
		end := i
		for range maxClausesBack + 1 {
			start := s.back(end, 0, "，,：:"+sentenceStops)
			to := end
			if at := strings.Index(string(s.runes[start:end]), string(word)); at >= 0 {
				to = start + len([]rune(string(s.runes[start:end])[:at]))
			}
			if items := splitItems(s.runes, start, to); len(items) == len(values) {
				// What follows the last item's own name is said of all: A和B的利率.
				last := &items[len(items)-1]
				if tail := strings.IndexAny(string(s.runes[last.Start:last.End]), "的等"); tail > 0 {
					last.End = last.Start + len([]rune(string(s.runes[last.Start:last.End])[:tail]))
				}
				// And what leads up to the first is said of all as well: 我国对A、B.
				for i := items[0].Start; i < items[0].End-1; i++ {
					if strings.ContainsRune("对向从在将把有", s.runes[i]) {
						items[0].Start = i + 1
					}
				}
				return items[k], zhtext.Range{Start: items[0].Start, End: last.End}, true
			}
			if start == 0 || strings.ContainsRune(sentenceStops, s.runes[start-1]) {
				break
			}
			end = start - 1
		}
	}
	return item, rest, false
}

const sentenceStops = "。；;！？!?\n"

// figuresAlike are the figures of one's kind between a place and the next stop.
func (s *statement) figuresAlike(from int, figure zhtext.Range, stops string) []zhtext.Range {
	end, kind := figure.End, ""
	for end < len(s.runes) && !strings.ContainsRune(stops, s.runes[end]) {
		end++
	}
	for _, f := range s.figures {
		if f.Range == figure {
			kind = f.class
		}
	}
	var out []zhtext.Range
	for _, f := range s.figures {
		if f.Start >= from && f.End <= end && f.class == kind {
			out = append(out, f.Range)
		}
	}
	return out
}

// splitItems cuts a list at 、 and at the last 和, 与, 及.
func splitItems(runes []rune, start, end int) []zhtext.Range {
	var out []zhtext.Range
	from := start
	for i := start; i < end; i++ {
		if strings.ContainsRune("、和与及", runes[i]) && i > from {
			out = append(out, zhtext.Range{Start: from, End: i})
			from = i + 1
			if runes[i] == '以' {
				from++
			}
		}
	}
	if from < end {
		out = append(out, zhtext.Range{Start: from, End: end})
	}
	return out
}
