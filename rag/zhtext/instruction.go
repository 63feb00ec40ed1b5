package zhtext

import "regexp"

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
)

// AddressesMachine tells whether a text gives orders to whatever program reads
// it. It is a heuristic: what it overlooks meets the verifier, what it takes
// for an order although it is none is quoted rather than reworded.
func AddressesMachine(text string) bool {
	for _, p := range addressed {
		if p.MatchString(text) {
			return true
		}
	}
	return false
}
