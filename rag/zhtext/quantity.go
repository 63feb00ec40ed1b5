package zhtext

// Approx tells how a number is hedged.
type Approx int

const (
	Exact Approx = iota
	Over         // 超, 逾, 余, 多, 以上, 突破, more than
	Under        // 近, 不到, 不足, 以下, nearly
	About        // 约, 左右, 大约, about
)

// Quantity is a number in a text with its unit.
type Quantity struct {
	// Range covers the number, its unit and the hedging words that touch it.
	Range
	// Number is the bare numeral.
	Number Range
	// Value is in base units: 2524亿元 is 2.524e11. Percentages keep their
	// number (40% is 40), fractions are themselves (三分之一 is 1/3).
	Value float64
	// Max equals Value unless the text gives a range (3至5家).
	Max float64
	// Unit is canonical (人民币 is 元, 百分之 is %), "" when there is none.
	Unit   string
	Approx Approx
	// Ordinal marks 第三次, 第2届, third.
	Ordinal bool
	Text    string // the runes of Range
}

// Quantities finds the numbers that count or measure something, in order and
// without overlaps. Names with digits (5G, COVID-19, 4.0), dates and years are
// not quantities.
func Quantities(s string) []Quantity { return nil }

// Same tells whether two quantities say the same: equal values with compatible
// units. A hedge may be dropped, but over must not become under.
func (q Quantity) Same(o Quantity) bool { return false }
