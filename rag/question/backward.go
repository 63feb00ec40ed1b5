package question

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// Wish is what a message wants that points back at the conversation.
type Wish string

// Wishes.
const (
	WishNone      Wish = ""
	WishWithin    Wish = "within"    // something of the article in talk: Rest asks it
	WishAbout     Wish = "about"     // what that article says
	WishElse      Wish = "else"      // what else it says
	WishDay       Wish = "day"       // when it was published
	WishAuthor    Wish = "author"    // who wrote it
	WishTitle     Wish = "title"     // what it is called
	WishSource    Wish = "source"    // where it comes from
	WishDetail    Wish = "detail"    // more of a quote
	WishProof     Wish = "proof"     // what the answer rests on
	WishReword    Wish = "reword"    // the answer in other words
	WishTranslate Wish = "translate" // the answer in another language
	WishObject    Wish = "object"    // to object to the answer, with nothing that is asked
	WishInstead   Wish = "instead"   // to have something else answered: Rest asks it
	WishExample   Wish = "example"   // an example of what was asked
	WishPrevious  Wish = "previous"  // to hear the question before
	WishAgain     Wish = "again"     // to have the question before answered again
	WishRepeat    Wish = "repeat"    // to have the last answer once more
	WishGoOn      Wish = "go-on"     // what comes next in the source
)

// Backward is a message that points back.
type Backward struct {
	Wish Wish
	// Rest is the question without its reference to the article or its objection.
	Rest string
	// Anew asks, with an objection, to look for more.
	Anew bool
	// Quote is the number of a quote, 0 for all of them, -1 for the last one; Named is how
	// it was written (二, 最后一条).
	Quote int
	Named string
	// Language is the one to translate into: "en" or "zh", "" where none is named, or the
	// name of one that answers are not checked in.
	Language string
}

//go:embed backward.txt
var backwardTable string

// backwardForms are the patterns that the classes of backward.txt make up.
type backwardForms struct {
	within, inside, about, otherwise, detail, proof, reword, translate *regexp.Regexp
	english, chinese                                                   *regexp.Regexp
	day, author, title, source                                         *regexp.Regexp
	objects, objectsTo, aspect, anew, lookAgain, instead, claims       *regexp.Regexp
	example, exemplifies                                               *regexp.Regexp
	previous, again, repeat, goOn, sumUp, opening                      *regexp.Regexp
}

