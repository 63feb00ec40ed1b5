package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	// chapter is a line that names a part of a law, a statute or a book.
	chapter = regexp.MustCompile(`^第[一二三四五六七八九十百千零〇两\d]{1,8}([编篇章节]|部分)(?:[\s　:：、].{0,40}|)$`)
	// clause opens an article of a law.
	clause = regexp.MustCompile(`^(第[一二三四五六七八九十百千零〇两\d]{1,8}条(?:之[一二三四五六七八九十]{1,3})?)(?:[\s　:：【（(]|$)`)
	// listItem opens an item of a list in text without marks of its own.
	listItem = regexp.MustCompile(`^(?:[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,3}(?:[、.．)）]\D|[)）])|[①-⑳]|[●•·▪■◆○*－–-]\s*\S|[a-zA-Z][.)）、])`)
	// attribution says below a quotation whose it is: ——鲁迅《野草》.
	attribution = regexp.MustCompile(`^(?:——?|―+)\s*[\p{L}《〈“][^。！？!?；\n]{0,40}$`)
	question    = regexp.MustCompile(`^(?:问|提问|问题|Q\d*|Question)\s*\d*\s*[:：.．、]`)
)

// maxList is how long a list grows in one paragraph, in runes. What follows is
// a paragraph for each item.
const maxList = 1500

// chapterLevels are the levels of headings that text without marks shows by
// their wording. They lie below those of a document's own headings.
var chapterLevels = map[string]int{"部分": 7, "编": 7, "篇": 7, "章": 8, "节": 9}

// numbering is a way to number the parts of a text without marks, 0 for none.
type numbering int

// numberings are the ways, by what a line of each begins with. The first is that of
// parts that have a heading.
var numberings = []*regexp.Regexp{
	regexp.MustCompile(`^[一二三四五六七八九十]{1,3}[、.．]`),
	regexp.MustCompile(`^[(（][一二三四五六七八九十]{1,3}[)）]`),
	regexp.MustCompile(`^\d{1,3}[、.．)）]\D`),
	regexp.MustCompile(`^[(（]\d{1,3}[)）]`),
}

const numberedPart numbering = 1

func numberingOf(line string) numbering {
	for i, pattern := range numberings {
		if pattern.MatchString(line) {
			return numbering(i + 1)
		}
	}
	return 0
}

// levelPart is the level of headings that are numbered 一、 and of questions.
const levelPart = 10

// sections puts blocks together to paragraphs and knows what each stands below.
type sections struct {
	out  []Paragraph
	path []sectionHead
	// base is how many headings at the beginning of the path nothing ends: those around
	// the fold that is open, and its summary.
	base int
	fold *fold
	// clause is the article of the law that is open, "" without one.
	clause string
	// open says that the last paragraph is a list whose items go on; lead is how the
	// line that leads to it is numbered itself.
	open bool
	lead numbering
	// answers says that the last paragraph is a question without its answer.
	answers bool
}

type sectionHead struct {
	text  string
	level int
}

// enter puts a heading on the path; deeper ones and those of its level end.
func (s *sections) enter(text string, level int) {
	s.leave(level)
	s.path = append(s.path, sectionHead{text, level})
	for f := s.fold; f != nil && f.frame; f = f.around {
		if f.least == 0 || level < f.least {
			f.least = level
		}
	}
}

// leave ends the headings of a level and those below it.
func (s *sections) leave(level int) {
	for len(s.path) > s.base && s.path[len(s.path)-1].level >= level {
		s.path = s.path[:len(s.path)-1]
	}
	s.clause, s.open, s.answers = "", false, false
}

// inDay tells whether what comes stands below a line of a schedule: it is an item and
// no heading, however short.
func (s *sections) inDay() bool {
	return len(s.path) > 0 && s.path[len(s.path)-1].level >= levelDay
}

// dashedHeadings tells whether the lines of a text that begin with a dash stand over
// what follows, as principles do in a plan, and do not say whose the words above are:
// nothing is said above one of them, or the last of several has a text below.
func dashedHeadings(lines []block) bool {
	n, told := 0, false // whether a text stands below the last one
	for i, b := range lines {
		if b.kind != blockText || !attribution.MatchString(b.text) {
			continue
		}
		n++
		told = i+1 < len(lines) && endsSentence(lines[i+1].text)
		if told && i > 0 && !endsSentence(lines[i-1].text) {
			return true
		}
	}
	return n > 1 && told
}

// joinSections makes one path of several; "" is none.
func joinSections(paths ...string) string {
	return strings.Join(slices.DeleteFunc(paths, func(p string) bool { return p == "" }), SectionMark)
}

// section is the path of headings as it stands.
func (s *sections) section() string {
	parts := make([]string, 0, len(s.path)+1)
	for _, h := range s.path {
		parts = append(parts, h.text)
	}
	if s.clause != "" {
		parts = append(parts, s.clause)
	}
	return strings.Join(parts, SectionMark)
}

