package extract

import (
	"regexp"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/zhtext"
)

// partOf is a question for a part of a whole: 公共收益里停车费有多少 asks for what is said
// behind 其中.
var partOf = regexp.MustCompile(`[^里中内，。]{2}(?:里面?|当中|之中|其中|中|之内)[的，,有是]*([^，,的有是多占为]{2,8})`)

// markParts puts out the figures of the whole where a part of it is asked for.
func markParts(asked string, p *evidence.Paragraph, all []sibling, sentence zhtext.Range) {
	m := partOf.FindStringSubmatch(asked)
	if m == nil {
		return
	}
	ahead, behind, found := strings.Cut(string(p.Text[sentence.Start:sentence.End]), "其中")
	part := []rune(m[1])
	head := string(part[:min(len(part), 3)])
	if !found || strings.Contains(ahead, head) || !strings.Contains(behind, head) {
		return
	}
	at := sentence.Start + len([]rune(ahead))
	later := map[string]bool{}
	for _, s := range all {
		later[s.Kind] = later[s.Kind] || s.Start > at
	}
	for i, s := range all {
		if isFigure(s) && s.End <= at && later[s.Kind] {
			all[i].Old = true
		}
	}
}
