package slack

import (
	"fmt"
	"time"

	"zhiwen/bot"
	"zhiwen/rag"
)

// words are what the bot itself says, in the language of the question.
type words struct {
	working, searching, sources, original, inSource, paragraph, undated string
	good, bad, thanks, share, shared, shareGone                         string
	stopped, failed, gaveUp, empty, notice                              string
	tooSlow, tooSlowSources                                             string
	notAllowedHere, notAllowedUser, adminOnly, full                     string
	place, limited                                                      string // %d places, %d seconds
	more                                                                string // %d of %d
	modalTitle, modalLabel, modalSubmit, modalClose                     string
	homeTitle, homeHow, homeCovers, homeEmpty                           string
	greeting, promptsTitle, promptAbout                                 string
	tooLong, reloaded, reloadFailed, help                               string
	statusUp, statusQueue, statusDay                                    string
}

func wordsFor(l bot.Language) words {
	if l == bot.English {
		return english
	}
	return chinese
}

var chinese = words{
	working: "正在查找资料…", searching: "正在查找资料，答案稍后出现在这里。", sources: "出处", original: "原文", inSource: "查看引文", paragraph: "第 %d 段", undated: "日期不详",
	good: "有帮助", bad: "不准确", thanks: "谢谢，已记下。", share: "分享到频道", shared: "已分享到频道。", shareGone: "这条答案已不在记录里，请重新提问后再分享。",
	stopped: "（已按您的要求停止。）", failed: "抱歉，这个问题没能处理完，程序内部出了错。请稍后再问一次；若仍然如此，请告诉管理员。", gaveUp: "抱歉，这个问题试了几次都没能处理完。请换个说法再问，或者告诉管理员。",
	tooLong: "这个问题有 %d 个字，最多可以有 %d 个。请只写想知道的内容，再问一次。",
	empty:   "请写下想问的问题，例如：某公司 2021 年营收是多少？", notice: "说明",
	tooSlow: "抱歉，在规定时间内没能得出答案。请稍后再试，或把问题问得更具体些。", tooSlowSources: "语言模型没能在规定时间内回答。下面是直接从资料中摘出的最相关的原句：",
	notAllowedHere: "这个频道没有开通知问，请在开通的频道里提问，或者私信我。", notAllowedUser: "您还没有使用知问的权限，请联系管理员。", adminOnly: "这个命令只有管理员可以用。", full: "现在等待的问题太多，这个问题没有收下。请过几分钟再问。",
	place: "问题已收到，前面还有 %d 个，请稍等。", limited: "您问得有点快，这个问题没有收下；%d 秒之内再问的也收不下。之前的问题会照常回答。",
	more:       "（第 %d 部分，共 %d 部分）",
	modalTitle: "问问资料", modalLabel: "想问什么？", modalSubmit: "提问", modalClose: "取消",
	homeTitle: "知问：有出处的回答", homeHow: "私信我、在频道里 @我，或者用 `/zhiwen 问题`。每句话都附上原文出处；资料里没有的，我会直说。也可以在任何一条消息的菜单里选“问问资料”。", homeCovers: "目前收录 %d 篇文章，发布日期从 %s 到 %s。", homeEmpty: "目前还没有收录文章。请管理员先导入。",
	greeting: "您好，我是知问。请直接提问，我只根据收录的文章回答，每句话都附上出处。", promptsTitle: "可以这样问", promptAbout: "《%s》主要讲了什么？",
	reloaded: "已重新载入。", reloadFailed: "重新载入失败，仍在使用原来的资料。原因：%s", help: "用法：`/zhiwen 问题`。管理员还可以用 `/zhiwen status` 和 `/zhiwen reload`。",
	statusUp: "已运行 %s，连接 %d 条（%s）。", statusQueue: "问题：正在回答 %d，排队 %d，收件箱里未完成 %d。", statusDay: "24 小时内：回答 %d，其中拒答 %d；👍 %d，👎 %d。",
}

var english = words{
	working: "is looking through the sources…", searching: "Looking through the sources; the answer will appear here.", sources: "Sources", original: "Original", inSource: "See the quote", paragraph: "paragraph %d", undated: "undated",
	good: "Helpful", bad: "Not right", thanks: "Thank you, noted.", share: "Share with the channel", shared: "Shared with the channel.", shareGone: "This answer is no longer on record. Please ask again and share the new one.",
	stopped: "(Stopped as you asked.)", failed: "Sorry, this question could not be finished because of an internal error. Please ask again in a while; if it keeps happening, tell an administrator.", gaveUp: "Sorry, this question failed several times. Please put it differently, or tell an administrator.",
	tooLong: "This question has %d characters, and at most %d are accepted. Please shorten it to what you want to know and ask again.",
	empty:   "Please write your question, for example: what was the company's revenue in 2021?", notice: "Note",
	tooSlow: "Sorry, there was no answer within the time allowed. Please try again in a while, or ask something more specific.", tooSlowSources: "The language model did not answer within the time allowed. These are the most relevant sentences, quoted from the sources:",
	notAllowedHere: "Zhiwen is not enabled in this channel. Please ask in an enabled channel or send me a direct message.", notAllowedUser: "You are not on the list of people who may use Zhiwen. Please ask an administrator.", adminOnly: "Only administrators can use this command.", full: "Too many questions are waiting, so this one was not accepted. Please ask again in a few minutes.",
	place: "Got your question; %d are ahead of it. One moment, please.", limited: "That was a little fast: this question was not accepted, nor will others be within %d seconds. Earlier ones will still be answered.",
	more:       "(part %d of %d)",
	modalTitle: "Ask the sources", modalLabel: "What would you like to know?", modalSubmit: "Ask", modalClose: "Cancel",
	homeTitle: "Zhiwen: answers with sources", homeHow: "Send me a direct message, @mention me in a channel, or use `/zhiwen question`. Every sentence comes with its source; what the sources do not say, I will tell you so. You can also pick “Ask the sources” in the menu of any message.", homeCovers: "%d articles are indexed, published from %s to %s.", homeEmpty: "No articles are indexed yet. An administrator has to import some first.",
	greeting: "Hello, I am Zhiwen. Ask me anything about the indexed articles; every sentence of my answers comes with its source.", promptsTitle: "You could ask", promptAbout: "What is “%s” about?",
	reloaded: "Reloaded.", reloadFailed: "Reloading failed; the former articles stay in use. Reason: %s", help: "Usage: `/zhiwen question`. Administrators can also use `/zhiwen status` and `/zhiwen reload`.",
	statusUp: "Up for %s, %d connections (%s).", statusQueue: "Questions: %d being answered, %d queued, %d unfinished in the inbox.", statusDay: "Last 24 hours: %d answers, %d of them refusals; 👍 %d, 👎 %d.",
}

// covers says what the collection holds.
func (w words) covers(c rag.Catalog) string {
	if c.Articles == 0 {
		return w.homeEmpty
	}
	return fmt.Sprintf(w.homeCovers, c.Articles, w.day(c.First), w.day(c.Last))
}

func (w words) day(t time.Time) string {
	if t.IsZero() {
		return w.undated
	}
	return t.Format(time.DateOnly)
}