// closes ends what a notice says: 特此通知。 Or it names what is sent along.
var closes = regexp.MustCompile(`^(?:(?:特此|专此)[\p{Han}]{2,6}[。！]?$|附件\d{0,2}\s*[:：])`)

// endPart leaves a numbered part where the next one begins without a heading, or the
// whole text ends. What leads to a list names its part.
func (s *sections) endPart(b block) {
	if b.kind == blockRow || b.kind == blockCode || s.continues(b) {
		return
	}
	l, numbered := readPartLine(b.text)
	numbered = numbered && s.partBefore(l)
	if numbered || closes.MatchString(b.text) {
		open, lead := s.open, s.lead
		if numbered {
			s.leave(l.level())
		} else {
			s.leave(levelPart)
		}
		s.open, s.lead = open, lead
	}
	if name := strings.TrimRight(b.text, "：:"); len(name) < len(b.text) && l.way == numberedPart && isHeadingText(name) {
		s.enter(name, levelPart)
	}
}

// partBefore tells whether the part that is open is the one before a numbered line.
func (s *sections) partBefore(l partLine) bool {
	for _, h := range s.path {
		if h.level != l.level() {
			continue
		}
		o, ok := readPartLine(h.text)
		return ok && o.way == l.way && (o.followedBy(l) || l.way == numberedPart)
	}
	return false
}

// continues tells whether a line is one more item of the list that is open, and not
// what follows the line that led to it.
func (s *sections) continues(b block) bool {
	item := b.kind == blockItem || b.kind == blockText && listItem.MatchString(b.text)
	return s.open && item && (s.lead == 0 || numberingOf(b.text) != s.lead)
}

// add appends a paragraph. heads are the lines that stand right over it.
func (s *sections) add(b block, heads []string) {
	item := b.kind == blockItem || b.kind == blockText && listItem.MatchString(b.text)
	if n := len(s.out); n > 0 && len(heads) == 0 {
		last := &s.out[n-1]
		switch {
		case attribution.MatchString(b.text) && b.kind != blockRow && b.kind != blockCode && endsSentence(last.Text):
			last.Text += "\n" + b.text
			return
		case s.continues(b) && utf8.RuneCountInString(last.Text)+utf8.RuneCountInString(b.text) < maxList,
			s.answers && b.kind == blockText && !question.MatchString(b.text):
			last.Text += "\n" + b.text
			s.answers = false
			s.open = s.open && item || endsLeadIn(b.text)
			return
		}
	}
	if at := clause.FindStringSubmatch(b.text); at != nil && b.kind != blockRow {
		s.clause = at[1]
	}
	text := b.text
	if len(heads) > 0 {
		text = strings.Join(heads, "\n") + "\n" + text
	}
	s.out = append(s.out, Paragraph{Text: text, Section: joinSections(s.section(), b.under), Page: b.page})
	s.open, s.lead = endsLeadIn(b.text), numberingOf(b.text)
	s.answers = question.MatchString(b.text) && !strings.Contains(b.text, "\n")
}

// plain appends lines as they are, headings for example under which nothing
// stands.
func (s *sections) plain(page int, lines ...string) {
	for _, l := range lines {
		s.out = append(s.out, Paragraph{Text: l, Section: s.parentOf(l), Page: page})
	}
	s.open, s.answers = false, false
}

// plainBelow is plain for lines whose sections have been left since.
func (s *sections) plainBelow(page int, lines, sections []string) {
	for i, l := range lines {
		s.out = append(s.out, Paragraph{Text: l, Section: sections[i], Page: page})
	}
	s.open, s.answers = false, false
}

// parentOf is the section around a heading.
func (s *sections) parentOf(heading string) string {
	section := s.section()
	if rest, ok := strings.CutSuffix(section, heading); ok {
		return strings.TrimSuffix(rest, SectionMark)
	}
	return section
}

// endsLeadIn tells whether a list follows a text.
func endsLeadIn(text string) bool {
	return strings.HasSuffix(text, "：") || strings.HasSuffix(text, ":")
}

// Sections are the headings over a passage's paragraphs that the passage does
// not show itself, a line for each path.
func Sections(a *Article, p Passage) []string {
	var out []string
	last := ""
	for _, span := range p.Spans {
		if span.Paragraph < 1 || span.Paragraph > len(a.Paragraphs) {
			continue
		}
		section := a.Paragraphs[span.Paragraph-1].Section
		if section == "" || section == last {
			continue
		}
		last = section
		var missing []string
		for part := range strings.SplitSeq(section, SectionMark) {
			if !strings.Contains(span.Text, part) {
				missing = append(missing, part)
			}
		}
		if len(missing) > 0 {
			out = append(out, strings.Join(missing, SectionMark))
		}
	}
	return out
}

// SearchText is what a passage is searched by: the headings that it stands
// below, then the passage.
func SearchText(a *Article, p Passage) string {
	heads := Sections(a, p)
	if len(heads) == 0 {
		return p.Text()
	}
	return strings.Join(heads, "\n") + "\n" + p.Text()
}
