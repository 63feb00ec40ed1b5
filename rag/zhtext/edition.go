package zhtext

// Edition is one issue of something that recurs: 2021智博会, 第四届.
type Edition struct {
	Range
	Year    int    // 0 when not said
	Ordinal int    // 第四届 is 4, 0 when not said
	Name    string // what it is an edition of, as far as the text goes on with it; may be ""
}

// Editions finds the years and ordinals that name an edition.
func Editions(s string) []Edition { return nil }

// Years lists the distinct years that a text mentions, ascending.
func Years(s string) []int { return nil }
