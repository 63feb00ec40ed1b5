package article

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"zhiwen/rag/zhtext"
)

// Lines longer than this, in bytes, are text, whatever they begin with.
const maxFurniture = 360

// Who edited a page: a role, then names between marks. What a role did is a
// sentence, and text.
const (
	editorKey   = `(?:责任编辑|责编|编辑|校对|审核|审校|监制|初审|复审|终审|值班编委|统筹|编审|排版|签发)\s*[:：/／]`
	editorSep   = `[\s　、,，/／|｜]+`
	editorNames = `\s*(?:(?:[\p{Han}·]{2,4}|[\p{Han}]\s[\p{Han}]|[A-Za-z][A-Za-z. ]{0,24})(?:` + editorSep + `(?:[\p{Han}·]{2,4}|[\p{Han}]\s[\p{Han}]))*)?`
)

var (
	// furniture is what Chinese news and government sites put around a text.
	furniture = regexp.MustCompile(`^(?:` + strings.Join([]string{
		`(?:您?(?:当前|现在|所在)的?位置|您(?:现在)?(?:所)?在的?位置)\s*(?:(?:是)?[:：>＞].*)?`,
		`[\[【(（]?\s*(?:字号|字体)(?:大小)?\s*[:：]?(?:[^\p{Han}\d]|[大中小特超默认标准缩放增减打印关闭收藏分享到纠错正文本此页窗口])*`,
		`[\[【(（]?\s*(?:打印|关闭|收藏|纠错|返回)(?:本页|正文|此页|页面|窗口|顶部|首页|列表)?\s*[\]】)）]?`,
		`[\[【(（]?\s*(?:大|中|小)\s*[\]】)）]?(?:\s*[\[【(（]?\s*(?:大|中|小)\s*[\]】)）]?)*`,
		`(?:一键)?分享(?:到|至)?\s*[:：]?[^。]{0,20}`,
		`.{0,12}(?:扫一扫|扫码|扫描二维码|长按(?:识别)?二维码).{0,10}(?:关注|下载|阅读|观看|查看|收看|收听|分享|更多|公众号|小程序|客户端|APP|App|app).{0,12}`,
		`(?:请|微信|手机|打开)*(?:扫一扫|扫描二维码|长按(?:识别)?二维码)[^\p{Han}]*`,
		`[^。]{0,4}点击.{0,6}蓝(?:色)?字.{0,8}|(?:点击(?:下方|左下角)?)?[“"「]?阅读原文[”"」]?.{0,12}|阅读\s*\d+(?:\.\d+)?万?\+?`,
		`.{0,16}关注.{0,16}(?:公众号|微信号|微博|视频号).{0,12}`,
		`.{0,20}(?:尽在|下载|打开).{0,16}(?:APP|App|app|客户端).{0,8}`,
		`(?:海量资讯|独家新闻|更多精彩).{0,30}`,
		`[(（\[【]?\s*` + editorKey + editorNames + `(?:` + editorSep + editorKey + editorNames + `)*\s*[)）\]】]?`,
		`(?:Copyright|©|版权所有|著作权).{0,100}`,
		`.{0,40}(?:ICP备|公网安备|网站标识码|网安备).{0,60}`,
		`(?:主办单位|主办|承办单位|承办|技术支持|网站地图|联系我们|建议意见|网站声明)\s*[:：]?`,
		`您即将离开.{0,40}|[(（]?欢迎您[)）]?.{0,12}|(?:继续访问|放弃|取消|确定|确认|注销|登录|注册|退出|无障碍|关怀版|长者模式|适老版|简体|繁体|English|EN)`,
		`(?:请?点击).{0,4}(?:为您|收听|播报|播放|观看|下载|查看|进入|展开|这里|此处).{0,16}|.{0,12}(?:语音播报|语音朗读).{0,8}`,
		`(?:上一篇|下一篇|上一条|下一条|上一页|下一页|前一篇|后一篇)\s*(?:[:：].{0,80})?`,
		`(?:阅读|浏览|点击|访问)(?:数|量|次数)?\s*[:：]?\s*\d+\s*次?`,
		`(?:首页|更多|更多>+|展开全文|阅读全文|查看原文|收起|举报|点赞|评论|收藏|赞|投诉|\d+条?评论)`,
		`原标题\s*[:：].{0,100}`,
	}, `|`) + `)$`)
	// statement opens a paragraph that is about the site, at any length, if it
	// speaks of rights.
	statement = regexp.MustCompile(`^[\[【(（]?(?:免责|特别|版权|郑重|重要)?(?:声明|提示)[\]】)）]?\s*[:：][^。]*(?:转载|版权|侵权|著作权|本网|本站|不代表|仅代表|授权)|^本文(?:仅代表作者|来源于?网络|转自)|^(?:凡|如)?(?:注明|转载).{0,20}(?:转载|注明)`)
	// tailMark opens the list of other articles below a text.
	tailMark = regexp.MustCompile(`^[\[【]?\s*(?:相关(?:阅读|新闻|推荐|链接|文章|报道|文件|解读|附件)|延伸阅读|推荐阅读|热门(?:推荐|新闻|文章|排行|评论)|猜你喜欢|为您推荐|精彩推荐|新闻排行|最新评论|网友评论|大家都在看|更多(?:新闻|阅读|推荐|文章))\s*[\]】]?\s*[:：]?$`)

	captionStart = regexp.MustCompile(`^[▲△▼◆■↑↓←→\s]*[(（]?(?:[左右上下中本题头配资][左右上下中版料]?方?)?图(?:为|片?(?:说明|来源)?\s*[:：]|[①-⑩]\s*[:：]?)`)
	photoCredit  = regexp.MustCompile(`[(（]?(?:[\p{Han}]{0,6}(?:记者|通讯员|摄影师?|实习生|特约|图片来源|供图)[^。！？；;!?]{1,30}?(?:摄影?|供图|制图|[\s/／]图)|(?:新华社|中新社|视觉中国)(?:记者)?[^。！？；]{0,14}(?:摄|发|供图))\s*(?:[/／\\|｜·][^。！？]{0,20})?[)）]?$`)

	byline        = regexp.MustCompile(`^[(（【]?\s*((?:[\p{Han}]{2,10}?)??)(?:首席|见习|实习|特派|特约|全媒体|融媒体|驻[\p{Han}]{1,4})*(?:记者|通讯员|实习生|评论员)[\s:：]+([\p{Han}·\s、,，/:：]{2,120}?)\s*(?:采写|报道|整理|撰写|文)?\s*[)）】]?$`)
	closingByline = regexp.MustCompile(`\s*[(（]\s*([\p{Han}]{0,10}?)(?:首席|见习|实习|特派|特约|全媒体|融媒体)*(?:记者|通讯员|作者|评论员)[\s:：]+([\p{Han}·\s、,，:：]{2,80}?)\s*(?:采写|报道|文)?\s*[)）]$`)
	inlineByline  = regexp.MustCompile(`^[\p{Han}\d]{2,16}[讯电]\s*[(（]\s*([\p{Han}]{0,10}?)(?:首席|见习|实习|特派|特约|全媒体|融媒体)*(?:记者|通讯员)[\s:：]+([\p{Han}·\s、,，:：]{2,60}?)[)）]`)

	metaStart = regexp.MustCompile(`^[(（\[【]?\s*(?:发布时间|发布日期|發[布佈](?:時間|日期)|发稿时间|发表时间|更新时间|更新(?:時間|日期)|成文日期|时间|時間|日期|标题|名称|索引号|索 引 号|文号|发文字号|主题分类|主题词|有效性|公开方式|公开形式|公开类别|来源|信息来源|文章来源|稿源|稿件来源|作者|发布机构|发文机构|原文链接|链接|网址)\s*[:：]`)
	weakKey   = regexp.MustCompile(`^[(（\[【]?\s*(?:时间|時間|日期|标题|名称|来源|作者|链接|网址)\s*[:：]`)
	fieldGap  = regexp.MustCompile(`(?:\s|　)+(?:[|｜]\s*)?|[|｜]`)
	storedKey = regexp.MustCompile(`^[(（\[【]?\s*(?:发布单位|發[布佈]單位|來源|发布时间|发布日期|發[布佈](?:時間|日期)|更新(?:時間|日期)|時間|发稿时间|发表时间|更新时间|时间|日期|标题|来源|信息来源|文章来源|稿源|稿件来源|作者|发布机构|发文机构|原文链接|链接|网址|浏览次数|浏览量|阅读量|阅读|点击|字体|字号|分享|责任编辑|编辑|责编|\d{1,2})$|^(?:浏览|瀏覽|阅读|閱讀|点击|點擊|點閱|访问|訪問)(?:次[数數]|[数數量率]|人[数數次])?$|^人[气氣]$`)
	dateKey   = regexp.MustCompile(`(?:发布时间|发布日期|发稿时间|发表时间|时间|時間|日期)\s*[:：]\s*([^\s　]+(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?)`)
	titleKey  = regexp.MustCompile(`^标题\s*[:：]\s*(.{2,120})$`)
	sourceKey = regexp.MustCompile(`(?:来源|來源|稿源|发布机构|发布单位|發[布佈]單位)\s*[:：]\s*([^\s　|｜)）\]】]{1,40})`)
	authorKey = regexp.MustCompile(`作者\s*[:：]\s*(.{1,40}?)(?:\s{2,}|[|｜　)）\]】]|\s+\S{2,6}[:：]|$)`)
	urlKey    = regexp.MustCompile(`(?:原文链接|链接|网址)\s*[:：]\s*(https?://[^\s　]+)`)
	clockTime = regexp.MustCompile(`(?:星期[一二三四五六日天]|周[一二三四五六日]|日|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)`)

	datelineStart = regexp.MustCompile(`^[(（]?` + filed)
)

