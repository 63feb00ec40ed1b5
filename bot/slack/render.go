package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"zhiwen/bot"
	"zhiwen/bot/api"
	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// Limits of one message, in runes of text and in blocks. Slack refuses more
// than 50 blocks, more than 12,000 characters of markdown, and, undocumented,
// more than about 13,200 characters of blocks together.
const (
	maxBlocks     = 47
	maxBlockRunes = 11_000
	maxBody       = 3_000
	maxElement    = 1_900
	maxFallback   = 3_000
)

// Names by which Slack tells us what was pressed.
const (
	actionFeedback   = "zhiwen_feedback"
	actionShare      = "zhiwen_share"
	actionPerson     = "zhiwen_person"
	callbackShortcut = "zhiwen_ask"
	callbackModal    = "zhiwen_ask_modal"
	callbackWhy      = "zhiwen_why"
)

// part is one message to post.
type part struct {
	// Text is the fallback for notifications and old clients.
	Text   string
	Blocks []slackgo.Block
	// Plain is all that the blocks say, for when Slack refuses them.
	Plain string
}

// piece is a block with what it says in plain text.
type piece struct {
	block slackgo.Block
	plain string
}

// renderOptions says what belongs below an answer.
type renderOptions struct {
	Feedback bool // the two feedback buttons
	Share    bool // a button that shows an ephemeral answer to everybody
	Person   bool // a button that has a person asked, where there is no answer
	Links    api.Links
}

// render lays a reply out over as many messages as it needs: the answer, the
// notices, the sources, the buttons.
func render(reply bot.Reply, opts renderOptions) []part {
	return pack(append(body(reply), below(reply, opts)...), reply.Language, fallback(reply))
}

// answerText is what the reply says, before escaping.
func answerText(reply bot.Reply) string {
	w := wordsFor(reply.Language)
	text := strings.TrimSpace(reply.Answer.Text)
	if reply.TooSlow {
		if text == "" || reply.Answer.Refused {
			return w.tooSlow
		}
		return w.tooSlowSources + "\n" + text
	}
	if text == "" {
		return w.failed
	}
	return text
}

// fallback is the reply for clients that show no blocks: the answer, and a line
// for each source.
func fallback(reply bot.Reply) string {
	w := wordsFor(reply.Language)
	text := clip(inert(answerText(reply)), maxFallback/2)
	for _, c := range reply.Answer.Citations {
		line := "\n" + inert(sourceHead(w, c))
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(line) > maxFallback {
			break // the blocks hold all of them
		}
		text += line
	}
	return text
}

// sourceHead names a source: number, title, date and paragraph.
func sourceHead(w words, c rag.Citation) string {
	date := c.Published
	if date == "" {
		date = w.undated
	}
	return fmt.Sprintf("[%d] 《%s》 · %s · %s", c.Marker, clip(visible(c.Title), 200), date, fmt.Sprintf(w.paragraph, c.Paragraph))
}

func body(reply bot.Reply) []piece {
	return bodyBlocks(answerText(reply))
}

func bodyBlocks(text string) []piece {
	var blocks []piece
	// Escaping makes text longer, at worst five times: "&" becomes "&amp;".
	for _, text := range split(text, maxBody) {
		for _, safe := range fit(text, maxBody*2) {
			blocks = append(blocks, piece{block: slackgo.NewMarkdownBlock("", safe)})
		}
		blocks[len(blocks)-1].plain = inert(text)
	}
	return blocks
}

// fit escapes a piece, cutting it further when escaping makes it too long.
func fit(piece string, limit int) []string {
	safe := markdown(piece)
	n := utf8.RuneCountInString(piece)
	if utf8.RuneCountInString(safe) <= limit || n < 2 {
		return []string{safe}
	}
	var out []string
	for _, half := range split(piece, (n+1)/2) {
		out = append(out, fit(half, limit)...)
	}
	return out
}

