package article

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"

	"zhiwen/rag/zhtext"
)

// A PDF knows no tables, only where each character stands. PDFium writes one blank
// between two texts of a line however far they are apart, and the texts of a line below
// each other where they were not drawn one after the other.

const (
	columnGap  = .6   // of a character's width: what is further apart stands in two columns
	manyBlanks = 8    // in a line of a language that sets words apart
	shortCell  = 24   // runes of a line that may be one of a table without a blank
	lineHeight = 1.2  // of a character's box to its width
	maxBlanks  = 1000 // what is further away stands outside of the page
)

// pdfText is a text of a line and where it stands.
type pdfText struct {
	text                  string
	left, right, base, em float64 // base is where its line stands, em a character's width
	apart                 bool    // from what stands ahead of it
}

// columnReader writes the text of a page so that its columns stand apart.
type columnReader struct {
	doc  *pdfDocument
	page references.FPDF_TEXTPAGE
	em   float64 // the width of a Chinese character, 0 as long as none was met
}

// setColumns writes the lines of a page that stand in columns with as many blanks as it
// takes to put each text where it stands on the page.
func (d *pdfDocument) setColumns(page references.FPDF_TEXTPAGE, text string) string {
	r := &columnReader{doc: d, page: page}
	var b strings.Builder
	b.Grow(len(text))
	var lines []string // that may be of a table, one below the other
	var measured [][]pdfText
	end := func() {
		b.WriteString(strings.Join(arrangeRows(lines, measured), ""))
		lines, measured = nil, nil
	}
	at := 0 // of the line, in units of UTF-16
	for line := range strings.SplitAfterSeq(text, "\n") {
		var texts []pdfText
		if mayBeRow(line) {
			texts = r.measure(line, at)
		}
		if texts == nil {
			end()
			b.WriteString(line)
		} else {
			lines, measured = append(lines, line), append(measured, texts)
		}
		at += utf16Len(line)
	}
	end()
	return b.String()
}

// mayBeRow tells whether a line may be a row of a table or a cell of one: it has blanks,
// or is short, and no sentence.
func mayBeRow(line string) bool {
	line = strings.TrimSpace(line)
	blanks := strings.Count(line, " ")
	if line == "" || strings.ContainsAny(line, "。！？；") || blanks == 0 && utf8.RuneCountInString(line) > shortCell {
		return false
	}
	latin := 0
	for _, r := range line {
		if r > ' ' && r < 0x80 && !isDigit(r) {
			latin++
		}
	}
	return blanks <= manyBlanks || latin*2 < utf8.RuneCountInString(line)
}

// measure finds out where the words of a line stand, nil if that cannot be told.
func (r *columnReader) measure(line string, at int) []pdfText {
	var out []pdfText
	for i := 0; i < len(line); {
		word := line[i:]
		if strings.IndexByte(" \r\n", word[0]) >= 0 {
			i, at = i+1, at+1
			continue
		}
		if end := strings.IndexAny(word, " \r\n"); end >= 0 {
			word = word[:end]
		}
		length := utf16Len(word)
		from, base, err := r.place(at)
		if err != nil {
			return nil
		}
		to, _, err := r.place(at + length - 1)
		if err != nil {
			return nil
		}
		if first, _ := utf8.DecodeRuneInString(word); zhtext.IsHan(first) {
			r.em = float64(from.Right - from.Left)
		} else if r.em == 0 {
			r.em = float64(from.Top-from.Bottom) / lineHeight
		}
		if r.em <= 0 { // turned
			return nil
		}
		t := pdfText{text: word, left: float64(from.Left), right: float64(to.Right), base: base, em: r.em}
		t.apart = len(out) > 0 && t.left-out[len(out)-1].right >= columnGap*r.em
		out = append(out, t)
		i, at = i+len(word), at+length
	}
	return out
}

// arrangeRows writes lines that may be a table. Where texts that stand beside each other are
// in lines below each other, they are put beside each other if that makes a table.
func arrangeRows(lines []string, measured [][]pdfText) []string {
	joinNear(measured)
	if rows := besideEachOther(measured); len(rows) < len(measured) {
		set := setTexts(rows)
		if len(laidOutTables(splitLines(strings.Join(set, "")))) > 0 {
			return set
		}
	}
	out := setTexts(measured)
	for i, texts := range measured {
		if len(texts) == 1 {
			out[i] = lines[i]
		}
	}
	return out
}

// joinNear makes texts of the words of each line that no wide blank sets apart. A narrow
// one does so where a column begins in another line: the cell ahead of it is full.
func joinNear(lines [][]pdfText) {
	var begins []float64
	for _, words := range lines {
		for _, w := range words {
			if w.apart {
				begins = append(begins, w.left)
			}
		}
	}
	for i, words := range lines {
		texts := words[:0]
		for k, w := range words {
			near := func(x float64) bool { return math.Abs(x-w.left) < w.em/10 }
			if k > 0 && !w.apart && !slices.ContainsFunc(begins, near) {
				last := &texts[len(texts)-1]
				last.text, last.right = last.text+" "+w.text, w.right
			} else {
				texts = append(texts, w)
			}
		}
		lines[i] = texts
	}
}

// besideEachOther gathers the texts of the lines that stand at the same height, from top
// to bottom and from left to right.
func besideEachOther(lines [][]pdfText) [][]pdfText {
	texts := slices.Concat(lines...)
	slices.SortStableFunc(texts, func(a, b pdfText) int { return cmp.Compare(b.base, a.base) })
	var rows [][]pdfText
	for _, t := range texts {
		if last := len(rows) - 1; last >= 0 {
			if above := rows[last][0]; above.base-t.base < above.em/2 {
				rows[last] = append(rows[last], t)
				continue
			}
		}
		rows = append(rows, []pdfText{t})
	}
	for _, row := range rows {
		slices.SortStableFunc(row, func(a, b pdfText) int { return cmp.Compare(a.left, b.left) })
	}
	return rows
}

// setTexts writes each line's texts where they stand.
func setTexts(lines [][]pdfText) []string {
	unit := math.Inf(1) // the width of a blank
	for _, texts := range lines {
		for _, t := range texts {
			unit = min(unit, t.em/2)
		}
	}
	out := make([]string, len(lines))
	for i, texts := range lines {
		var b strings.Builder
		width := 0
		for k, t := range texts {
			least := 0
			if k > 0 {
				least = 2
			}
			blanks := max(least, min(int(t.left/unit)-width, maxBlanks))
			b.WriteString(strings.Repeat(" ", blanks) + t.text)
			width += blanks + cells(t.text)
		}
		out[i] = b.String() + "\n"
	}
	return out
}

// place is where a character stands, and its line.
func (r *columnReader) place(at int) (box structs.FPDF_FS_RECTF, base float64, err error) {
	index, err := r.doc.reader.FPDFText_GetCharIndexFromTextIndex(&requests.FPDFText_GetCharIndexFromTextIndex{TextPage: r.page, NTextIndex: at})
	if err != nil {
		return box, 0, err
	}
	around, err := r.doc.reader.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: r.page, Index: index.CharIndex})
	if err != nil {
		return box, 0, err
	}
	origin, err := r.doc.reader.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: r.page, Index: index.CharIndex})
	if err != nil {
		return box, 0, err
	}
	return around.Rect, origin.Y, nil
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