// filed is how a report begins: the medium, perhaps the place and day, and 讯 or
// 电 with what must follow it, for both characters are parts of common words.
const filed = `(?:本报|本刊|本网|本台|[\p{Han}]{1,6}(?:社|网|报|台|客户端))` +
	`(?:[\p{Han}\s/／]{0,10}(?:\d{4}\s*年\s*)?(?:\d{1,2}\s*月)?\s*\d{1,2}\s*日[讯电]|[\p{Han}]{0,8}[讯电](?:\s*[(（]|\s+[\p{Han}\d]|\d|记者))`

// endsSentence tells whether a line is complete: it ends with the mark of a
// sentence's end, whatever closes behind it.
func endsSentence(line string) bool {
	line = strings.TrimRightFunc(line, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`”’」』）)】》"']`, r)
	})
	r, _ := utf8.DecodeLastRuneInString(line)
	return strings.ContainsRune("。！？!?…；;.．｡⋯︒︔︕︖﹒﹔﹖﹗‼⁇⁈⁉", r) && r != utf8.RuneError
}

func isComma(r rune) bool { return strings.ContainsRune("，,、：:；;", r) }

// isHeadingText tells whether a line can stand over a text: short, without the
// end of a sentence, with words in it.
func isHeadingText(line string) bool {
	n := utf8.RuneCountInString(line)
	if n < 2 || n > 44 || endsSentence(line) || strings.ContainsAny(line, "。\n") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	if strings.ContainsRune("●·•-*◆■○▪–", first) || isComma(last) || last == '—' || last == '-' {
		return false
	}
	return strings.ContainsFunc(line, func(r rune) bool { return zhtext.IsHan(r) || unicode.IsLetter(r) })
}

