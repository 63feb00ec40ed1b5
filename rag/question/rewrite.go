package question

import (
	"context"
	"strconv"
	"strings"
	"time"

	"zhiwen/rag/zhtext"
)

// absoluteDates makes the relative dates of a question absolute, but for those
// that it compares with: in "比去年多几个" the year before is the source's.
func AbsoluteDates(text string, now time.Time) string {
	folded := zhtext.Fold(text)
	for _, than := range []string{"比", "较", "跟", "与", "同", "和", "than ", "from ", "over "} {
		for _, year := range []string{"去年", "上年", "前年", "上一年", "今年", "last year"} {
			if strings.Contains(folded, than+year) {
				return text
			}
		}
	}
	return zhtext.ResolveRelative(text, now)
}

var (
	followUpLeads    = []string{"那么", "那", "还有", "然后", "另外", "再", "what about", "how about", "and "}
	followUpPronouns = []string{"它", "他", "她", "这个", "那个", "这次", "那次", "该", "上述", "其中", "其", "这些", "那些", "这家", "那家", " it ", " they ", " its ", " he ", " she ", " that ", " there "}
)

// maxFollowUpRunes is how much content a question may have and still lean on
// the one before it.
const maxFollowUpRunes = 5

// Dependence is how much a question leans on the one before it.
type Dependence int

const (
	// Complete questions stand by themselves.
	Complete Dependence = iota
	// Thin questions say so little that they may lean on the one before; whether
	// the material answers them as they are can tell.
	Thin
	// FollowUp questions begin like one or point back.
	FollowUp
)

// DependenceOf tells whether a question needs the one before it to be understood.
func DependenceOf(text string) Dependence {
	folded := strings.TrimRight(zhtext.Fold(strings.TrimSpace(text)), "?。.! ")
	if hasLead(folded) || strings.HasSuffix(folded, "呢") || zhtext.ContainsAny(" "+folded+" ", followUpPronouns) {
		return FollowUp
	}
	runes := []rune(folded)
	asking := make([]bool, len(runes))
	for _, a := range findAsks(runes, nil) {
		mark(asking, a.Range)
	}
	content := 0
	for i := 0; i < len(runes); i++ {
		if asking[i] || !zhtext.IsTermRune(runes[i]) || zhtext.IsStopWord(string(runes[i])) {
			continue
		}
		content++
		if !zhtext.IsHan(runes[i]) { // a Latin word or number counts as two runes
			content++
			for i+1 < len(runes) && zhtext.IsTermRune(runes[i+1]) && !zhtext.IsHan(runes[i+1]) {
				i++
			}
		}
	}
	if content <= maxFollowUpRunes {
		return Thin
	}
	return Complete
}

// HasSubject tells whether a question names something of its own: two words that
// the collection knows, or a name.
func (a Analysis) HasSubject() bool {
	known := 0
	for _, w := range a.Words {
		switch {
		case w.Number != nil || w.Vague:
		case !w.Known && len([]rune(w.Text)) > 1:
			return true
		default:
			known++
		}
	}
	return known > 1
}

func hasLead(folded string) bool {
	for _, l := range followUpLeads {
		if strings.HasPrefix(folded, l) {
			return true
		}
	}
	return false
}

// inherit rewrites a follow-up by rule. "2025年的呢" changes the year of the
// last question, "那数字经济类呢" its subject; a question of its own ("谁主持的")
// takes over what the last one was about. The second result is what the
// follow-up brought new.
func RewriteFollowUp(ctx context.Context, index Frequencies, text, previous string, ev Evidence) (string, string, error) {
	core := trimFollowUp(text)
	mine, err := Analyze(ctx, index, core, ev)
	if err != nil {
		return "", "", err
	}
	before, err := Analyze(ctx, index, previous, ev)
	if err != nil {
		return "", "", err
	}
	asks := findAsks([]rune(zhtext.Fold(core)), nil)
	wanted := attributeIn(core)
	base := previous
	if len(mine.Years) > 0 {
		base = replaceYear(previous, before.Years, mine.Years[0])
	}
	switch {
	case !hasContent(mine.Words) && len(mine.Years) > 0 && (len(asks) == 0 || mine.Parts[0].Kind == before.Parts[0].Kind):
		return base, "", nil
	case len(mine.Words) == 0 && len(asks) == 0:
		return previous, "", nil
	case wanted.kind == whenKind && len(asks) == 0:
		return at(base, core), core, nil
	case wanted.noun != "":
		return withAttribute(base, before, mine, core, wanted), core, nil
	case len(asks) == 0 && namesMeasure(core):
		return strings.TrimSpace(topic(before, mine) + " " + core + "多少"), core, nil
	case len(asks) == 0:
		fragment := withoutYear(core)
		return substitute(base, before, fragment, ev), fragment, nil
	}
	return strings.TrimSpace(topic(before, mine) + " " + core), core, nil
}