// below renders what follows the text of an answer.
func below(reply bot.Reply, opts renderOptions) []piece {
	w := wordsFor(reply.Language)
	var blocks []piece
	for _, n := range reply.Answer.Notices {
		text := w.notice + "：" + n
		blocks = append(blocks, piece{slackgo.NewContextBlock("", plain(text)), inert(text)})
	}
	blocks = append(blocks, sources(w, reply.Answer.Citations, answerText(reply), opts.Links)...)
	if reply.Answer.ID == "" {
		return blocks
	}
	if opts.Feedback && reply.Answer.Objected {
		blocks = append(blocks, piece{slackgo.NewContextBlock("", plain(w.howToReport)), w.howToReport})
	}
	if opts.Feedback {
		blocks = append(blocks, piece{block: slackgo.NewContextActionsBlock("", slackgo.NewFeedbackButtonsBlockElement(actionFeedback,
			slackgo.NewFeedbackButton(label("👍 "+w.good), "up:"+reply.Answer.ID).WithAccessibilityLabel(w.good),
			slackgo.NewFeedbackButton(label("👎 "+w.bad), "down:"+reply.Answer.ID).WithAccessibilityLabel(w.bad)))})
	}
	if opts.Share && !reply.Answer.Refused {
		blocks = append(blocks, piece{block: slackgo.NewActionBlock("",
			slackgo.NewButtonBlockElement(actionShare, reply.Answer.ID, label(w.share)))})
	}
	if opts.Person && reply.Answer.Refused {
		blocks = append(blocks, piece{block: slackgo.NewActionBlock("",
			slackgo.NewButtonBlockElement(actionPerson, reply.Answer.ID, label(w.askPerson)))})
	}
	return blocks
}

// sources renders citations below a line. A quote that the text said already,
// word for word, is not said again: its source is named, with the way to it.
func sources(w words, citations []rag.Citation, text string, links api.Links) []piece {
	if len(citations) == 0 {
		return nil
	}
	said := zhtext.CompactString(markers.ReplaceAllString(text, ""))
	blocks := []piece{{block: slackgo.NewDividerBlock()}}
	for _, c := range citations {
		if strings.Contains(said, zhtext.CompactString(c.Quote)) {
			c.Quote = ""
		}
		blocks = append(blocks, source(w, c, links)...)
	}
	return blocks
}

// markers are the numbers in brackets behind sentences.
var markers = regexp.MustCompile(`\[\d+\]`)

// source renders a citation: number, title, date and paragraph; the verbatim
// quote; the links to the words in their article and to the original. The first
// two are plain text objects, in which Slack acts upon nothing. A very long
// quote goes over several elements, uncut.
func source(w words, c rag.Citation, links api.Links) []piece {
	elements := []slackgo.MixedElement{plain(sourceHead(w, c))}
	said := []string{inert(sourceHead(w, c))}
	quote := visible(c.Quote)
	for _, piece := range split(quote, maxElement/2) {
		elements = append(elements, plain(piece))
	}
	if quote != "" {
		said = append(said, inert(quote))
	}
	for _, l := range []string{link(links.Citation(c), w.inSource), link(c.URL, w.original)} {
		if l != "" {
			elements = append(elements, slackgo.NewTextBlockObject(slackgo.MarkdownType, l, false, true))
			said = append(said, l)
		}
	}
	var blocks []piece
	for len(elements) > 0 {
		n := min(len(elements), 10)
		blocks = append(blocks, piece{block: slackgo.NewContextBlock("", elements[:n]...)})
		elements = elements[n:]
	}
	blocks[len(blocks)-1].plain = strings.Join(said, "\n")
	return blocks
}

// pack distributes blocks over messages within the limits.
func pack(blocks []piece, lang bot.Language, text string) []part {
	var parts []part
	var cur part
	size := 0
	for _, b := range blocks {
		n := blockRunes(b.block)
		if len(cur.Blocks) > 0 && (len(cur.Blocks) >= maxBlocks || size+n > maxBlockRunes) {
			parts = append(parts, cur)
			cur, size = part{}, 0
		}
		cur.Blocks = append(cur.Blocks, b.block)
		if b.plain != "" {
			cur.Plain = strings.TrimPrefix(cur.Plain+"\n"+b.plain, "\n")
		}
		size += n
	}
	parts = append(parts, cur)
	for i := range parts {
		parts[i].Text = text
		if parts[i].Plain == "" {
			parts[i].Plain = text
		}
		if i > 0 {
			parts[i].Text = fmt.Sprintf(wordsFor(lang).more, i+1, len(parts))
		}
	}
	return parts
}

// blockRunes is the size of a block as it is sent.
func blockRunes(b slackgo.Block) int {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(b); err != nil {
		return maxBlockRunes
	}
	return utf8.RuneCount(buf.Bytes())
}

func plain(s string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, inert(s), false, false)
}

func label(s string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, s, true, false)
}

// clip shortens text to n runes, ending it in "…" when it was longer.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
