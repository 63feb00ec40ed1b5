package llm

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// sentence is one sentence of a model's answer: its text without citation
// tags, and the numbers of the handles that stood in or directly behind it.
type sentence struct {
	text    string
	handles []int
}

// tagScanner turns the streamed text of a model into sentences. It reads every
// rune once, keeps at most one sentence and one unfinished tag, and its output
// depends only on the text, never on how the text was cut into chunks.
//
// Its stages, each a method that hands on to the next: runes (UTF-8, invisible
// characters) → markup (thinking blocks, special tokens) → lines (list
// markers, role prefixes, code fences) → tags (handles) → sentences.
type tagScanner struct {
	handles int // handles 1 to handles were given out, others vanish
	out     func(sentence) error
	err     error // the first error of out; nothing is sent afterwards
	ended   bool  // the model went on into another turn: the rest is ignored
	spoke   bool  // a sentence has been sent

	partial []byte // bytes of an unfinished rune

	markup   []rune // an unfinished "<…"
	thinking bool
	thought  []rune // the tail of a thinking block, to find its end

	atStart  bool // at the start of a line
	head     []rune
	skipLine bool
	star     bool // a "*" is held back
	last     rune // the last rune that left the line stage

	tag []rune // an unfinished tag

	pending []rune
	marks   []mark
	sawEnd  bool // pending may hold a sentence's end that is not checked yet
}

// mark is a tag's place in the pending runes.
type mark struct {
	pos     int
	handles []int
}

const (
	maxMarkup  = 80   // runes of a "<…>" that is worth waiting for
	maxTag     = 64   // runes of a tag
	maxHead    = 16   // runes at a line's start that may be a marker
	maxPending = 1500 // runes of a sentence; a longer one is cut
	placeOfTag = '\ue000'
)

func newTagScanner(handles int, out func(sentence) error) *tagScanner {
	return &tagScanner{handles: handles, out: out, atStart: true}
}

// write takes the next chunk, which may end within a rune. It returns the
// error of the sentence callback, if there was one.
func (s *tagScanner) write(chunk []byte) error {
	buf := append(s.partial, chunk...)
	for len(buf) > 0 && s.err == nil {
		if !utf8.FullRune(buf) {
			break
		}
		r, size := utf8.DecodeRune(buf)
		buf = buf[size:]
		s.rune(r)
	}
	s.partial = append([]byte(nil), buf...)
	return s.err
}

// close says that no more text comes, and sends what is left.
func (s *tagScanner) close() error {
	if len(s.partial) > 0 {
		s.partial = nil
		s.rune(utf8.RuneError)
	}
	s.releaseMarkup()
	s.releaseHead(true)
	s.star = false
	s.closeTag()
	s.flush()
	return s.err
}

// dropUnfinished forgets a last sentence without an end: half a sentence can
// say something else than the whole.
func (s *tagScanner) dropUnfinished() {
	s.partial, s.markup, s.head, s.tag = nil, nil, nil, nil
	if !s.sawEnd {
		s.pending, s.marks = nil, nil
	}
}

// rune drops what cannot be seen: control and format characters (zero-width,
// bidirectional), and private use, which the scanner uses itself.
func (s *tagScanner) rune(r rune) {
	if s.ended || s.err != nil {
		return
	}
	switch {
	case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
		r = '\n'
	case r == '\n' || r == '\t':
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
		return
	}
	s.readMarkup(r)
}

// A tag's spellings. The words are those a model makes of the prompt's
// handles; a round bracket needs one of them, or "(1)" would be a tag.
const (
	tagWord = `(?:资料|来源|文档|材料|片段|段落|文章|passages?|sources?|documents?|docs?|refs?|s|p)`
	tagLead = `(?:(?:参见|参考|见|来自|出自|引自|根据|依据|see|from)\s*[:：]?\s*|(?:来源|source|ref)\s*[:：]\s*)?`
	tagItem = `#?\d{1,3}(?:\s*[-–—~～至到]\s*` + tagWord + `?\s*\d{1,3})?`
	tagRest = `(?:\s*第\s*\d+\s*[段节])?`
	tagSep  = `\s*(?:[,，、;；&和及]|and|\s)\s*`
)

