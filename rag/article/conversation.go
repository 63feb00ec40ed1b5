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
	// turnLine says it ahead of what is said, with the time first or the name.
	turnLine = regexp.MustCompile(`^(?:(` + stamp + `)[\s　]*(?:[-–—][\s　]*)?(` + turnName + `)|(` + turnName + `)[\s　]*(` + stamp + `))[:：]`)
	// turnNamed says who speaks and not when.
	turnNamed = regexp.MustCompile(`^[*_]*(` + turnName + `)[*_]*[:：]`)
	// fullStamp is a time as only messengers write it: in brackets, with a day or seconds.
	fullStamp = regexp.MustCompile(`[（(\[【]|\d[-/.年]\d|\d[:：]\d{2}[:：]\d{2}`)
)

const turnName = `[^\s:：，。；！？!?、\d（()）\[\]【】《》“”"*_—-][^:：，。；！？!?、（()）\[\]【】《》“”"*_\n]{0,15}?`

// maxSpeaker is the longest name of who speaks, in runes.
const maxSpeaker = 4

// isTurn tells whether a paragraph is what somebody says in a conversation, with
// who and when ahead.
func isTurn(text string) bool {
	if head, said, ok := strings.Cut(text, "\n"); ok && hasWords(said) && turnHead.MatchString(strings.TrimSpace(head)) {
		return true
	}
	name, when := opensTurn(text)
	return name != "" && when != ""
}

// opensTurn tells who speaks in a line and when, "" if it does not say so.
func opensTurn(text string) (name, when string) {
	if at := turnLine.FindStringSubmatch(text[:min(len(text), maxTurnHead)]); at != nil {
		name, when = at[2]+at[3], at[1]+at[4]
	} else if at := turnNamed.FindStringSubmatch(text[:min(len(text), maxTurnHead)]); at != nil {
		name = at[1]
	}
	if name = strings.TrimSpace(name); name == "" || storedKey.MatchString(name) || !hasWords(name) {
		return "", ""
	}
	return name, when
}

// maxTurnHead is how long the head of a turn is, in bytes.
const maxTurnHead = 160

// maxTurn is how much one says in a turn, in bytes; what is longer is no message.
const maxTurn = 2000

// turn is a block that opens what somebody says.
type turn struct {
	name, when string
	alone      bool // what is said stands below
}

// turnAt reads the turn that a block opens, if it does.
func turnAt(b block) (t turn, ok bool) {
	if !inTurn(b) {
		return t, false
	}
	if turnHead.MatchString(b.text) {
		when := turnStamp.FindString(b.text)
		name := strings.Trim(strings.Replace(b.text, when, "", 1), " 　*_:：")
		return turn{name, when, true}, true
	}
	name, when := opensTurn(b.text)
	if name == "" || when == "" && (endsAsColumn(name) || isNoName(name)) {
		return t, false
	}
	_, said, _ := strings.Cut(strings.Replace(b.text, when, "", 1), name)
	return turn{name, when, !hasWords(said)}, true
}

// turnStamp is the time in the head of a turn.
var turnStamp = regexp.MustCompile(stamp)

// isNoName tells whether what stands ahead of a colon is no name of who speaks: the
// marks of questions and answers, numbers of a list.
func isNoName(name string) bool {
	return question.MatchString(name+"：") || name == "答" || name == "A" || listItem.MatchString(name) || clause.MatchString(name) || chapter.MatchString(name)
}

// conversation is what is known of a text that consists of what several say.
type conversation struct {
	turns    map[int]turn // by block
	last     int
	speakers []string // in the order in which they begin to speak
	chat     bool     // short messages, of which a line may be one
}

// readConversation finds the turns of a text and tells whether they make a conversation:
// somebody speaks again after somebody else, in a good part of the lines, or the times
// are those of a messenger.
func readConversation(blocks []block) (*conversation, bool) {
	c := &conversation{turns: map[int]turn{}}
	first, stamped, again, long := -1, 0, 0, 0
	spoke := map[string]bool{}
	previous := ""
	for i, b := range blocks {
		t, ok := turnAt(b)
		if !ok || t.alone && (i+1 == len(blocks) || !inTurn(blocks[i+1])) {
			continue
		}
		if first < 0 {
			first = i
		}
		c.turns[i], c.last = t, i
		if fullStamp.MatchString(t.when) {
			stamped++
		}
		if runeLen(b.text) > longTurn {
			long++
		}
		if spoke[t.name] && t.name != previous {
			again++
		}
		if !spoke[t.name] {
			spoke[t.name] = true
			c.speakers = append(c.speakers, t.name)
		}
		previous = t.name
	}
	if first < 0 {
		return nil, false
	}
	n := len(c.turns)
	c.chat = long*2 < n
	spoken := n*4 >= c.last-first+1
	return c, stamped > 1 && stamped*2 >= n || n > 2 && again > 0 && spoken && len(c.speakers)*2 <= n+1
}

// longTurn is how long what is said in an interview is, in runes, and messages are not.
const longTurn = 40

// joinTurns keeps what is said with who says it: in a conversation, what stands between
// one who speaks and the next one belongs to the first. It returns the conversation, nil
// if there is none.
func joinTurns(blocks []block) ([]block, *conversation) {
	c, ok := readConversation(blocks)
	if !ok {
		return joinHeads(blocks), nil
	}
	var out []block
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		t, opens := c.turns[i]
		if !opens {
			out = append(out, b)
			continue
		}
		b.kind, b.turn = blockNote, true
		for i+1 < len(blocks) && c.goesOn(blocks, i+1, t) {
			i++
			if len(b.text)+len(blocks[i].text) < maxTurn {
				b.text += "\n" + blocks[i].text
				continue
			}
			out = append(out, b)
			b.text, b.under = blocks[i].text, joinSections(blocks[i].under, t.name)
		}
		out = append(out, b)
	}
	return out, c
}

// goesOn tells whether a block is what the one goes on to say who spoke last. Below the
// last turn it is only where the times show that all are messages.
func (c *conversation) goesOn(blocks []block, i int, t turn) bool {
	b := blocks[i]
	if _, opens := c.turns[i]; opens || !inTurn(b) || dayLevel(b.text) > 0 || isDateLine(b.text) {
		return false
	}
	if t.when != "" || t.alone && i == c.last+1 {
		return true
	}
	heading := isHeadingText(b.text) && !c.chat || chapter.MatchString(b.text)
	if l, ok := readPartLine(b.text); ok {
		heading = heading || l.may || l.way == numberedPart // of what comes next
	}
	return i < c.last && !heading
}

// title names a conversation that has no title by those who speak.
func (c *conversation) title() string {
	names := strings.Join(c.speakers[:min(len(c.speakers), maxTitles)], "、")
	switch {
	case len(c.speakers) > maxTitles:
		return names + "等人的对话"
	case len(c.speakers) > 1:
		return names + "的对话"
	}
	return names + "的消息"
}

// joinHeads puts what is said below the line that names the speaker. A single such
// line may be anything, a start in a programme for instance.
func joinHeads(blocks []block) []block {
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
