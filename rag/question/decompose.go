package question

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// Decomposed is a question taken apart into questions that are asked one by one.
type Decomposed struct {
	// Parts are the questions; those that lean on the first do not say its subject.
	Parts []string
	// Leaning says that the parts behind the first take over what it is about.
	Leaning bool
	// Difference says that the difference of the two answers is asked for, and Word
	// in which sense: 多, 高, 长 ….
	Difference bool
	Word       string
}

// Decompose takes apart a question about several years or things (A和B的…分别是多少),
// one that compares two (A比B多多少), and several questions in one. A question that
// asks for one thing has no parts.
func Decompose(text string) Decomposed {
	text = strings.TrimRight(strings.TrimSpace(text), "?？。.!！ ")
	if d, ok := difference(text); ok {
		return d
	}
	if parts := severalYears(text); len(parts) > 1 {
		return Decomposed{Parts: parts}
	}
	if parts := severalThings(text); len(parts) > 1 {
		return Decomposed{Parts: parts}
	}
	if parts := severalClauses(text); len(parts) > 1 {
		return Decomposed{Parts: parts, Leaning: true}
	}
	return Decomposed{}
}

// severally are the words that ask for the answer of each.
var severally = regexp.MustCompile(`分别|各自|各(是|有|为|占|多少|几)`)

func withoutSeverally(text string) string { return severally.ReplaceAllString(text, "$1") }

// yearList is a list of years: 2021年和2025年, 2021、2023与2025年.
var yearList = regexp.MustCompile(`((?:19|20)\d\d)\s*(?:年)?(?:\s*(?:、|和|与|及|以及|跟|同)\s*((?:19|20)\d\d)\s*年?)+`)

var yearNumber = regexp.MustCompile(`(?:19|20)\d\d`)

// severalYears asks for each year of a list by itself.
func severalYears(text string) []string {
	at := yearList.FindStringIndex(text)
	if at == nil {
		return nil
	}
	var out []string
	for _, year := range yearNumber.FindAllString(text[at[0]:at[1]], -1) {
		out = append(out, withoutSeverally(text[:at[0]]+year+"年"+text[at[1]:]))
	}
	return out
}

// thingList is a list of things that something is asked of each:
// A和B的注册资本分别是多少.
var thingList = regexp.MustCompile(`^(.+?)(的[^的]*?)?(分别|各自|各(?:是|有|为|占|多少|几))(.*)$`)

var listSeparator = regexp.MustCompile(`、|以及|和|与|及|跟`)

// timeAhead is what says when, ahead of a list.
var timeAhead = regexp.MustCompile(`^(?:(?:19|20)\d\d\s*年(?:上半年|下半年|底|初|末|\d{1,2}月(?:份)?)?|目前|现在|去年|今年|当年)`)

func severalThings(text string) []string {
	m := thingList.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	list, attribute, rest := m[1], m[2], strings.TrimPrefix(strings.TrimPrefix(m[3], "分别"), "各自")
	rest = strings.TrimPrefix(rest, "各") + m[4]
	asks := findAsks([]rune(zhtext.Fold(rest)), nil)
	if len(asks) != 1 || strings.ContainsAny(list, "，,；;") {
		return nil // several things are asked for, or the list is a clause
	}
	when := timeAhead.FindString(list)
	items := listSeparator.Split(list[len(when):], -1)
	if len(items) < 2 || slices.ContainsFunc(items, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		return nil
	}
	var out []string
	for _, item := range items {
		out = append(out, when+strings.TrimSpace(item)+attribute+rest)
	}
	return out
}

// comparison asks by how much one thing is more than another.
var comparison = regexp.MustCompile(`^(.+?)(?:比|较)(.+)(多|少|高|低|大|小|长|短|快|慢|重|轻|贵|便宜|宽|窄|深|浅|远|近|早|晚|增加|减少|增长|上升|下降|提高|降低)(?:了|出|出了)?(.{0,8}?)(多少|几|多长|多久)(.*)$`)

// measuring are the words of a comparison that a question about one thing keeps.
const measuring = "高大小长短快慢重轻贵宽窄深浅远近"

func difference(text string) (Decomposed, bool) {
	m := comparison.FindStringSubmatch(text)
	if m == nil || strings.ContainsAny(text, "，,；;") {
		return Decomposed{}, false
	}
	first, second, word, verb, much, rest := m[1], m[2], m[3], m[4], m[5], m[6]
	if verb != "" && !strings.HasPrefix(first, second) && severally.MatchString(verb) {
		return Decomposed{}, false
	}
	keep := ""
	if strings.Contains(measuring, word) {
		keep = word
	}
	tail := verb + keep + much + rest
	other := second
	switch a, b := yearNumber.FindString(first), yearNumber.FindString(second); {
	case a != "" && b != "" && a != b && strings.TrimSuffix(strings.TrimSpace(strings.Replace(second, b, "", 1)), "年") == "":
		other = strings.Replace(first, a, b, 1)
	case a == "" && b != "", a != "" && b == "" && strings.ContainsAny(second, "年届期"):
		return Decomposed{}, false // the year before, which only the source knows
	case strings.Contains(first, "的") && !strings.Contains(second, "的"):
		other = second + first[strings.Index(first, "的"):]
	case strings.Contains(second, "的") && !strings.Contains(first, "的"):
		first += second[strings.Index(second, "的"):]
	}
	if zhtext.ContainsAny(second, []string{"去年", "上年", "同期", "上一", "上届", "以前", "之前", "原来", "上月", "上季"}) {
		return Decomposed{}, false
	}
	return Decomposed{Parts: []string{first + tail, other + tail}, Difference: true, Word: word}, true
}

var clauseEnd = regexp.MustCompile(`[，,；;？?。！!]\s*|\s+`)

// severalClauses are several questions in one, a clause or a sentence each.
func severalClauses(text string) []string {
	var pieces []string
	for _, piece := range clauseEnd.Split(text, -1) {
		piece = strings.TrimSpace(piece)
		for _, lead := range []string{"以及", "并且", "而且", "同时", "还有", "另外", "和", "又", "并", "且"} {
			if rest, ok := strings.CutPrefix(piece, lead); ok && len(pieces) > 0 {
				piece = rest
				break
			}
		}
		if piece == "" {
			continue
		}
		if len(findAsks([]rune(zhtext.Fold(piece)), nil)) == 0 {
			if len(pieces) > 0 { // what is said behind a question belongs to it
				pieces[len(pieces)-1] += "，" + piece
				continue
			}
		}
		if n := len(pieces); n > 0 && len(findAsks([]rune(zhtext.Fold(pieces[n-1])), nil)) == 0 {
			pieces[n-1] += "，" + piece // and what is said ahead of it
			continue
		}
		pieces = append(pieces, piece)
	}
	return pieces
}
