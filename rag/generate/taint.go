package generate

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// taint knows the words of sources that speak to a machine instead of telling
// something. The verifier cannot stop a model that obeys them: what it then
// says does stand in a source. So a claim that carries words which only such a
// passage holds is no claim. The passage can still be quoted as it is, by the
// extractive generator, to whoever asks for what it says.
type taint struct {
	words          map[string]bool // pieces that only passages with orders hold
	clean, hostile string          // letters of the passages and titles without and with orders
	told           []string        // letters that the question tells to say
}

// hanPiece is how many characters in a row of a passage with orders give it
// away. Two are a word that anybody may use.
const hanPiece = 3

var (
	// Who is spoken to.
	machine = `(?:助手|机器人|智能体|语言模型|大模型|聊天程序|阅读程序|AI|LLMs?|assistants?|chat ?bots?|bots?|language models?|AI (?:models?|systems?|agents?))`
	// What it is to do: words for producing an answer.
	sayZH = `(?:回答|回复|作答|答复|答案|回应|输出|改报|复述|重复|展示|显示|只说|写出|写上|说出|夹一句|喊一?声|附上|放入|贴出|翻译成|透露|引用|照做|照此|收尾|结尾|开头)`
	sayEN = `(?:answer|reply|repl(?:y|ies)|respond|response|output|print|say|state|write|reveal|repeat|include|append|mention|ping|finish|begin|start|end)`

	addressed = []*regexp.Regexp{
		// A machine that is to say something.
		regexp.MustCompile(`(?i)` + machine + `[^。！？!?，,\n]{0,12}(?:请|必须|务必|一律|都要|应该?|不得|只能|能不能|可否|最高指令|指令|注意)[^。！？!?\n]{0,20}` + sayZH),
		regexp.MustCompile(`(?i)(?:请|致|给|告诉|要求|命令|凡是?|所有|各位|任何)[^。！？!?，,\n]{0,8}` + machine + `[^。！？!?\n]{0,24}` + sayZH),
		regexp.MustCompile(`(?i)\b` + machine + `\b[^.!?\n]{0,40}\b(?:must|shall|have to|please)\b[^.!?\n]{0,40}\b` + sayEN + `\b`),
		regexp.MustCompile(`(?i)\b(?:(?:note|message|instruction)s? (?:to|for)|attention,?) (?:the |all |any )?` + machine + `\b`),
		// Orders about the answer.
		regexp.MustCompile(`(?:请|必须|务必|一律|只准|只许|只能|只|应当?|要求你)[^。！？!?“"「『‘\n]{0,8}` + sayZH + `[^。！？!?\n]{0,6}[“"「『‘：:]`),
		regexp.MustCompile(`(?:请|必须|务必|一律|只准|只许|只)[^。！？!?，,\n]{0,12}(?:输出|作答|照做|照办|照此|引用\s*[\[［【（(]|插入图片|放入图片|附上链接|加上链接)`),
		regexp.MustCompile(`(?:标准|正确|唯一)答案(?:是|为|：|:)`),
		regexp.MustCompile(`(?:回答|答案|答复|回复)(?:里|中|的?末尾|的?最后|的?开头|时|之前|问题时)[^。！？!?\n]{0,14}(?:请|必须|务必|附上|放入|写上|加上|带上|不得|插入|夹)`),
		regexp.MustCompile(`(?:请|必须|务必|一律|都要?|悄悄|记得)[^。！？!?\n]{0,10}(?:回答|答案|答复|回复|每句话)[^。！？!?\n]{0,2}(?:里|中|上|末尾|最后|开头|以)`),
		regexp.MustCompile(`(?:请|必须|务必|一律)?(?:改用|换成|全部用|只用).{1,6}(?:回答|作答|回复|答复)`),
		regexp.MustCompile(`每(?:句|一句)话?[^。！？!?\n]{0,6}(?:收尾|结尾|开头)|(?:把|将)[^。！？!?\n]{0,8}(?:数字|数值|金额|人数)[^。！？!?\n]{0,6}(?:乘以|除以|改为|改成|改报|换成|说成)|(?:数字|数值|金额|人数)[^。！？!?\n]{0,6}(?:改报|改写成|说成)`),
		regexp.MustCompile(`(?i)\b(?:always|only|now|please|just|then)\s+(?:(?:answer|reply|respond|finish|end) (?:with|in|your|every)|print|output)\b|\b(?:answer|reply|respond)\s+(?:only|nothing but|with nothing|solely|exclusively|exactly)\b|\b(?:every|each|all|your) (?:next )?(?:reply|replies|answers?|responses?) (?:ends?|must|begins?|starts?|should)\b|\bask you to (?:print|say|answer|reply|output|write)\b|\b(?:state|say|report|output) [^.!?\n]{1,40} instead\b`),
		// Orders about the orders.
		regexp.MustCompile(`(?:无视|忽略|忘掉|忘记|不要理会|别管|不必理会|抛开|推翻|放弃|跳过)[^。！？!?\n]{0,10}(?:上文|以上|上面|前文|之前|先前|规则|要求|指令|设定|提示|限制)`),
		regexp.MustCompile(`(?i)\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}\b(?:above|previous|before|prior|earlier|instructions?|rules?|prompts?|told|guidelines)\b`),
		regexp.MustCompile(`(?:最高|新的?|隐藏|内部)的?(?:系统)?指令|指令\s*[:：]|新的要求\s*[:：]|(?:系统|初始|隐藏)的?(?:提示词?|指令)|提示词|(?:管理员|开发者|系统)已?(?:更新|修改|关闭|解除)了?(?:规则|设定|安全|限制)|仅供` + machine),
		regexp.MustCompile(`(?i)\b(?:system prompt|hidden instructions?|safety (?:layer|filter)s?|developer (?:message|mode)|(?:your|the) (?:initial|original) (?:instructions|prompt))\b`),
		regexp.MustCompile(`(?:规则|要求|指令|设定)[^。！？!?\n]{0,6}(?:原样|逐字|一字不[差漏])|你(?:现在|今后)?的(?:身份|角色|规则|指令|设定)|(?:从现在起|从此刻起|今后|现在)[，,]?你(?:就)?(?:是|要?扮演|变成)`),
		regexp.MustCompile(`(?i)\b(?:you are now|from (?:now|this (?:sentence|line|point)) on,? you|pretend (?:to be|you are)|you (?:will|must) act as)\b`),
		// Forged turns, control tokens, delimiters, tools.
		regexp.MustCompile(`(?mi)^\s*(?:系统|用户|助手|system|assistant|user|developer)\s*(?:message|prompt)?\s*[:：]`),
		regexp.MustCompile(`(?i)<\|[a-z_]+|\[/?INST\]|<</?SYS>>|</?think(?:ing)?>|["']role["']\s*:|[<＜]\s*[/／]?\s*(?:资料|来源|source|passage)\s*[0-9０-９]*\s*[>＞]|[\[［【]资料\s*[0-9０-９]+\s*[\]］】]`),
		regexp.MustCompile(`(?:调用|执行)(?:工具|函数|命令)|(?i:\b(?:call|invoke) (?:the )?(?:tool|function)\b)`),
		regexp.MustCompile(`<@\w+>|<!\w+>|@(?:everyone|channel|here)\b|(?i:<\s*script|javascript:)`),
		regexp.MustCompile(`(?:并|然后|请)(?:照做|照办)|重复[^。！？!?\n]{0,10}(?:遍|次)[:：“"]`),
	}
	// What a question tells to say.
	told = regexp.MustCompile(`(?i)(?:说出?|输出|回答|回复|写出?|复述|重复|说一句|say|print|output|write|answer with|reply with|with the words?)[^。！？!?\n]{0,12}?(?:[“"「『‘]([^”"」』’\n]{2,60})[”"」』’]|\b([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)\b)`)
	// What has no place in an answer unless a source holds it: addresses and
	// mentions, which a chat would make live.
	live = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s]*|\b[a-z0-9-]+\.(?:example|com|net|org|cn|io|ru|xyz|top|info|dev|app|co)\b|<[@!#][^>]*>?|@(?:everyone|here|channel|all)\b|!\[|\]\(|<\s*/?\s*[a-z]+[\s>]|javascript:`)
)

