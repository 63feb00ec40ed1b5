package grounding

import (
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/zhtext"
)

// A guard looks at one closed class of words. It only ever objects: what it has
// nothing against still has to be what the source says.
type guard struct {
	name string
	// objects returns what the source does not say so, "" if nothing.
	objects func(claim *statement, src *source) string
}

// guards in the order in which they are asked.
var guards = []guard{
	{"negation", negationGuard},
	{"opposite", oppositeGuard},
	{"modality", modalityGuard},
	{"superlative", superlativeGuard},
	{"quantifier", quantifierGuard},
	{"cause", causeGuard},
	{"qualifier", qualifierGuard},
	{"time frame", frameGuard},
	{"binding", bindingGuard},
	{"role", roleGuard},
	{"speaker", speakerGuard},
	{"substitution", substitutionGuard},
	{"invention", inventionGuard},
}

// source is what a claim is held against.
type source struct {
	*statement // the sentences of the window
	// wide are the sentences of the window with those right around them: where
	// another thing of the kind may stand.
	wide *statement
	// around is what stands near them: paragraph, heading, title; folded.
	around string
	// title is the article's, folded.
	title string
	// before is the paragraph's text ahead of the window, folded: for who speaks.
	before string
}

const (
	// alignedShare is how much of a claim's clause a clause of the source must
	// hold to be taken for what it restates.
	alignedShare = 0.4
	// closelyAligned is the same where the claim hardly changes the words.
	closelyAligned = 0.55
	// nearlyCopied is the same where one word more or less makes the difference.
	nearlyCopied = 0.7
	// looselyAligned is the same where what stands ahead is aligned.
	looselyAligned = 0.15
)

// objection asks all guards.
func objection(claim *statement, src *source) (name, what string) {
	for _, g := range guards {
		if what := g.objects(claim, src); what != "" {
			return g.name, what
		}
	}
	return "", ""
}

// predicate is what a negation at byte end of a text denies: the two Han behind
// it, without auxiliaries; "" where something else comes first (不对…造成).
func predicate(text string, end int) string {
	rest := strings.TrimLeft(text[end:], "再被有受能会可以得要曾都")
	if rest == "" {
		rest = text[end:]
	}
	runes := []rune(rest)
	if len(runes) < 2 || !zhtext.IsHan(runes[0]) || !zhtext.IsHan(runes[1]) || strings.ContainsRune("对向与和跟同给把将在从按以为", runes[0]) {
		return ""
	}
	return string(runes[:2])
}

// denied tells how often a clause has a predicate plainly and how often denied.
func denied(text, predicate string) (plain, no int) {
	negations, behind := find("negation", text), find("denial-behind", text)
	for from := 0; ; {
		at := strings.Index(text[from:], predicate)
		if at < 0 {
			return plain, no
		}
		at += from
		from = at + len(predicate)
		if slices.ContainsFunc(negations, func(n found) bool { return n.end <= at && at-n.end <= maxDenial }) ||
			slices.ContainsFunc(behind, func(n found) bool { return n.start >= from }) {
			no++
		} else {
			plain++
		}
	}
}

// maxDenial is how far ahead of a predicate its negation may stand, in bytes: six Han.
const maxDenial = 18

// negationGuard: what one denies, the other must not say plainly.
func negationGuard(claim *statement, src *source) string {
	if strings.Contains(string(src.runes), strings.TrimRight(string(claim.runes), "。.!！")) {
		return "" // word for word
	}
	for k, c := range claim.clauses {
		i, share := src.aligned(c)
		if src.denies(claim, k) {
			return c.text
		}
		if i < 0 || share < alignedShare {
			continue
		}
		other := src.clauses[i].text
		mine, theirs := find("negation", c.text), find("negation", other)
		for _, pair := range [][2]string{{c.text, other}, {other, c.text}} {
			for _, n := range find("negation", pair[0]) {
				if p := predicate(pair[0], n.end); p != "" {
					if plain, no := denied(pair[1], p); plain > 0 && no == 0 {
						return n.word + p
					}
				}
			}
		}
		no := len(theirs) > 0 || has("denial-behind", other)
		if share >= nearlyCopied && (len(mine) > 0 || has("denial-behind", c.text)) != no {
			return c.text
		}
	}
	return ""
}