// namesMeasure tells whether a fragment is what one measures ("投资呢").
func namesMeasure(fragment string) bool {
	for _, words := range impliedWords {
		for _, w := range words {
			if len([]rune(w)) > 1 && strings.HasSuffix(fragment, w) {
				return true
			}
		}
	}
	return false
}

func hasContent(words []Word) bool {
	for _, w := range words {
		if !w.Vague {
			return true
		}
	}
	return false
}

func trimFollowUp(text string) string {
	t := strings.TrimRight(strings.TrimSpace(text), "?？。!！ ")
	t = strings.TrimSuffix(t, "呢")
	for _, l := range followUpLeads {
		if rest, ok := strings.CutPrefix(zhtext.Fold(t), l); ok {
			t = string([]rune(t)[len([]rune(t))-len([]rune(rest)):])
			break
		}
	}
	for _, p := range followUpPronouns {
		t = strings.ReplaceAll(t, p, "")
	}
	return strings.TrimRight(strings.Trim(t, " ，,"), "的")
}

// replaceYear puts the year in the place of the question's own, or ahead of it.
func replaceYear(question string, years []int, year int) string {
	for _, y := range years {
		if strings.Contains(question, strconv.Itoa(y)) {
			return strings.ReplaceAll(question, strconv.Itoa(y), strconv.Itoa(year))
		}
	}
	return strconv.Itoa(year) + "年" + question
}

func withoutYear(text string) string {
	for _, y := range zhtext.Years(text) {
		text = strings.ReplaceAll(text, strconv.Itoa(y)+"年", "")
		text = strings.ReplaceAll(text, strconv.Itoa(y), "")
	}
	return strings.Trim(text, " 的")
}

// substitute puts the fragment in the place of what it competes with: the words
// of the question that end like it (智能制造类 and 数字经济类), taken as far back
// as the evidence holds them as one, else the question's most particular word.
func substitute(question string, a Analysis, fragment string, ev Evidence) string {
	f, q := []rune(fragment), []rune(question)
	best, bestScore := "", 0
	for start := range q {
		for end := start + 1; end <= min(start+12, len(q)); end++ {
			rival := string(q[start:end])
			same := sharedSuffix(q[start:end], f)
			if same == 0 || same == end-start && end-start < len(f) || !startsWord(q, start, a) {
				continue
			}
			if whole := ev == nil || ev.Holds(zhtext.CompactString(rival)); !whole && end-start > len(f) {
				continue
			}
			if score := 100*same + end - start; score > bestScore {
				best, bestScore = rival, score
			}
		}
	}
	if best == "" {
		weight := 0.0
		for _, p := range a.Parts {
			for _, w := range p.Words {
				// One rune is hardly a thing that another takes the place of: 开门 is cut in two.
				if w.Weight > weight && len([]rune(w.Text)) > 1 && !isFocus(p, w) && strings.Contains(question, w.Text) {
					best, weight = w.Text, w.Weight
				}
			}
		}
	}
	if best == "" {
		return fragment + " " + question
	}
	return strings.Replace(question, best, fragment, 1)
}

func isFocus(p Part, w Word) bool {
	for _, f := range p.Focus {
		if f.Text == w.Text {
			return true
		}
	}
	return false
}

// startsWord tells whether a word of the question starts at the rune.
func startsWord(question []rune, at int, a Analysis) bool {
	rest := zhtext.Fold(string(question[at:]))
	for _, w := range a.Words {
		if strings.HasPrefix(rest, w.Text) {
			return true
		}
	}
	return false
}

func sharedSuffix(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// topic is what a question was about: its years and words without what it
// counted, and without the words that the follow-up brings itself.
func topic(before, mine Analysis) string {
	var parts []string
	if len(mine.Years) == 0 {
		for _, y := range before.Years {
			parts = append(parts, strconv.Itoa(y))
		}
	}
	last := -1
	for _, w := range before.placed {
		skip := false
		for _, p := range before.Parts {
			skip = skip || isFocus(p, w.Word)
		}
		for _, m := range mine.Words {
			skip = skip || m.Text == w.Text
		}
		switch {
		case skip:
		case w.Start == last:
			parts[len(parts)-1] += w.Text
			last = w.End
		default:
			parts = append(parts, w.Text)
			last = w.End
		}
	}
	return strings.Join(parts, " ")
}
