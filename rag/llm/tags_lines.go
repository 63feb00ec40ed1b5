package llm

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isThinking tells whether a tag of that name encloses what a reasoning model
// says to itself.
func isThinking(name string) bool {
	switch name {
	case "think", "thinking", "thought", "reasoning":
		return true
	}
	return false
}

// readMarkup drops <think>…</think>, special tokens such as <|im_end|>, and
// echoes of the prompt's own delimiters.
func (s *tagScanner) readMarkup(r rune) {
	if s.thinking {
		s.thought = append(s.thought, unicode.ToLower(r))
		if r == '>' {
			tail := strings.TrimSuffix(string(s.thought), ">")
			if i := strings.LastIndex(tail, "</"); i >= 0 && isThinking(tail[i+2:]) {
				s.thinking, s.thought = false, nil
				return
			}
		}
		if len(s.thought) > maxMarkup {
			s.thought = slices.Delete(s.thought, 0, len(s.thought)-maxMarkup)
		}
		return
	}
	if len(s.markup) == 0 {
		if r == '<' {
			s.markup = append(s.markup, r)
			return
		}
		s.readLine(r)
		return
	}
	if r == '<' || r == '\n' || len(s.markup) >= maxMarkup {
		s.releaseMarkup()
		s.readMarkup(r)
		return
	}
	s.markup = append(s.markup, r)
	if r == '>' {
		s.closeMarkup()
	}
}

func (s *tagScanner) closeMarkup() {
	name := strings.ToLower(strings.Trim(string(s.markup), "<>/ "))
	switch {
	case isThinking(name):
		if s.markup[1] == '/' { // some servers swallow the opening tag
			s.pending, s.marks, s.tag, s.head, s.atStart = nil, nil, nil, nil, true
		} else {
			s.thinking = true
		}
	case strings.HasPrefix(name, "|") || name == "s" || name == "eos":
		s.markup = nil
		s.readLine('\n')
		s.ended = s.spoke
		return
	case name == "answer" || name == "p" || name == "br" || name == "sup" || promptTag.MatchString(name):
	default:
		s.releaseMarkup()
		return
	}
	s.markup = nil
}

var promptTag = regexp.MustCompile(`^(?:资料|source|passages?|sources)\s*\d*`)

func (s *tagScanner) releaseMarkup() {
	held := s.markup
	s.markup = nil
	for _, r := range held {
		s.readLine(r)
	}
}

// readLine drops what Markdown and chat templates put before a line's text.
func (s *tagScanner) readLine(r rune) {
	if s.skipLine {
		if r != '\n' {
			return
		}
		s.skipLine = false
	}
	if !s.atStart {
		s.afterHead(r)
		return
	}
	if len(s.head) == 0 && (r == ' ' || r == '\t' || r == '\u3000' || r == '\n') {
		if r == '\n' {
			s.afterHead(r)
		}
		return
	}
	if r == '\n' {
		s.releaseHead(true)
		s.afterHead(r)
		return
	}
	s.head = append(s.head, r)
	s.releaseHead(false)
}

// releaseHead decides what the runes at a line's start are. Without final it
// waits as long as further runes could still change the decision.
func (s *tagScanner) releaseHead(final bool) {
	for s.atStart && len(s.head) > 0 {
		kind, n, more := lineHead(s.head)
		if more && !final && len(s.head) < maxHead {
			return
		}
		switch kind {
		case headMarker: // several may follow one another: "> - **答："
			s.head = slices.Delete(s.head, 0, n)
			for len(s.head) > 0 && (s.head[0] == ' ' || s.head[0] == '\t') {
				s.head = s.head[1:]
			}
			continue
		case headFence:
			s.head, s.skipLine = nil, !final
			return
		case headAsker:
			if s.spoke || len(s.pending) > 0 {
				s.flush()
				s.ended = true
			}
			s.head, s.skipLine = nil, !final
			return
		}
		held := s.head
		s.head, s.atStart = nil, false
		for _, r := range held {
			s.afterHead(r)
		}
	}
}

type headKind int

const (
	headText   headKind = iota
	headMarker          // a list marker, a heading, a quotation, the answerer's name
	headFence           // a code fence: its whole line goes
	headAsker           // the model goes on with the next question
)

var (
	markerPattern = regexp.MustCompile(`^(?:[-+•·●▪◦–—]\s|\*+\s|#{1,6}\s|>|\d{1,2}[.)]\s|\d{1,2}）|\d{1,2}[、．]\D|[（(]\d{1,2}[）)]|[①②③④⑤⑥⑦⑧⑨⑩])`)
	markerPrefix  = regexp.MustCompile(`^(?:[-+•·●▪◦–—]|\*+|#{1,6}|\d{1,2}[.)、．]?|[（(]\d{0,2}|` + "`{1,2}" + `)$`)
	answererName  = regexp.MustCompile(`^(?i:\**(?:答案?|回答|最终答案|助手|answer|final answer|assistant|ai|a)\**\s*[:：]\**|【答案】)`)
	askerName     = regexp.MustCompile(`^(?i:\**(?:问|问题|用户|question|user|human|q)\**\s*[:：])`)
	namePrefix    = regexp.MustCompile(`^(?i:【答?案?|\**[\p{Han}]{0,4}\**\s*|\**[a-z]{0,9}( [a-z]{0,6})?\**\s*)$`)
)

// lineHead classifies the first runes of a line: what they are, how many
// runes belong to it, and whether more runes could change that.
func lineHead(head []rune) (kind headKind, n int, more bool) {
	text := string(head)
	if strings.HasPrefix(text, "```") {
		return headFence, len(head), false
	}
	if m := askerName.FindString(text); m != "" {
		return headAsker, len(head), false
	}
	if m := answererName.FindString(text); m != "" {
		n := utf8.RuneCountInString(m)
		return headMarker, n, n == len(head) // emphasis may still close
	}
	if m := markerPattern.FindString(text); m != "" {
		n := utf8.RuneCountInString(m)
		if last := []rune(m)[n-1]; (strings.ContainsAny(m, "、．")) && last != '、' && last != '．' {
			n-- // the rune behind it was only looked at
		}
		return headMarker, n, false
	}
	return headText, 0, markerPrefix.MatchString(text) || namePrefix.MatchString(text)
}

// afterHead drops Markdown's emphasis and code marks. A star between digits
// is a multiplication.
func (s *tagScanner) afterHead(r rune) {
	if s.star {
		s.star = false
		if unicode.IsDigit(s.last) && unicode.IsDigit(r) {
			s.readTag('*')
		}
	}
	switch r {
	case '\n':
		s.atStart = true
	case '*':
		s.star = true
		return
	case '`':
		return
	}
	s.last = r
	s.readTag(r)
}
