package article

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A mail that answers another one carries it along. What it quotes is older than
// what it says, and others wrote it: it is put below a heading, which is the line
// that introduces it.

const (
	senderKey = `发件人|寄件者|寄件人|發件人|from`
	sentKey   = `发送时间|发送日期|發送時間|寄件日期|日期|时间|sent|date`
)

var (
	quoteMarks = regexp.MustCompile(`^[ \t]{0,3}((?:>[ \t]?)+)(.*)$`)
	quoteIntro = regexp.MustCompile(`(?i)(?:写道|寫道|wrote)\s*[:：]$`)
	introStart = regexp.MustCompile(`^(?:On|At|在|于)[\s\d].*\d`)
	introStamp = regexp.MustCompile(`@|\d[:：]\d{2}`)
	quoteRule  = regexp.MustCompile(`(?i)^[-_—=*\s]{2,}(?:原始邮件|原邮件|原始信息|回复的原邮件|回复的邮件|转发的?邮件(?:信息)?|转发的消息|original message|original appointment|forwarded message|forwarded by .{1,80})[-_—=*\s]{2,}$|^(?i:begin forwarded message:)$`)
	mailField  = regexp.MustCompile(`(?i)^\*{0,2}(` + senderKey + `|` + sentKey + `|收件人|收件者|抄送人?|副本|密送|主题|主旨|to|cc|bcc|subject|reply-to|importance|重要性)\*{0,2}\s*[:：]`)
	headFields = regexp.MustCompile(`(?i)^(?:` + senderKey + `|` + sentKey + `)$`)
	senderOnly = regexp.MustCompile(`(?i)^(?:` + senderKey + `)$`)
	headerLine = regexp.MustCompile(`(?is)\*{0,2}(?:` + senderKey + `)\*{0,2}\s*[:：].*(?:` + sentKey + `)\*{0,2}\s*[:：]`)
	citing     = regexp.MustCompile(`(?i)cite|quote|reply|forward`)
)

const (
	maxQuoteDepth = 10
	maxIntro      = 300 // bytes of a line that introduces a quote
	maxField      = 2000
	maxFields     = 12
	// unnamedQuote and ownAgain are the headings of what no line introduces.
	unnamedQuote = "引用"
	ownAgain     = "回复"
)

// mailLine is a line of a mail, or a block of one that is a page.
type mailLine struct {
	textLine
	depth int    // of the quotes around it
	from  *block // nil for a line of plain text
}

// plainLines reads the marks of quotes in a plain mail.
func plainLines(text string) []mailLine {
	var out []mailLine
	blank := false
	for raw := range strings.SplitSeq(text, "\n") {
		quoted := len(out) > 0 && (out[len(out)-1].depth > 0 || quoteIntro.MatchString(out[len(out)-1].text))
		depth, rest := cutQuoteMarks(raw, quoted)
		lines := splitLines(rest)
		if len(lines) == 0 {
			blank = true
			continue
		}
		lines[0].blank = blank
		out = append(out, mailLine{textLine: lines[0], depth: depth})
		blank = false
	}
	return out
}

// cutQuoteMarks counts the marks of quotes ahead of a line. A single one without
// a blank behind it means "more than", but within a quote.
func cutQuoteMarks(line string, quoted bool) (int, string) {
	at := quoteMarks.FindStringSubmatch(line)
	if at == nil || !quoted && at[1] == ">" && at[2] != "" {
		return 0, line
	}
	return min(strings.Count(at[1], ">"), maxQuoteDepth), at[2]
}

// quoting sets what a mail says apart from what it quotes.
type quoting struct {
	out   []mailBlock
	heads [maxQuoteDepth + 1]string // what introduces the quote at each depth
	// ends are the depths of lines from which on all is quoted that is no less
	// deep: below 原始邮件 there are no marks.
	ends  []int
	depth int
	open  []mailLine
}

type mailBlock struct {
	block
	depth int
}

