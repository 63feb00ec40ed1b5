package article

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// markTypes are the ways to count that HTML and style sheets name, as Word names
// them. What is missing here is counted in plain digits.
var markTypes = map[string]string{
	"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
	"lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
	"lower-roman": "lowerRoman", "upper-roman": "upperRoman",
	"cjk-ideographic": "chineseCounting", "simp-chinese-informal": "chineseCounting", "trad-chinese-informal": "chineseCounting",
	"cjk-decimal": "ideographDigital", "cjk-heavenly-stem": "ideographTraditional",
	"none": "none", "disc": "bullet", "circle": "bullet", "square": "bullet",
}

// ownNumber opens an item whose author wrote the number too.
var ownNumber = regexp.MustCompile(`^(?:[(（]?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:[)）]|[、.．](?:\D|$))|([①-⑳]))`)

// maxItems bounds the number of an item: HTML may start anywhere.
const maxItems = 1 << 20

// markOf is the number that a reader sees in front of an item of an ordered list,
// with the gap behind; "" for other items.
func (e *extractor) markOf(item *html.Node) string {
	list := item.Parent
	if list == nil || list.DataAtom != atom.Ol {
		return ""
	}
	if _, counted := e.numbers[item]; !counted {
		e.countItems(list)
	}
	n := e.numbers[item]
	kind := e.markType(item, e.markType(list, "1"))
	format := markTypes[kind]
	label := formatNumber(n, format)
	switch {
	case label == "", ownsNumber(strings.TrimSpace(plainText(item)), n):
		return ""
	case strings.HasPrefix(format, "chinese") || strings.HasPrefix(format, "ideograph"):
		return label + "、"
	}
	return label + ". "
}

// countItems numbers the items of a list that are seen, from where it starts, up
// or down.
func (e *extractor) countItems(list *html.Node) {
	var items []*html.Node
	for c := list.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Li {
			continue
		}
		if gone, _ := e.sight.sees(c, false); !gone {
			items = append(items, c)
		}
	}
	n, step := 1, 1
	if hasAttr(list, "reversed") {
		n, step = len(items), -1
	}
	n = numberIn(list, "start", n)
	for _, item := range items {
		n = numberIn(item, "value", n)
		e.numbers[item] = n
		n += step
	}
}

func numberIn(n *html.Node, name string, otherwise int) int {
	if v, err := strconv.Atoi(strings.TrimSpace(attr(n, name))); err == nil && v > -maxItems && v < maxItems {
		return v
	}
	return otherwise
}

// markType is how an element says that its items are counted.
func (e *extractor) markType(n *html.Node, otherwise string) string {
	style := e.sight.styleOf(n)
	for _, word := range strings.Fields(style["list-style-type"] + " " + style["list-style"]) {
		if _, known := markTypes[word]; known || strings.HasPrefix(word, "decimal") {
			return word
		}
	}
	if kind := attr(n, "type"); kind != "" {
		return kind
	}
	return otherwise
}

// withMark puts the number of an item ahead of its first text.
func (e *extractor) withMark(text string) string {
	mark := e.mark
	e.mark = ""
	return strings.TrimRight(mark+text, " ")
}

// ownsNumber tells whether a text begins with a number that it has anyway.
func ownsNumber(text string, n int) bool {
	at := ownNumber.FindStringSubmatch(text)
	return at != nil && (at[1] == strconv.Itoa(n) || at[1] == chineseNumber(n) || at[2] == formatNumber(n, "decimalEnclosedCircle"))
}
