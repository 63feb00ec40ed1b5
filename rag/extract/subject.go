package extract

import (
	"regexp"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// whoDoes is a question for the subject of what it says: 谁可以提议召开会议.
var whoDoes = regexp.MustCompile(`^(?:谁|什么人|哪些?人|哪几?位)(\p{Han}{5,30})[吗呢？?]*$`)

// doings is what a question says that somebody does, "" where it does not ask for who does
// something or no sentence says it word for word of a subject.
func doings(asked string, ev *evidence.Evidence) string {
	m := whoDoes.FindStringSubmatch(zhtext.CompactString(asked))
	if m == nil {
		return ""
	}
	for _, p := range ev.Paragraphs {
		for i := range p.Sentences {
			if hasSubject(p, i, m[1]) {
				return m[1]
			}
		}
	}
	return ""
}

// hasSubject tells whether a sentence says what is done word for word, of somebody named
// ahead of it.
func hasSubject(p *evidence.Paragraph, i int, done string) bool {
	at := strings.Index(p.Sentences[i].Folded, done)
	return at >= len("人人") && !p.IsHeading(i) && !p.Sentences[i].LeadsIn()
}

// whichVersion asks for the version that something came or went with.
var whichVersion = regexp.MustCompile(`(?:哪一?个?|什么)版本?`)

// saidOfVersion is the share of a part's words that stand below sentence i, where it is the
// heading of a version and the question asks for one; ok is false where not.
func saidOfVersion(asked string, part question.Part, ev *evidence.Evidence, p *evidence.Paragraph, i int) (share float64, ok bool) {
	if !whichVersion.MatchString(asked) || !p.NamesVersion(i) {
		return 0, false
	}
	below, total := ev.Below(p, i), 0.0
	for _, w := range part.Words {
		total += w.Need
		share += w.Need * question.Match(w, below)
	}
	return share / max(total, 1e-9), true
}
