package zhtext

// EditionYears are the years of the editions that a text names, ascending.
func EditionYears(text string) []int {
	var years []int
	for _, e := range Editions(text) {
		if e.Year > 0 {
			years = InsertYear(years, e.Year)
		}
	}
	return years
}

// EditionOrdinals are the ordinal numbers of the editions that a text names: 4 of 第四届.
func EditionOrdinals(text string) []int {
	var out []int
	for _, e := range Editions(text) {
		if e.Ordinal > 0 {
			out = append(out, e.Ordinal)
		}
	}
	return out
}

// InsertYear puts a year into an ascending list that may hold it already.
func InsertYear(years []int, y int) []int {
	for i, have := range years {
		if have == y {
			return years
		}
		if have > y {
			return append(years[:i], append([]int{y}, years[i:]...)...)
		}
	}
	return append(years, y)
}

// Intersect tells whether two lists of years or ordinals share one.
func Intersect(a, b []int) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
