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

// sumWords are how a claim says that it adds up, deriveWords that a figure was computed
// from others in any way, and restWords how it speaks of what is left of a whole.
var (
	sumWords    = []string{"合计", "共计", "总计", "相加", "加起来", "之和", "一共", "总共", "总和"}
	deriveWords = append(slices.Clone(sumWords), "相差", "两者", "二者", "差额", "差距", "多出", "少了", "高出", "多了", "减少了", "增加了", "赢了", "领先", "输了", "差", "净胜", "相比", "占比", "占", "比例", "倍", "total", "sum", "difference", "altogether", "combined", "share", "percent")
	restWords   = []string{"其余", "剩下", "余下", "剩余", "其他", "另外"}
)

// derivation is a figure that was recomputed from figures of the source.
type derivation struct{ text string }

// derive recomputes the missing figures of a claim: a sum, a difference, a share
// or a multiple of figures that the claim states, or that the window states where
// the claim says how they were put together (赢了5分 of 107：102). No chance
// combination of a page's numbers passes for a calculation: the claim has to
// speak of one.
func derive(claim *statement, missing []zhtext.Quantity, w *window) ([]derivation, bool) {
	if !zhtext.ContainsAny(string(claim.runes), deriveWords) && !zhtext.ContainsAny(string(claim.runes), restWords) && !slices.ContainsFunc(claim.figures, func(f figure) bool { return contains(missing, f.Quantity) && claim.differs(f) }) {
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
			text, ok = apartBy(q, claim, w)
		}
		if !ok {
			text, ok = addedUp(q, claim, w)
		}
		if !ok {
			return nil, false
		}
		out = append(out, derivation{text})
	}
	return out, true
}

// differs tells whether a figure says by how much one thing is more than another: 多7分,
// 多花15分钟.
func (s *statement) differs(f figure) bool {
	ahead := []rune(strings.TrimRight(string(s.runes[max(0, f.Start-3):f.Start]), "了出"))
	if n := len(ahead); n > 1 && strings.ContainsRune("花用交付收缴走跑卖买赚亏存借", ahead[n-1]) {
		ahead = ahead[:n-1]
	}
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

// apartBy recomputes by how much the claim says that one thing is more than another, or
// what is left of it, from two figures of the window: 第二期比第一期贵200元. One of the two
// stands in the claim too, or the window has no third of the unit.
func apartBy(q zhtext.Quantity, claim *statement, w *window) (string, bool) {
	said := string(claim.runes)
	differs := strings.Contains(said, "比") || strings.ContainsAny(said, "涨降升跌增减") && len(claim.figures) > 1
	differs = differs && slices.ContainsFunc(claim.figures, func(f figure) bool { return f.Range == q.Range && claim.differs(f) })
	if !differs && !zhtext.ContainsAny(string(claim.runes[max(0, q.Start-restReach):q.Start]), restWords) {
		return "", false
	}
	have := w.ofUnit(q.Unit)
	stated := func(q zhtext.Quantity) bool {
		return slices.ContainsFunc(claim.figures, func(f figure) bool { return sameFigure(f.Quantity, q) })
	}
	for _, a := range have {
		for _, b := range have {
			if close2(a.Value-b.Value, q.Value) && (len(have) == 2 || stated(a) || stated(b)) {
				return plainText(a) + " − " + plainText(b) + " = " + plainText(q), true
			}
		}
	}
	return "", false
}

// restReach is how far ahead of a figure a word for the rest stands, in runes.
const restReach = 4

// ofUnit are the window's figures of a unit.
func (w *window) ofUnit(unit string) (out []zhtext.Quantity) {
	for _, g := range w.source.figures {
		if !g.Ordinal && g.Unit == unit {
			out = append(out, g.Quantity)
		}
	}
	return out
}

// longestSum is of how many figures a sum is recomputed that the claim does not state.
const longestSum = 5

// addedUp recomputes the sum of all figures of the unit that the window has.
func addedUp(q zhtext.Quantity, claim *statement, w *window) (string, bool) {
	have := w.ofUnit(q.Unit)
	if !zhtext.ContainsAny(string(claim.runes), sumWords) || len(have) > longestSum {
		return "", false
	}
	return sumTo(q, have)
}

// sumTo adds figures up and tells whether that makes another one.
func sumTo(q zhtext.Quantity, figures []zhtext.Quantity) (string, bool) {
	sum, terms := 0.0, make([]string, len(figures))
	for i, f := range figures {
		sum, terms[i] = sum+f.Value, plainText(f)
	}
	return strings.Join(terms, " + ") + " = " + plainText(q), len(figures) > 1 && close2(sum, q.Value)
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
	if text, ok := sumTo(q, slices.DeleteFunc(slices.Clone(stated), func(s zhtext.Quantity) bool { return s.Unit != q.Unit })); ok {
		return text, true
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