var backward = sync.OnceValue(func() backwardForms {
	classes := map[string][]string{}
	for name, list := range tableLines(backwardTable) {
		classes[name] = append(classes[name], strings.Fields(list)...)
	}
	// {name} in a pattern is one of the words of a class, the longest first.
	reference := regexp.MustCompile(`\{([a-z-]+)\}`)
	compile := func(pattern string) *regexp.Regexp {
		return regexp.MustCompile(`(?i)` + reference.ReplaceAllStringFunc(pattern, func(name string) string {
			words := slices.Clone(classes[strings.Trim(name, "{}")])
			if len(words) == 0 {
				panic("question: backward.txt has no class " + name) // part of the program
			}
			slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
			for i, w := range words {
				words[i] = regexp.QuoteMeta(strings.ReplaceAll(w, "_", " "))
				if last := w[len(w)-1]; 'a' <= last && last <= 'z' {
					words[i] += `\b` // wrong, and no part of wrongly
				}
			}
			return `(?:` + strings.Join(words, "|") + `)`
		}))
	}
	const (
		answered = `(?:{whole-answer}?的?(?:{before}的?)?(?:回答|答案|话|内容|问题)?)`
		article  = `(?:本文|{point}一?{article-measure}{document}?|{point}一?{other-measure}?{document}|{point}一?{other-measure}{inside})`
		polite   = `^(?:{please}\s*)*`
		end      = `\s*{softly}*$`
		// The answer may be named before or behind, and that it was not heard before all.
		repeated = `^(?:我?(?:刚才|刚刚)?{unheard}了?[\s。;!?~…]*)?(?:{please}\s*)*` + answered + `(?:{please}\s*)*{to-me}?(?:{once-more}{to-me}?{give-again}{times}|{once-more}?{to-me}?{repeat}{times}?)` + answered + end +
			`|^我?(?:刚才|刚刚)?{unheard}了?` + end + `|^(?:你|您){before}?说(?:了|的)?是?{what}` + end + `|^(?:{please}\s*)*{repeat-english}` + end
		objects = `(?:{claimed}|{aspect}|{rather}|的)*{objection}{softly}*`
		stop    = `[,。.!?;…~、\s]`
		number  = `(?:(?:上面|刚才|前面)?的?第([0-9一二三四五六七八九十]+){quote-measure}|({last-quote}{quote-measure})|\[([0-9]+)\])的?`
		more    = `(?:{please}*{more}[地的]?{softly}*{tell}*{softly}*)`
	)
	return backwardForms{
		within:    compile(`^(?:{please}|{from})*(?:` + article + `{inside}?|(?:in|within|according to) {english-article})\s*[,、:]?\s*(.+)$`),
		inside:    compile(`[,]?(?:{from}` + article + `{inside}?|` + article + `{inside}|\s(?:in|within) {english-article})[,]?`),
		about:     compile(`^(?:的|{mostly})*(?:{say}(?:了|的是|的)?{what}{content}?|{content}(?:是什么|有哪些)?)` + end),
		otherwise: compile(`^(?:它|其中|里面|{mostly})*(?:还(?:有)?{say}(?:了|过)?(?:{what}|{other}){content}?|还有(?:{what}|{other}){content}?没?(?:说|讲|提)?的?)` + end + `|^what else does (?:it|{english-article}) say$`),
		detail:    compile(polite + `(?:` + number + more + `|` + more + number + `|` + number + `{around}(?:是什么)?|{whole-answer}?` + more + `)` + end),
		proof:     compile(`^(?:{please}*{whole-answer}?的?(?:看|看看|给出|列出)?(?:一下)?{evidence}(?:是什么|在哪里?|在哪儿|是哪里|来自哪里)?|{sure})` + end),
		// Other words are those of somebody too: 用小学生听得懂的话说.
		reword:      compile(polite + `{whole-answer}?(?:{reword}|{in-language}[^什哪几怎谁多]{1,9}(?:话|语言|口吻|语气|方式)来?{again}?(?:{tell}|总结|概括)?)` + end),
		translate:   compile(polite + `(?:{whole-answer}?的?(?:回答|答案|话|内容)?{translate}{into}?({english}|{chinese}|{foreign})?|{whole-answer}?{in-language}({english}|{chinese}|{foreign}){again}?|({english}|{chinese}|{foreign}){version}|(?:translate|say) ?(?:it|this|that)? ?(?:in|to|into)? ({english}|{chinese}|{foreign})|in ({english}|{chinese}))` + end),
		day:         compile(`^(?:的)?(?:是)?(?:{when}{publish}的?|{publish}(?:{day}|于{when}|在{when})(?:是?{when}|是多少|是哪天)?)` + end + `|^(?:published|written) when$`),
		author:      compile(`^(?:的)?(?:{author}(?:是谁|叫什么|是哪位)?|是?谁{publish}的)` + end),
		title:       compile(`^(?:的)?(?:{title}(?:是什么|叫什么)?|叫什么(?:{title})?)` + end),
		source:      compile(`^(?:的)?(?:{source}(?:是什么|是哪里|在哪里?|呢)?|(?:是)?(?:从|出自|来自)哪(?:里|儿|家媒体|个网站)?(?:来|{publish})?的?|(?:是)?哪(?:里|儿|家媒体|家报纸|个网站){publish}的)` + end),
		objects:     compile(`^(?:(?:` + objects + `|{objection-english})` + stop + `*)+(?:(?:{rather}|{please})*{look-again}{softly}*)?$`),
		objectsTo:   compile(`^(?:` + objects + stop + `+|{objection-english}\s*[,.!?;…~]+\s*)+(.+)$`),
		anew:        compile(`^(?:{please}\s*)*{look-again}{softly}*$`),
		aspect:      compile(`{aspect}`),
		lookAgain:   compile(`{look-again}{softly}*$`),
		instead:     compile(`^{meant}(.+)$`),
		claims:      compile(`^那?么?{claim}(.+)$`),
		example:     compile(polite + `(?:{give}?{some}?{concrete}*{example}{tell}*|{give}{some}?{concrete}*{case}{tell}*|{for-example}|{have}{some}?{concrete}*{example}|{example-english})` + end),
		exemplifies: compile(`{exemplifying}`),
		previous:    compile(`^我?的?{before}的?我?的?(?:问题(?:是|问的?是?)|问(?:了|过|的|的问题)?是?){what}(?:问题)?` + end + `|^what (?:was|is) (?:my|the) (?:previous|last) question$|^what did i (?:just )?ask$`),
		again:       compile(`^(?:{please}|重新)*(?:{answer}(?:一下|一遍|一次)?)?(?:我的?)?{before}的?(?:问题|回答|答案)(?:再{answer}(?:一下|一遍|一次)?)?` + end + `|^(?:(?:answer )?(?:the|my) )?(?:previous|last) question(?: again)?$`),
		repeat:      compile(repeated),
		goOn:        compile(polite + `(?:{go-on}(?:{tell}|念|往下)*(?:下去)?|往下{tell}?|{and-then}呢|{go-on-english})` + end),
		sumUp:       compile(polite + `(?:{sum-up}(?:一下|下)?(?:` + article + `|{document})?的?(?:主要)?{content}?` + end + `|{sum-up-english}(?: {english-article}|it|this|that)?$)|^what (?:is|are) (?:this|that|{english-article})(?: article| document)? about$`),
		opening:     compile(`^(?:{opening}[,\s]+)+`),
		english:     compile(`^{english}$`),
		chinese:     compile(`^{chinese}$`),
	}
})