// denies tells whether clause k of a claim says plainly what the source denies, or
// the other way round, in other words: it goes on from a clause that the source
// has too, and so does the source's, about the same thing.
func (src *source) denies(claim *statement, k int) bool {
	if k == 0 {
		return false
	}
	i, share := src.aligned(claim.clauses[k-1])
	if i < 0 || i+1 >= len(src.clauses) || share < closelyAligned {
		return false
	}
	mine, theirs := claim.clauses[k], src.clauses[i+1]
	if alike(mine, theirs) < looselyAligned {
		return false
	}
	no := func(text string) bool { return has("negation", text) || has("denial-behind", text) }
	return no(mine.text) != no(theirs.text)
}

// partner is the clause of the source that a clause of the claim restates: the
// one with its figure, else the one with most of its words.
func (src *source) partner(claim *statement, c clause) (other clause, ok bool) {
	best, score := -1, 0.0
	for i, o := range src.clauses {
		v := alike(c, o)
		for _, f := range claim.figures {
			if f.Start < c.Start || f.End > c.End {
				continue
			}
			for _, g := range src.figures {
				if g.Start >= o.Start && g.End <= o.End && sameFigure(f.Quantity, g.Quantity) {
					v += 0.5
				}
			}
		}
		if v > score {
			best, score = i, v
		}
	}
	if best < 0 || score < alignedShare {
		return clause{}, false
	}
	return src.clauses[best], true
}

// oppositeGuard: no clause says the opposite of the one it restates.
func oppositeGuard(claim *statement, src *source) string {
	pairs, _ := opposites()
	for _, c := range claim.clauses {
		for _, p := range pairs {
			mine := p.sides(c.text)
			if (mine[0] > 0) == (mine[1] > 0) {
				continue
			}
			if p.turnsRound(c.text, string(src.runes)) {
				return c.text
			}
			other, ok := src.partner(claim, c)
			if !ok {
				break
			}
			theirs := p.sides(other.text)
			side := 0
			if mine[1] > 0 {
				side = 1
			}
			if theirs[side] == 0 && theirs[1-side] > 0 {
				return c.text
			}
		}
	}
	return ""
}

// turnsRound tells whether the same word follows one of the pair in one text
// and its opposite in the other: 低于节前, 超过节前.
func (p oppositePair) turnsRound(claim, source string) bool {
	for side, words := range p {
		for _, w := range words {
			at := strings.Index(claim, w)
			if at < 0 {
				continue
			}
			next := []rune(claim[at+len(w):])
			if len(next) < 2 || !zhtext.IsHan(next[0]) || !zhtext.IsHan(next[1]) || strings.Contains(source, w+string(next[:2])) {
				continue
			}
			for _, o := range p[1-side] {
				if strings.Contains(source, o+string(next[:2])) {
					return true
				}
			}
		}
	}
	return false
}

// modalityGuard: what is planned, expected or possible has not happened, and
// what has happened is not merely planned.
func modalityGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		i, share := src.aligned(c)
		if i < 0 || share < alignedShare {
			continue
		}
		other := src.clauses[i].text
		theirs, done := find("irrealis", other), find("done", c.text)
		switch {
		case has("irrealis", c.text):
			if len(theirs) == 0 && !has("irrealis-weak", other) && share >= closelyAligned && has("done", other) {
				return c.text
			}
		case len(done) > 0 && !has("done", other) && (len(theirs) > 0 || has("irrealis-weak", other)):
			return c.text
		case len(done) > 0 && !has("done", string(src.runes)) && has("irrealis", string(src.runes)):
			return c.text
		case has("irrealis-weak", c.text):
		case len(theirs) > 0 && governs(theirs, other, c):
			return c.text
		}
	}
	return ""
}