func layOut(lines []mailLine) []mailBlock {
	q := &quoting{}
	for i := 0; i < len(lines); {
		depth := q.depthOf(lines[i])
		if n := introLength(lines[i:]); n > 0 {
			q.flush()
			if i+n == len(lines) || lines[i+n].depth <= lines[i].depth {
				q.ends = append(q.ends, lines[i].depth)
			}
			q.introduce(lines[i:i+n], min(depth+1, maxQuoteDepth))
			i += n
			continue
		}
		if depth != q.depth {
			q.flush()
			q.depth = depth
			q.head()
		}
		q.open = append(q.open, lines[i])
		i++
	}
	q.flush()
	return q.out
}

func (q *quoting) depthOf(l mailLine) int {
	for len(q.ends) > 0 && q.ends[len(q.ends)-1] > l.depth {
		q.ends = q.ends[:len(q.ends)-1]
	}
	return min(l.depth+len(q.ends), maxQuoteDepth)
}

// introduce opens a quote below the lines that introduce it: who wrote it and
// when is its heading, to whom and about what a text below that.
func (q *quoting) introduce(lines []mailLine, depth int) {
	head, fields := "", []string(nil)
	for _, l := range lines {
		at := mailField.FindStringSubmatch(l.text)
		if at != nil && (len(l.text) > maxIntro || !headFields.MatchString(at[1]) && !headerLine.MatchString(l.text)) {
			fields = append(fields, l.text)
			continue
		}
		head = strings.TrimSpace(head + " " + strings.Trim(l.text, "-_—=* "))
	}
	q.depth = depth
	q.heads[depth] = head
	for i := depth + 1; i < len(q.heads); i++ {
		q.heads[i] = ""
	}
	q.head()
	if len(fields) > 0 {
		q.add(block{text: strings.Join(fields, "\n"), kind: blockNote})
	}
}

func (q *quoting) head() {
	if q.depth == 0 {
		return
	}
	text := q.heads[q.depth]
	if text == "" {
		text = unnamedQuote
	}
	q.add(block{text: text, kind: blockHeading, level: min(q.depth+1, 6), marked: true})
}

func (q *quoting) add(b block) { q.out = append(q.out, mailBlock{b, q.depth}) }

// flush makes blocks of the open lines. In a quote they are notes, so that none
// is taken for a heading or for what describes this mail.
func (q *quoting) flush() {
	var plain []textLine
	var blocks []block
	for _, l := range q.open {
		if l.from != nil {
			blocks = append(blocks, *l.from)
		} else {
			plain = append(plain, l.textLine)
		}
	}
	q.open = nil
	for _, b := range append(blocks, unwrap(plain)...) {
		if q.depth > 0 && b.kind != blockRow && b.kind != blockCode {
			b.kind, b.level = blockNote, 0
		}
		q.add(b)
	}
}

// introLength counts the lines that introduce a quote from the first one on.
func introLength(lines []mailLine) int {
	ruled := 0
	if len(lines[0].text) <= maxIntro && quoteRule.MatchString(lines[0].text) {
		ruled = 1
	}
	if n := headerLength(lines[ruled:], ruled > 0); n > 0 {
		return ruled + n
	}
	if ruled > 0 || introduces(lines[0].text, lines, 1) {
		return 1
	}
	if len(lines) > 2 && !lines[1].blank && lines[1].depth == lines[0].depth && introStart.MatchString(lines[0].text) && !endsSentence(lines[0].text) &&
		introduces(joinWrapped(lines[0].text, lines[1].text), lines, 2) {
		return 2 // it was too long for a line
	}
	return 0
}

// introduces tells whether a text of n lines says who wrote what follows: marks
// show that, or else an address or a time.
func introduces(text string, lines []mailLine, n int) bool {
	if len(text) > maxIntro || !quoteIntro.MatchString(text) || n >= len(lines) {
		return false
	}
	return lines[n].depth > lines[0].depth || introStamp.MatchString(text)
}

// headerLength counts the header lines of a quoted mail.
func headerLength(lines []mailLine, ruled bool) int {
	n, sender, sent := 0, false, false
	for n < min(len(lines), maxFields) && lines[n].depth == lines[0].depth && len(lines[n].text) <= maxField {
		at := mailField.FindStringSubmatch(lines[n].text)
		if at == nil {
			break
		}
		sender = sender || senderOnly.MatchString(at[1])
		sent = sent || headFields.MatchString(at[1]) && !senderOnly.MatchString(at[1]) || headerLine.MatchString(lines[n].text)
		n++
	}
	if ruled || sender && sent && (n > 2 || headerLine.MatchString(lines[0].text)) {
		return n
	}
	return 0
}

