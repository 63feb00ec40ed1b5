package rag

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// otherHolders go ahead of an office that somebody else holds or held.
var otherHolders = []string{"副", "前", "原", "首任", "前任", "历任", "第一任"}

// OtherHolder tells whether a text ends in a word that gives the office named
// next to somebody else: a deputy, a predecessor.
func OtherHolder(text []rune) bool {
	tail := string(text[max(0, len(text)-3):])
	for _, w := range otherHolders {
		if strings.HasSuffix(tail, w) {
			return true
		}
	}
	return false
}

// HeldByAnother tells whether a sentence names an office only as a deputy's or a
// predecessor's.
func HeldByAnother(sentence string, office Word) bool {
	text, word := []rune(zhtext.Fold(sentence)), []rune(office.Text)
	found := false
	for i := 0; i+len(word) <= len(text); i++ {
		if string(text[i:i+len(word)]) != office.Text {
			continue
		}
		if !OtherHolder(text[:i]) {
			return false
		}
		found = true
	}
	return found
}
