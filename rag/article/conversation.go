package article

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const clock = `(?:上午|下午|晚上)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s?[AaPp][Mm])?`

const stamp = `[（(\[【]?(?:(?:(?:19|20)\d{2}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?[\sT]+)?` + clock + `[）)\]】]?`

var (
	// turnHead is a line that says who speaks next and when, as messengers write it.
	turnHead = regexp.MustCompile(`^(?:[*_]*[^\s:：，。]{1,16}(?: [^\s:：，。]{1,16})?[*_]*[\s　]+` + stamp + `|` + stamp + `[\s　]+[*_]*[^\s:：，。\d]{1,16}[*_]*)[:：]?$`)
	// turnLine says it ahead of what is said.
	turnLine = regexp.MustCompile(`^` + stamp + `[\s　]*([^\s:：，。\d][^:：，。]{0,15})[:：]`)
)

// maxSpeaker is the longest name of who speaks, in runes.
const maxSpeaker = 4

// isTurn tells whether a paragraph is what somebody says in a conversation, with
// who and when ahead.
func isTurn(text string) bool {
	if head, said, ok := strings.Cut(text, "\n"); ok && hasWords(said) && turnHead.MatchString(strings.TrimSpace(head)) {
		return true
	}
	at := turnLine.FindStringSubmatch(text)
	return at != nil && !storedKey.MatchString(at[1])
}

// maxTurn is how much one says in a turn, in bytes; what is longer is no message.
const maxTurn = 2000

// joinTurns puts what is said below the line that names the speaker. A single such
// line may be anything, a start in a programme for instance.
func joinTurns(blocks []block) []block {
	opens := func(i int) bool {
		return i+1 < len(blocks) && inTurn(blocks[i]) && turnHead.MatchString(blocks[i].text) && inTurn(blocks[i+1]) && !turnHead.MatchString(blocks[i+1].text)
	}
	n := 0
	for i := range blocks {
		if opens(i) {
			n++
		}
	}
	if n < 2 {
		return blocks
	}
	var out []block
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		if opens(i) {
			for i+1 < len(blocks) && inTurn(blocks[i+1]) && !turnHead.MatchString(blocks[i+1].text) && len(b.text)+len(blocks[i+1].text) < maxTurn {
				i++
				b.text += "\n" + blocks[i].text
			}
		}
		out = append(out, b)
	}
	return out
}

// inTurn tells whether a block may be part of a turn.
func inTurn(b block) bool { return b.kind == blockText && b.level == 0 }

// isConversation tells whether the lines are a conversation from the first on, which
// is no title then: the first speaker speaks again, or all lines are somebody's.
func isConversation(lines []block) bool {
	if len(lines) < 2 {
		return false
	}
	if isTurn(lines[0].text) {
		return true
	}
	first, _, _ := cutColon(lines[0].text)
	if !labelled.MatchString(lines[0].text) || utf8.RuneCountInString(first) > maxSpeaker || storedKey.MatchString(first) {
		return false
	}
	all := true
	for _, l := range lines[1:] {
		key, _, _ := cutColon(l.text)
		if !labelled.MatchString(l.text) || utf8.RuneCountInString(key) > maxSpeaker || storedKey.MatchString(key) {
			all = false
		} else if key == first {
			return true
		}
	}
	return all
}