// arrange puts what a mail says itself first. Where it answers a quote piece by
// piece, each answer stays where it is.
func arrange(parts []mailBlock) []block {
	if !isInterleaved(parts) {
		slices.SortStableFunc(parts, func(a, b mailBlock) int { return min(a.depth, 1) - min(b.depth, 1) })
	}
	var out []block
	for i, p := range parts {
		switch {
		case i > 0 && p.depth == 0 && parts[i-1].depth > 0:
			out = append(out, block{text: ownAgain, kind: blockHeading, level: 2, marked: true})
		case i > 0 && p.depth > 0 && parts[i-1].depth == 0:
			signOff(out)
		}
		out = append(out, p.block)
	}
	return out
}

func isInterleaved(parts []mailBlock) bool {
	quoted, again := false, false
	for _, p := range parts {
		if p.depth > 0 && again {
			return true
		}
		quoted = quoted || p.depth > 0
		again = quoted && p.depth == 0
	}
	return false
}

// signOff keeps a signature from being a heading of the quote below it.
func signOff(blocks []block) {
	for i := len(blocks) - 1; i >= 0 && blocks[i].kind == blockText && isHeadingText(blocks[i].text); i-- {
		blocks[i].kind = blockNote
	}
}

// Signs that stand in a page where a quote begins and ends.
const quoteBegins, quoteEnds = "\ue000", "\ue001"

var quoteSigns = strings.NewReplacer(quoteBegins, "", quoteEnds, "")

// parseMailPage reads a mail that is a page.
func parseMailPage(source string, m meta, opts Options) draft {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return parseMarkup(source, m, true, opts)
	}
	markQuotes(root)
	quiet := opts
	var left []Omission
	if opts.Omitted != nil {
		quiet.Omitted = func(o Omission) { left = append(left, o) }
	}
	parts := layOut(pageLines(extract(root, root, true, false, map[string]string{}, quiet).blocks))
	if !slices.ContainsFunc(parts, func(p mailBlock) bool { return p.depth > 0 }) {
		return parseMarkup(source, m, true, opts)
	}
	for _, o := range left {
		opts.Omitted(o)
	}
	return assemble(arrange(parts), m, opts)
}

// markQuotes puts signs into the quotes of mail programs. Writers indent their own
// text by the same element.
func markQuotes(root *html.Node) {
	var quotes []*html.Node
	before := ""
	for n := range root.Descendants() {
		switch {
		case n.Type == html.TextNode && strings.TrimSpace(n.Data) != "":
			before = before[max(0, len(before)-2*maxIntro):] + n.Data[max(0, len(n.Data)-2*maxIntro):]
		case n.DataAtom == atom.Blockquote && (isCited(n) || isIntroduced(strings.TrimSpace(before))):
			quotes = append(quotes, n)
		}
	}
	for _, n := range quotes {
		n.InsertBefore(signNode(quoteBegins), n.FirstChild)
		n.AppendChild(signNode(quoteEnds))
	}
}

func isCited(n *html.Node) bool {
	return citing.MatchString(attr(n, "type") + " " + attr(n, "class") + " " + attr(n, "id"))
}

func isIntroduced(before string) bool {
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return quoteIntro.MatchString(before) || quoteRule.MatchString(last) || headerLine.MatchString(before)
}

func signNode(sign string) *html.Node {
	p := &html.Node{Type: html.ElementNode, DataAtom: atom.P, Data: "p"}
	p.AppendChild(&html.Node{Type: html.TextNode, Data: sign})
	return p
}

// pageLines reads the signs again.
func pageLines(blocks []block) []mailLine {
	var out []mailLine
	depth := 0
	for _, b := range blocks {
		switch b.text {
		case quoteBegins:
			depth++
		case quoteEnds:
			depth = max(depth-1, 0)
		default:
			b.text = quoteSigns.Replace(b.text)
			out = append(out, mailLine{textLine: textLine{text: oneLine(b.text)}, depth: min(depth, maxQuoteDepth), from: &b})
		}
	}
	return out
}
