package eval

import (
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// figures are the numbers of a text, by what they say.
type figures struct {
	quantities []zhtext.Quantity
	dates      []zhtext.Date
	years      []int
	plain      []string // digits in neither (5G, 4.0, 2021智博会), normalised
	folded     string
}

func readFigures(text string) figures {
	f := figures{
		quantities: zhtext.Quantities(text),
		dates:      zhtext.Dates(text),
		years:      zhtext.Years(text),
		folded:     fold(text),
	}
	f.plain = numbers(f.without(text))
	return f
}

// without blanks the quantities and dates out of the text they were read from.
func (f figures) without(text string) string {
	rest := []rune(text)
	blank := func(r zhtext.Range) {
		for i := r.Start; i < r.End; i++ {
			rest[i] = ' '
		}
	}
	for _, q := range f.quantities {
		blank(q.Range)
	}
	for _, d := range f.dates {
		blank(d.Range)
	}
	return string(rest)
}

func (f figures) count() int { return len(f.quantities) + len(f.dates) + len(f.plain) }

// join adds what another text says.
func (f figures) join(o figures) figures {
	return figures{
		quantities: slices.Concat(f.quantities, o.quantities),
		dates:      slices.Concat(f.dates, o.dates),
		years:      slices.Concat(f.years, o.years),
		plain:      slices.Concat(f.plain, o.plain),
		folded:     f.folded + "\n" + o.folded,
	}
}

// missingFrom returns the figures that the source does not hold: quantities by
// value and unit, dates by the fields they name, all other numbers by their
// digits.
func (f figures) missingFrom(source figures) []string {
	var out []string
	for _, q := range f.quantities {
		if !slices.ContainsFunc(source.quantities, q.Same) {
			out = append(out, q.Text)
		}
	}
	for _, d := range f.dates {
		if !source.holdsDate(d) {
			out = append(out, d.Text)
		}
	}
	var digits []string
	if len(f.plain) > 0 {
		digits = numbers(source.folded)
	}
	for _, n := range f.plain {
		if !slices.Contains(digits, n) {
			out = append(out, n)
		}
	}
	return out
}

// holdsDate lets the year come from elsewhere in the source: "8月23日" in an
// article about 2021 supports "2021年8月23日".
func (f figures) holdsDate(d zhtext.Date) bool {
	if d.Relative {
		return strings.Contains(f.folded, fold(d.Text))
	}
	if d.Year != 0 && !slices.Contains(f.years, d.Year) {
		return false
	}
	if d.Month == 0 && d.Day == 0 {
		return true
	}
	return slices.ContainsFunc(f.dates, func(h zhtext.Date) bool {
		return (d.Month == 0 || h.Month == d.Month) && (d.Day == 0 || h.Day == d.Day) &&
			(d.Year == 0 || h.Year == 0 || h.Year == d.Year)
	})
}