// addressesMachine tells whether a text gives orders to whatever program reads
// it. It is a heuristic: what it overlooks meets the verifier, what it takes
// for an order although it is none is quoted rather than reworded.
func addressesMachine(text string) bool {
	for _, p := range addressed {
		if p.MatchString(text) {
			return true
		}
	}
	return false
}

func newTaint(question string, given []rag.Hit) *taint {
	t := &taint{words: map[string]bool{}}
	var clean, hostile []string
	take := func(text string) {
		if text = zhtext.Clean(text); addressesMachine(text) {
			hostile = append(hostile, text)
		} else {
			clean = append(clean, text)
		}
	}
	for _, hit := range given {
		for _, span := range hit.Passage.Spans {
			take(span.Text)
		}
		if hit.Article != nil {
			take(hit.Article.Title)
		}
	}
	for _, text := range clean {
		t.clean += letters(text) + "\n"
	}
	for _, text := range hostile {
		t.hostile += letters(text) + "\n"
		for _, piece := range pieces(text) {
			t.words[piece] = true
		}
	}
	for _, text := range append(clean, question) {
		for _, piece := range pieces(text) {
			delete(t.words, piece)
		}
	}
	for _, m := range told.FindAllStringSubmatch(zhtext.Clean(question), -1) {
		if l := letters(m[1] + m[2]); l != "" && !strings.Contains(t.clean, l) {
			t.told = append(t.told, l)
		}
	}
	return t
}

