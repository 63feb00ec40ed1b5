package grounding

import "zhiwen/rag/zhtext"

// Affinities tell how close the words of a question stand to each figure of a
// sentence; the one that is asked for is the closest of its kind.
func Affinities(question, sentence string) map[zhtext.Range]float64 {
	asked, said := parse(question), parse(sentence)
	var context []weighted
	for _, t := range asked.tokens {
		context = append(context, weighted{t.key, t.weight})
	}
	out := make(map[zhtext.Range]float64, len(said.figures))
	for _, f := range said.figures {
		var alike []zhtext.Range
		for _, g := range said.figures {
			if g.class == f.class {
				alike = append(alike, g.Range)
			}
		}
		out[f.Range] = said.affinity(context, f.Range, alike)
	}
	return out
}

// Superseded tells whether a figure of a sentence is one that another of its kind
// has taken the place of: 500 in 由500增至2000, 43% in 原来43%，如今91%.
func Superseded(sentence string, figure zhtext.Range) bool {
	s := parse(sentence)
	for i, f := range s.figures {
		if f.Range != figure {
			continue
		}
		ahead := string(s.runes[max(0, f.Start-changeAhead):f.Start])
		for _, g := range s.figures[i+1:] {
			if g.class != f.class || g.Start-f.End > changeBetween {
				continue
			}
			between := string(s.runes[f.End:g.Start])
			if hasSuffixOf(ahead, "由", "从", "自") && zhtext.ContainsAny(between, []string{"至", "到", "为", "成"}) {
				return true
			}
			if zhtext.ContainsAny(ahead, []string{"原", "以前", "过去", "曾", "起初", "最初", "当初"}) && zhtext.ContainsAny(between, []string{"现", "如今", "目前", "已", "今"}) {
				return true
			}
		}
	}
	return false
}

// How far ahead of the old figure, and between the two, the words of a change stand.
const changeAhead, changeBetween = 8, 24

func hasSuffixOf(text string, words ...string) bool {
	for _, w := range words {
		if len(text) >= len(w) && text[len(text)-len(w):] == w {
			return true
		}
	}
	return false
}
