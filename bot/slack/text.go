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
	notAllowedHere, notAllowedUser, adminOnly, full                     string // full: %d questions
	place, limited                                                      string // %d places; %d questions, %d seconds
	more                                                                string // %d of %d
	modalTitle, modalLabel, modalSubmit, modalClose                     string
	howToReport                                                         string
	homeTitle, homeHow, homeCovers, homeEmpty                           string
	greeting, promptsTitle, promptAbout                                 string
	tooLong, reloaded, reloadFailed, help                               string
	noFiles, filesUnread                                                string // %s: the files' names
	stillSearching, stillChecking                                       string // %d seconds; %d sentences in %d seconds
	voteGone, taskFailed                                                string
	askPerson, personLabel, personAsked, personWanted                   string // %s: group, user, question
	whyTitle, whyLabel, whyComment, whySubmit                           string
	reasons                                                             [6]string // as in the list of this name
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
	stopped: "（已按您的要求停止，没有答完。）", failed: "抱歉，这个问题没能处理完，程序内部出了错。请稍后再问一次；若仍然如此，请告诉管理员。", gaveUp: "抱歉，这个问题试了几次都没能处理完。请换个说法再问，或者告诉管理员。",
	tooLong: "这个问题有 %d 个字，最多可以有 %d 个。请只写想知道的内容，再问一次。",
	empty:   "请写下想问的问题，例如：某公司 2021 年营收是多少？", notice: "说明",
	tooSlow: "抱歉，在规定时间内没能得出答案。请稍后再试，或把问题问得更具体些。", tooSlowSources: "语言模型没能在规定时间内回答。下面是直接从资料中摘出的最相关的原句：",
	notAllowedHere: "这个频道没有开通知问，请在开通的频道里提问，或者私信我。", notAllowedUser: "您还没有使用知问的权限，请联系管理员。", adminOnly: "这个命令只有管理员可以用。", full: "现在等待的问题太多，下面 %d 个问题没有收下，请过几分钟再问：",
	place: "问题已收到，前面还有 %d 个，请稍等。", limited: "您问得有点快，下面 %d 个问题没有收下，请过 %d 秒再问；之前的问题会照常回答。",
	more:        "（第 %d 部分，共 %d 部分）",
	howToReport: "如果资料本身有误，请点 👎 并写明原因，会记录下来供管理员核对。",
	modalTitle:  "问问资料", modalLabel: "想问什么？", modalSubmit: "提问", modalClose: "取消",
	homeTitle: "知问：有出处的回答", homeHow: "私信我、在频道里 @我，或者用 `/zhiwen 问题`。每句话都附上原文出处；资料里没有的，我会直说。也可以在任何一条消息的菜单里选“问问资料”。", homeCovers: "目前收录 %d 篇文章，发布日期从 %s 到 %s。", homeEmpty: "目前还没有收录文章。请管理员先导入。",
	greeting: "您好，我是知问。请直接提问，我只根据收录的文章回答，每句话都附上出处。", promptsTitle: "可以这样问", promptAbout: "《%s》主要讲了什么？",
	noFiles: "我不读附件（%s），只根据收录的文章回答，所以这个问题没有作答。请把想知道的写成文字；要让附件里的内容也能查到，请管理员把它导入资料库。", filesUnread: "消息里的附件%s没有读；回答只依据收录的文章。",
	stillSearching: "还在查找资料…（%d 秒）", stillChecking: "已核对 %d 句…（%d 秒）",
	voteGone: "这条回答已不在记录里，没能记下您的评价。", taskFailed: "Slack 没有接受这个操作，没能完成。请稍后再按一次；若仍然如此，请告诉管理员。",
	askPerson: "请人来回答", personLabel: "还需要帮助？", personAsked: "已请相关同事来看。", personWanted: "%s %s 想请人回答：“%s”",
	whyTitle: "哪里不对？", whyLabel: "原因", whyComment: "想补充的话", whySubmit: "提交",
	reasons:  [6]string{"内容不对", "不完整", "出处不支持", "答非所问", "资料过时", "其他"},
	reloaded: "已重新载入。", reloadFailed: "重新载入失败，仍在使用原来的资料。原因：%s", help: "用法：`/zhiwen 问题`。管理员还可以用 `/zhiwen status` 和 `/zhiwen reload`。",
	statusUp: "已运行 %s，连接 %d 条（%s）。", statusQueue: "问题：正在回答 %d，排队 %d，收件箱里未完成 %d。", statusDay: "24 小时内：回答 %d，其中拒答 %d；👍 %d，👎 %d。",
}