// isFurniture tells whether a line belongs to the page and not to the text.
func isFurniture(line string) bool {
	if statement.MatchString(line[:min(len(line), maxFurniture)]) {
		return true
	}
	if len(line) > maxFurniture || line == "" {
		return false
	}
	if strings.ContainsAny(line, "。；") && !strings.Contains(line, "版权所有") {
		return false // a site's furniture is no sentence
	}
	return furniture.MatchString(line) || isBreadcrumb(line) || !strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	})
}

// isBreadcrumb recognises 首页>要闻>本地.
func isBreadcrumb(line string) bool {
	if endsSentence(line) || utf8.RuneCountInString(line) > 60 {
		return false
	}
	n := 0
	for _, mark := range []string{">", "›", "»", "＞"} {
		n += strings.Count(line, mark)
	}
	return n >= 2 || n == 1 && strings.HasPrefix(line, "首页")
}

// isCaption tells whether a line stands below a picture and says who took it.
// Without that, a line such as 图为… may be all that is told of something, and
// is text. A long paragraph that ends with a photographer's credit is text too:
// see cutPhotoCredit.
func isCaption(line string) bool {
	return utf8.RuneCountInString(line) <= 160 && photoCredit.MatchString(line)
}

// cutPhotoCredit takes the photographer's credit off a paragraph's end.
func cutPhotoCredit(text string) string {
	tail := tailFrom(text, 60)
	if at := photoCredit.FindStringIndex(text[tail:]); at != nil {
		return strings.TrimSpace(text[:tail+at[0]])
	}
	return text
}

// cutClosingByline takes a reporters' credit off a text's end.
func cutClosingByline(text string, m *meta) string {
	tail := tailFrom(text, 120)
	at := closingByline.FindStringSubmatchIndex(text[tail:])
	if at == nil {
		return text
	}
	rest := strings.TrimSpace(text[:tail+at[0]])
	if rest == "" || !endsSentence(rest) {
		return text
	}
	part := text[tail:]
	m.credit(part[at[2]:at[3]], part[at[4]:at[5]])
	return rest
}

// tailFrom is the offset of the last n runes.
func tailFrom(text string, n int) int {
	i := len(text)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return i
}

// credit takes over who wrote a text, and for which medium.
func (m *meta) credit(medium, names string) {
	names = strings.Join(strings.Fields(strings.NewReplacer("记者", " ", "通讯员", " ", "实习生", " ", "首席", " ", "见习", " ", "：", " ", ":", " ", "、", " ", "，", " ", ",", " ").Replace(names)), " ")
	if m.author == "" {
		m.author = names
	}
	if medium = strings.TrimSpace(medium); m.source == "" && medium != "" && !strings.HasPrefix(medium, "本") {
		m.source = medium
	}
}

