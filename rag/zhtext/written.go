package zhtext

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var writtenNumber = regexp.MustCompile(`[-−]?\d[\d,]*(?:\.\d+)?`)

// CutNumber cuts the first number in ASCII digits out of a figure: 约92亿元 is 约, 92
// and 亿元.
func CutNumber(figure string) (ahead string, number float64, behind string, ok bool) {
	text := strings.TrimSpace(Fold(figure))
	at := writtenNumber.FindStringIndex(text)
	if at == nil {
		return "", 0, "", false
	}
	number, err := strconv.ParseFloat(strings.NewReplacer(",", "", "−", "-").Replace(text[at[0]:at[1]]), 64)
	return text[:at[0]], number, strings.TrimSpace(text[at[1]:]), err == nil
}

// PlainNumber writes a number with so many digits behind the point at most, and
// without what floating point adds.
func PlainNumber(v float64, digits int) string {
	scale := math.Pow10(digits)
	return strconv.FormatFloat(math.Round(v*scale)/scale, 'f', -1, 64)
}