// PointsBack tells what a message wants that points back at the conversation, whatever
// courtesies stand around that.
func PointsBack(message string) Backward {
	forms := backward()
	if b := forms.wish(bared(message)); b.Wish != WishNone {
		return b
	}
	if utf8.RuneCountInString(message) <= maxBackward {
		if text := bared(Normalize(message).Text); text != "" {
			return forms.wish(text)
		}
	}
	return Backward{}
}

// maxBackward is how many runes a message may have of which courtesies are taken off to
// see whether it points back, which takes longer than all the patterns.
const maxBackward = 40

// Exemplifies tells whether a sentence says that it gives an example.
func Exemplifies(sentence string) bool {
	return backward().exemplifies.MatchString(zhtext.Fold(sentence))
}

// bared is a message as all patterns that point back know it: without markup, emoji and
// the marks around its words, in simplified characters.
func bared(message string) string {
	return zhtext.Simplified(strings.TrimFunc(withoutMarkup(zhtext.Clean(message)), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("，,。；;、~～…—！!？?.．", r)
	}))
}

// wish reads a bared message. Patterns meet it folded, rune for rune, and what is left to
// be asked is handed on as it was written.
func (f backwardForms) wish(text string) Backward {
	folded := zhtext.Fold(text)
	if at := f.opening.FindStringIndex(folded); at != nil {
		text, folded = behind(text, folded, at[1]), folded[at[1]:]
	}
	bare := strings.ReplaceAll(folded, ",", "")
	if m := f.translate.FindStringSubmatch(bare); m != nil {
		return Backward{Wish: WishTranslate, Language: f.language(strings.Join(m[1:], ""))}
	}
	switch {
	case f.proof.MatchString(bare):
		return Backward{Wish: WishProof}
	case f.reword.MatchString(bare):
		return Backward{Wish: WishReword}
	case f.previous.MatchString(bare):
		return Backward{Wish: WishPrevious}
	case f.again.MatchString(bare):
		return Backward{Wish: WishAgain}
	case f.repeat.MatchString(bare):
		return Backward{Wish: WishRepeat}
	case f.goOn.MatchString(bare):
		return Backward{Wish: WishGoOn}
	case f.example.MatchString(bare):
		return Backward{Wish: WishExample}
	}
	if m := f.detail.FindStringSubmatch(bare); m != nil {
		return detailOf(m[1:])
	}
	if b := f.objection(text, folded); b.Wish != WishNone {
		return b
	}
	if m := f.within.FindStringSubmatchIndex(folded); m != nil {
		return f.restOf(behind(text, folded, m[2]))
	}
	if at := f.inside.FindStringIndex(folded); at != nil {
		return f.restOf(ahead(text, folded, at[0]) + behind(text, folded, at[1]))
	}
	if f.otherwise.MatchString(folded) && strings.ContainsAny(folded, "说讲写提谈介涉y") {
		return Backward{Wish: WishElse} // 还有什么 alone may go on with anything
	}
	if f.sumUp.MatchString(bare) {
		return Backward{Wish: WishAbout}
	}
	return Backward{}
}