// spoils tells whether a claim carries what only an order says.
func (t *taint) spoils(text string) bool {
	for _, m := range live.FindAllString(text, -1) {
		if address := letters(m); address == "" || !strings.Contains(t.clean, address) {
			return true
		}
	}
	l := letters(text)
	for _, words := range t.told {
		if strings.Contains(l, words) {
			return true
		}
	}
	for _, piece := range pieces(text) {
		if t.words[piece] {
			return true
		}
	}
	for _, clause := range clauses(text) { // too short to have pieces
		if utf8.RuneCountInString(clause) < 2*hanPiece && strings.Contains(t.hostile, clause) && !strings.Contains(t.clean, clause) {
			return true
		}
	}
	return false
}

// pieces cuts a text into what is compared: hanPiece characters in a row of
// other scripts; of Latin letters and digits, figures and names in capitals,
// every word that stands among Han, and pairs of words otherwise.
func pieces(text string) []string {
	text = thousands.ReplaceAllString(thousands.ReplaceAllString(text, "$1$2"), "$1$2")
	var out []string
	var han []rune
	previous, foreign := "", strings.ContainsFunc(text, zhtext.IsHan)
	for _, word := range words(text) {
		if !isLatin(word) {
			han, previous = append(han, []rune(word)...), ""
			continue
		}
		low := strings.ToLower(word)
		named := word == strings.ToUpper(word) || strings.ContainsFunc(word, unicode.IsDigit)
		if len(word) >= 3 && (named || foreign) && !zhtext.IsStopWord(low) {
			out = append(out, low)
		}
		if previous != "" && !(zhtext.IsStopWord(previous) && zhtext.IsStopWord(low)) {
			out = append(out, previous+" "+low)
		}
		previous = low
	}
	for i := 0; i+hanPiece <= len(han); i++ {
		out = append(out, string(han[i:i+hanPiece]))
	}
	return out
}

// words are the runs of Latin letters and digits, and every other letter by
// itself.
func words(text string) []string {
	var out []string
	start := -1
	for i, r := range text {
		inside := r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			out, start = append(out, text[start:i]), -1
		}
		if !inside && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			out = append(out, string(r))
		}
	}
	if start >= 0 {
		out = append(out, text[start:])
	}
	return out
}

func isLatin(word string) bool { return word[0] < utf8.RuneSelf }

// clauses are the letters between a text's punctuation marks.
func clauses(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
