package rag

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"zhiwen/rag/question"
)

// messageKey names a sentence that zhiwen itself says.
type messageKey int

const (
	noticeModelFailed messageKey = iota
	noticeModelRefused
	noticeUnverified
	noticeDropped
	noticeConflict
	noticeTruncated
	noticeOneSide
	noticeQuoted
	noticeIncomplete
	noticeCompleted
	calculationNote
	shortSeparator
	listHead
	listMore
	nothingBefore
	previousQuestion
	atTheEnd
	articleDay
	articleAuthor
	articleTitle
	articleSource
	articleUnknown
	nothingElse
	nothingWithin
	nothingQuoted
	noSuchQuote
	uncheckedLanguage
	sayItAgain
	noticeNoModel
	noticeNoWording
	noticeObjected
	noticeOther
	noneOther
	noneNear
	noExample
)

var messages = map[string]map[messageKey]string{
	"zh": {
		noticeModelFailed:  "语言模型暂时不可用。",
		noticeModelRefused: "语言模型没有作答。",
		noticeUnverified:   "语言模型的回答没有通过与原文的核对。",
		noticeDropped:      "有一部分内容在原文中找不到依据，已略去。",
		noticeConflict:     "各处资料的说法不一致，请对照出处。",
		noticeTruncated:    "回答没有说完就中断了，以上各句都已核对。",
		noticeQuoted:       "回答中的句子摘自原文。",
		noticeIncomplete:   "问题的一部分在资料中没有找到答案。",
		noticeCompleted:    "语言模型没有说到的，补上了原文的句子。",
		noticeOneSide:      "检索的一部分暂时不可用，结果可能不全。",
		calculationNote:    "（计算：%s）。",
		shortSeparator:     "；",
		listHead:           "资料库共有 %d 篇文章：",
		listMore:           "……还有 %d 篇，可用 zhiwen articles 查看全部。",
		nothingBefore:      "之前还没有问过问题。请直接写出你想知道的事。",
		previousQuestion:   "上一个问题是：“%s”",
		atTheEnd:           "《%s》到这里就没有下文了。",
		articleDay:         "《%s》的日期是 %s。",
		articleAuthor:      "《%s》的作者是%s。",
		articleTitle:       "标题是《%s》。",
		articleSource:      "《%s》来自 %s。",
		articleUnknown:     "《%s》没有注明这一点。",
		nothingElse:        "《%s》里的内容前面都已经引用过了。",
		nothingWithin:      "《%s》里没有说到这一点。要在所有文章里找，请直接问，不必提这篇文章。",
		nothingQuoted:      "前面的回答没有引用原文，没有可以接着说的。请直接写出你想知道的事。",
		noSuchQuote:        "上一个回答只有 %d 条引文，没有第 %d 条。",
		uncheckedLanguage:  "只能译成中文或英文：译成%s就无法与原文核对了。",
		sayItAgain:         "按这个要求重新表述下面的回答，不增加内容。要求：%s。回答：“%s”",
		noticeNoModel:      "换说法和翻译要用语言模型，这里没有配置，所以仍是原文的句子。",
		noticeNoWording:    "语言模型没有给出能与原文核对上的说法，所以仍是原文的句子。",
		noticeObjected:     "资料里是这样写的：以上是前一个回答所依据的原文。资料本身是否有误，知问无从判断。",
		noticeOther:        "以上是与问题相近、前面没有引用过的原文，不一定回答了问题。",
		noneOther:          "资料里没有找到更多与问题有关的内容。资料本身是否有误，知问无从判断。",
		noneNear:           "资料里没有找到与问题有关的内容。可以换个说法，或者写得更具体些再问。",
		noExample:          "资料里没有给出这方面的例子。",
	},
	"en": {
		noticeModelFailed:  "The language model is not available right now.",
		noticeModelRefused: "The language model gave no answer.",
		noticeUnverified:   "What the language model said did not hold against the sources.",
		noticeDropped:      "Something was left out because the sources do not say it.",
		noticeConflict:     "The sources disagree; please compare them.",
		noticeTruncated:    "The answer broke off; every sentence above has been checked.",
		noticeQuoted:       "The sentences of the answer are taken from the sources.",
		noticeIncomplete:   "The material does not answer one part of the question.",
		noticeCompleted:    "What the language model left out was added as the sources have it.",
		noticeOneSide:      "Part of the search is not available right now; something may be missing.",
		calculationNote:    " (calculated: %s).",
		shortSeparator:     "; ",
		listHead:           "There are %d articles:",
		listMore:           "… and %d more; zhiwen articles lists them all.",
		nothingBefore:      "Nothing has been asked before. Just write what you want to know.",
		previousQuestion:   "The previous question was: “%s”",
		atTheEnd:           "“%s” ends there.",
		articleDay:         "“%s” is dated %s.",
		articleAuthor:      "“%s” was written by %s.",
		articleTitle:       "Its title is “%s”.",
		articleSource:      "“%s” comes from %s.",
		articleUnknown:     "“%s” does not say so.",
		nothingElse:        "All that “%s” says has been quoted above.",
		nothingWithin:      "“%s” says nothing about that. To look in all articles, ask without naming this one.",
		nothingQuoted:      "The answers above quote nothing that could be said again. Just write what you want to know.",
		noSuchQuote:        "The last answer has %d quotes, and no number %d.",
		uncheckedLanguage:  "Only Chinese and English are possible: in %s nothing could be checked against the sources.",
		sayItAgain:         "Word the answer below anew in English, as this asks, and add nothing: %s. The answer: “%s”",
		noticeNoModel:      "Other words and translations take a language model, and there is none here, so these are the sentences of the sources.",
		noticeNoWording:    "The language model gave no wording that holds against the sources, so these are their sentences.",
		noticeObjected:     "This is what the material says: the passages above are what the last answer rests on. Whether the material itself is right, zhiwen cannot tell.",
		noticeOther:        "The passages above come near to the question and had not been quoted yet; they may not answer it.",
		noneOther:          "The material has nothing more that comes near to the question. Whether it is right itself, zhiwen cannot tell.",
		noneNear:           "The material has nothing that comes near to the question. Other words, or more of them, may find it.",
		noExample:          "The material gives no example of this.",
	},
}

