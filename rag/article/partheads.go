package article

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// The ways to number that follow those of numberings.
const (
	numberedDecimal numbering = 5 + iota // 2.1.3, and 2 where others of the text are such
	numberedChapter                      // 第三章, without a blank behind
)

var (
	// decimalNumber opens a line that is numbered 2.1.3.
	decimalNumber = regexp.MustCompile(`^(\d{1,2}(?:[.．]\d{1,2}){1,4})(?:[.．、]?[ 　\t]*)`)
	// plainNumber is one without a mark, which only blanks set apart.
	plainNumber = regexp.MustCompile(`^(\d{1,2})[ 　\t]+`)
	// partNumbers are the numberings with the number itself.
	partNumbers = []*regexp.Regexp{
		regexp.MustCompile(`^([一二三四五六七八九十]{1,3})[、.．][ 　\t]*`),
		regexp.MustCompile(`^[(（]([一二三四五六七八九十]{1,3})[)）][、.．]?[ 　\t]*`),
		regexp.MustCompile(`^(\d{1,3})[、.．)）][ 　\t]*`),
		regexp.MustCompile(`^[(（](\d{1,3})[)）][、.．]?[ 　\t]*`),
	}
	// chapterGlued is a line that names a part without a blank behind its number.
	chapterGlued = regexp.MustCompile(`^第([一二三四五六七八九十百零〇两\d]{1,8})(?:[编篇章节]|部分)[、：:]?(?:\p{Han})`)
	// runInHead is a heading that may stand inside a paragraph.
	runInHead = regexp.MustCompile(`(?:[一二三四五六七八九十]{1,3}[、.．]|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）][、.．]?|\d{1,3}[、.．)）]|\d{1,2}(?:[.．]\d{1,2}){1,4}[.．、]?)[ 　\t]*[\p{Han}\p{L}、·“”‘’《》（）()]{2,16}。`)
)

// hanNumbers are the Chinese numerals that parts are numbered with.
var hanNumbers = func() map[string]int {
	out := map[string]int{}
	for n := 1; n < 100; n++ {
		out[chineseNumber(n)] = n
	}
	return out
}()

// partLine is a line that begins with the number of a part.
type partLine struct {
	at     int // its place among the lines
	way    numbering
	number []int
	name   string // without the number, and without the full stop behind a bare name
	end    int    // of the number, in bytes
	// may says that the line can be a heading, bare that a full stop ends it.
	may, bare bool
}

// level is the level of the heading, if it is one. Those of chapters are in
// chapterLevels.
func (l partLine) level() int {
	switch l.way {
	case numberedPart:
		return levelPart
	case 2:
		return levelPart + 1
	case 4:
		return levelDay - 1
	}
	return levelPart + 1 + max(1, len(l.number))
}

// readPartLine reads the number that a line begins with. ok is false for a line
// without one.
func readPartLine(line string) (l partLine, ok bool) {
	first, _ := utf8.DecodeRuneInString(line)
	if !isDigit(first) && !strings.ContainsRune("一二三四五六七八九十(（第", first) {
		return l, false
	}
	var digits string
	if at := decimalNumber.FindStringSubmatch(line); at != nil {
		l.way, digits, l.end = numberedDecimal, at[1], len(at[0])
	} else if at := plainNumber.FindStringSubmatch(line); at != nil {
		l.way, digits, l.end = numberedDecimal, at[1], len(at[0])
	} else if at := chapterGlued.FindStringSubmatch(line); at != nil && !chapter.MatchString(line) {
		l.way, digits = numberedChapter, at[1]
	} else {
		for i, pattern := range partNumbers {
			if at := pattern.FindStringSubmatch(line); at != nil {
				l.way, digits, l.end = numbering(i+1), at[1], len(at[0])
				break
			}
		}
	}
	if l.way == 0 {
		return l, false
	}
	for figure := range strings.FieldsFuncSeq(digits, func(r rune) bool { return r == '.' || r == '．' }) {
		n, err := strconv.Atoi(figure)
		if err != nil {
			n = hanNumbers[figure]
		}
		l.number = append(l.number, n)
	}
	l.name = line[l.end:]
	name := strings.TrimRight(l.name, " 　")
	if stopped := strings.TrimSuffix(name, "。"); len(stopped) < len(name) {
		l.bare = isBareName(stopped)
		l.may, l.name = l.bare, stopped
		return l, true
	}
	l.may = isHeadingText(line) && hasWords(l.name) && !labelled.MatchString(l.name) && !statesFigure(line, l)
	return l, true
}

