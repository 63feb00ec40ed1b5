package fetch

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Pages with status 200 that are no articles, and short articles that look a
// little like them.
func TestUnfit(t *testing.T) {
	page := func(title, body string) string {
		return "<!doctype html><html><head><title>" + title + "</title></head><body>" + body + "</body></html>"
	}
	long := strings.Repeat("<p>图书馆从下月起延长开放时间，读者可以在夜间借书，也可以预约自习室的座位。</p>", 10)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(page("页面不存在", "<p>返回首页</p>"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, html, want string }{
		{"404 in English", page("404 Not Found", "<h1>Not Found</h1>"), "error page"},
		{"404 bare", page("404", "<p>返回首页</p>"), "error page"},
		{"error in Chinese", page("页面不存在 - 某某网", "<p>抱歉，您访问的页面不存在或已被删除，请返回首页。</p>"), "error page"},
		{"error in GBK", gbk, "error page"},
		{"error with navigation", page("出错了", strings.Repeat("<li><a href=/>新闻</a></li>", 200)+"<p>您要找的内容可能已经移走了，请稍后再试。</p>"), "error page"},
		{"error by its text", page("某某网", "<div>您访问的页面不存在</div><a href=/>返回首页</a>"), "error page"},
		{"deleted by its author", page("", "<p>该内容已被发布者删除</p>"), "error page"},
		{"captcha", page("百度安全验证", "<p>请完成验证后继续</p>"), "person"},
		{"captcha in English", page("Just a moment...", "<p>Checking your browser before accessing the site. This may take a few seconds.</p>"), "person"},
		{"captcha without a title", page("", "<p>环境异常</p><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a>"), "person"},
		{"captcha by its parts", page("某某网", `<div class="g-recaptcha"></div><p>请稍候。</p>`), "person"},
		{"login", page("用户登录", `<form><input name=u><input type=password name=p></form>`), "log in"},
		{"login by its form", page("某某平台", `<p>欢迎使用</p><form>账号<input name=u>密码<input type="password"></form>`), "log in"},
		{"login wall", page("某某网", "<p>请先登录</p>"), "log in"},
		{"made by scripts", page("应用", `<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>`), "scripts"},

		{"an article", page("图书馆延长开放时间", long), ""},
		{"an article about errors", page("404 错误是怎么来的", long), ""},
		{"an article with a hidden login", page("图书馆延长开放时间", long+`<div style="display:none"><form>登录后查看<input type=password></form></div>`), ""},
		{"a list of five hundred", page("500强企业名单公布", "<p>名单今天公布，共有 37 家上榜。</p>"), ""},
		{"a short notice", page("登录系统停机通知", "<p>登录系统将于 5 月 3 日停机维护，预计两小时。</p>"), ""},
		{"a short notice about passwords", page("关于修改密码的通知", "<p>请各位同事在 5 月 3 日前修改密码。</p>"), ""},
		{"a short page with a comment form", page("停水通知", "<p>明天上午九点到十一点停水，请提前储水。</p><form><textarea></textarea></form>"), ""},
	} {
		err := Unfit(&Page{URL: "http://example.org/", ContentType: "text/html", Body: []byte(c.html)})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v, but it is an article", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want one that says %q", c.name, err, c.want)
		}
	}
	for _, p := range []*Page{{ContentType: "application/pdf", Body: []byte("%PDF-1.4 404 not found")}, {Body: []byte("404 Not Found")}} {
		if err := Unfit(p); err != nil {
			t.Errorf("a page that is not HTML: %v", err)
		}
	}
}