// governs tells whether a word of the source's clause stands ahead of most of
// what the claim's clause shares with it.
func governs(words []found, text string, c clause) bool {
	behind := text[words[0].end:]
	ahead := text[:words[0].start]
	n, m := 0.0, 0.0
	for _, t := range c.tokens {
		switch {
		case strings.Contains(behind, t.key):
			n += t.weight
		case strings.Contains(ahead, t.key):
			m += t.weight
		}
	}
	return n >= 2 && n >= m/2
}

var superlatives = regexp.MustCompile(`最[大小高低多少早晚长短强弱快慢好差佳优新老近远重轻深浅热冷]|首[次个家位批款条座部届例度]|第[一二三四五六七八九十两\d]+[次个家位名大高多]|唯一|头[一号]个?|之首`)

// superlativeForms are other ways to say the same.
var superlativeForms = strings.NewReplacer("首度", "第一次", "首次", "第一次", "首个", "第一个", "首家", "第一家", "首位", "第一位", "首批", "第一批",
	"第1", "第一", "第2", "第二", "第3", "第三", "最佳", "最好", "最优", "最好",
	"最多", "最大", "最高", "最大", "最少", "最小", "最低", "最小")

// superlativeGuard: a claim is as strong as its source, and of the same thing.
func superlativeGuard(claim *statement, src *source) string {
	text := superlativeForms.Replace(string(src.runes))
	near := superlativeForms.Replace(src.around)
	for _, m := range superlatives.FindAllString(string(claim.runes), -1) {
		form := superlativeForms.Replace(m)
		if strings.Contains(text, form) || strings.HasPrefix(form, "第一") && (strings.Contains(text, "第一") || strings.Contains(text, "首")) {
			continue
		}
		if strings.HasPrefix(form, "最") && strings.Contains(text, "最") && !superlatives.MatchString(text) {
			continue // 最为, 最受: another word for it
		}
		if strings.Contains(near, form) && !superlatives.MatchString(text) {
			continue // the heading says it
		}
		return m
	}
	return ""
}

// quantifierGuard: all is not some. A word for all has to stand in the sentence
// that the clause restates.
func quantifierGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		i, share := src.aligned(c)
		near := string(src.runes)
		if i >= 0 && share >= alignedShare {
			near = src.sentenceOf(i)
		}
		for _, u := range find("universal", c.text) {
			if !strings.Contains(near, u.word) && !sameReach(u.word, near) && !(isReach(u.word) && src.title != "" && strings.Contains(src.title, u.word)) {
				return u.word
			}
		}
		if has("part", c.text) && !has("part", near) && i >= 0 && share >= closelyAligned && has("universal", src.clauses[i].text) {
			return find("part", c.text)[0].word
		}
	}
	return ""
}

// isReach tells whether a word for all names an area.
func isReach(word string) bool { return strings.HasPrefix(word, "全") }

// sentenceOf is the sentence that clause i belongs to.
func (src *source) sentenceOf(i int) string {
	start, end := src.clauses[i].Start, src.clauses[i].End
	for start > 0 && !strings.ContainsRune(sentenceStops, src.runes[start-1]) {
		start--
	}
	for end < len(src.runes) && !strings.ContainsRune(sentenceStops, src.runes[end]) {
		end++
	}
	return string(src.runes[start:end])
}

// qualifierGuard: the vice chairman is not the chairman, and a semi-final is no
// final. A word that the source has only behind such a part must have it in the
// claim too.
func qualifierGuard(claim *statement, src *source) string {
	text, said := string(src.runes), string(claim.runes)
	for _, q := range closedClasses()["qualifier"].words {
		for from := 0; ; {
			at := strings.Index(text[from:], q)
			if at < 0 {
				break
			}
			at += from + len(q)
			from = at
			word := []rune(text[at:])
			if len(word) < 2 || !zhtext.IsHan(word[0]) || !zhtext.IsHan(word[1]) {
				continue
			}
			w := string(word[:2])
			if strings.Count(text, w) == strings.Count(text, q+w) && strings.Contains(said, w) && !strings.Contains(said, q+w) && strings.Count(src.before, w) == strings.Count(src.before, q+w) {
				return w
			}
		}
	}
	return ""
}