// objection reads what objects to an answer. What it says the answer should have been is
// no question, and what it says that the question was is one.
func (f backwardForms) objection(text, folded string) Backward {
	anew := f.anew.MatchString(folded)
	if anew || f.objects.MatchString(folded) {
		return Backward{Wish: WishObject, Anew: anew || f.lookAgain.MatchString(folded)}
	}
	objected, ofAspect := false, false
	if m := f.objectsTo.FindStringSubmatchIndex(folded); m != nil {
		ofAspect = f.aspect.MatchString(folded[:m[2]])
		text, folded, objected = behind(text, folded, m[2]), folded[m[2]:], true
		if b := f.wish(text); b.Wish != WishNone {
			return b
		}
	}
	if m := f.instead.FindStringSubmatchIndex(folded); m != nil {
		return Backward{Wish: WishInstead, Rest: strings.TrimSpace(behind(text, folded, m[2]))}
	}
	if !objected {
		return Backward{}
	}
	if m := f.claims.FindStringSubmatchIndex(folded); m != nil && !asksSomething(folded) {
		if claim := strings.TrimSpace(behind(text, folded, m[2])); len(zhtext.Years(claim)) > 0 {
			return Backward{Wish: WishInstead, Rest: claim}
		}
		return Backward{Wish: WishObject}
	}
	if ofAspect && !f.claims.MatchString(folded) {
		return Backward{} // 地址写错了，怎么改: it may be what is asked about
	}
	return Backward{Wish: WishInstead, Rest: text}
}

// behind and ahead are what stands in text behind and ahead of a place in its folded form.
func behind(text, folded string, at int) string {
	return string([]rune(text)[utf8.RuneCountInString(folded[:at]):])
}

func ahead(text, folded string, at int) string {
	return string([]rune(text)[:utf8.RuneCountInString(folded[:at])])
}

// restOf tells what is asked of the article.
func (f backwardForms) restOf(rest string) Backward {
	rest = strings.TrimSpace(rest)
	folded := zhtext.Fold(rest)
	switch {
	case f.otherwise.MatchString(folded):
		return Backward{Wish: WishElse}
	case f.about.MatchString(folded):
		return Backward{Wish: WishAbout}
	case f.day.MatchString(folded):
		return Backward{Wish: WishDay}
	case f.author.MatchString(folded):
		return Backward{Wish: WishAuthor}
	case f.title.MatchString(folded):
		return Backward{Wish: WishTitle}
	case f.source.MatchString(folded):
		return Backward{Wish: WishSource}
	}
	return Backward{Wish: WishWithin, Rest: strings.TrimPrefix(rest, "的")}
}

func (f backwardForms) language(named string) string {
	switch named = strings.ToLower(named); {
	case f.english.MatchString(named):
		return "en"
	case f.chinese.MatchString(named):
		return "zh"
	}
	return named
}

// detailOf reads which quote is meant out of what the pattern caught.
func detailOf(caught []string) Backward {
	b := Backward{Wish: WishDetail}
	for i, text := range caught {
		switch {
		case text == "":
		case i%3 == 1:
			b.Quote, b.Named = -1, text
		default:
			b.Named = text
			if q := zhtext.Quantities("第" + text + "个"); len(q) > 0 {
				b.Quote = int(q[0].Value)
			}
		}
	}
	return b
}
