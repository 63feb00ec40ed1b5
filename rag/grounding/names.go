package grounding

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// place is a name in a statement, folded, and where it stands.
type place struct {
	zhtext.Range
	text string
	kind reading.NameKind
}

// namesOf are the names in a text, without those that a guard for figures or
// quotations looks at.
func (v *Verifier) namesOf(ctx context.Context, s *statement) ([]place, error) {
	if v.reader == nil {
		return nil, nil
	}
	found, err := v.reader.Names(ctx, []string{s.text})
	if err != nil {
		return nil, err
	}
	var out []place
	for _, n := range found[0] {
		text := strings.Trim(string(s.runes[n.Start:n.End]), ` "'·`)
		if len([]rune(text)) >= 2 && n.Kind != reading.OtherName && !insideFigures(s, zhtext.Range{Start: n.Start, End: n.End}) {
			out = append(out, place{zhtext.Range{Start: n.Start, End: n.End}, text, n.Kind})
		}
	}
	return append(out, v.asked(s, out)...), nil
}

// asked are the names of the question that a claim repeats and that were not found
// in it.
func (v *Verifier) asked(s *statement, found []place) []place {
	var out []place
	for _, name := range v.evidence.Asked {
		name = zhtext.Fold(name)
		at := strings.Index(string(s.runes), name)
		if at < 0 {
			continue
		}
		start := len([]rune(string(s.runes)[:at]))
		r := zhtext.Range{Start: start, End: start + len([]rune(name))}
		if !slices.ContainsFunc(found, func(p place) bool { return p.Overlaps(r) }) && !insideFigures(s, r) {
			out = append(out, place{r, name, reading.OtherName})
		}
	}
	return out
}

func insideFigures(s *statement, r zhtext.Range) bool {
	for _, f := range s.figures {
		if f.Overlaps(r) {
			return true
		}
	}
	return false
}

// strangerIn returns a name of the claim that the window does not hold. A name
// that the sentences leave out because they have said it may stand near them, as
// long as they name nobody else of its kind.
func (v *Verifier) strangerIn(ctx context.Context, claim *statement, names []place, w *window) (string, error) {
	if len(names) == 0 {
		return "", nil
	}
	text := string(w.source.runes)
	if w.names == nil {
		found, err := v.namesOf(ctx, w.source.wide)
		if err != nil {
			return "", err
		}
		w.names = append([]place{}, found...)
	}
	for _, n := range names {
		if HoldsName(text, n.text) || holdsSynonym(text, n.text) {
			continue
		}
		if !HoldsName(w.source.around, n.text) && !HoldsName(w.source.before, n.text) {
			return fmt.Sprintf("%q does not stand in the source", n.text), nil
		}
		for _, o := range w.names {
			if o.kind == n.kind && strings.Contains(text, o.text) && !HoldsName(string(claim.runes), o.text) {
				return fmt.Sprintf("the source tells it of %q, not of %q", o.text, n.text), nil
			}
		}
	}
	if name := w.source.misnamed(claim, names, w.names); name != "" {
		return fmt.Sprintf("the source tells it of somebody or something else than %q", name), nil
	}
	return "", nil
}

// holdsSynonym tells whether a text has another word for what was taken for a name: 出租方,
// where the claim says 房东.
func holdsSynonym(text, name string) bool {
	return slices.ContainsFunc(question.Same(name), func(w string) bool { return utf8.RuneCountInString(w) > 1 && strings.Contains(text, w) })
}

// HoldsName tells whether a folded text holds a name, or a longer form that the name
// abbreviates: 中企 of 中国企业.
func HoldsName(text, name string) bool {
	if strings.Contains(text, name) {
		return true
	}
	runes := []rune(name)
	// Without the last part of a compound: 重庆市 for 重庆.
	if n := len(runes); n >= 3 && strings.ContainsRune("市省县区州国镇乡村队", runes[n-1]) && strings.Contains(text, string(runes[:n-1])) {
		return true
	}
	// Where the name was found a rune too long at one end.
	if n := len(runes); n >= 4 && (strings.Contains(text, string(runes[:n-1])) || strings.Contains(text, string(runes[1:]))) {
		return true
	}
	// Where a body's name was found with what is said of it: 东澜公司海参.
	if at := bodyEnd.FindStringIndex(name); at != nil && at[1] < len(name) && strings.Contains(text, name[:at[1]]) && strings.Contains(text, name[at[1]:]) {
		return true
	}
	if len(runes) > 6 {
		// A long name may be put together differently: its halves both stand there.
		half := len(runes) / 2
		return strings.Contains(text, string(runes[:half])) && strings.Contains(text, string(runes[half:]))
	}
	return abbreviates(text, runes)
}

// bodyEnd ends the name of a body of people.
var bodyEnd = regexp.MustCompile(`^\p{Han}{2,12}?(?:公司|集团|大学|学院|医院|银行|协会|委员会|研究院|研究所|中心)`)

// maxFullForm is how many runes a full name has for each of its abbreviation.
const maxFullForm = 4

// abbreviates tells whether a text has a stretch that begins with the first rune
// of a name and holds the others in order, each within a few runes, with the
// stretch all Han.
func abbreviates(text string, name []rune) bool {
	runes := []rune(text)
	if len(name) > 4 {
		return false
	}
	for i := range runes {
		if runes[i] != name[0] {
			continue
		}
		at, ok := i, true
		for _, r := range name[1:] {
			next := -1
			for k := at + 1; k <= at+maxFullForm && k < len(runes) && zhtext.IsHan(runes[k]); k++ {
				if runes[k] == r {
					next = k
					break
				}
			}
			if next < 0 {
				ok = false
				break
			}
			at = next
		}
		if ok {
			return true
		}
	}
	return false
}
