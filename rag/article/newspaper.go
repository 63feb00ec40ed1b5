package article

import (
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// The widths of set type, in cells (a Chinese character takes two).
const (
	// minColumn is the narrowest column in which running text is set.
	minColumn = 18
	// firstIndent is how much shorter a paragraph's first line may be: two
	// characters of indentation and what justification takes.
	firstIndent = 9
	// ragged is how much the lines within a paragraph differ: marks that may
	// not begin a line move to the one before it.
	ragged = 6
)

var (
	continued   = regexp.MustCompile(`^[(（]?\s*(?:上接|下转|紧接)\s*第?\s*[\dA-Z一二三四五六七八九十]+\s*版\s*[)）]?\s*`)
	newsOpening = regexp.MustCompile(`^` + filed)
	// quantityLine is a figure that stands alone, as in an infographic.
	quantityLine   = regexp.MustCompile(`^(?:超过?|约|近|逾|达)?\s*\d[\d,.，\s]*\s*(?:%|％|[\p{Han}]{0,5})(?:以上|左右|余)?$`)
	digitGap       = regexp.MustCompile(`(\p{Han}|[，。、；：！？（）“”《》])[ \x{3000}]+(\d)`)
	gapAfterDigits = regexp.MustCompile(`(\d[%％]?)[ \x{3000}]+(\p{Han}|[，。、；：！？（）“”《》%％])`)
)

// looksTypeset tells whether lines are columns of type: many short lines of
// Chinese, most of which break off inside a sentence. Fields, items and the hours of a
// programme are lines of their own.
func looksTypeset(lines []textLine) bool {
	open, long, han, all, clauses, own := 0, 0, 0, 0, 0, 0
	for _, t := range laidOutTables(lines) {
		own += t.to - t.from
	}
	for _, l := range lines {
		if labelled.MatchString(l.text) || listItem.MatchString(l.text) || clockItem.MatchString(l.text) || dayLevel(l.text) > 0 {
			own++
		}
		if clause.MatchString(l.text) {
			clauses++
		}
		n := cells(l.text)
		if n > 84 {
			long++
		}
		if n >= minColumn && !endsSentence(l.text) {
			open++
		}
		for _, r := range l.text {
			all++
			if zhtext.IsHan(r) {
				han++
			}
		}
	}
	return len(lines) >= 8 && long*20 <= len(lines) && open*2 > len(lines) && han*2 > all && clauses < maxClauses && own*4 < len(lines) && evenWidths(lines)
}

// maxClauses is how many lines beginning with 第…条 make a text of rules.
const maxClauses = 3

// evenWidths tells columns from lists of short items: most lines that break off
// are about as wide as the next one.
func evenWidths(lines []textLine) bool {
	open, even := 0, 0
	for i := 0; i+1 < len(lines); i++ {
		if endsSentence(lines[i].text) {
			continue
		}
		open++
		a, b := cells(lines[i].text), cells(lines[i+1].text)
		if b-a <= firstIndent && (a-b <= ragged || endsSentence(lines[i+1].text)) {
			even++
		}
	}
	return even*10 >= open*7
}

// parseNewspaper reads a page set in columns: lines become paragraphs and
// headlines, these become pieces, and each headline finds its piece.
func parseNewspaper(lines []textLine, opts Options) []draft {
	units := (&typesetter{lines: lines, flush: setFlush(lines)}).units()
	for _, u := range units {
		if u.kind == unitCaption {
			opts.omit(OmitCaption, u.text)
		}
	}
	pieces, headlines := cutPieces(units)
	pieces = assignHeadlines(pieces, headlines, opts)
	day := pageDay(pieces, opts.now())
	var out []draft
	for _, p := range pieces {
		if len(p.paragraphs) == 0 {
			continue
		}
		d := draft{meta: p.meta}
		if d.published.IsZero() {
			d.published = day
		}
		for _, text := range p.paragraphs[:1] {
			if at := inlineByline.FindStringSubmatch(text[:min(len(text), 600)]); at != nil {
				d.author = "" // a credit below may name others who helped
				d.credit(at[1], at[2])
			}
		}
		last := len(p.paragraphs) - 1
		p.paragraphs[last] = cutClosingByline(p.paragraphs[last], &d.meta)
		for _, text := range p.paragraphs {
			d.paragraphs = append(d.paragraphs, Paragraph{Text: text})
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return []draft{parseLines(unwrap(lines), meta{}, opts)}
	}
	return out
}

// pageDay is the day that the whole page shares: of the pieces' datelines the
// latest, else the latest full date that the page states.
func pageDay(pieces []*piece, now time.Time) time.Time {
	var all []string
	title := ""
	for _, p := range pieces {
		all = append(all, p.paragraphs...)
		if p.published.After(time.Time{}) {
			return clampYear(p.published, now)
		}
	}
	var latest time.Time
	for _, p := range pieces {
		if len(p.paragraphs) == 0 {
			continue
		}
		line, ok := dateline(p.paragraphs[0])
		if !ok || !newsOpening.MatchString(line) {
			continue
		}
		// The year is the whole page's: a short piece may not name it.
		if t := leadDate(title, append([]string{p.paragraphs[0]}, all...), now); t.After(latest) {
			latest = t
		}
	}
	return latest
}

// unit is a part of a typeset page, in reading order.
type unit struct {
	kind  unitKind
	lines []string
	text  string
	// width is the column's, in cells; 0 when the text is too short to tell.
	width int
	// opens says that the text itself begins a new piece.
	opens bool
}

type unitKind int

const (
	unitText unitKind = iota
	unitDisplay
	unitCredit
	unitCaption
	unitFigures
)

// typesetter reads a page's lines.
type typesetter struct {
	lines []textLine
	// flush says that paragraphs begin without an indentation, so that only
	// an empty line shows where one begins.
	flush bool
}

// setFlush looks at the paragraphs whose beginning is beyond doubt, for the
// line before them is short: do their first lines fill the column?
func setFlush(lines []textLine) bool {
	flush, all := 0, 0
	for k := 1; k+1 < len(lines); k++ {
		first, next := cells(lines[k].text), cells(lines[k+1].text)
		if !lines[k].blank || lines[k+1].blank || !endsSentence(lines[k-1].text) || endsSentence(lines[k].text) ||
			next < minColumn || cells(lines[k-1].text) > next-firstIndent || first < next-firstIndent || first > next+ragged ||
			opensPiece(lines[k].text) {
			continue
		}
		all++
		if first >= next-2 && !lines[k].indented {
			flush++
		}
	}
	return flush*2 > all
}

// units reads the page from top to bottom.
func (s *typesetter) units() []unit {
	lines := s.lines
	var out []unit
	column := 0 // of the paragraph before, 0 when unknown
	for i := 0; i < len(lines); {
		text := lines[i].text
		if n, closed := creditLines(lines, i); closed {
			out = append(out, unit{kind: unitCredit, text: joinAll(lines[i : i+n])})
			i += n
			continue
		}
		if captionStart.MatchString(text) || photoCredit.MatchString(text) {
			n := captionLines(lines, i)
			out = append(out, unit{kind: unitCaption, text: joinAll(lines[i : i+n])})
			i += n
			continue
		}
		if at := continued.FindString(text); at != "" {
			if len(at) == len(text) { // the mark stands alone: the next line opens
				i++
				if i < len(lines) {
					u, n := s.paragraph(i, "")
					u.opens = true
					out, column = append(out, u), u.width
					i += n
				}
				continue
			}
			u, n := s.paragraph(i, text[len(at):])
			u.opens = true
			out, column = append(out, u), u.width
			i += n
			continue
		}
		if !newsOpening.MatchString(text) && s.isDisplay(i, column) {
			n := s.displayLines(i, column)
			out = append(out, unit{kind: unitDisplay, lines: texts(lines[i : i+n])})
			i += n
			continue
		}
		u, n := s.paragraph(i, "")
		u.opens = newsOpening.MatchString(text)
		if u.width > 0 {
			column = u.width
		}
		out = append(out, u)
		i += n
	}
	return out
}

func texts(lines []textLine) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	return out
}

func joinAll(lines []textLine) string {
	text := ""
	for i, l := range lines {
		if i == 0 {
			text = l.text
		} else {
			text = joinWrapped(text, l.text)
		}
	}
	return text
}

// creditLines recognises the credit that closes a piece, over at most four lines.
func creditLines(lines []textLine, i int) (int, bool) {
	text := ""
	for n := 1; n <= 4 && i+n <= len(lines); n++ {
		if text = joinAll(lines[i : i+n]); readByline(text, &meta{}) && (!strings.HasPrefix(text, "（") || strings.HasSuffix(text, "）")) {
			return n, true
		}
		if !strings.HasPrefix(text, "（") && !strings.HasPrefix(text, "(") || len(text) > maxFurniture {
			return 0, false
		}
	}
	return 0, false
}

// captionLines is how many lines a caption takes: to the end of its sentence
// and the photographer's credit below it.
func captionLines(lines []textLine, i int) int {
	n := 1
	for i+n < len(lines) && n < 8 && !endsSentence(lines[i+n-1].text) && !photoCredit.MatchString(lines[i+n-1].text) {
		n++
	}
	if i+n < len(lines) && photoCredit.MatchString(lines[i+n].text) && cells(lines[i+n].text) < 60 {
		n++
	}
	return n
}

// isDisplay tells whether line i is set apart from running text: were it a
// paragraph's first line, the lines below it would have to fill a column that
// it almost fills too. column is the width of the text before it.
func (s *typesetter) isDisplay(i, column int) bool {
	lines := s.lines
	w := cells(lines[i].text)
	full := column > 0 && w > column-ragged && w <= column+ragged
	if endsSentence(lines[i].text) || strings.Contains(lines[i].text, "。") || full && strings.ContainsAny(lines[i].text, "，、") || goesOn(lines, i) {
		return false
	}
	if i+1 == len(lines) {
		return true
	}
	if _, closed := creditLines(lines, i+1); closed || opensPiece(lines[i+1].text) {
		return true
	}
	next := cells(lines[i+1].text)
	if endsSentence(lines[i+1].text) {
		// The next line may be short: compare with the column before as well.
		if w < next-firstIndent || w < minColumn-4 {
			return true
		}
		return column > 0 && w < column-firstIndent-ragged && !lines[i].indented
	}
	if next < minColumn || w < next-firstIndent || w > next+ragged {
		return true
	}
	// In a full column the third line may be short where the column breaks.
	if i+2 < len(lines) && (!full || next < column-ragged) {
		third := cells(lines[i+2].text)
		return third > next+firstIndent || third < next-ragged && !endsSentence(lines[i+2].text) && !opensPiece(lines[i+2].text)
	}
	return false
}

// goesOn tells from the wording that a line continues on the next: it ends with
// a word that something must follow, or the next one begins with a single
// character and a mark, which is the end of a word.
func goesOn(lines []textLine, i int) bool {
	last, _ := utf8.DecodeLastRuneInString(lines[i].text)
	if strings.ContainsRune("的和与及或把被将从向是在，、：", last) {
		return true
	}
	if i+1 == len(lines) {
		return false
	}
	first, size := utf8.DecodeRuneInString(lines[i+1].text)
	second, _ := utf8.DecodeRuneInString(lines[i+1].text[size:])
	return zhtext.IsHan(first) && strings.ContainsRune("，。：；、", second) && !strings.ContainsRune("一二三四五六七八九十", first)
}

// opensPiece recognises what can only stand at the beginning of a unit.
func opensPiece(line string) bool {
	return continued.MatchString(line) || newsOpening.MatchString(line) || captionStart.MatchString(line) || photoCredit.MatchString(line)
}

// displayLines is how many lines belong to one headline: those directly below.
func (s *typesetter) displayLines(i, column int) int {
	lines := s.lines
	n := 1
	for i+n < len(lines) && n < 5 && !lines[i+n].blank && !opensPiece(lines[i+n].text) && s.isDisplay(i+n, column) {
		if _, closed := creditLines(lines, i+n); closed {
			break
		}
		n++
	}
	return n
}

// paragraph joins the lines of the paragraph that begins at i. first
// replaces the first line's text where a mark was cut off it.
func (s *typesetter) paragraph(i int, first string) (unit, int) {
	lines := s.lines
	var text joiner
	if first == "" {
		first = lines[i].text
	}
	text.add(first)
	var inner []int
	opening := 0 // the first line's width, once there is a second one
	n := 1
	for i+n < len(lines) {
		previous, l := lines[i+n-1], lines[i+n]
		if opensPiece(l.text) {
			break
		}
		if _, closed := creditLines(lines, i+n); closed {
			break
		}
		if endsSentence(previous.text) && s.paragraphEnds(i+n, max(columnWidth(inner), opening)) {
			break
		}
		text.add(l.text)
		if n > 1 {
			inner = append(inner, cells(previous.text))
		}
		if n == 1 {
			opening = cells(previous.text)
		}
		n++
	}
	width := 0
	if len(inner) >= 2 {
		width = columnWidth(inner)
	}
	return unit{kind: unitText, text: closeGaps(text.String()), width: width}, n
}

// paragraphEnds decides whether a sentence that ends with line k-1 ends the
// paragraph: its line is short, or the next one is indented. A blank line alone
// says nothing, columns break anywhere.
func (s *typesetter) paragraphEnds(k, column int) bool {
	lines := s.lines
	last, next := cells(lines[k-1].text), cells(lines[k].text)
	if lines[k].indented || s.flush && lines[k].blank || s.isDisplay(k, column) {
		return true
	}
	// The lines below the next one show the column's width too.
	full := max(column, last)
	for j := k; j < len(lines) && j < k+4 && !endsSentence(lines[j].text); j++ {
		if w := cells(lines[j].text); w <= full+ragged {
			full = max(full, w)
		}
	}
	if last < full-4 {
		return true
	}
	if endsSentence(lines[k].text) && k+1 < len(lines) && !lines[k].blank {
		return false // a short last line of this paragraph
	}
	if lines[k].blank && k+1 < len(lines) && cells(lines[k+1].text) >= next+2 && next <= full-2 {
		return true // hanging marks make an indentation look smaller
	}
	return next <= full-3
}

// columnWidth is the median of the widths of full lines.
func columnWidth(widths []int) int {
	if len(widths) == 0 {
		return 0
	}
	sorted := append([]int(nil), widths...)
	sort.Ints(sorted)
	return sorted[len(sorted)/2]
}

// closeGaps removes the blanks that justification puts next to figures.
func closeGaps(text string) string {
	for range 2 { // neighbouring matches share a character
		text = digitGap.ReplaceAllString(text, "$1$2")
		text = gapAfterDigits.ReplaceAllString(text, "$1$2")
	}
	return text
}
