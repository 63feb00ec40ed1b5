package grounding

import (
	"fmt"
	"math"
	"strings"

	"zhiwen/rag/zhtext"
)

// deriveWords say that a figure was computed from others.
var deriveWords = []string{"合计", "共计", "总计", "相加", "加起来", "之和", "一共", "总共", "总和", "相差", "差额", "差距", "多出", "少了", "高出", "多了", "占比", "占", "比例", "倍", "total", "sum", "difference", "altogether", "combined", "share", "percent"}

// sumWords say that a figure is the total of several.
var sumWords = []string{"合计", "共计", "总计", "相加", "加起来", "之和", "一共", "总共", "总和", "altogether", "combined", "in total"}

// totalWords are how a source says that a figure of its own is a total.
var totalWords = []string{"共", "合计", "总", "累计", "全部", "total", "altogether", "combined"}

// derivation is a figure that was recomputed from figures of the source.
type derivation struct{ text string }

// derive recomputes the missing figures of a claim from the others that it
// states: a sum, a difference, a share or a multiple. Only figures that the
// claim itself names count, so that no chance combination of a page's numbers
// passes for a calculation.
func derive(c *parsedClaim, missing []zhtext.Quantity) ([]derivation, bool) {
	if !c.derives {
		return nil, false
	}
	var stated []zhtext.Quantity
	for _, q := range c.quantities {
		if !contains(missing, q) {
			stated = append(stated, q)
		}
	}
	if len(stated) < 2 {
		return nil, false
	}
	var out []derivation
	for _, q := range missing {
		text, ok := recompute(q, stated)
		if !ok {
			return nil, false
		}
		out = append(out, derivation{text})
	}
	return out, true
}

func contains(list []zhtext.Quantity, q zhtext.Quantity) bool {
	for _, have := range list {
		if have.Range == q.Range {
			return true
		}
	}
	return false
}

func recompute(q zhtext.Quantity, stated []zhtext.Quantity) (string, bool) {
	var sum float64
	var terms []string
	for _, s := range stated {
		if s.Unit == q.Unit {
			sum += s.Value
			terms = append(terms, plainText(s))
		}
	}
	if len(terms) >= 2 && close2(sum, q.Value) {
		return strings.Join(terms, " + ") + " = " + plainText(q), true
	}
	for i, a := range stated {
		for j, b := range stated {
			if i == j || a.Unit != b.Unit || b.Value == 0 {
				continue
			}
			switch {
			case a.Unit == q.Unit && a.Value > b.Value && close2(a.Value-b.Value, q.Value):
				return fmt.Sprintf("%s − %s = %s", plainText(a), plainText(b), plainText(q)), true
			case q.Unit == "%" && math.Abs(100*a.Value/b.Value-q.Value) <= 0.5:
				return fmt.Sprintf("%s ÷ %s ≈ %s", plainText(a), plainText(b), plainText(q)), true
			case q.Unit == "倍" && math.Abs(a.Value/b.Value-q.Value) <= 0.05:
				return fmt.Sprintf("%s ÷ %s ≈ %s", plainText(a), plainText(b), plainText(q)), true
			}
		}
	}
	return "", false
}

func plainText(q zhtext.Quantity) string { return strings.TrimSpace(q.Text) }

// close2 compares two figures up to rounding in floating point.
func close2(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), math.Abs(b)) }

func explainDerivations(derived []derivation) string {
	texts := make([]string, len(derived))
	for i, d := range derived {
		texts[i] = d.text
	}
	return strings.Join(texts, "；")
}
