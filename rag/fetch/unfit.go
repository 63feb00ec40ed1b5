package fetch

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Many servers send an error, a login or a captcha with status 200. They are told
// by what they say of themselves, in the title or in the little text that they
// have; a page with some sentences on it is an article whatever its title says.
var (
	errorTitle = regexp.MustCompile(`(?i)^(?:http\s*)?(?:error|错误)?\s*(?:40\d|410|429|50[0-4])\s*(?:$|[-_|:：,，.!！—]|error|not found|forbidden|page|bad|internal|service|gateway|too many|unauthorized|错误|页面|找不到|未找到|出错)` +
		`|^(?:page )?not found|^(?:access denied|forbidden|service unavailable|bad gateway|internal server error|server error|site maintenance|error)\s*(?:$|[-_|:])` +
		`|^[^，。]{0,8}(?:页面|网页|文章|内容|资源|信息|链接)(?:不存在|未找到|找不到|已删除|已被删除|已失效|走丢了|丢失|出错)` +
		`|^(?:找不到|未找到|无法找到)(?:您?(?:要|所)?访问的)?(?:页面|该页|网页|文件)|^(?:出错了|出错啦|系统错误|服务器错误|访问出错|访问错误|系统维护中|网站维护中|访问被拒绝|拒绝访问|无权访问|无访问权限|错误提示|提示信息)\s*[!！。]?\s*(?:$|[-_|:：—])`)
	captchaTitle = regexp.MustCompile(`(?i)^just a moment|^attention required|^verify(?:ing)? (?:that )?you are|are you (?:a )?(?:human|robot)|captcha|^security (?:check|verification)|^ddos|人机验证|安全验证|滑动验证|访问验证|行为验证|^(?:请输入)?验证码?\s*(?:$|[-_|:：—])|环境异常`)
	loginTitle   = regexp.MustCompile(`(?i)^(?:(?:用户|会员|账号|帐号|统一|系统|单点|请|请先)?(?:登录|登陆)(?:页面|系统|中心|入口)?|统一身份认证(?:平台|系统)?|(?:log ?in|sign ?in|sso)(?: to\b[^,，。]*)?)\s*(?:$|[-_|·—:：])`)

	errorText   = regexp.MustCompile(`(?i)(?:页面|网页|文章|内容|链接)[^，。；\s]{0,6}(?:不存在|未找到|找不到|不见了|走丢了|已被删除|已失效)|该内容已被发布者删除|此内容(?:因|无法)|(?:page|document|url)[^.]{0,40}(?:not found|does(?: not|n.t) exist|cannot be found)|服务器(?:内部)?错误|系统(?:繁忙|异常)，?请稍后`)
	captchaText = regexp.MustCompile(`(?i)环境异常|请完成(?:下方|以下)?(?:安全)?验证|拖动[^。]{0,8}滑块|按住[^。]{0,8}滑块|请?输入[^。]{0,10}验证码|访问(?:过于|太)?频繁|请求过于频繁|verify (?:that )?you are (?:a )?human|unusual traffic|checking your browser`)
	loginText   = regexp.MustCompile(`(?i)请(?:先)?登录|登录后(?:查看|阅读|继续|才能)|(?:please )?(?:log|sign) ?in to (?:continue|read|view)|扫码登录`)
	scriptText  = regexp.MustCompile(`(?i)(?:enable|turn on|requires?|without) javascript|javascript (?:is )?(?:disabled|required|enabled)|(?:开启|启用|打开|支持)\s*javascript`)

	captchaParts = `.g-recaptcha, .h-captcha, .cf-turnstile, #challenge-form, #challenge-running, [id*=captcha], [class*=captcha], [class*=geetest], #nocaptcha, iframe[src*=captcha], script[src*="challenges.cloudflare.com"]`
	sentenceEnd  = regexp.MustCompile(`[。！？!?；]|\.(?:\s|$)`)
)

const (
	// fewRunes is how much running text a page may hold that is taken for an error
	// by its title, in characters.
	fewRunes = 240
	// littleRunes is how much text of any kind a page may hold that is taken for
	// one by its text alone.
	littleRunes = 240
	// sentenceRunes is what a line of running text holds at least.
	sentenceRunes = 20
)

