package bot

import (
	"regexp"
	"strings"
	"unicode"

	"zhiwen/rag/question"
)

// Words that ask, in Chinese and at the beginning of an English sentence.
var (
	askingWords = []string{
		"多少", "几", "谁", "哪", "什么", "甚么", "怎么", "怎样", "如何", "为何", "为什么", "是否", "有没有", "是不是", "能不能", "会不会", "可不可以", "多大", "多长", "多高", "多远", "多久", "何时", "何地",
		"幾", "誰", "什麼", "怎麼", "為何", "為什麼", "是不是", "請問", "请问", "介绍一下", "说说", "总结", "列出",
	}
	askingEnds = []string{"吗", "嗎", "呢", "么", "？", "?"}
	askingLead = []string{
		"who", "whom", "whose", "what", "when", "where", "which", "why", "how", "is", "are", "was", "were", "do", "does", "did", "can", "could", "has", "have", "will", "would", "should", "list", "name", "tell", "summarize", "summarise",
	}
	// notAsking hold a word that asks and ask nothing.
	notAsking = []string{"没什么", "沒什麼", "不怎么", "哪里哪里"}
	helpWords = []string{"帮助", "幫助", "怎么用", "怎麼用", "如何使用", "使用说明", "你是谁", "你是誰", "你能做什么", "你会什么", "help", "who are you", "what can you do", "how do i use you", "usage"}
)

// aboutFile are the ways of pointing at something that came with a message.
var aboutFile = regexp.MustCompile(`附件|(?:[这這该該此]|上面|上传|发)的?[几些]?[个份篇张幅页段]?(?:文件|文档|图片|截图|照片|图|表格|表|报告|报表|幻灯片|演示|合同|音频|视频|[Pp][Dd][Ff]|[Ww]ord|[Ee]xcel|PPT|ppt)|` +
	`(?i)\battach(?:ed|ment)s?\b|\b(?:this|these|the|my)\s+(?:\w+\s+)?(?:files?|documents?|docs?|images?|pictures?|photos?|screenshots?|pdfs?|spreadsheets?|slides?|tables?|reports?)\b`)

// AsksAboutFile tells whether a message with a file speaks of that file.
func AsksAboutFile(text string) bool { return aboutFile.MatchString(text) }

// Asks tells whether a message that was not addressed to anybody looks like a
// question. It reads the form only: one that ends like a question, holds a
// word that asks, or wants more of the last answer.
func Asks(text string) bool {
	folded := strings.ToLower(strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("。.!！~～…，,", r)
	}))
	for _, w := range notAsking {
		folded = strings.ReplaceAll(folded, w, "")
	}
	for _, end := range askingEnds {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	if lead, _, more := strings.Cut(folded, " "); more {
		for _, w := range askingLead {
			if strings.TrimRight(lead, ",") == w {
				return true
			}
		}
	}
	for _, w := range askingWords {
		if strings.Contains(folded, w) {
			return true
		}
	}
	switch question.PointsBack(text).Wish {
	case question.WishNone:
		return false
	case question.WishReword, question.WishObject, question.WishInstead, question.WishExample, question.WishRepeat, question.WishGoOn:
		return false // 简单点 and 不对 are said to people as well
	}
	return true // 第二条详细说说
}

// AsksForHelp tells whether a message asks what the bot is and how it is used,
// and nothing else.
func AsksForHelp(text string) bool {
	folded := strings.ToLower(strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) }))
	for _, w := range helpWords {
		if folded == w {
			return true
		}
	}
	return false
}
