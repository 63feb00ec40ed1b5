package article

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	listLevels   = 9   // of a list of Word
	maxLevelText = 100 // bytes of the text around a number
	maxStart     = 32767
)

// wordLists gives the paragraphs of a document of Word the numbers that Word shows.
type wordLists struct {
	lists  map[string]*wordList // by numId
	styles map[string]listStyle
}

// wordList is a use of a definition of a list.
type wordList struct {
	levels   [listLevels]listLevel
	restarts [listLevels]bool     // levels that begin anew where this list first reaches them
	counts   *[listLevels]counter // of the definition: the lists made from it count on
}

type listLevel struct {
	format, text string
	start        int
	restart      int    // an item above this level begins the level anew
	legal        bool   // all its numbers are written as 1
	style        string // whose paragraphs stand on this level
}

type counter struct {
	value int
	begun bool
}

// listStyle is what a style says about the list of its paragraphs.
type listStyle struct{ base, list, level string }

func readLists(numbering, styles *element) *wordLists {
	l := &wordLists{lists: map[string]*wordList{}, styles: map[string]listStyle{}}
	styles.all("style", func(s *element) {
		place := s.child("pPr").child("numPr")
		l.styles[s.attrs["styleId"]] = listStyle{value(s.child("basedOn")), value(place.child("numId")), value(place.child("ilvl"))}
	})
	definitions := readDefinitions(numbering)
	numbering.all("num", func(n *element) {
		if d := definitions[value(n.child("abstractNumId"))]; d != nil {
			list := *d
			n.all("lvlOverride", list.override)
			l.lists[n.attrs["numId"]] = &list
		}
	})
	return l
}

// readDefinitions reads the definitions of lists by ID. One may stand for another
// that a style shares.
func readDefinitions(numbering *element) map[string]*wordList {
	out, shared, links := map[string]*wordList{}, map[string]*wordList{}, map[string]string{}
	numbering.all("abstractNum", func(a *element) {
		d := &wordList{counts: &[listLevels]counter{}}
		for i := range d.levels {
			d.levels[i] = listLevel{format: "none", restart: i}
		}
		a.all("lvl", d.setLevel)
		id := a.attrs["abstractNumId"]
		out[id] = d
		if style := value(a.child("styleLink")); style != "" {
			shared[style] = d
		}
		links[id] = value(a.child("numStyleLink"))
	})
	for id, style := range links {
		if d := shared[style]; d != nil {
			out[id] = d
		}
	}
	return out
}

func (l *wordList) setLevel(e *element) {
	at, ok := levelOf(e.attrs["ilvl"])
	if !ok {
		return
	}
	level := listLevel{format: value(e.child("numFmt")), text: value(e.child("lvlText")), restart: at, style: value(e.child("pStyle"))}
	level.start = startOf(value(e.child("start")))
	if n, err := strconv.Atoi(value(e.child("lvlRestart"))); err == nil && n >= 0 && n < at {
		level.restart = n
	}
	level.legal = isOn(e.child("isLgl"))
	if len(level.text) > maxLevelText {
		level.format = "none"
	}
	l.levels[at] = level
}

// override changes a level for one list.
func (l *wordList) override(e *element) {
	at, ok := levelOf(e.attrs["ilvl"])
	if !ok {
		return
	}
	e.all("lvl", l.setLevel)
	if start := e.child("startOverride"); start != nil {
		l.levels[at].start, l.restarts[at] = startOf(value(start)), true
	}
}

// levelOf is the level that a file gives, the outermost where it gives none that exists.
func levelOf(s string) (level int, ok bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n >= listLevels {
		return 0, false
	}
	return n, true
}

func startOf(s string) int {
	n, _ := strconv.Atoi(s)
	return min(max(n, 0), maxStart)
}

// number counts a paragraph and returns what Word shows in front of it with the
// gap behind, "" for a mark without a number.
func (l *wordLists) number(properties *element) string {
	list, level := l.place(properties)
	if list == nil {
		return ""
	}
	label := list.next(level)
	last, _ := utf8.DecodeLastRuneInString(label)
	if label == "" || strings.ContainsRune("）】》〕、．：", last) {
		return label
	}
	return label + " "
}