// readByline recognises a line that is nothing but a credit.
func readByline(line string, m *meta) bool {
	if len(line) > maxFurniture {
		return false
	}
	at := byline.FindStringSubmatch(line)
	if at == nil {
		return false
	}
	m.credit(at[1], at[2])
	return true
}

// readMetaLine recognises a line such as "发布时间：2021-08-24 来源：…" and takes
// over what it says. A line of which nothing can be taken over is text, if its
// key is a word of other uses too.
func readMetaLine(line string, m *meta) bool {
	if len(line) > maxFurniture || endsSentence(line) {
		return false
	}
	starts := metaStart.MatchString(line)
	if !starts && !isDateLine(line) || starts && keepsMore(line) {
		return false
	}
	read := starts && !weakKey.MatchString(line)
	if m.published.IsZero() {
		if at := dateKey.FindStringSubmatch(line); at != nil {
			m.published, _ = parseDay(at[1])
		}
		if m.published.IsZero() && !strings.HasPrefix(line, "成文") {
			if days := fullDates(line); len(days) > 0 {
				m.published = days[0]
			}
		}
		read = read || !m.published.IsZero()
	}
	for _, f := range []struct {
		to  *string
		key *regexp.Regexp
	}{{&m.source, sourceKey}, {&m.author, authorKey}, {&m.url, urlKey}, {&m.title, titleKey}} {
		if at := f.key.FindStringSubmatch(line); at != nil {
			read = true
			if *f.to == "" {
				*f.to = strings.TrimSpace(at[1])
			}
		}
	}
	return read
}

// keepsMore tells whether a line of metadata says what no field of an article
// holds, a document's number for instance: it is text then. Fields are set apart
// by blanks.
func keepsMore(line string) bool {
	for _, field := range fieldGap.Split(strings.Trim(line, " 　"), -1) {
		if key, value, ok := cutColon(field); ok && strings.TrimSpace(value) != "" && !storedKey.MatchString(key) && utf8.RuneCountInString(key) <= 8 {
			return true
		}
	}
	return false
}

// labelled recognises a field: what it is called, a colon and what it says.
var labelled = regexp.MustCompile(`^[\p{Han}\p{L}\d /／（()）]{1,14}[:：]\s*[^\s:：]`)

// areFields tells whether two lines are both labelled.
func areFields(a, b string) bool { return labelled.MatchString(a) && labelled.MatchString(b) }

// inForm tells whether line i is a field among fields: one directly above or
// below is labelled too, with a key that no article has. Nothing of a form is a
// heading or describes the article.
func inForm(lines []block, i int) bool {
	if !labelled.MatchString(lines[i].text) || endsSentence(lines[i].text) {
		return false
	}
	for _, k := range []int{i - 1, i + 1} {
		if k < 0 || k >= len(lines) || lines[k].kind != blockText && lines[k].kind != blockItem && !lines[k].turn || !labelled.MatchString(lines[k].text) || endsSentence(lines[k].text) {
			continue
		}
		if key, _, ok := cutColon(lines[k].text); ok && !storedKey.MatchString(strings.TrimSpace(key)) && !isFurniture(lines[k].text) {
			return true
		}
	}
	return false
}

// cutColon cuts at the first colon of either width.
func cutColon(s string) (before, after string, ok bool) {
	at := strings.IndexFunc(s, func(r rune) bool { return r == ':' || r == '：' })
	if at < 0 {
		return s, "", false
	}
	_, size := utf8.DecodeRuneInString(s[at:])
	return s[:at], s[at+size:], true
}

// isDateLine tells whether a line is a date and little else.
func isDateLine(line string) bool {
	at := dateIn(line)
	if at == nil {
		return false
	}
	rest := line[:at[0]] + " " + line[at[1]:]
	rest = clockTime.ReplaceAllString(rest, " ")
	rest = sourceKey.ReplaceAllString(rest, " ")
	rest = authorKey.ReplaceAllString(rest, " ")
	letters := 0
	for _, r := range rest {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters++
		}
	}
	return letters <= 12 && at[0] < 40 && !strings.ContainsAny(rest, "，。")
}

// dateline returns the opening of a paragraph that says when and where it was
// filed. A story may begin with any day: that alone is no dateline.
func dateline(p string) (string, bool) {
	if i := strings.LastIndexByte(p, '\n'); i >= 0 {
		p = p[i+1:]
	}
	runes := []rune(p[:min(len(p), 400)])
	head := string(runes[:min(len(runes), 64)])
	if datelineStart.MatchString(head) {
		return head, true
	}
	return "", false
}

// clampYear drops a day whose year cannot be one of publication.
func clampYear(day, now time.Time) time.Time {
	if day.Year() < 1900 || day.After(now.AddDate(1, 0, 0)) {
		return time.Time{}
	}
	return day
}