// statesFigure tells whether a numbered line ends with a figure, as in 3、报名费100元,
// or its number is a figure with a unit: it says something.
func statesFigure(line string, l partLine) bool {
	quantities := zhtext.Quantities(line)
	if len(quantities) == 0 {
		return false
	}
	ends := utf8.RuneCountInString(strings.TrimRight(line, " 　"))
	for _, q := range quantities {
		if q.Start == 0 && l.way == numberedDecimal && q.Unit != "" && (q.End == ends || strings.ContainsAny(line[l.end:], "，,")) {
			return true
		}
		if q.Start > 0 && q.Unit != "" && !q.Ordinal && q.End == ends && q.Number.End-q.Number.Start < ends-utf8.RuneCountInString(line[:l.end]) {
			return true
		}
	}
	return false
}

// isFact tells whether a numbered line that may look like a heading states a figure.
func isFact(line string) bool {
	l, ok := readPartLine(line)
	return ok && !l.may && !l.bare && statesFigure(line, l)
}

// opensParts tells whether the first line of a text names the first of its parts, and
// not the text.
func opensParts(lines []block) bool {
	first, ok := readPartLine(lines[0].text)
	unit := chapter.FindStringSubmatch(lines[0].text)
	for _, b := range lines[1:] {
		if unit != nil {
			if at := chapter.FindStringSubmatch(b.text); at != nil && at[1] == unit[1] {
				return true
			}
			continue
		}
		if l, numbered := readPartLine(b.text); ok && numbered && l.way == first.way && first.followedBy(l) {
			return true
		}
		if unit == nil && !ok {
			return false
		}
	}
	return false
}

// followedBy tells whether the number of a part may come right after another one of
// the same way: the next one, or for 2.1.3 one below, beside or above.
func (l partLine) followedBy(next partLine) bool {
	a, b := l.number, next.number
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == len(b) || n < len(a) && b[n] != a[n]+1 {
		return false
	}
	first := n + 1
	if n == len(a) {
		first = n // it is below
	}
	return !slices.ContainsFunc(b[first:], func(figure int) bool { return figure > 1 })
}

// below tells whether a part is a part of another one.
func (l partLine) below(o partLine) bool {
	return len(l.number) > len(o.number) && slices.Equal(l.number[:len(o.number)], o.number)
}

// partRuns are the runs of lines, or of what is known of them, whose numbers follow each
// other; each way of numbering goes on by itself.
type partRuns[L any] struct {
	all  [][]L
	open map[numbering]openRun // the run of each way that may go on
}

// openRun is the place of a run, and its last line.
type openRun struct {
	at   int
	last partLine
}

// add puts what is known of a line into the run that it goes on, or into a new one.
func (r *partRuns[L]) add(l partLine, known L) {
	run, going := r.open[l.way]
	if !going || !run.last.followedBy(l) {
		run.at = len(r.all)
		r.all = append(r.all, nil)
	}
	r.all[run.at] = append(r.all[run.at], known)
	if r.open == nil {
		r.open = map[numbering]openRun{}
	}
	r.open[l.way] = openRun{run.at, l}
}

// markParts makes headings of the lines that number the parts of a text and name
// them, as text without styles has them: 一、停水时间, 2.1 安装, 三、停水安排。 Lines that
// follow each other in their numbers are judged together: parts have something below
// their names, items of a list have not.
func (p *page) markParts() {
	p.cutRunIn()
	var runs partRuns[partLine]
	for i, b := range p.lines {
		if b.level > 0 || b.kind != blockText && b.kind != blockHeading && b.kind != blockItem || b.soft || isTurn(b.text) {
			continue
		}
		l, ok := readPartLine(b.text)
		if !ok || l.way == numberedDecimal && !l.may {
			continue
		}
		if b.kind == blockItem { // of a list that the source marks, unless a text stands below it
			l.may = l.may && i+1 < len(p.lines) && (p.lines[i+1].kind != blockItem || endsSentence(p.lines[i+1].text) && !listItem.MatchString(p.lines[i+1].text))
		}
		l.at = i
		runs.add(l, l)
	}
	for _, run := range runs.all {
		p.markRun(run)
	}
}

