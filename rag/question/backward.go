package question

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

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
)

// Backward is a message that points back.
type Backward struct {
	Wish Wish
	// Rest is the question without its reference to the article.
	Rest string
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
			}
			return `(?:` + strings.Join(words, "|") + `)`
		}))
	}
	const (
		article = `(?:本文|{point}一?{article-measure}{document}?|{point}一?{other-measure}?{document}|{point}一?{other-measure}{inside})`
		polite  = `^(?:{please}\s*)*`
		end     = `\s*{softly}*$`
		number  = `(?:(?:上面|刚才|前面)?的?第([0-9一二三四五六七八九十]+){quote-measure}|({last-quote}{quote-measure})|\[([0-9]+)\])的?`
		more    = `(?:{please}*{more}[地的]?{softly}*{tell}*{softly}*)`
	)
	return backwardForms{
		within:    compile(`^(?:{please}|{from})*(?:` + article + `{inside}?|(?:in|within|according to) {english-article})\s*[，,、：:]?\s*(.+)$`),
		inside:    compile(`[，,]?(?:{from}` + article + `{inside}?|` + article + `{inside}|\s(?:in|within) {english-article})[，,]?`),
		about:     compile(`^(?:的|{mostly})*(?:{say}(?:了|的是|的)?{what}{content}?|{content}(?:是什么|有哪些)?)` + end),
		otherwise: compile(`^(?:它|其中|里面|{mostly})*(?:还(?:有)?{say}(?:了|过)?(?:{what}|{other}){content}?|还有(?:{what}|{other}){content}?没?(?:说|讲|提)?的?)` + end + `|^what else does (?:it|{english-article}) say$`),
		detail:    compile(polite + `(?:` + number + more + `|` + more + number + `|` + number + `{around}(?:是什么)?|{whole-answer}?` + more + `)` + end),
		proof:     compile(`^(?:{please}*{whole-answer}?的?(?:看|看看|给出|列出)?(?:一下)?{evidence}(?:是什么|在哪里?|在哪儿|是哪里|来自哪里)?|{sure})` + end),
		// Other words are those of somebody too: 用小学生听得懂的话说.
		reword:    compile(polite + `{whole-answer}?(?:{reword}|{in-language}[^什哪几怎谁多]{1,9}(?:话|语言|口吻|语气|方式)来?{again}?(?:{tell}|总结|概括)?)` + end),
		translate: compile(polite + `(?:{whole-answer}?的?(?:回答|答案|话|内容)?{translate}{into}?({english}|{chinese}|{foreign})?|{whole-answer}?{in-language}({english}|{chinese}|{foreign}){again}?|({english}|{chinese}|{foreign}){version}|(?:translate|say) ?(?:it|this|that)? ?(?:in|to|into)? ({english}|{chinese}|{foreign})|in ({english}|{chinese}))` + end),
		day:       compile(`^(?:的)?(?:是)?(?:{when}{publish}的?|{publish}(?:{day}|于{when}|在{when})(?:是?{when}|是多少|是哪天)?)` + end + `|^(?:published|written) when$`),
		author:    compile(`^(?:的)?(?:{author}(?:是谁|叫什么|是哪位)?|是?谁{publish}的)` + end),
		title:     compile(`^(?:的)?(?:{title}(?:是什么|叫什么)?|叫什么(?:{title})?)` + end),
		source:    compile(`^(?:的)?(?:{source}(?:是什么|是哪里|在哪里?|呢)?|(?:是)?(?:从|出自|来自)哪(?:里|儿|家媒体|个网站)?(?:来|{publish})?的?|(?:是)?哪(?:里|儿|家媒体|家报纸|个网站){publish}的)` + end),
		english:   compile(`^{english}$`),
		chinese:   compile(`^{chinese}$`),
	}
})

// PointsBack tells what a message wants that points back at the conversation.
func PointsBack(message string) Backward {
	forms := backward()
	text := zhtext.Simplified(strings.TrimRight(strings.TrimSpace(zhtext.Clean(message)), "？?。.!！~～ "))
	bare := strings.NewReplacer("，", "", ",", "").Replace(text)
	if m := forms.translate.FindStringSubmatch(bare); m != nil {
		return Backward{Wish: WishTranslate, Language: forms.language(strings.Join(m[1:], ""))}
	}
	if forms.proof.MatchString(bare) {
		return Backward{Wish: WishProof}
	}
	if forms.reword.MatchString(bare) {
		return Backward{Wish: WishReword}
	}
	if m := forms.detail.FindStringSubmatch(bare); m != nil {
		return detailOf(m[1:])
	}
	if m := forms.within.FindStringSubmatch(text); m != nil {
		return forms.restOf(m[1])
	}
	if at := forms.inside.FindStringIndex(text); at != nil {
		return forms.restOf(text[:at[0]] + text[at[1]:])
	}
	if forms.otherwise.MatchString(text) && strings.ContainsAny(text, "说讲写提谈介涉y") {
		return Backward{Wish: WishElse} // 还有什么 alone may go on with anything
	}
	return Backward{}
}

// restOf tells what is asked of the article.
func (f backwardForms) restOf(rest string) Backward {
	rest = strings.TrimSpace(rest)
	switch {
	case f.otherwise.MatchString(rest):
		return Backward{Wish: WishElse}
	case f.about.MatchString(rest):
		return Backward{Wish: WishAbout}
	case f.day.MatchString(rest):
		return Backward{Wish: WishDay}
	case f.author.MatchString(rest):
		return Backward{Wish: WishAuthor}
	case f.title.MatchString(rest):
		return Backward{Wish: WishTitle}
	case f.source.MatchString(rest):
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