// place finds the list and the level of a paragraph, its own or those of its
// style. A style's level is the one that names it.
func (l *wordLists) place(properties *element) (*wordList, int) {
	own := properties.child("numPr")
	id, level := value(own.child("numId")), value(own.child("ilvl"))
	direct := id != ""
	first := value(properties.child("pStyle"))
	for at, n := first, 0; at != "" && n < 10 && id == ""; at, n = l.styles[at].base, n+1 {
		id = l.styles[at].list
	}
	list := l.lists[id]
	if list == nil {
		return nil, 0
	}
	for at, n := first, 0; at != "" && n < 10 && level == "" && !direct; at, n = l.styles[at].base, n+1 {
		if level = list.levelOfStyle(at); level == "" {
			level = l.styles[at].level
		}
	}
	i, _ := levelOf(level)
	return list, i
}

func (l *wordList) levelOfStyle(style string) string {
	for i, level := range l.levels {
		if level.style == style {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// next counts an item of a level and returns its label.
func (l *wordList) next(at int) string {
	if c := &l.counts[at]; !c.begun || l.restarts[at] {
		*c = counter{l.levels[at].start, true}
		l.restarts[at] = false
	} else {
		c.value++
	}
	for deeper := at + 1; deeper < listLevels; deeper++ {
		if at < l.levels[deeper].restart {
			l.counts[deeper].begun = false
		}
	}
	return l.label(at)
}

// levelSign stands in a label for the number of a level.
var levelSign = regexp.MustCompile(`%[1-9]`)

func (l *wordList) label(at int) string {
	level := l.levels[at]
	if level.format == "bullet" || level.format == "none" {
		return ""
	}
	return strings.TrimSpace(levelSign.ReplaceAllStringFunc(level.text, func(sign string) string {
		i := int(sign[1] - '1')
		n := l.levels[i].start // of a level that the list has skipped
		if l.counts[i].begun {
			n = l.counts[i].value
		}
		if level.legal {
			return strconv.Itoa(n)
		}
		return formatNumber(n, l.levels[i].format)
	}))
}

// formatNumber writes a number as Word names the way. Numbers that a way cannot
// write, and ways that are rare, become plain digits.
func formatNumber(n int, format string) string {
	switch format {
	case "bullet", "none":
		return ""
	case "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting":
		return chineseNumber(n)
	case "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand":
		return chineseDigits.Replace(strconv.Itoa(n))
	case "ideographTraditional":
		return nthOf("甲乙丙丁戊己庚辛壬癸", n)
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return nthOf("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", n)
	case "lowerLetter":
		return strings.ToLower(letters(n))
	case "upperLetter":
		return letters(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	}
	return strconv.Itoa(n)
}

func nthOf(signs string, n int) string {
	if all := []rune(signs); n >= 1 && n <= len(all) {
		return string(all[n-1])
	}
	return strconv.Itoa(n)
}

var chineseDigits = strings.NewReplacer("0", "〇", "1", "一", "2", "二", "3", "三", "4", "四", "5", "五", "6", "六", "7", "七", "8", "八", "9", "九")

// chineseNumber writes 十二 and 一百零五.
func chineseNumber(n int) string {
	if n < 1 || n > 9999 {
		return chineseDigits.Replace(strconv.Itoa(n))
	}
	var b strings.Builder
	gap := false
	size := 1000
	for _, unit := range []string{"千", "百", "十", ""} {
		digit := n / size % 10
		size /= 10
		if digit == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteString("零")
			gap = false
		}
		if digit > 1 || unit != "十" || b.Len() > 0 {
			b.WriteString(chineseDigits.Replace(strconv.Itoa(digit)))
		}
		b.WriteString(unit)
	}
	return b.String()
}

// letters writes A to Z, then AA, BB and so on, as Word does.
func letters(n int) string {
	if n < 1 || n > 26*10 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune('A'+(n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range []struct {
		size int
		sign string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= r.size; n -= r.size {
			b.WriteString(r.sign)
		}
	}
	return b.String()
}
