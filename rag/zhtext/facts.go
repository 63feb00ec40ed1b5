package zhtext

// Facts are all the figures of a text.
type Facts struct {
	Quantities []Quantity
	Dates      []Date
	Editions   []Edition
	Years      []int // distinct, ascending
}

// Read finds quantities, dates, editions and years in one go, for a third of
// the time that the four functions take one after another.
func Read(s string) Facts {
	runes := []rune(s)
	f := fold(runes)
	dates := scanDates(f)
	years := scanYears(runes, f, dates)
	withText(runes, dates)
	return Facts{
		Quantities: quantities(runes, f, dates, years),
		Dates:      dates,
		Editions:   editions(runes, f, dates, years),
		Years:      distinctYears(dates, years),
	}
}
