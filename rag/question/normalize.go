package question

import (
	_ "embed"
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"zhiwen/rag/zhtext"
)

// Talk is what a message is that asks nothing of the material.
type Talk string

// Kinds of talk.
const (
	TalkNone     Talk = ""
	TalkHello    Talk = "hello"
	TalkThanks   Talk = "thanks"
	TalkFine     Talk = "fine" // 好的, 收到
	TalkBye      Talk = "bye"
	TalkIdentity Talk = "identity" // 你是谁
	TalkHelp     Talk = "help"     // 怎么用
)

// Normal is a message taken apart: what it asks, and what stands around that.
type Normal struct {
	// Text is the question as it is looked up: without courtesies, greetings,
	// urgency, signatures, emoji, mentions, markup and instructions about form.
	// It is "" where the message asks nothing.
	Text string
	// Talk says what a message is that asks nothing.
	Talk Talk
	// Brief and Detailed are wishes about the answer's length.
	Brief, Detailed bool
}

//go:embed courtesy.txt
var courtesyTable string

// courtesyWords maps the words around a question to their classes.
var courtesyWords = sync.OnceValue(func() map[string][]string {
	words := map[string][]string{}
	for class, list := range tableLines(courtesyTable) {
		for w := range strings.FieldsSeq(list) {
			w = strings.ReplaceAll(w, "_", " ")
			words[w] = append(words[w], class)
		}
	}
	return words
})

// tableLines are the lines "head: words" of a table of the package, without its
// comments.
func tableLines(table string) iter.Seq2[string, string] {
	return func(yield func(head, words string) bool) {
		for line := range strings.Lines(table) {
			head, words, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if ok && !strings.HasPrefix(line, "#") && !yield(head, words) {
				return
			}
		}
	}
}

// longestCourtesy is the length of the longest word of the table in runes.
const longestCourtesy = 32

// Normalize takes off what people put around a question.
func Normalize(message string) Normal {
	var n Normal
	text := withoutMarkup(message)
	var kept []string
	said := map[string]bool{}
	for _, part := range stretches(text) {
		classes, all := courtesyOf(part.text)
		if all {
			for _, c := range classes {
				said[c] = true
			}
			continue
		}
		asked := trimCourtesy(part.text, said)
		if asked == "" {
			continue
		}
		if part.signature && len(kept) > 0 {
			continue
		}
		kept = append(kept, asked+part.end)
	}
	n.Brief, n.Detailed = said["form-brief"], said["form-long"]
	n.Text = strings.TrimFunc(strings.Join(kept, ""), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("，,。；;、~～…—-!！.", r)
	})
	if !strings.ContainsFunc(n.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		n.Text, n.Talk = "", talkOf(said, message)
	}
	return n
}

// talkOf names what was said when nothing was asked, the weightiest first.
func talkOf(said map[string]bool, message string) Talk {
	for _, t := range []Talk{TalkIdentity, TalkHelp, TalkThanks, TalkBye, TalkFine, TalkHello} {
		if said[string(t)] {
			return t
		}
	}
	if strings.TrimSpace(message) != "" && len(said) > 0 {
		return TalkHello
	}
	return TalkNone
}

// stretch is a part of a message between stops or blanks.
type stretch struct {
	text string
	end  string // the stop that follows it
	// signature says that it stands last, behind a line break or a dash, as a
	// name does.
	signature bool
}

const stretchEnds = "，,。；;！!？?\n~～…"

// stretches cuts a message at its stops. A blank between Chinese characters
// separates as well: 谢谢 请问….
func stretches(text string) []stretch {
	runes := []rune(text)
	var out []stretch
	start := 0
	cut := func(end int, stop string) {
		if s := strings.TrimSpace(string(runes[start:end])); s != "" {
			out = append(out, stretch{text: s, end: stop})
		} else if stop != "" && len(out) > 0 && strings.TrimSpace(out[len(out)-1].end) == "" {
			out[len(out)-1].end = stop
		}
	}
	quoted := 0
	for i, r := range runes {
		switch {
		case strings.ContainsRune("《“「『", r):
			quoted++
		case strings.ContainsRune("》”」』", r):
			quoted = max(0, quoted-1)
		case quoted > 0 && r != '\n':
		case strings.ContainsRune(stretchEnds, r):
			if r == ',' && i > 0 && i+1 < len(runes) && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]) {
				continue // 1,530
			}
			cut(i, string(r))
			start, quoted = i+1, 0
		case unicode.IsSpace(r) && i > 0 && i+1 < len(runes) && (zhtext.IsHan(runes[i-1]) || zhtext.IsHan(runes[i+1])):
			cut(i, " ")
			start = i + 1
		}
	}
	cut(len(runes), "")
	markSignature(out, text)
	return out
}

var signature = regexp.MustCompile(`(?:^|\n)\s*(?:[—–-]{1,3}|from|by|署名[:：]?|落款[:：]?|来自)\s*[^\n]{1,20}$`)

