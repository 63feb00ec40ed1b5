package extract

import (
	"cmp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// A sentence often says the same of two things side by side: 5A讲解员每次300元，4A讲解员
// 每次200元. What tells them apart stands right ahead of the same noun.
const (
	longestQualifier = 2 // runes
	longestShared    = 4 // runes of the noun that are compared
)

// contrasted is a place where a sentence names the thing that the question names, or
// another one of the kind.
type contrasted struct {
	zhtext.Range
	wanted bool
}

// contrasts are the places where a sentence has a noun of the question with the
// question's qualifier and with another one; none where it has no two.
func contrasts(asked string, text []rune) []contrasted {
	var out []contrasted
	for size := longestQualifier; size >= 1 && out == nil; size-- {
		for i := 0; i+size < len(text); i++ {
			shared := 0
			for n := min(longestShared, len(text)-i-size); n >= 2; n-- {
				if strings.Contains(asked, string(text[i:i+size+n])) {
					shared = n
					break
				}
			}
			if shared == 0 || !termRunes(text[i:i+size+shared]) {
				continue
			}
			noun := text[i+size : i+size+shared]
			var others []contrasted
			for j := 0; j+size+shared <= len(text); j++ {
				own := slices.Equal(text[j+size:j+size+shared], noun)
				if !own || slices.Equal(text[j:j+size], text[i:i+size]) || !termRunes(text[j:j+size]) ||
					text[j] == text[i] || strings.Contains(asked, string(text[j:j+size+shared])) {
					continue
				}
				others = append(others, contrasted{zhtext.Range{Start: j, End: j + size + shared}, false})
			}
			if len(others) > 0 {
				out = append(append(out, others...), contrasted{zhtext.Range{Start: i, End: i + size + shared}, true})
			}
		}
	}
	slices.SortFunc(out, func(a, b contrasted) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// termRunes tells whether a stretch has nothing but letters and digits in it.
func termRunes(text []rune) bool {
	return !slices.ContainsFunc(text, func(r rune) bool { return !zhtext.IsTermRune(r) })
}

// markContrasts puts out the figures, dates and names that a sentence gives for a thing beside the one
// that the question names, where it gives one of the kind for that as well.
func markContrasts(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) {
	folded := []rune(zhtext.Fold(string(p.Text[sentence.Start:sentence.End])))
	if len(folded) != sentence.End-sentence.Start {
		return
	}
	places := contrasts(zhtext.Fold(asked), folded)
	if len(places) == 0 {
		return
	}
	list := clauses(p.Text, sentence)
	of := make([]contrasted, len(all))
	wanted := map[string]bool{}
	for n, s := range all {
		of[n] = contrastOf(places, list, zhtext.Range{Start: s.Start - sentence.Start, End: s.End - sentence.Start}, sentence.Start)
		wanted[s.Kind] = wanted[s.Kind] || of[n].wanted
	}
	for n, s := range all {
		if o := of[n]; o.End > 0 && !o.wanted && wanted[s.Kind] {
			all[n].Old = true
		}
	}
}

// contrastOf is the place that a figure, date or name belongs to: the last one ahead of it in its
// clause, else the next one there, else the last one before.
func contrastOf(places []contrasted, list []zhtext.Range, at zhtext.Range, offset int) (of contrasted) {
	clause := zhtext.Range{}
	for _, c := range list {
		if c.Start-offset <= at.Start && at.End <= c.End-offset {
			clause = zhtext.Range{Start: c.Start - offset, End: c.End - offset}
		}
	}
	inside := false
	for _, p := range places {
		switch within := clause.Covers(p.Range); {
		case p.Overlaps(at):
			return p
		case p.End <= at.Start:
			of, inside = p, within
		case p.Start >= at.End && within && !inside:
			return p
		}
	}
	return of
}