var (
	tagInner = regexp.MustCompile(`^(?i:\s*` + tagLead + `(` + tagWord + `)?\s*(` + tagItem + `)` + tagRest +
		`((?:` + tagSep + tagWord + `?\s*` + tagItem + tagRest + `)*)(?:†[^\]】]*)?\s*)$`)
	tagNumber = regexp.MustCompile(`(\d{1,3})(?:\s*[-–—~～至到]\s*\D*?(\d{1,3}))?`)
	tagNote   = regexp.MustCompile(`第\s*\d+\s*[段节]|†.*`)
)

// closing returns the bracket that closes r, 0 when r opens none.
func closing(r rune) rune {
	switch r {
	case '[':
		return ']'
	case '［':
		return '］'
	case '【':
		return '】'
	case '(':
		return ')'
	case '（':
		return '）'
	}
	return 0
}

// readTag holds back what may become a tag: an open bracket, or 资料 before a
// number without brackets.
func (s *tagScanner) readTag(r rune) {
	if len(s.tag) == 0 {
		if closing(r) != 0 || r == '资' {
			s.tag = append(s.tag, r)
			return
		}
		s.text(r)
		return
	}
	if s.tag[0] == '资' {
		s.bareTag(r)
		return
	}
	s.tag = append(s.tag, r)
	if r == closing(s.tag[0]) {
		round := s.tag[0] == '(' || s.tag[0] == '（'
		if handles, ok := parseTag(s.tag[1:len(s.tag)-1], round); ok {
			s.tag = nil
			s.cite(handles)
			return
		}
		s.failTag()
		return
	}
	if len(s.tag) > maxTag || !tagRune(r) {
		s.failTag()
	}
}

// bareTag reads on after 资: 资料, then digits. What comes behind the digits
// tells a handle (资料1显示) from a count (资料3份).
func (s *tagScanner) bareTag(r rune) {
	r = foldDigit(r)
	switch n := len(s.tag); {
	case n == 1 && r == '料',
		n >= 2 && n < 5 && r >= '0' && r <= '9':
		s.tag = append(s.tag, r)
		return
	case n > 2 && !strings.ContainsRune("个份册页条件篇项年月日本张.．%％0123456789", r):
		s.closeTag()
	default:
		held := s.tag
		s.tag = nil
		for _, h := range held {
			s.text(h)
		}
	}
	s.readTag(r)
}

// closeTag ends an unfinished tag where the text ends or goes on.
func (s *tagScanner) closeTag() {
	if len(s.tag) > 2 && s.tag[0] == '资' {
		if n, err := strconv.Atoi(string(s.tag[2:])); err == nil && n >= 1 && n <= s.handles {
			s.tag = nil
			if s.sawEnd { // without brackets it opens the next sentence: 资料2显示
				s.flush()
			}
			s.cite([]int{n})
			return
		}
	}
	held := s.tag
	s.tag = nil
	for _, r := range held {
		s.text(r)
	}
}

// failTag gives the held runes back: the first is text, the others may start
// a tag of their own.
func (s *tagScanner) failTag() {
	held := s.tag
	s.tag = nil
	s.text(held[0])
	for _, r := range held[1:] {
		s.readTag(r)
	}
}

// tagRune tells whether r may stand within a tag.
func tagRune(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r >= '０' && r <= '９', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return true
	}
	return strings.ContainsRune(" \u3000,，、;；&和及-–—~～至到:：#†第段节资料来源文档材片落章参见考自出引根依据", r)
}

func foldDigit(r rune) rune {
	if r >= '０' && r <= '９' {
		return r - '０' + '0'
	}
	return r
}

// parseTag returns the numbers between a tag's brackets. Ranges are opened,
// at most to the 50 handles that a prompt ever has.
func parseTag(inner []rune, round bool) ([]int, bool) {
	text := strings.Map(foldDigit, strings.ReplaceAll(string(inner), "\u3000", " "))
	m := tagInner.FindStringSubmatch(text)
	if m == nil || round && m[1] == "" {
		return nil, false
	}
	var out []int
	for _, m := range tagNumber.FindAllStringSubmatch(tagNote.ReplaceAllString(text, ""), -1) {
		first, _ := strconv.Atoi(m[1])
		last := first
		if m[2] != "" {
			last, _ = strconv.Atoi(m[2])
		}
		for n := first; n <= last && n-first < 50; n++ {
			out = append(out, n)
		}
	}
	return out, true
}