// markSignature marks the last stretch where the message ends in a line that
// is a dash and a name.
func markSignature(parts []stretch, text string) {
	if at := signature.FindStringIndex(strings.TrimSpace(text)); at != nil && at[0] > 0 && len(parts) > 1 {
		line := strings.TrimSpace(text)[at[0]:]
		for i := range parts {
			if i > 0 && strings.Contains(line, parts[i].text) {
				parts[i].signature = true
			}
		}
	}
}

// courtesyOf tells whether a stretch consists of courtesies alone, and of
// which classes. Words of one or two runes that could be a question's own need
// a weightier one beside them.
func courtesyOf(text string) (classes []string, all bool) {
	words := courtesyWords()
	runes := []rune(strings.ToLower(zhtext.Fold(text)))
	// best[i] is how runes[:i] can be taken apart with the fewest words.
	type way struct {
		words int
		from  int
		class []string
	}
	best := make([]way, len(runes)+1)
	for i := range best {
		best[i].words = -1
	}
	best[0].words = 0
	for i := range runes {
		if best[i].words < 0 {
			continue
		}
		if !unicode.IsLetter(runes[i]) && !unicode.IsDigit(runes[i]) {
			if best[i+1].words < 0 || best[i].words < best[i+1].words {
				best[i+1] = way{best[i].words, i, nil}
			}
			continue
		}
		for n := 1; n <= longestCourtesy && i+n <= len(runes); n++ {
			class := words[string(runes[i:i+n])]
			if class == nil && isCount(runes[i:i+n]) {
				class = []string{"count"}
			}
			if class == nil || insideLatin(runes, i, i+n) {
				continue
			}
			if w := best[i].words + 1; best[i+n].words < 0 || w < best[i+n].words {
				best[i+n] = way{w, i, class}
			}
		}
	}
	if len(runes) == 0 || best[len(runes)].words < 0 {
		return nil, false
	}
	for i := len(runes); i > 0; i = best[i].from {
		classes = append(classes, best[i].class...)
	}
	return classes, weighty(classes)
}

// weighty tells whether courtesies among the classes say by themselves that a
// stretch is one: 谁, 找 or 这个 alone could be a question.
func weighty(classes []string) bool {
	return slices.ContainsFunc(classes, func(c string) bool {
		switch c {
		case "person", "want", "ask", "soft", "count", "form-verb", "form-way", "form-shape", "form-language":
			return false
		}
		return true
	}) || contains(classes, "want", "ask") || contains(classes, "form-way", "form-language") ||
		contains(classes, "form-verb", "form-shape") || contains(classes, "form-language", "form-verb") || contains(classes, "count", "form-shape")
}

func contains(classes []string, all ...string) bool {
	for _, c := range all {
		if !slices.Contains(classes, c) {
			return false
		}
	}
	return true
}

// isCount tells whether runes are a number, as in 50字以内.
func isCount(runes []rune) bool {
	for _, r := range runes {
		if !unicode.IsDigit(r) && !strings.ContainsRune("一二两三四五六七八九十百千", r) {
			return false
		}
	}
	return true
}

