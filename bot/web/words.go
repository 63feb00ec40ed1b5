package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// words are a page's texts in one language. Fields with a % are formats.
type words struct {
	Lang, Other, OtherName                        string
	Name, Lead, Ask, Placeholder, Question        string
	Send, Stop, Fresh, Asking, Stopped            string
	Sources, Paragraph, OpenSource, Marker        string
	Skip, Home, Collection, History, Clear        string
	Year, Source, Text, Any, Apply, Count, None   string
	Previous, Next, Back, Original, NoDate        string
	DateForm, Holds, HoldsYears, Comma            string
	KeyTitle, KeyLead, Key, KeyWrong, KeySend     string
	KeyForget, Network, NoHistory, Quoted, NoText string
	Missing, Failed                               string
}

var texts = map[string]words{
	"zh": {
		Lang: "zh", Other: "en", OtherName: "English",
		Name: "知问", Lead: "根据文章作答，每句话都附上核对过的原文。", Ask: "提问", Placeholder: "想知道什么？", Question: "问题",
		Send: "提问", Stop: "停止", Fresh: "新对话", Asking: "正在查找并核对…", Stopped: "已停止。",
		Sources: "来源", Paragraph: "第 %d 段", OpenSource: "看原文", Marker: "来源 %d：%s",
		Skip: "跳到正文", Home: "提问", Collection: "文章", History: "提问记录", Clear: "清空记录",
		Year: "年份", Source: "来源", Text: "词语", Any: "全部", Apply: "筛选", Count: "共 %d 篇文章", None: "没有符合的文章。",
		Previous: "上一页", Next: "下一页", Back: "返回", Original: "原网页", NoDate: "日期不详",
		DateForm: "2006年1月2日", Holds: "资料库有 %d 篇文章。", HoldsYears: "资料库有 %d 篇文章（%s 年）。", Comma: "、",
		KeyTitle: "需要密钥", KeyLead: "这台服务器只回答持有密钥的人。向管理员要一个密钥，在这里输入一次。", Key: "密钥", KeyWrong: "这个密钥无效。", KeySend: "继续",
		KeyForget: "忘记密钥", Network: "连不上服务器，请稍后再试。", NoHistory: "还没有提过问题。", Quoted: "引用的原文在第 %d 段，已标出。", NoText: "请写下问题。",
		Missing: "没有这个页面。", Failed: "出错了：%s",
	},
	"en": {
		Lang: "en", Other: "zh", OtherName: "中文",
		Name: "zhiwen", Lead: "Answers from articles, every sentence checked against its source.", Ask: "Ask", Placeholder: "What would you like to know?", Question: "Question",
		Send: "Ask", Stop: "Stop", Fresh: "New conversation", Asking: "Looking up and checking…", Stopped: "Stopped.",
		Sources: "Sources", Paragraph: "paragraph %d", OpenSource: "Read the source", Marker: "Source %d: %s",
		Skip: "Skip to the content", Home: "Ask", Collection: "Articles", History: "Your questions", Clear: "Forget them",
		Year: "Year", Source: "Source", Text: "Words", Any: "all", Apply: "Filter", Count: "%d articles", None: "No article fits.",
		Previous: "Previous page", Next: "Next page", Back: "Back", Original: "Original page", NoDate: "no date",
		DateForm: "2 January 2006", Holds: "The collection has %d articles.", HoldsYears: "The collection has %d articles (%s).", Comma: ", ",
		KeyTitle: "A key is needed", KeyLead: "This server answers those who have a key. Ask whoever runs it for one, and enter it here once.", Key: "Key", KeyWrong: "This key is not valid.", KeySend: "Continue",
		KeyForget: "Forget the key", Network: "The server cannot be reached; try again in a moment.", NoHistory: "Nothing was asked yet.", Quoted: "The quoted words are in paragraph %d, marked.", NoText: "Write a question.",
		Missing: "There is no such page.", Failed: "Something went wrong: %s",
	},
}

// Fill puts values into one of the formats; templates call it.
func (t words) Fill(format string, values ...any) string { return fmt.Sprintf(format, values...) }

// Coverage says what the collection holds.
func (t words) Coverage(articles int, years []int) string {
	if len(years) == 0 {
		return fmt.Sprintf(t.Holds, articles)
	}
	list := make([]string, len(years))
	for i, y := range years {
		list[i] = strconv.Itoa(y)
	}
	return fmt.Sprintf(t.HoldsYears, articles, strings.Join(list, t.Comma))
}

// Failure puts an error into a sentence.
func (t words) Failure(e *httpError) string {
	if e.status == http.StatusNotFound {
		return t.Missing
	}
	return fmt.Sprintf(t.Failed, e.in(t.Lang))
}