// markRun makes headings of the lines of a run, if they are.
func (p *page) markRun(run []partLine) {
	names, empty, sure := 0, 0, 0 // lines that can be headings, those with nothing below, and those that end as headings do
	deep := false
	for _, l := range run {
		deep = deep || len(l.number) > 1
		if !l.may {
			continue
		}
		names++
		if l.bare && endsAsHeading(l.name) {
			sure++
		}
		if p.isEmpty(l) {
			empty++
		}
	}
	parts := names > 1 && empty*4 <= names
	if run[0].way == numberedDecimal {
		// 2 人 and 3 人 are no parts: they begin with 1, or some are 1.1.
		parts = parts && (deep || run[0].number[0] == 1)
	} else if parts {
		// Items of a list are not each followed by a text.
		for _, l := range run {
			if !l.may && l.bare {
				parts = false
			}
		}
	}
	for _, l := range run {
		b := &p.lines[l.at]
		switch {
		case !l.may || p.isEmpty(l) && !parts:
			continue
		case !l.bare && !parts:
			continue
		case l.bare && !endsAsHeading(l.name) && (!parts || sure*2 < names && (utf8.RuneCountInString(l.name) > maxBareWord || sure == 0 && l.way != numberedPart)):
			continue
		case l.bare && !parts && !p.standsApart(run, l):
			continue
		}
		b.kind = blockHeading
		b.text = b.text[:l.end] + strings.TrimRight(l.name, " 　")
		if b.level = l.level(); l.way == numberedChapter {
			b.level = chapterLevels[chapterUnit(b.text)]
		}
		p.parts = true
	}
}

// isEmpty tells whether nothing stands below a line before the next one that is
// numbered in its way.
func (p *page) isEmpty(l partLine) bool {
	if l.at+1 == len(p.lines) || p.lines[l.at+1].level > 0 && !p.lines[l.at+1].summary {
		return true
	}
	next, ok := readPartLine(p.lines[l.at+1].text)
	return ok && next.way == l.way && (l.way != numberedDecimal || next.may && !next.below(l))
}

// standsApart tells whether a text stands below a line of a run and those above it,
// which may be fields: it is no item of a list that ends with it.
func (p *page) standsApart(run []partLine, l partLine) bool {
	for _, o := range run {
		if o.at < l.at && p.isEmpty(o) && !labelled.MatchString(o.name) {
			return false
		}
	}
	return !p.isEmpty(l)
}

// chapterUnit is 章 of 第三章.
func chapterUnit(line string) string {
	for _, unit := range []string{"部分", "编", "篇", "章", "节"} {
		if at := strings.Index(line, unit); at > 0 && at < 30 {
			return unit
		}
	}
	return ""
}

// runIn is a heading inside a paragraph, or one that a full stop ends.
type runIn struct {
	partLine
	from, to int // in the line
	alone    bool
}

// cutRunIn takes headings out of the paragraphs that they begin, or stand inside of,
// as in 一、停水时间。6月3日8时起。 There are several, or what looks like one is a sentence.
func (p *page) cutRunIn() {
	var runs partRuns[runIn]
	for i, b := range p.lines {
		if b.level > 0 || b.kind != blockText && b.kind != blockItem || b.soft || !strings.Contains(b.text, "。") {
			continue
		}
		for _, at := range runInHead.FindAllStringIndex(b.text, -1) {
			before := strings.TrimRight(b.text[:at[0]], " 　\n\t")
			if before != "" && !endsSentence(before) && !strings.HasSuffix(b.text[:at[0]], "\n") && !endsLeadIn(before) {
				continue
			}
			l, ok := readPartLine(b.text[at[0]:at[1]])
			if !ok || !l.bare {
				continue
			}
			l.at = i
			runs.add(l, runIn{l, at[0], at[1], at[0] == 0 && at[1] == len(b.text)})
		}
	}
	cuts := map[int][]runIn{}
	for _, run := range runs.all {
		sure := 0
		for _, l := range run {
			if endsAsHeading(l.name) {
				sure++
			}
		}
		for _, l := range run {
			if len(run) > 1 && sure*2 >= len(run) && !l.alone {
				cuts[l.at] = append(cuts[l.at], l)
			}
		}
	}
	if len(cuts) > 0 {
		p.cut(cuts)
	}
}

// cut makes lines of their own of what stands inside lines.
func (p *page) cut(cuts map[int][]runIn) {
	var out []block
	metaAt := p.metaAt
	for i, b := range p.lines {
		if i == p.metaAt {
			metaAt = len(out)
		}
		done, whole := 0, b.text
		put := func(text string) {
			if text = strings.TrimSpace(text); text != "" {
				b.text = text
				out = append(out, b)
			}
		}
		slices.SortFunc(cuts[i], func(a, b runIn) int { return a.from - b.from })
		for _, c := range cuts[i] {
			put(whole[done:c.from])
			put(whole[c.from:c.to])
			done = c.to
		}
		put(whole[done:])
	}
	p.lines, p.metaAt = out, metaAt
}
