package extract

import (
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// contradictShare is how close another article's sentence must come to the best
// one's score to be heard against it. It may be worded quite differently.
const contradictShare = 0.7

// contradicts tells whether c gives another value than best for the same thing:
// another article, the same edition, the same unit, the same noun beside the
// figure, and nothing ahead of either figure that narrows what it counts.
func contradicts(question string, best, c candidate) bool {
	if best.short == nil || c.short == nil || best.quantity.Unit != c.quantity.Unit || best.quantity.Unit == "" ||
		c.score < contradictShare*best.score || best.paragraph.Article.ID == c.paragraph.Article.ID ||
		agree(best.quantity, c.quantity) {
		return false
	}
	a, b := best.paragraph.Year(best.sentence), c.paragraph.Year(c.sentence)
	if a != b && a != 0 && b != 0 {
		return false
	}
	one, other := best.setting(), c.setting()
	return one.shares(other, best.quantity.Unit) &&
		narrows(one.before, question, other.clause, best.paragraph, c.paragraph) == "" &&
		narrows(other.before, question, one.clause, best.paragraph, c.paragraph) == ""
}

// disagree tells whether any two of the candidates contradict each other.
func disagree(question string, list []candidate) bool {
	for i := range list {
		for j := range list[:i] {
			if contradicts(question, list[j], list[i]) {
				return true
			}
		}
	}
	return false
}

// agree tells whether both figures may be true at once: 超5000家 and 5200家.
func agree(a, b zhtext.Quantity) bool {
	within := func(hedged, q zhtext.Quantity) bool {
		low, high := hedged.Value, hedged.Max
		switch hedged.Approx {
		case zhtext.Over:
			high *= 1.3
		case zhtext.Under:
			low *= 0.8
		case zhtext.About:
			low, high = low*0.9, high*1.1
		}
		return low <= q.Max && q.Value <= high
	}
	return within(a, b) || within(b, a)
}

// setting is a figure's clause, folded.
type setting struct{ before, after, clause string }

// setting is the clause around the short answer.
func (c candidate) setting() setting {
	text, s := c.paragraph.Text, c.paragraph.Sentences[c.sentence]
	const ends = "，,；;。：:、！!？?（）()\n"
	start, end := c.short.start, c.short.end
	for start > s.Start && !strings.ContainsRune(ends, text[start-1]) {
		start--
	}
	for end < s.End && !strings.ContainsRune(ends, text[end]) {
		end++
	}
	fold := func(from, to int) string { return strings.Join(strings.Fields(zhtext.Fold(string(text[from:to]))), "") }
	return setting{fold(start, c.short.start), fold(c.short.end, end), fold(start, end)}
}

// shares tells whether both figures are of the same noun: the one right ahead of
// the figure or right behind it, or the unit itself.
func (s setting) shares(o setting, unit string) bool {
	if ownMeasure[unit] {
		return true // 三届, 两次: the unit is the noun
	}
	for _, a := range s.nouns() {
		for _, b := range o.nouns() {
			if a == b {
				return true
			}
		}
	}
	return false
}

func (s setting) nouns() []string {
	var out []string
	if before := []rune(strings.TrimRight(s.before, neutral)); len(before) >= 2 {
		out = append(out, string(before[len(before)-2:]))
	}
	if after := []rune(strings.TrimLeft(s.after, "的")); len(after) >= 2 {
		out = append(out, string(after[:2]))
	}
	return out
}

// neutral runes link a noun to its figure and narrow nothing.
const neutral = "共有达为是约超近已到总计一了的成功连续先后"

// narrows returns what stands ahead of a figure and neither the question nor the
// other article says: 集中 in 集中签约项目66个. Such a figure counts something else.
func narrows(before, question, clause string, paragraphs ...*evidence.Paragraph) string {
	pool := zhtext.Fold(question) + "\x00" + clause
	for _, p := range paragraphs {
		pool += "\x00" + zhtext.Fold(p.Article.Title)
	}
	runes := []rune(before)
	covered := make([]bool, len(runes))
	for i := range runes {
		covered[i] = strings.ContainsRune(neutral, runes[i])
		if i > 0 && strings.Contains(pool, string(runes[i-1:i+1])) {
			covered[i-1], covered[i] = true, true
		}
	}
	var out []rune
	for i, is := range covered {
		if !is {
			out = append(out, runes[i])
		}
	}
	return string(out)
}
