package question

import (
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// otherPartWeight is what the words of one part of a question count for in
// another: "数字经济类有几个，投资多少" asks for the investment of the same thing.
const otherPartWeight = 0.5

// splitParts gives each question word its own part with the words around it.
func splitParts(folded []rune, asks []ask, words []placedWord) []Part {
	if len(asks) == 0 {
		return []Part{{Kind: KindOpen, Words: plain(words), Scope: plain(words)}}
	}
	bounds := partBounds(folded, asks, words)
	own := func(i int, w placedWord) bool { return w.Start >= bounds[i] && w.Start < bounds[i+1] }
	for i, a := range asks {
		for k, w := range words {
			if own(i, w) {
				words[k].Weight *= lighten(a, w) * sharpen(a, w)
				words[k].Need *= lighten(a, w)
				words[k].Vague = w.Vague && sharpen(a, w) == 1
			}
		}
	}
	parts := make([]Part, len(asks))
	for i, a := range asks {
		p := Part{Kind: a.kind, Class: a.class, Or: a.or, Unit: a.unit, Many: a.many, Ordinal: a.ordinal}
		for _, w := range words {
			word := w.Word
			if !own(i, w) {
				word.Weight *= otherPartWeight
			}
			p.Words = append(p.Words, word)
		}
		if cue := cues[a.cue]; len(cue) > 0 {
			p.Focus = []Word{{Text: cue[0], Alternatives: cue[1:], Weight: 1}}
			parts[i] = p
			continue
		}
		p.Noun = askedNoun(a, words)
		p.Focus = focus(a, zhtext.Range{Start: bounds[i], End: bounds[i+1]}, words)
		parts[i] = p
	}
	scopes(parts, words)
	return mergeParts(parts)
}

// scopes leaves out of each part what the others ask for: whether 投资多少 is
// answered does not hang on the staff of 有多少员工.
func scopes(parts []Part, words []placedWord) {
	for i := range parts {
		for _, w := range words {
			others := false
			for k, other := range parts {
				others = others || k != i && holdsText(other.Focus, w.Text) && !holdsText(parts[i].Focus, w.Text)
			}
			if !others {
				parts[i].Scope = append(parts[i].Scope, w.Word)
			}
		}
	}
}

func holdsText(words []Word, text string) bool {
	for _, w := range words {
		if w.Text == text {
			return true
		}
	}
	return false
}

// impliedWeight is what a word counts for that the unit of the answer implies:
// a sum of money need not be called an investment beside its figure.
const impliedWeight = 0.25

// lighten is the factor for a word that the asked unit implies.
func lighten(a ask, w placedWord) float64 {
	if impliedByClass(a, w) {
		return impliedWeight
	}
	return 1
}

func impliedByClass(a ask, w placedWord) bool {
	return a.class != zhtext.ClassAny && zhtext.ContainsAny(w.Text, impliedWords[a.class]) ||
		slices.Contains(impliedByKind[a.kind], w.Text)
}

// impliedByKind are the words that a question word implies: 场馆在哪 asks for a
// place, whether the source calls it so or not.
var impliedByKind = map[Kind][]string{
	KindPlace:  {"场馆", "会场", "场地", "会址", "地点", "地方", "位置", "地址"},
	KindDate:   {"时间", "日期", "日子"},
	KindPerson: {"人", "名字", "姓名"},
	KindReason: {"原因"},
}

// impliedWords are the words that a unit implies.
var impliedWords = map[zhtext.Class][]string{
	zhtext.ClassPercent:  {"占比", "比重", "比例", "份额", "百分", "占", "percent"},
	zhtext.ClassMoney:    {"投资", "金额", "资金", "钱", "总额", "投入", "投", "元", "invest", "money"},
	zhtext.ClassDuration: {"为期", "持续", "历时", "会期"},
	zhtext.ClassArea:     {"占地", "用地", "面积"},
	zhtext.ClassMass:     {"产量", "年产", "产能"},
}

// mergeParts drops open parts beside specific ones ("是什么时候") and doubles.
func mergeParts(parts []Part) []Part {
	specific := 0
	for _, p := range parts {
		if p.Kind != KindOpen {
			specific++
		}
	}
	if specific == 0 {
		return parts[:1]
	}
	var out []Part
	for _, p := range parts {
		if p.Kind != KindOpen {
			out = append(out, p)
		}
	}
	return out
}

// askedNoun are the words that run on from an open question word.
func askedNoun(a ask, words []placedWord) []string {
	var noun []string
	end := a.End
	for _, w := range words {
		if a.kind == KindOpen && w.Start == end && w.Number == nil && !IsVague(w.Text) {
			noun, end = append(noun, w.Text), w.End
		}
	}
	if len(noun) == 0 {
		return nil
	}
	if last := []rune(noun[len(noun)-1]); len(last) < 2 || !zhtext.IsHan(last[0]) {
		return nil
	}
	return noun
}

// partBounds finds where each part starts; the last bound is the end.
func partBounds(folded []rune, asks []ask, words []placedWord) []int {
	bounds := make([]int, len(asks)+1)
	bounds[len(asks)] = len(folded)
	for i := 1; i < len(asks); i++ {
		lo, hi := asks[i-1].End, asks[i].Start
		cut := -1
		for j := hi - 1; j >= lo; j-- {
			if strings.ContainsRune(",，;；、?？ 和", folded[j]) {
				cut = j + 1
				break
			}
		}
		if cut < 0 {
			// No separator: the last word ahead of the question word is its own.
			cut = hi
			for _, w := range words {
				if w.Start >= lo && w.End <= hi {
					cut = w.Start
				}
			}
		}
		bounds[i] = cut
	}
	return bounds
}

// focus are the words that name what is counted or measured: the noun right
// behind the question word, else the last one before it.
func focus(a ask, own zhtext.Range, words []placedWord) []Word {
	if a.ordinal {
		return nil
	}
	if a.kind == KindDate || a.kind == KindPerson || a.kind == KindPlace {
		return predicate(a, words)
	}
	if a.kind != KindQuantity && a.kind != KindName && a.kind != KindList {
		return nil
	}
	if a.kind == KindQuantity && a.class != zhtext.ClassAny && a.class != zhtext.ClassCount {
		return nil // the unit says what is measured
	}
	for _, w := range words {
		follows := w.Start == a.End || w.Start == a.End+1 && isLatin(w.Text) // how many projects
		if follows && w.Start < own.End && w.Number == nil && !w.Vague && !impliedByClass(a, w) {
			return []Word{w.Word}
		}
	}
	for i := len(words) - 1; i >= 0; i-- {
		w := words[i]
		if w.End <= a.Start && w.Start >= own.Start && w.Number == nil && !w.Vague && !impliedByClass(a, w) {
			return []Word{w.Word}
		}
	}
	return nil
}

// predicate is the word right beside the question word: what somebody did, or
// what happened on the day. A verb comes first, then what follows.
func predicate(a ask, words []placedWord) []Word {
	var best *placedWord
	rank := func(w placedWord) int {
		switch {
		case IsVague(w.Text) && w.Start >= a.End:
			return 3
		case IsVague(w.Text):
			return 2
		case w.Start >= a.End:
			return 1
		}
		return 0
	}
	for i, w := range words {
		if isBeside(a, w) && w.Number == nil && w.End-w.Start >= 2 && (best == nil || rank(w) > rank(*best) || rank(w) == rank(*best) && w.End <= a.Start) {
			best = &words[i]
		}
	}
	if best == nil {
		return nil
	}
	return []Word{best.Word}
}

func isBeside(a ask, w placedWord) bool {
	return w.Start >= a.End && w.Start-a.End <= 1 || w.End <= a.Start && a.Start-w.End <= 2
}

// sharpen is the factor that gives the verb beside 谁, 何时 or 哪里 back its weight:
// who chaired is not who came, the day it opened not the day it closed.
func sharpen(a ask, w placedWord) float64 {
	verbMatters := a.kind == KindPerson || a.kind == KindDate || a.kind == KindPlace
	if !verbMatters || !isBeside(a, w) || !w.Vague || w.End-w.Start < 2 {
		return 1
	}
	if a.kind != KindPerson {
		return 0.6 / vagueWeight
	}
	return 1.5 / vagueWeight
}

func plain(words []placedWord) []Word {
	out := make([]Word, len(words))
	for i, w := range words {
		out[i] = w.Word
	}
	return out
}