// cite attaches handles to the sentence that they stand in or behind.
func (s *tagScanner) cite(handles []int) {
	for n := len(s.pending); n > 0 && (isBlank(s.pending[n-1]) || s.pending[n-1] == '^'); n = len(s.pending) {
		s.pending = s.pending[:n-1]
	}
	kept := make([]int, 0, len(handles))
	for _, h := range handles {
		if h >= 1 && h <= s.handles {
			kept = append(kept, h)
		}
	}
	s.marks = append(s.marks, mark{len(s.pending), kept})
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\u3000' || r == '\u00a0' }

// text collects sentences. One is complete when the next has begun, because
// tags and closing quotes behind the full stop still belong to it.
func (s *tagScanner) text(r rune) {
	if r == '\n' {
		s.flush()
		return
	}
	if len(s.pending) == 0 && isBlank(r) {
		return
	}
	s.pending = append(s.pending, r)
	switch {
	case strings.ContainsRune("。！？；!?;….", r):
		s.sawEnd = true
	case s.sawEnd && !isBlank(r) && !strings.ContainsRune("”’」』）)】》\"]", r):
		s.sawEnd = false
		s.cut()
	}
	if len(s.pending) > maxPending {
		s.flush()
	}
}

// cut sends the sentences of pending that are complete: all but the last.
func (s *tagScanner) cut() {
	ranges := zhtext.Sentences(string(s.pending))
	done := 0
	for _, r := range ranges[:len(ranges)-1] {
		s.send(s.pending[done:r.End], s.takeMarks(r.End), done)
		done = r.End
	}
	s.pending = append([]rune(nil), s.pending[done:]...)
	for i := range s.marks {
		s.marks[i].pos -= done
	}
}

// flush sends all that is pending.
func (s *tagScanner) flush() {
	done := 0
	for _, r := range zhtext.Sentences(string(s.pending)) {
		s.send(s.pending[done:r.End], s.takeMarks(r.End), done)
		done = r.End
	}
	s.pending, s.marks, s.sawEnd = nil, nil, false
}

// takeMarks removes and returns the marks up to the position end.
func (s *tagScanner) takeMarks(end int) []mark {
	n := 0
	for n < len(s.marks) && s.marks[n].pos <= end {
		n++
	}
	taken := s.marks[:n]
	s.marks = s.marks[n:]
	return taken
}

var (
	tagMention = regexp.MustCompile(`(^|[，,。；（(])\s*(?:根据|依据|按照|参见|据|见|由|从)?\s*(?:资料|来源|文档)?\x{e000}+\s*(?:中|里)?(?:显示|指出|提到|所述|可知|表明|介绍|说|称)?\s*[，,：:]?\s*`)
	english    = regexp.MustCompile(`(?i)^\s*(?:according to|as stated in|from|based on)\s*\x{e000}+\s*,?\s*`)
	emptyPair  = regexp.MustCompile(`[（(【\[]\s*[、,，]*\s*[）)】\]]`)
	blankStop  = regexp.MustCompile(`\s+([。，；！？、.,;!?])`)
)

// send cleans a sentence of what the tags leave behind and hands it on.
func (s *tagScanner) send(runes []rune, marks []mark, offset int) {
	if s.err != nil {
		return
	}
	var b strings.Builder
	var handles []int
	next := 0
	for i := 0; i <= len(runes); i++ {
		for next < len(marks) && marks[next].pos-offset <= i {
			b.WriteRune(placeOfTag)
			for _, h := range marks[next].handles {
				if !slices.Contains(handles, h) {
					handles = append(handles, h)
				}
			}
			next++
		}
		if i < len(runes) {
			b.WriteRune(runes[i])
		}
	}
	text := b.String()
	if len(marks) > 0 {
		text = english.ReplaceAllString(text, "")
		text = tagMention.ReplaceAllString(text, "$1")
		text = strings.ReplaceAll(text, string(placeOfTag), "")
		text = emptyPair.ReplaceAllString(text, "")
		text = blankStop.ReplaceAllString(text, "$1")
	}
	text = strings.TrimLeft(strings.TrimSpace(text), "，,、；。：: ")
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return
	}
	// A line that only announces a list says nothing that could be checked.
	if (strings.HasSuffix(text, "：") || strings.HasSuffix(text, ":")) && !strings.ContainsFunc(text, unicode.IsDigit) {
		return
	}
	s.spoke = true
	s.err = s.out(sentence{text, handles})
}
