package slack

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/slack-go/slack/slackutilsx"
)

// Text in Slack is alive: <!channel> notifies everybody, <@U…> somebody, and
// <https://…|words> hides an address behind words. Questions, articles and
// models are all untrusted, so whatever they say passes through one of the
// functions here, which leave it readable and dead.

var (
	bareURL     = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:)[^\s<>"'“”‘’（）()，。；！？、\x60]+`)
	groupCall   = regexp.MustCompile(`(?i)@(channel|here|everyone|group)\b`)
	strongPairs = regexp.MustCompile(`(\*\*\*|\*\*|__|~~)([^\n*_~]+?)(\*\*\*|\*\*|__|~~)`)
	leadingMark = regexp.MustCompile(`(?m)^[ \t]*(#{1,6}[ \t]+|>[ \t]?|[*+][ \t]+)`)
	tableRow    = regexp.MustCompile(`^\s*\|.*\|\s*(\[\d+\]\s*)*$|^\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)+$|\S \| .+ \| \S`)
	userMention = regexp.MustCompile(`<@[A-Z0-9]+(\|[^>]*)?>`)
	slackTag    = regexp.MustCompile(`<([^<>]*)>`)
)

// inert makes untrusted text safe for plain_text objects and for the fallback
// text of a message: nothing in it notifies anybody or hides an address.
func inert(s string) string {
	s = visible(s)
	s = groupCall.ReplaceAllString(s, "@\u2060$1")
	return slackutilsx.EscapeMessage(s)
}

// markdown makes untrusted text safe for a markdown block or a stream: no
// mentions, no links, no images, no headings, no emphasis that Slack would get
// wrong next to Chinese characters. Line breaks and list items stay.
func markdown(s string) string {
	s = rowsAsText(visible(s))
	for range 3 { // nested emphasis
		t := strongPairs.ReplaceAllString(s, "$2")
		if t == s {
			break
		}
		s = t
	}
	s = leadingMark.ReplaceAllStringFunc(s, func(m string) string {
		if strings.ContainsAny(m, "*+") {
			return "- "
		}
		return ""
	})
	var b strings.Builder
	last := 0
	for _, at := range bareURL.FindAllStringIndex(s, -1) {
		b.WriteString(dead(s[last:at[0]]))
		// In a code span an address is shown as it is and leads nowhere.
		b.WriteString("`" + slackutilsx.EscapeMessage(s[at[0]:at[1]]) + "`")
		last = at[1]
	}
	b.WriteString(dead(s[last:]))
	return b.String()
}

// rowsAsText turns the rows of Markdown tables into lines of cells with a dot
// between them, and drops the rules below headers: a client that draws no table
// would show its bars. A bar elsewhere is no table and stays.
func rowsAsText(s string) string {
	if !strings.Contains(s, "|") {
		return s
	}
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for _, line := range lines {
		if !tableRow.MatchString(line) {
			kept = append(kept, line)
			continue
		}
		row := strings.TrimSpace(line)
		var marks string
		if at := strings.LastIndexByte(row, '|'); markers.ReplaceAllString(row[at+1:], "") == "" {
			row, marks = row[:at+1], row[at+1:]
		}
		row = strings.Trim(row, "|")
		if strings.Trim(row, "|-: \t") == "" && strings.Contains(row, "-") {
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(row, "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		kept = append(kept, strings.Join(cells, " · ")+marks)
	}
	return strings.Join(kept, "\n")
}

// deadener escapes what markdown would act upon. Square brackets stay unless
// they begin a link or a definition, so that [1] looks as it should.
var deadener = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`,
	"](", `]\(`, "]:", `]\:`, "][", `]\[`, "![", `!\[`,
)

func dead(s string) string {
	// Adjacent markers are ours ([1][2]); keep them apart from a reference link.
	s = deadener.Replace(s)
	return groupCall.ReplaceAllString(s, "@\u2060$1")
}

// visible drops control and invisible format characters, which could hide text
// or reverse its direction, and unifies line ends.
func visible(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\uFFFD':
			return -1
		}
		return r
	}, s)
}

// link makes a live link out of an article's address, or "" when the address
// is not plain http or https. The label shows the host, so that it cannot
// pretend to lead elsewhere.
func link(address, label string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return ""
	}
	s := u.String()
	if len(s) > 1000 || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return ""
	}
	s = strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(s)
	return "<" + s + "|" + inert(label) + " · " + inert(strings.ReplaceAll(u.Hostname(), "|", "")) + ">"
}

// question turns the text of a Slack message into what was asked: without the
// bot's mention, with Slack's own tags reduced to what they show.
func question(text, botUser string) string {
	if botUser != "" {
		text = regexp.MustCompile(`<@`+regexp.QuoteMeta(botUser)+`(\|[^>]*)?>`).ReplaceAllString(text, " ")
	}
	text = userMention.ReplaceAllString(text, " ")
	text = slackTag.ReplaceAllStringFunc(text, func(tag string) string {
		inner := tag[1 : len(tag)-1]
		shown := inner
		if i := strings.LastIndexByte(inner, '|'); i >= 0 {
			shown = inner[i+1:]
		}
		return strings.TrimLeft(shown, "!#")
	})
	text = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
	return strings.TrimSpace(visible(text))
}
