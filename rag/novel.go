package rag

import (
	"strings"
	"unicode"

	"zhiwen/rag/zhtext"
)

// glue are words with which anybody may put a source's facts together: they
// name nothing, count nothing and turn nothing into its opposite.
var glue = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
		其实 目前 当前 现在 如今 近日 日前 这次 本次 此次 该次 同时 此外 另外 最终 最后 首先 其次 分别 各自 均为 都是 就是 即是 也是
		两者 二者 三者 之间 彼此 一共有 共有 总共有 共计 合计 总计 总数 总量 数量 总额 金额 数额 人数 资料 材料 文章 原文 时间 日期 期间 时期 地点 名称 名字 标题 主题 内容 原因 方面 情况 方式 结果 问题 答案
		为止 以上 以下 之一 左右 大约 大概 约为 超过 达到 达成 高达 多达 多家 多个 若干 部分 全部 所有 整个 总的 具体 主要 重要 重大 大型
		包括 包含 含有 其中包括 涉及 涵盖 覆盖 属于 位于 处于 设立 设置 成立 建立 设在 设于 座落 坐落 来自 出自 源自 用于 作为 成为 变成 形成 构成 组成 称为 名为 叫做 叫作 命名 被称 被命名
		进行 开展 实施 实现 完成 获得 取得 得到 拥有 具有 具备 存在 出现 发生 产生 带来 促成 推动 促进 推进 加强 提供 给予 采用 使用 利用 负责 承担 担任
		举行 举办 召开 开幕 闭幕 开始 结束 启动 启用 发布 公布 宣布 推出 亮相 展示 展出 介绍 说明 表示 认为 指出 强调 提到 谈到 显示 透露 报道 记载 提及 写道 回答 回应
		参加 参与 出席 到场 见证 签约 签订 签署 签下 达到了 计划 预计 将会 将要 打算 希望 力争 准备 旨在 为了 由于 因为 所以 因此 从而 并且 而且 以及 还有 还是 不仅 同样 也有 分为 设有 建有 建成 建设
		方 者 们 建 设 办 签 发 获 共 达 计 占 约 超 近 逾 余 多 含 等 由 被 让 把 将 起 止 至 处 次 届 个 名 位 家 项 年 月 日 号 天 元 亿 万 千 百 十 两 第 首 每 各 总 均 皆 仅 只 已 曾 正 再 又 还 也 都 就 才 并 及 而 但 或 且 则 该 此 其 这 那 要 会 能 可 应 须 需 请 叫 做 作 往 从 向 对 按 据 因 为 是 有 在 于 以 与 和 跟 同 了 的 地 得 着 过 吗 呢`) {
		out[w] = true
	}
	return out
}()

// longestWord is the longest word of the thesaurus and of glue that is looked
// for in a claim, in runes.
const longestWord = 6

// novel returns the first stretch of a Chinese claim that neither the span nor
// the texts around it hold and that is more than glue; "" if none. Averages over
// a sentence would let one foreign name ride on ten true words.
func (v Verifier) novel(claim *parsedClaim, p *EvidenceParagraph, first, last int, derived bool) string {
	if claim.language == "en" {
		return v.novelName(claim, p)
	}
	pool := v.pool(p, first, last)
	covered := claim.coveredBy(pool)
	cover := func(word string) {
		w := []rune(word)
		for i := 0; i+len(w) <= len(claim.compact); i++ {
			if string(claim.compact[i:i+len(w)]) == word {
				for k := range w {
					covered[i+k] = true
				}
			}
		}
	}
	for _, q := range claim.quantities {
		cover(compactString(q.Text)) // figures are compared by value
	}
	for _, d := range claim.dates {
		cover(compactString(d.Text))
	}
	if derived {
		for _, w := range deriveWords {
			cover(w)
		}
	}
	for _, w := range v.Analysis.Words { // what was asked may be said where it is found
		if w.Number == nil && strings.Contains(string(claim.compact), w.Text) && v.found(w, p, first, last) {
			cover(w.Text)
		}
	}
	for i := range claim.compact {
		for n := 1; n <= longestWord && i+n <= len(claim.compact); n++ {
			if word := string(claim.compact[i : i+n]); glue[word] || n > 1 && restates(word, pool) {
				for k := i; k < i+n; k++ {
					covered[k] = true
				}
			}
		}
	}
	for start := 0; start < len(claim.compact); start++ {
		end := start
		for end < len(claim.compact) && claim.content[end] && !covered[end] && zhtext.IsHan(claim.compact[end]) {
			end++
		}
		if end > start {
			return string(claim.compact[start:end])
		}
	}
	return ""
}

// pool is where a claim's words may come from: the span and what stands right
// around it.
func (v Verifier) pool(p *EvidenceParagraph, first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		b.WriteString(p.Sentences[i].compact)
		b.WriteByte(0)
	}
	if p.Heading != "" {
		b.WriteString(compactString(p.Heading))
		b.WriteByte(0)
	}
	return b.String() + p.title + "\x00" + p.neighbours(first, last)
}

// found tells whether a word of the question stands in or around the sentences.
func (v Verifier) found(w Word, p *EvidenceParagraph, first, last int) bool {
	for i := first; i <= last; i++ {
		if p.Cover([]Word{w}, i)[0] >= foundCover {
			return true
		}
	}
	return false
}

// restates tells whether the thesaurus has a word as vague or as another word
// for one that the text holds.
func restates(word, text string) bool {
	g := synonyms()[word]
	if g == nil {
		return false
	}
	return g.vague || containsAny(text, g.words)
}

// coveredBy marks the runes that stand in the text as part of a pair.
func (c *parsedClaim) coveredBy(text string) []bool {
	covered := make([]bool, len(c.compact))
	for i := 0; i+2 <= len(c.compact); i++ {
		if strings.Contains(text, string(c.compact[i:i+2])) {
			covered[i], covered[i+1] = true, true
		}
	}
	return covered
}

// novelName returns a name of an English claim that its English source does not
// hold: a capitalised word that starts no sentence.
func (v Verifier) novelName(claim *parsedClaim, p *EvidenceParagraph) string {
	question := zhtext.Fold(v.Analysis.Question)
	start := true
	for _, w := range strings.Fields(claim.text) {
		name := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		capital := name != "" && unicode.IsUpper([]rune(name)[0])
		folded := zhtext.Fold(name)
		if capital && !start && len(name) > 2 && !zhtext.IsStopWord(folded) && len(zhtext.Dates(name)) == 0 &&
			!holdsWord(p.compact, folded) && !holdsWord(p.title, folded) && !holdsWord(p.lead, folded) && !holdsWord(question, folded) {
			return name
		}
		start = strings.HasSuffix(w, ".") || strings.HasSuffix(w, ":")
	}
	return ""
}
