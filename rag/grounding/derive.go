package grounding

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhiwen/rag/zhtext"
)

// deriveWords say that a figure was computed from others.
var deriveWords = []string{"合计", "共计", "总计", "相加", "加起来", "之和", "一共", "总共", "总和", "相差", "两者", "二者", "差额", "差距", "多出", "少了", "高出", "多了", "减少了", "增加了", "赢了", "领先", "输了", "差", "净胜", "相比", "占比", "占", "比例", "倍", "total", "sum", "difference", "altogether", "combined", "share", "percent"}

// derivation is a figure that was recomputed from figures of the source.
type derivation struct{ text string }

// derive recomputes the missing figures of a claim: a sum, a difference, a share
// or a multiple of figures that the claim states, or that the window states where
// the claim says how they were put together (赢了5分 of 107：102). No chance
// combination of a page's numbers passes for a calculation: the claim has to
// speak of one.
func derive(claim *statement, missing []zhtext.Quantity, w *window) ([]derivation, bool) {
	if !zhtext.ContainsAny(string(claim.runes), deriveWords) && !slices.ContainsFunc(claim.figures, func(f figure) bool { return contains(missing, f.Quantity) && claim.differs(f) }) {
		return nil, false
	}
	var stated []zhtext.Quantity
	for _, f := range claim.figures {
		if !contains(missing, f.Quantity) {
			stated = append(stated, f.Quantity)
		}
	}
	var out []derivation
	for _, q := range missing {
		text, ok := recompute(q, stated)
		if !ok {
			text, ok = margin(q, claim.text, w)
		}
		if !ok {
			return nil, false
		}
		out = append(out, derivation{text})
	}
	return out, true
}

// differs tells whether a figure says by how much one thing is more than another: 多7分.
func (s *statement) differs(f figure) bool {
	ahead := []rune(strings.TrimSuffix(string(s.runes[max(0, f.Start-2):f.Start]), "了"))
	return len(ahead) > 0 && strings.ContainsRune("多少高低快慢早晚长短贵重轻差", ahead[len(ahead)-1])
}

// score is a result of two figures, as in 107：102.
var score = regexp.MustCompile(`(\d{1,3})\s*[:：比-]\s*(\d{1,3})`)

// margin recomputes by how much somebody won: the difference of a score that
// claim and window both state.
func margin(q zhtext.Quantity, claim string, w *window) (string, bool) {
	folded := zhtext.Fold(w.source.text)
	for _, m := range score.FindAllStringSubmatch(zhtext.Fold(claim), -1) {
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		for _, have := range score.FindAllStringSubmatch(folded, -1) {
			if have[1] == m[1] && have[2] == m[2] && a-b == int(q.Value) && a > b {
				return fmt.Sprintf("%d − %d = %s", a, b, plainText(q)), true
			}
		}
	}
	return "", false
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
			case a.Unit == q.Unit && a.Value > b.Value && (close2(a.Value-b.Value, q.Value) || rounds(q, zhtext.Quantity{Value: a.Value - b.Value, Max: a.Value - b.Value, Unit: q.Unit})):
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
