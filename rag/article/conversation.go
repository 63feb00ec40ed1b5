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
	heads := make([]bool, len(blocks))
	for i, b := range blocks {
		heads[i] = inTurn(b) && turnHead.MatchString(b.text)
	}
	said := func(i int) bool { return i < len(blocks) && inTurn(blocks[i]) && !heads[i] }
	n := 0
	for i := range blocks {
		if heads[i] && said(i+1) {
			n++
		}
	}
	if n < 2 {
		return blocks
	}
	var out []block
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		for opens := heads[i]; opens && said(i+1) && len(b.text)+len(blocks[i+1].text) < maxTurn; {
			i++
			b.text += "\n" + blocks[i].text
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
	first := speaker(lines[0].text)
	if first == "" {
		return false
	}
	all := true
	for _, l := range lines[1:] {
		switch speaker(l.text) {
		case "":
			all = false
		case first:
			return true
		}
	}
	return all
}

// speaker is the short name ahead of a line's colon, "" without one.
func speaker(line string) string {
	name, _, _ := cutColon(line)
	if !labelled.MatchString(line) || utf8.RuneCountInString(name) > maxSpeaker || storedKey.MatchString(name) {
		return ""
	}
	return name
}
