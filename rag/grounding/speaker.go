package grounding

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// speakerGuard: who is said to have said it, said it.
func speakerGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		words := find("speech", c.text)
		if len(words) == 0 {
			continue
		}
		name := speaker(c.text[:words[0].start])
		if len([]rune(name)) < 2 || len([]rune(name)) > 14 {
			continue
		}
		text := string(src.runes)
		if has("anybody", name) && has("speech", text+src.before) {
			continue
		}
		if speaksItself(name, text+src.before) {
			continue
		}
		if src.saidByOther(claim, c, words[0], name) {
			return name
		}
		if sharesPair(name, text) {
			if others := find("speech", text); len(others) > 0 && nearestSpeaker(text, others, name) {
				continue
			}
			if len(find("speech", text)) == 0 {
				continue
			}
		}
		// Nobody speaks in the window: who spoke last ahead of it goes on.
		if len(find("speech", text)) == 0 {
			ahead := find("speech", src.before)
			if len(ahead) == 0 || sharesPair(name, lastStretch(src.before, ahead[len(ahead)-1].start)) {
				continue
			}
			return name
		}
		if pronoun(text) && sharesPair(name, src.before) {
			continue
		}
		return name
	}
	return ""
}

// itself is how a body calls itself: 本院, 我公司.
var itself = regexp.MustCompile(`[本我](院|局|校|市|县|区|厅|部|委|所|公司|馆|会|行|社|店|厂|站|中心|单位|平台)`)

// speaksItself tells whether a text is by who is called by the name: 法院认为, where it
// says 本院认为.
func speaksItself(name, text string) bool {
	for _, m := range itself.FindAllStringSubmatch(text, -1) {
		if strings.HasSuffix(name, m[1]) {
			return true
		}
	}
	return false
}

// saidByOther tells whether what a claim lets somebody say stands in the source behind the
// words of speech of somebody else, who is named there: 石敬川预计…；邱岚提醒，….
func (src *source) saidByOther(claim *statement, c clause, speech found, name string) bool {
	words := find("speech", string(src.runes))
	said := c
	if k := claim.clauseAt(c.End + 1); utf8.RuneCountInString(c.text[speech.end:]) < 4 && k >= 0 {
		said = claim.clauses[k]
	}
	i, share := src.aligned(said)
	if i < 0 || share < closelyAligned {
		return false
	}
	end := len(string(src.runes[:src.clauses[i].End]))
	from, last := 0, -1
	for k, w := range words {
		if w.start >= end {
			break
		}
		if last >= 0 {
			from = words[last].end
		}
		last = k
	}
	if last < 0 {
		return false
	}
	stretch := string(src.runes)[from:words[last].start]
	if at := strings.LastIndexAny(stretch, "；;。"); at >= 0 {
		stretch = stretch[at+1:]
	}
	who := strings.TrimSpace(speaker(stretch))
	return utf8.RuneCountInString(who) >= 2 && !pronoun(who) && !has("anybody", who) && !sharesPair(name, stretch) && nearestSpeaker(string(src.runes), words, name)
}

// speaker is the name at the end of what stands ahead of a word of speech.
func speaker(ahead string) string {
	runes := []rune(ahead)
	for i := len(runes) - 1; i >= 0; i-- {
		if !zhtext.IsHan(runes[i]) && runes[i] != '·' && !isLatinOrDigit(runes[i]) {
			return string(runes[i+1:])
		}
	}
	return ahead
}

// lastStretch is the sentence of a text that ends at byte end.
func lastStretch(text string, end int) string {
	start := strings.LastIndexAny(text[:end], "。！？!?\n")
	return text[start+1 : end]
}

// nearestSpeaker tells whether the name stands right ahead of one of the words
// of speech, in its sentence.
func nearestSpeaker(text string, words []found, name string) bool {
	for _, w := range words {
		if sharesPair(name, lastStretch(text, w.start)) {
			return true
		}
	}
	return false
}

func pronoun(text string) bool {
	return strings.ContainsAny(string([]rune(text)[:min(20, len([]rune(text)))]), "他她")
}

// sharesPair tells whether two neighbouring runes of a name stand in a text.
func sharesPair(name, text string) bool {
	runes := []rune(name)
	for i := 0; i+2 <= len(runes); i++ {
		if strings.Contains(text, string(runes[i:i+2])) {
			return true
		}
	}
	return false
}