func message(language string, key messageKey, args ...any) string {
	m, ok := messages[language]
	if !ok {
		m = messages["zh"]
	}
	if len(args) == 0 {
		return m[key]
	}
	return fmt.Sprintf(m[key], args...)
}

// maxTitles is how many titles a refusal names.
const maxTitles = 3

// refusal says that there is no answer, and what there is.
func refusal(reason Reason, a question.Analysis, catalog Catalog, related []string) string {
	if a.Language == "en" {
		return refusalEnglish(reason, a, catalog, related)
	}
	switch reason {
	case ReasonEmptyStore:
		return "资料库里还没有文章。请先用 zhiwen ingest 导入文章，再来提问。"
	case ReasonNoQuestion:
		return "没有看出要问什么。请写出想了解的事情，例如一件事的时间、地点或数量。" + holdings(catalog, related)
	case ReasonEdition:
		return fmt.Sprintf("资料中没有 %s的相关信息。", joinYears(a.Years)) + holdings(catalog, related)
	}
	return "资料中没有相关信息。" + holdings(catalog, related)
}

func joinYears(years []int) string {
	parts := make([]string, len(years))
	for i, y := range years {
		parts[i] = fmt.Sprintf("%d 年", y)
	}
	return strings.Join(parts, "、")
}

// holdings says what the collection covers, in Chinese.
func holdings(catalog Catalog, related []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "资料库有 %d 篇文章", catalog.Articles)
	if years := knownYears(catalog); len(years) > 0 {
		if len(years) > 6 {
			fmt.Fprintf(&b, "（%d 至 %d 年）", years[0], years[len(years)-1])
		} else {
			fmt.Fprintf(&b, "（%s）", joinYears(years))
		}
	}
	if titles := someTitles(catalog, related); len(titles) > 0 {
		fmt.Fprintf(&b, "，较接近的有《%s》", strings.Join(titles, "》《"))
	}
	b.WriteString("。")
	return b.String()
}

func knownYears(catalog Catalog) []int {
	var years []int
	for y := range catalog.Years {
		if y > 0 {
			years = append(years, y)
		}
	}
	sort.Ints(years)
	return years
}

func someTitles(catalog Catalog, related []string) []string {
	var out []string
	for _, list := range [][]string{related, catalog.Titles} {
		for _, t := range list {
			if len(out) == maxTitles {
				return out
			}
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

func refusalEnglish(reason Reason, a question.Analysis, catalog Catalog, related []string) string {
	if reason == ReasonEmptyStore {
		return "There are no articles yet. Add some with zhiwen ingest, then ask again."
	}
	var b strings.Builder
	switch reason {
	case ReasonNoQuestion:
		b.WriteString("I could not tell what you are asking. Write what you want to know.")
	case ReasonEdition:
		years := make([]string, len(a.Years))
		for i, y := range a.Years {
			years[i] = strconv.Itoa(y)
		}
		fmt.Fprintf(&b, "The material says nothing about %s.", strings.Join(years, ", "))
	default:
		b.WriteString("The material does not answer this.")
	}
	fmt.Fprintf(&b, " There are %d articles", catalog.Articles)
	switch years := knownYears(catalog); len(years) {
	case 0:
	case 1:
		fmt.Fprintf(&b, " of %d", years[0])
	default:
		fmt.Fprintf(&b, " of %d to %d", years[0], years[len(years)-1])
	}
	if titles := someTitles(catalog, related); len(titles) > 0 {
		fmt.Fprintf(&b, "; the closest: 《%s》", strings.Join(titles, "》《"))
	}
	b.WriteString(".")
	return b.String()
}
