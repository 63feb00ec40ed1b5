package grounding

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// exceptionGuard: what the source says of most and denies of one (证件照打八折，写真不打折)
// a claim must not say of that one. It objects where the words of a claim that denies
// nothing stand in a clause that denies nothing either, but for those that only a
// clause with a denial has.
func exceptionGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		if hasDenial(c.text) || has("irrealis", c.text) {
			return ""
		}
	}
	if consequence.MatchString(string(claim.runes)) {
		return "" // 太用力就会裂, where it says 不要太用力
	}
	wide := src.wide
	for k, denied := range wide.clauses {
		if !hasDenial(denied.text) || has("exclusive", denied.text) || strings.Contains(denied.text, "但") {
			continue
		}
		for _, c := range claim.clauses {
			own := wide.onlyIn(k, c, src.title)
			if own != "" && slices.ContainsFunc(wide.clauses, func(plain clause) bool {
				if plain.Start > denied.Start && !strings.HasPrefix(denied.text, own) && !strings.ContainsAny(string(wide.runes[denied.End:plain.Start]), sentenceStops) {
					return false // 会议决定暂不调整，由…: what comes first leads up to the rest
				}
				return !hasDenial(plain.text) && !has("irrealis", plain.text) && wide.shareOf(c, plain, denied) >= alignedShare
			}) {
				return own
			}
		}
	}
	return ""
}

// excepted is what a source leaves out of what it says right before: 手表电话除外.
var excepted = regexp.MustCompile(`(\p{Han}{2,8})(?:除外|不在此列|不在此限|例外)`)

// exclusionGuard: what is left out of a rule does not fall under it. A claim must not say
// of it what the source says of the others.
func exclusionGuard(claim *statement, src *source) string {
	if zhtext.ContainsAny(string(claim.runes), []string{"除", "以外", "之外", "例外", "不在此"}) {
		return ""
	}
	wide := src.wide
	for k, c := range wide.clauses {
		m := excepted.FindStringSubmatch(c.text)
		if m == nil || k == 0 {
			continue
		}
		thing := m[1]
		if r := []rune(thing); len(r) > 4 {
			thing = string(r[len(r)-4:])
		}
		rule := wide.clauses[k-1].text
		for _, said := range claim.clauses {
			if strings.Contains(said.text, thing) && hasDenial(said.text) == (hasDenial(rule) || forbids.MatchString(rule)) {
				return thing
			}
		}
	}
	return ""
}

// onlyIn is a pair of Han of a claim's clause that one clause of the statement has and no
// other, nor the title; "" if there is none.
func (s *statement) onlyIn(k int, c clause, title string) string {
	for _, t := range c.tokens {
		runes := []rune(t.key)
		if len(runes) != 2 || !zhtext.IsHan(runes[0]) || !zhtext.IsHan(runes[1]) || strings.ContainsRune("能可会得要", runes[0]) || !strings.Contains(s.clauses[k].text, t.key) || strings.Contains(title, t.key) {
			continue
		}
		if strings.Count(string(s.runes), t.key) == strings.Count(s.clauses[k].text, t.key) {
			return t.key
		}
	}
	return ""
}

// shareOf is the share of the words that a claim's clause has of the statement that one of
// its clauses holds and another does not.
func (s *statement) shareOf(c, in, not clause) float64 {
	have, other := in.keys(), not.keys()
	known := map[string]bool{}
	for _, t := range s.tokens {
		known[t.key] = true
	}
	sum, total := 0.0, 0.0
	for _, t := range c.tokens {
		if !known[t.key] {
			continue
		}
		total += t.weight
		if have[t.key] && !other[t.key] {
			sum += t.weight
		}
	}
	if total == 0 {
		return 0
	}
	return sum / total
}

var (
	forbids = regexp.MustCompile(`不能|不得|不可以?|不准|不许|不允许|禁止|严禁|不要|别`)
	permits = regexp.MustCompile(`可以|可(?:[^能以惜靠见]|$)|允许|准许|能够`)
)

// permissionGuard: what is allowed is not forbidden. Both stand ahead of the same thing:
// 可以用一小口水送服降压药, 不能服用降压药.
func permissionGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		at := forbids.FindStringIndex(c.text)
		if at == nil || permits.MatchString(strings.ReplaceAll(c.text[:at[0]], "不可", "")) {
			continue
		}
		thing := lastShared(c.text[at[1]:], string(src.runes))
		if thing == "" || strings.Contains(src.title, thing) {
			continue
		}
		allowed, other := false, false
		for _, o := range src.wide.clauses {
			end := strings.Index(o.text, thing)
			switch {
			case end < 0:
			case hasDenial(o.text):
				other = true
			case permits.MatchString(o.text[:end]):
				allowed = true
			}
		}
		if allowed && !other {
			return thing
		}
	}
	return ""
}

// lastShared is the last stretch of two Han or more of a text that another holds too,
// "" if that is not its end.
func lastShared(text, in string) string {
	runes := []rune(text)
	for i := 0; i+2 <= len(runes); i++ {
		if tail := string(runes[i:]); zhtext.IsHan(runes[i]) && strings.Contains(in, tail) {
			return tail
		}
	}
	return ""
}