var english = words{
	working: "is looking through the sources…", searching: "Looking through the sources; the answer will appear here.", sources: "Sources", original: "Original", inSource: "See the quote", paragraph: "paragraph %d", undated: "undated",
	good: "Helpful", bad: "Not right", thanks: "Thank you, noted.", share: "Share with the channel", shared: "Shared with the channel.", shareGone: "This answer is no longer on record. Please ask again and share the new one.",
	stopped: "(Stopped as you asked, before the answer was complete.)", failed: "Sorry, this question could not be finished because of an internal error. Please ask again in a while; if it keeps happening, tell an administrator.", gaveUp: "Sorry, this question failed several times. Please put it differently, or tell an administrator.",
	tooLong: "This question has %d characters, and at most %d are accepted. Please shorten it to what you want to know and ask again.",
	empty:   "Please write your question, for example: what was the company's revenue in 2021?", notice: "Note",
	tooSlow: "Sorry, there was no answer within the time allowed. Please try again in a while, or ask something more specific.", tooSlowSources: "The language model did not answer within the time allowed. These are the most relevant sentences, quoted from the sources:",
	notAllowedHere: "Zhiwen is not enabled in this channel. Please ask in an enabled channel or send me a direct message.", notAllowedUser: "You are not on the list of people who may use Zhiwen. Please ask an administrator.", adminOnly: "Only administrators can use this command.", full: "Too many questions are waiting: these (%d) were not accepted. Please ask again in a few minutes.",
	place: "Got your question; %d are ahead of it. One moment, please.", limited: "That was a little fast: these questions (%d) were not accepted. Please ask again in %d seconds. Earlier ones will still be answered.",
	more:        "(part %d of %d)",
	howToReport: "If the material itself is wrong, press 👎 and say why; it is kept for the administrators.",
	modalTitle:  "Ask the sources", modalLabel: "What would you like to know?", modalSubmit: "Ask", modalClose: "Cancel",
	homeTitle: "Zhiwen: answers with sources", homeHow: "Send me a direct message, @mention me in a channel, or use `/zhiwen question`. Every sentence comes with its source; what the sources do not say, I will tell you so. You can also pick “Ask the sources” in the menu of any message.", homeCovers: "%d articles are indexed, published from %s to %s.", homeEmpty: "No articles are indexed yet. An administrator has to import some first.",
	greeting: "Hello, I am Zhiwen. Ask me anything about the indexed articles; every sentence of my answers comes with its source.", promptsTitle: "You could ask", promptAbout: "What is “%s” about?",
	noFiles: "I do not read attached files (%s); I answer from the indexed articles only, so this question was not answered. Please write down what you want to know; to have the file searched too, ask an administrator to import it.", filesUnread: "The attached %s was not read; the answer rests on the indexed articles only.",
	stillSearching: "is still searching… (%d s)", stillChecking: "has checked %d sentences… (%d s)",
	voteGone: "This answer is no longer on record, so your vote could not be stored.", taskFailed: "Slack did not accept this, so it was not done. Please press again in a while; if it keeps happening, tell an administrator.",
	askPerson: "Ask a person", personLabel: "Still need help?", personAsked: "The people in charge have been asked.", personWanted: "%s %s asks for a person's answer: “%s”",
	whyTitle: "What was wrong?", whyLabel: "Reason", whyComment: "Anything to add", whySubmit: "Send",
	reasons:  [6]string{"It is wrong", "It is incomplete", "The source does not say so", "It answers another question", "The sources are outdated", "Something else"},
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