// sameReach knows other names of a reach.
func sameReach(word, text string) bool {
	switch word {
	case "全国":
		return zhtext.ContainsAny(text, []string{"我国", "国内", "中国", "各地", "境内", "全境"})
	case "全球", "全世界":
		return strings.Contains(text, "世界") || strings.Contains(text, "国际") || strings.Contains(text, "全球")
	case "每个", "每家", "每人", "每位", "每名", "每次":
		return strings.Contains(text, "每") || strings.Contains(text, "各") || strings.Contains(text, "/")
	case "所有", "全部", "全体", "一切", "任何", "一律", "完全":
		return strings.ContainsAny(text, "均都皆各全凡")
	}
	return false
}

// causeGuard: two facts side by side are no cause and effect.
func causeGuard(claim *statement, src *source) string {
	if words := find("cause", string(claim.runes)); len(words) > 0 && !has("reason", string(src.runes)) && !has("reason", src.before) {
		return words[0].word
	}
	return ""
}

// frameForms are other ways to name a stretch of time.
var frameForms = map[string][]string{
	"目前": {"现", "截至", "如今", "当前", "已", "正", "仍"}, "未来": {"今后", "将", "下一步", "后续"}, "今后": {"未来", "将", "下一步"},
	"此前": {"之前", "以前", "曾", "早前", "过去"}, "此后": {"之后", "后来", "以后", "随后", "后"}, "以来": {"自", "从", "至今"},
	"一季度": {"第一季度", "1季度", "首季", "1至3月", "1-3月"}, "第一季度": {"一季度", "1季度", "首季", "1至3月", "1-3月"},
	"上半年": {"1至6月", "1-6月", "前6个月", "前六个月"}, "全年": {"年度", "1至12月"}, "晚上": {"晚", "夜"}, "夜间": {"夜", "晚"}, "中午": {"午"}, "凌晨": {"零时", "0时"},
	"去年": {"上年", "同比", "上一年"}, "今年": {"本年"}, "去年同期": {"上年同期", "同比", "同期"}, "年底": {"年末", "12月"}, "年末": {"年底", "12月"}, "月末": {"月底"},
	"近年来": {"近年", "这几年", "近几年"}, "历史上": {"历史", "史上"},
}

// frameGuard: a figure of a half year is none of the whole.
func frameGuard(claim *statement, src *source) string {
	near := string(src.runes) + "\n" + src.around
	for _, f := range find("frame", string(claim.runes)) {
		if !strings.Contains(near, f.word) && !slices.ContainsFunc(frameForms[f.word], func(w string) bool { return strings.Contains(near, w) }) && !relativeYear(f.word, src) {
			return f.word
		}
	}
	return ""
}

// relativeYear lets 今年 and its like stand for a year that the source names.
func relativeYear(word string, src *source) bool {
	switch word {
	case "今年", "去年", "明年", "前年", "昨天", "今天", "明天", "上月", "本月", "下月":
		return len(zhtext.Dates(src.text)) > 0 || len(zhtext.Years(src.text+"\n"+src.around)) > 0
	}
	return false
}

// minInvented is how many Han in a row, none of which the sentences or what
// stands around them hold, are the claim's own making and no rewording.
const minInvented = 3

// inventionGuard: words can be put otherwise, but not out of nothing.
func inventionGuard(claim *statement, src *source) string {
	blank := claim.emptyRunes()
	for _, f := range claim.figures {
		cover(blank, f.Range)
	}
	for _, d := range claim.dates {
		cover(blank, d.Range)
	}
	near := string(src.runes) + src.around + strings.Join(deriveWords, "") // how figures are put together is checked elsewhere
	start := 0
	for i := 0; i <= len(claim.runes); i++ {
		if i < len(claim.runes) && zhtext.IsHan(claim.runes[i]) && !blank[i] && !strings.ContainsRune(near, claim.runes[i]) {
			continue
		}
		if i-start >= minInvented {
			return string(claim.runes[start:i])
		}
		start = i + 1
	}
	return ""
}