// insideLatin tells whether a cut would go through a Latin word or a number.
func insideLatin(runes []rune, start, end int) bool {
	word := func(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	return start > 0 && word(runes[start-1]) && word(runes[start]) ||
		end < len(runes) && word(runes[end-1]) && word(runes[end])
}

// trimCourtesy cuts the longest beginning and the longest end that are
// courtesies off a stretch. A beginning has to lead up to the question
// (帮我查一下, 请问, 根据资料), or a name such as 谢谢茶 would lose its head.
func trimCourtesy(text string, said map[string]bool) string {
	runes := []rune(text)
	note := func(classes []string) {
		for _, c := range classes {
			said[c] = true
		}
	}
	// A single rune is no beginning: 请假.
	for n := min(len(runes)-1, longestCourtesy); n > 1; n-- {
		if !endsBeginning(runes[n-1]) || insideLatin(runes, 0, n) || runes[n-1] == '请' && zhtext.IsCommonWord(string(runes[n-1:n+1])) {
			continue // 老师请假了几天
		}
		if classes, ok := courtesyOf(string(runes[:n])); ok && leadsUp(classes, n) && (!asksWho(runes) || contains(classes, "want", "ask")) {
			note(classes)
			runes = runes[n:]
			break
		}
	}
	for n := min(len(runes)-1, longestCourtesy); n > 1; n-- {
		at := len(runes) - n
		if insideLatin(runes, at, len(runes)) {
			continue
		}
		if classes, ok := courtesyOf(string(runes[at:])); ok && trails(classes) && asksSomething(string(runes[:at])) {
			note(classes)
			runes = runes[:at]
			break
		}
	}
	return trimParticles(string(runes))
}

// asksWho tells whether a stretch begins with a word that asks for a person unless somebody is
// to tell something: 谁请教了他, 谁能告诉我.
func asksWho(runes []rune) bool {
	return runes[0] == '谁' || len(runes) > 1 && string(runes[:2]) == "哪位"
}

func endsBeginning(r rune) bool {
	return unicode.IsLetter(r) || strings.ContainsRune("：:,，", r)
}

// leadsUp tells whether n runes of these classes may stand right ahead of a
// question. A phrase about the material leads up to one if it is more than a
// noun of place: 文中的例子.
func leadsUp(classes []string, n int) bool {
	if slices.Contains(classes, "count") || slices.Contains(classes, "fine") || len(classes) == 0 {
		return false
	}
	return slices.ContainsFunc(classes, func(c string) bool {
		return c == "please" || c == "trust" && n > 3 || c == "hello" || c == "sorry"
	}) || contains(classes, "want", "ask") || contains(classes, "ask", "soft", "person")
}

// trails tells whether classes may stand right behind a question without a stop.
func trails(classes []string) bool {
	for _, c := range classes {
		switch c {
		case "thanks", "urgent", "person", "soft":
		default:
			return false
		}
	}
	return slices.Contains(classes, "thanks") || slices.Contains(classes, "urgent") && len(classes) == 1
}

var (
	// emphasisWords say how much somebody wants to know, not what.
	emphasisWords  = regexp.MustCompile(`(?:到底|究竟)(\p{Han})`)
	finalParticles = regexp.MustCompile(`(?:啊|呀|哦|哈|嘛|啦|哟|呢)+$`)
)

// trimParticles drops particles at a question's end and words of emphasis.
func trimParticles(text string) string {
	text = emphasisWords.ReplaceAllString(text, "$1")
	if short := finalParticles.ReplaceAllString(text, ""); len([]rune(short)) >= 3 {
		text = keepFollowUp(text, short)
	}
	return strings.TrimSpace(text)
}

// keepFollowUp leaves the 呢 of a bare follow-up (投资总额呢), which asks by it.
func keepFollowUp(text, short string) string {
	if strings.HasSuffix(text, "呢") && !asksSomething(short) {
		return text
	}
	return short
}

// asksSomething tells whether a text holds a word that asks.
func asksSomething(text string) bool {
	return askingWords.MatchString(text)
}

var askingWords = regexp.MustCompile(`什么|多少|多[长高大远深久重宽快]|几|哪|谁|怎|为何|如何|何[时地处人]|是否|是不是|有没有|吗|么|多久|[?？]`)

var (
	slackUser    = regexp.MustCompile(`<[@!#][^>\s]*>`)
	slackLink    = regexp.MustCompile(`<(?:https?|mailto|tel):[^>|\s]*(?:\|([^>]*))?>`)
	markdownLink = regexp.MustCompile(`\[([^\]\n]*)\]\((?:https?://|mailto:)[^)\s]*\)`)
	bareLink     = regexp.MustCompile(`(?:https?://|www\.)[!-~]+`)
	mention      = regexp.MustCompile(`(?:^|\s)@[\p{L}\p{N}_.-]{1,30}(?:\s|$|[，,:：])`)
	shortcode    = regexp.MustCompile(`:[a-z][a-z0-9_+-]{1,40}:(?::skin-tone-\d:)?`)
	fence        = regexp.MustCompile("```[a-zA-Z0-9]*\n?")
	marks        = regexp.MustCompile("(^|[\\s\\p{P}\\p{Han}])[*_~`]{1,3}([^*_~`\n]+)[*_~`]{1,3}($|[\\s\\p{P}\\p{Han}])")
	quoteMark    = regexp.MustCompile(`(?m)^\s*(?:>|&gt;)\s?`)
)

// withoutMarkup is the plain text of a message: no mentions, links, emoji,
// code fences or emphasis.
func withoutMarkup(text string) string {
	text = slackUser.ReplaceAllString(text, " ")
	text = slackLink.ReplaceAllString(text, " $1 ")
	text = markdownLink.ReplaceAllString(text, "$1")
	text = bareLink.ReplaceAllString(text, " ")
	text = shortcode.ReplaceAllString(text, " ")
	text = mention.ReplaceAllString(text, " ")
	text = fence.ReplaceAllString(text, "\n")
	text = strings.ReplaceAll(text, "`", "")
	text = marks.ReplaceAllString(text, "$1$2$3")
	text = quoteMark.ReplaceAllString(text, "")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isEmoji(r) {
			return ' '
		}
		return r
	}, text))
}

// isEmoji covers pictographs, their modifiers and what joins them.
func isEmoji(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF, r >= 0x2600 && r <= 0x27BF, r >= 0x2B00 && r <= 0x2BFF, r >= 0xE0020 && r <= 0xE007F:
		return true
	case r == 0x200D, r == 0x20E3, r >= 0xFE00 && r <= 0xFE0F, r == 0x3030, r == 0x303D:
		return true
	}
	return false
}
