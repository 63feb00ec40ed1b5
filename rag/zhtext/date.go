package zhtext

import "time"

// Date is a point in time as far as the text says it.
type Date struct {
	Range
	// Year, Month and Day are 0 when the text does not say them.
	Year, Month, Day int
	// Relative marks dates that need a today (去年, 昨天): the offsets count
	// from it, and Year, Month, Day hold only what is said outright (今年6月).
	Relative                           bool
	YearOffset, MonthOffset, DayOffset int
	Text                               string // the runes of Range
}

// Dates finds the dates in a text, in order and without overlaps. Durations
// (3天, 20年) and plan periods (十四五) are not dates.
func Dates(s string) []Date { return nil }

// ResolveDate fills in what a relative date says, seen from now. Other dates
// stay as they are.
func (d Date) ResolveDate(now time.Time) Date { return d }

// Agrees tells whether two dates can be the same day, month or year: what both
// of them say is equal, and they share at least one field.
func (d Date) Agrees(o Date) bool { return false }

// ResolveRelative rewrites the relative dates of a question (去年, 上个月,
// last year) into absolute ones (2025年), seen from now.
func ResolveRelative(s string, now time.Time) string { return s }
