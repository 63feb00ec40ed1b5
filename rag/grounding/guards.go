package grounding

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

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
	{"qualifier", partQualifierGuard},
	{"time frame", frameGuard},
	{"binding", bindingGuard},
	{"role", roleGuard},
	{"speaker", speakerGuard},
	{"order", orderGuard},
	{"substitution", substitutionGuard},
	{"row", rowGuard},
	{"bound", boundGuard},
	{"step", stepGuard},
	{"comparison", comparisonGuard},
	{"demand", demandGuard},
	{"rate", rateGuard},
	{"label", labelGuard},
	{"exception", exceptionGuard},
	{"permission", permissionGuard},
	{"exclusion", exclusionGuard},
	{"model", modelGuard},
	{"weekday", weekdayGuard},
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
	// asked is the question, folded.
	asked string
	// under are the names that the window's lines and sections stand under, labels all of
	// the article.
	under  []string
	labels func() []string
}

const (
	// alignedShare is how much of a claim's clause a clause of the source must
	// hold to be taken for what it restates.
	alignedShare = 0.4
	// closelyAligned is the same where the claim hardly changes the words.
	closelyAligned = 0.55
	// nearlyCopied is the same where one word more or less makes the difference.
	nearlyCopied = 0.7
	// plannedShare is the same where the claim says 已 and the source plans.
	plannedShare = 0.25
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
				if o.Covers(g.Range) && sameFigure(f.Quantity, g.Quantity) {
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

// purpose is a clause that says what for, and not that it has been done.
var purpose = regexp.MustCompile(`^(?:为了?|以便|旨在)\p{Han}`)

// modalityGuard: what is planned, expected or possible has not happened, and
// what has happened is not merely planned.
func modalityGuard(claim *statement, src *source) string {
	for _, c := range claim.clauses {
		i, share := src.aligned(c)
		if i < 0 || share < plannedShare || purpose.MatchString(c.text) {
			continue
		}
		other := src.clauses[i].text
		theirs, done := find("irrealis", other), find("done", c.text)
		if share < alignedShare {
			if len(done) > 0 && len(theirs) > 0 && !has("done", string(src.runes)) && !has("irrealis", c.text) {
				return c.text
			}
			continue
		}
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
var superlativeForms = strings.NewReplacer("头一个", "第一个", "头一", "第一", "头号", "第一号", "首度", "第一次", "首次", "第一次", "首个", "第一个", "首家", "第一家", "首位", "第一位", "首批", "第一批",
	"第1", "第一", "第2", "第二", "第3", "第三", "最佳", "最好", "最优", "最好",
	"最多", "最大", "最高", "最大", "最少", "最小", "最低", "最小")

// limit is a superlative that says until or from when something may be done.
var limit = regexp.MustCompile(`^最[晚迟早](?:能|可|到|要|得|须|应|在|于|不|别)`)

// limits are how a source says what a claim calls the most or the least.
var limits = map[string][]string{"最大": {"上限", "封顶", "不超过", "至多"}, "最小": {"下限", "起步", "至少", "不低于"}}

// superlativeGuard: a claim is as strong as its source, and of the same thing.
func superlativeGuard(claim *statement, src *source) string {
	text := superlativeForms.Replace(string(src.runes))
	near := superlativeForms.Replace(src.around)
	said := string(claim.runes)
	for _, at := range superlatives.FindAllStringIndex(said, -1) {
		m := said[at[0]:at[1]]
		form := superlativeForms.Replace(m)
		if src.boundsAlike(claim, utf8.RuneCountInString(said[:at[0]])) {
			continue // 最多2万元, where it says 不超过2万元
		}
		if strings.Contains(text, form) || strings.HasPrefix(form, "第一") && (strings.Contains(text, "第一") || strings.Contains(text, "首")) {
			continue
		}
		if limit.MatchString(said[at[0]:]) && len(src.dates)+len(src.figures) > 0 {
			continue // 最晚能拖到三月底, where it says 顺延到3月31日: the figure is looked at elsewhere
		}
		if limits[form] != nil && zhtext.ContainsAny(text, limits[form]) {
			continue // 最多条数, where it says 上限
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
			if strings.HasPrefix(u.word, "每") && claim.pricedAt(c, u) {
				continue // 每人15元 is a price
			}
			if !strings.Contains(near, u.word) && !sameReach(u.word, near) && !(isReach(u.word) && src.title != "" && strings.Contains(src.title, u.word)) {
				return u.word
			}
		}
		if has("every day", c.text) && has("some days", near) && !has("every day", near) && !has("some days", c.text) {
			return c.text
		}
		if strings.ContainsAny(c.text, "都均皆") && has("exclusive", near) && !has("exclusive", c.text) && !strings.ContainsAny(near, "都均皆") {
			return c.text
		}
		if has("part", c.text) && !has("part", near) && i >= 0 && share >= closelyAligned && has("universal", src.clauses[i].text) {
			return find("part", c.text)[0].word
		}
	}
	return ""
}

// pricedAt tells whether a figure stands right behind a word of a clause.
func (s *statement) pricedAt(c clause, word found) bool {
	end := c.Start + utf8.RuneCountInString(c.text[:word.end])
	return slices.ContainsFunc(s.figures, func(f figure) bool { return f.Start >= end && f.Start <= end+1 })
}

// isReach tells whether a word for all names an area.
func isReach(word string) bool { return strings.HasPrefix(word, "全") }

// sentenceOf is the sentence that clause i belongs to.
func (src *source) sentenceOf(i int) string {
	start, end := src.back(src.clauses[i].Start, 0, sentenceStops), src.clauses[i].End
	for end < len(src.runes) && !strings.ContainsRune(sentenceStops, src.runes[end]) {
		end++
	}
	return string(src.runes[start:end])
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

// fromTo is a change from one value to another.
var fromTo = regexp.MustCompile(`[从由自](?:原来|原先)?的?(?:约|近|超过)?([\d.,〇零一二三四五六七八九十百千万亿]+)[^从由自，,。；;]{0,12}?[到至为成](?:了|约|近)?([\d.,〇零一二三四五六七八九十百千万亿]+)`)

// orderGuard: from A to B is not from B to A.
func orderGuard(claim *statement, src *source) string {
	for _, m := range fromTo.FindAllStringSubmatch(string(claim.runes), -1) {
		for _, have := range fromTo.FindAllStringSubmatch(string(src.runes), -1) {
			if m[1] == have[2] && m[2] == have[1] {
				return m[0]
			}
		}
	}
	return ""
}

// frameForms are other ways to name a stretch of time.
var frameForms = map[string][]string{
	"未来": {"今后", "将", "下一步", "后续"}, "今后": {"未来", "将", "下一步"},
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
		if src.otherYear(f.word) {
			return f.word
		}
		if src.dayIn(f.word) {
			continue
		}
		if !strings.Contains(near, f.word) && !slices.ContainsFunc(frameForms[f.word], func(w string) bool { return strings.Contains(near, w) }) && !relativeYear(f.word, src) && !src.sameTime(claim, f) {
			return f.word
		}
	}
	return ""
}

// thirds are the days of a month's thirds.
var thirds = map[string][2]int{"上旬": {1, 10}, "中旬": {11, 20}, "下旬": {21, 31}}

// dayIn tells whether the source gives a day in the third of a month that a word names.
func (src *source) dayIn(word string) bool {
	third, ok := thirds[word]
	return ok && slices.ContainsFunc(src.dates, func(d zhtext.Date) bool { return d.Day >= third[0] && d.Day <= third[1] })
}

// timeBehind is how many runes behind a part of the day its time may stand: 晚上延长到9点.
const timeBehind = 6

// sameTime tells whether a part of the day and the time behind it are a time that the
// source gives by 24 hours: 下午2点 is 14时.
func (src *source) sameTime(claim *statement, part found) bool {
	end := utf8.RuneCountInString(string(claim.runes)[:part.end])
	for _, f := range claim.figures {
		at, ok := minutes(f.Quantity)
		if !ok || f.Start < end || f.Start > end+timeBehind || strings.ContainsAny(string(claim.runes[end:f.Start]), "，,；;。") {
			continue
		}
		if at < 12*60 && (part.word == "下午" || part.word == "晚上" || part.word == "夜间") {
			at += 12 * 60
		}
		for _, g := range src.figures {
			if theirs, ok := minutes(g.Quantity); ok && theirs == at {
				return true
			}
		}
	}
	return false
}

// relativeYears are years as seen from when a text was written.
var relativeYears = []string{"前年", "去年", "今年", "明年", "后年"}

// otherYear tells whether the sentences speak of another year than a word of the kind,
// and name none by its number.
func (src *source) otherYear(word string) bool {
	text := string(src.runes)
	if !slices.Contains(relativeYears, word) || strings.Contains(text, word) || len(zhtext.Years(src.text)) > 0 {
		return false
	}
	return zhtext.ContainsAny(text, relativeYears) && !(word == "今年" && strings.Contains(text, "本年")) && !(word == "去年" && strings.Contains(text, "上年"))
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

// invented are the runs of a claim's words of which nothing stands in the sentences,
// around them or in the question. Words can be put otherwise, but not out of nothing.
func invented(claim *statement, src *source) (runs []string) {
	blank := claim.emptyRunes()
	for _, f := range claim.figures {
		cover(blank, f.Range)
	}
	for _, d := range claim.dates {
		cover(blank, d.Range)
	}
	near := string(src.runes) + src.around + src.before + src.asked + strings.Join(deriveWords, "") // how figures are put together is checked elsewhere
	start := 0
	for i := 0; i <= len(claim.runes); i++ {
		if i < len(claim.runes) && zhtext.IsHan(claim.runes[i]) && !blank[i] && !strings.ContainsRune(near, claim.runes[i]) {
			continue
		}
		if i-start >= minInvented {
			runs = append(runs, string(claim.runes[start:i]))
		}
		start = i + 1
	}
	return runs
}
