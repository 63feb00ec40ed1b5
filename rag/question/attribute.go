package question

import (
	_ "embed"
	"strings"
	"sync"

	"zhiwen/rag/zhtext"
)

// attribute is a noun that says by itself what is asked for.
type attribute struct {
	noun string
	kind string // person, place, date …
	ask  string // what makes a question of the noun
}

//go:embed attributes.txt
var attributeTable string

var attributes = sync.OnceValue(func() (list []attribute) {
	for head, nouns := range tableLines(attributeTable) {
		kind, ask, _ := strings.Cut(head, " ")
		for noun := range strings.FieldsSeq(nouns) {
			list = append(list, attribute{noun, kind, ask})
		}
	}
	return list
})

// maxAttributeRunes is how much may stand ahead of the noun: 联系电话, 搬迁的原因, and not
// a sentence of its own.
const maxAttributeRunes = 6

// attributeIn is the noun that a fragment ends in, if it says what is asked for.
func attributeIn(fragment string) (best attribute) {
	folded := zhtext.Fold(fragment)
	for _, a := range attributes() {
		if strings.HasSuffix(folded, a.noun) && len(a.noun) > len(best.noun) && len([]rune(folded)) <= len([]rune(a.noun))+maxAttributeRunes {
			best = a
		}
	}
	return best
}

// withAttribute asks for another thing, which core names, about what the question before
// was about: 费用多少 after 什么时候更换.
func withAttribute(question string, before, mine Analysis, core string, wanted attribute) string {
	if had := nounOf(question, wanted.kind); wanted.kind == personKind && had != "" && had != core { // 馆长什么时候上任 - 校长呢
		return strings.Replace(question, had, core, 1)
	}
	about := before
	about.placed = nil
	for _, w := range before.placed {
		if attributeIn(w.Text).noun == "" { // what was asked for before is not asked for now
			about.placed = append(about.placed, w)
		}
	}
	return strings.TrimSpace(topic(about, mine) + " " + core + wanted.ask)
}

// Kinds of attributes.txt that are treated in a way of their own: of those who hold an
// office one takes the place of another, and what says when asks for nothing itself.
const (
	personKind = "person"
	whenKind   = "when"
)

// at asks the same for another time: in the place of the question's own, or ahead of it.
func at(question, core string) string {
	if had := nounOf(question, whenKind); had != "" {
		return strings.Replace(question, had, core, 1)
	}
	return core + question
}

// nounOf is the longest noun of a kind that stands in a question, "" for none.
func nounOf(question, kind string) (best string) {
	for _, a := range attributes() {
		if a.kind == kind && len(a.noun) > len(best) && strings.Contains(question, a.noun) {
			best = a.noun
		}
	}
	return best
}
