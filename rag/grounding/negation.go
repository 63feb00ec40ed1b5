package grounding

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// hasDenial tells whether a text has a denial in it.
func hasDenial(text string) bool { return has("negation", text) || has("denial-behind", text) }

// predicate is what a negation at byte end of a text denies: the two Han behind
// it, without auxiliaries; "" where something else comes first (不对…造成).
func predicate(text string, end int) string {
	rest := strings.TrimLeft(text[end:], "再被有受能会可以得要曾都")
	if rest == "" {
		rest = text[end:]
	}
	runes := []rune(rest)
	if len(runes) < 2 || !zhtext.IsHan(runes[0]) || !zhtext.IsHan(runes[1]) || strings.ContainsRune("对向与和跟同给把将在从按以为", runes[0]) {
		return ""
	}
	return string(runes[:2])
}

// denied tells how often a clause has a predicate plainly and how often denied.
func denied(text, predicate string) (plain, no int) {
	negations, behind := find("negation", text), find("denial-behind", text)
	for from := 0; ; {
		at := strings.Index(text[from:], predicate)
		if at < 0 {
			return plain, no
		}
		at += from
		from = at + len(predicate)
		if strings.HasSuffix(text[:at], "无") || // 无损坏
			slices.ContainsFunc(negations, func(n found) bool { return n.end <= at && (at-n.end <= maxDenial || listed(text[n.end:at])) }) ||
			slices.ContainsFunc(behind, func(n found) bool { return n.start >= from }) {
			no++
		} else {
			plain++
		}
	}
}

// listed tells whether what stands between a negation and a predicate is a list of which
// it denies all: 不能开车、骑电动车、签重要文件.
func listed(between string) bool {
	return strings.Contains(between, "、") && !strings.ContainsAny(between, "，,；;。:：")
}

// consequence is how a claim says what comes of what the source warns against.
var consequence = regexp.MustCompile(`会[让使把被变有更越很太引导造影发]|就|容易|导致|否则|不然`)

// maxDenial is how far ahead of a predicate its negation may stand, in bytes: six Han.
const maxDenial = 18

// negationGuard: what one denies, the other must not say plainly.
func negationGuard(claim *statement, src *source) string {
	if strings.Contains(string(src.runes), strings.TrimRight(string(claim.runes), "。.!！")) {
		return "" // word for word
	}
	for k, c := range claim.clauses {
		i, share := src.aligned(c)
		if src.denies(claim, k) {
			return c.text
		}
		if i < 0 || share < plannedShare {
			continue
		}
		other := src.clauses[i].text
		for _, pair := range [][2]string{{c.text, other}, {other, c.text}} {
			for _, n := range find("negation", pair[0]) {
				if pair[0] == c.text && strings.ContainsAny(n.word, "没未") && has("irrealis", other) {
					continue // 尚未通车, where it says 预计2026年通车
				}
				if p := predicate(pair[0], n.end); p != "" {
					if pair[0] == other && forbids.MatchString(n.word) && consequence.MatchString(c.text) {
						continue // 用凉水会让肉变柴, where it says 别用凉水
					}
					if plain, no := denied(pair[1], p); plain > 0 && no == 0 {
						return n.word + p
					}
				}
			}
		}
		no := hasDenial(other)
		if share >= nearlyCopied && hasDenial(c.text) != no && !src.deniedNear(claim, i, no) {
			return c.text
		}
	}
	if what := src.deniedAround(claim); what != "" {
		return what
	}
	return src.deniedObject(claim)
}

// deniedAround returns what a claim says plainly to have happened and what the
// sentences and those around them only say not to have: 获批, where a sentence
// further on says 均未获批.
func (src *source) deniedAround(claim *statement) string {
	text := string(src.wide.runes)
	for _, n := range find("negation", text) {
		p := predicate(text, n.end)
		if !strings.HasSuffix(n.word, "未") && !strings.HasSuffix(n.word, "未能") || p == "" || strings.HasPrefix(p, "经") {
			continue // 没有证明 denies a thing, 未经同意 is a condition
		}
		if plain, _ := denied(text, p); plain > 0 {
			continue
		}
		for _, c := range claim.clauses {
			if plain, no := denied(c.text, p); plain > 0 && no == 0 && !has("irrealis", c.text) && !has("negation", c.text) && !strings.Contains(string(claim.runes), "只要") {
				return p
			}
		}
	}
	return ""
}

// deniedNear tells whether what a clause of the source denies is denied in another
// clause of the claim (扭伤了脚踝，所以没能上场), or what the claim denies in another
// clause of the source's sentence, by leaving others only (只能按键) or as not yet done.
func (src *source) deniedNear(claim *statement, i int, sourceDenies bool) bool {
	text := src.sentenceOf(i)
	if sourceDenies {
		text = string(claim.runes)
	}
	return hasDenial(text) || has("exclusive", text) || !sourceDenies && has("irrealis", text)
}

// deniedObject returns what the claim says plainly of a thing that the source names
// only where it denies it: 发布了暴雨预警, where it says 未发布暴雨预警.
func (src *source) deniedObject(claim *statement) string {
	text := string(src.runes)
	for _, n := range find("negation", text) {
		verb := predicate(text, n.end)
		at := strings.Index(text[n.end:], verb)
		if verb == "" || at < 0 {
			continue
		}
		rest := []rune(text[n.end+at+len(verb):])
		if len(rest) < 2 || !zhtext.IsHan(rest[0]) || !zhtext.IsHan(rest[1]) {
			continue
		}
		thing := string(rest[:2])
		if strings.Count(text, thing) > 1 || strings.Contains(src.title, thing) {
			continue
		}
		for _, c := range claim.clauses {
			if strings.Contains(c.text, verb) && strings.Contains(c.text, thing) && !hasDenial(c.text) {
				return thing
			}
		}
	}
	return ""
}

// denies tells whether clause k of a claim says plainly what the source denies, or
// the other way round, in other words: it goes on from a clause that the source
// has too, and so does the source's, about the same thing.
func (src *source) denies(claim *statement, k int) bool {
	if k == 0 {
		return false
	}
	i, share := src.aligned(claim.clauses[k-1])
	if i < 0 || i+1 >= len(src.clauses) || share < closelyAligned {
		return false
	}
	mine, theirs := claim.clauses[k], src.clauses[i+1]
	if alike(mine, theirs) < looselyAligned {
		return false
	}
	return hasDenial(mine.text) != hasDenial(theirs.text) && !src.deniedNear(claim, i+1, hasDenial(theirs.text))
}