// Unfit tells why a page that came with a good status is no article after all; nil
// when it may be one. Its error wraps ErrUnfit.
func Unfit(p *Page) error {
	kind := Kind(p.ContentType)
	if kind != "" && !strings.Contains(kind, "html") && !strings.HasPrefix(kind, "text/") {
		return nil
	}
	head := bytes.ToLower(p.Body[:min(len(p.Body), 4096)])
	if !bytes.Contains(head, []byte("<html")) && !bytes.Contains(head, []byte("<!doctype html")) && !bytes.Contains(head, []byte("<head")) && !bytes.Contains(head, []byte("<body")) {
		return nil
	}
	doc, err := goquery.NewDocumentFromReader(utf8Reader(p))
	if err != nil {
		return nil // the parser of articles will say so
	}
	title := strings.TrimSpace(doc.Find("title").First().Text())
	noscript := doc.Find("noscript").Text()
	forms := doc.Find("input[type=password]").Length()
	captcha := doc.Find(captchaParts).Length()
	doc.Find("script, style, noscript, template, svg").Remove()
	running, all, text := measure(doc)
	no := func(what, hint string) error {
		return &Error{URL: p.URL, Err: fmt.Errorf("%w: %s (its title is %q)", ErrUnfit, what, clip(title, 60)), Hint: hint}
	}
	const byHand = "open it in a browser, save the page and ingest the file"
	if running < fewRunes {
		switch {
		case captchaTitle.MatchString(title):
			return no("it asks whether a person reads it", byHand)
		case loginTitle.MatchString(title), forms > 0 && loginText.MatchString(text), forms > 0 && all < littleRunes:
			return no("it asks to log in", byHand)
		case errorTitle.MatchString(title):
			return no("it is an error page, although the server says that all is well", "check the address")
		}
	}
	if all < littleRunes {
		switch {
		case captcha > 0, captchaText.MatchString(text):
			return no("it asks whether a person reads it", byHand)
		case errorText.MatchString(text):
			return no("it is an error page, although the server says that all is well", "check the address")
		case loginText.MatchString(text):
			return no("it asks to log in", byHand)
		case running == 0 && scriptText.MatchString(noscript+text):
			return no("its text is made by scripts, which are not run", byHand)
		}
	}
	return nil
}

// Kind is the bare media type of a Content-Type, in small letters; "" for none.
func Kind(contentType string) string {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(kind))
}

// Charset is the encoding that a Content-Type names; "" for none.
func Charset(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return params["charset"]
}

// utf8Reader reads a page as UTF-8: as what it is if it is that, else as what it
// or its server says.
func utf8Reader(p *Page) io.Reader {
	r := bytes.NewReader(p.Body)
	if utf8.Valid(p.Body) {
		return r
	}
	enc, _, certain := charset.DetermineEncoding(p.Body, p.ContentType)
	if !certain { // the guess is a Western one; what comes here is mostly Chinese
		enc = simplifiedchinese.GB18030
	}
	return enc.NewDecoder().Reader(r)
}

// measure counts the characters of a page: those in lines of running text, and
// all. text is all of it.
func measure(doc *goquery.Document) (running, all int, text string) {
	var b strings.Builder
	var lines []string
	var line strings.Builder
	end := func() {
		if s := strings.Join(strings.Fields(line.String()), " "); s != "" {
			lines = append(lines, s)
		}
		line.Reset()
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			line.WriteString(n.Data)
			return
		}
		block := n.Type == html.ElementNode && !inline[n.Data]
		if block {
			end()
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if block {
			end()
		}
	}
	for _, n := range doc.Find("body").Nodes {
		walk(n)
	}
	end()
	for _, l := range lines {
		n := letters(l)
		all += n
		if n >= sentenceRunes && sentenceEnd.MatchString(l) {
			running += n
		}
		b.WriteString(l)
		b.WriteByte('\n')
	}
	return running, all, b.String()
}

var inline = map[string]bool{"a": true, "b": true, "i": true, "em": true, "strong": true, "span": true, "font": true, "u": true, "sub": true, "sup": true, "code": true, "small": true, "label": true, "mark": true}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
