package article

import (
	"strings"
	"testing"
)

// What can be folded away is text below its summary, and what follows it is not; no tag
// is left in the text, in whatever it is written.
func TestFolds(t *testing.T) {
	const lead = "我们把问题收在这里，请先看看再打电话。"
	forms := map[string]struct{ path, head, tail, blank string }{
		"HTML":            {"a.html", "<html><body><h1>常见问题</h1><p>" + lead + "</p>", "<p>其余请打电话8011。</p></body></html>", ""},
		"Markdown":        {"a.md", "# 常见问题\n\n" + lead + "\n\n", "\n\n其余请打电话8011。\n", "\n"},
		"Markdown, blank": {"a.md", "# 常见问题\n\n" + lead + "\n\n", "\n\n其余请打电话8011。\n", "\n\n"},
		"a text":          {"a.txt", "<h1>常见问题</h1>\n\n" + lead + "\n\n", "\n\n<p>其余请打电话8011。</p>\n", "\n"},
	}
	for _, c := range []struct{ name, text, want string }{
		{"a summary", "<details>|<summary>怎么退票？</summary>|开车前到窗口退票。|</details>", "{怎么退票？} 怎么退票？ / 开车前到窗口退票。\n"},
		{"on one line", "<details><summary>怎么退票</summary>开车前到窗口退票。</details>", "{怎么退票} 怎么退票 / 开车前到窗口退票。\n"},
		{"one that is open and formatted", "<details open class=\"x\">|<summary><b>怎么</b>退票</summary>|开车前到窗口退票。|</details>", "{怎么退票} 怎么退票 / 开车前到窗口退票。\n"},
		{"a heading for a summary", "<details>|<summary><h3>怎么退票</h3></summary>|开车前到窗口退票。|</details>", "{怎么退票} 怎么退票 / 开车前到窗口退票。\n"},
		{"several", "<details>|<summary>怎么退票</summary>|开车前到窗口退票。|</details>|<details>|<summary>能带宠物吗</summary>|不能带宠物。|</details>", "{怎么退票} 怎么退票 / 开车前到窗口退票。\n{能带宠物吗} 能带宠物吗 / 不能带宠物。\n"},
		{"one in another", "<details>|<summary>几点开门</summary>|八点开门。|<details>|<summary>节假日</summary>|九点开门。|</details>|周一闭馆。|</details>", "{几点开门} 几点开门 / 八点开门。\n{几点开门 › 节假日} 节假日 / 九点开门。\n{几点开门} 周一闭馆。\n"},
		{"headings below a summary", "<details>|<summary>退票</summary>|<h2>火车</h2>|<p>到窗口退票。</p>|<h2>汽车</h2>|<p>不能退票。</p>|</details>", "{退票 › 火车} 退票 / 火车 / 到窗口退票。\n{退票 › 汽车} 汽车 / 不能退票。\n"},
		{"no summary", "<details>|开车前到窗口退票。|</details>", "{} 开车前到窗口退票。\n"},
		{"nothing but a summary", "<details>|<summary>怎么退票</summary>|</details>", "{} 怎么退票\n"},
		{"a long summary", "<details>|<summary>" + strings.Repeat("开车前到窗口退票要收手续费", 6) + "。</summary>|当天到账。|</details>", "{} " + strings.Repeat("开车前到窗口退票要收手续费", 6) + "。\n{} 当天到账。\n"},
		{"a table", "<details>|<summary>票价</summary>|<table><tr><th>种类</th><th>价格（元）</th></tr><tr><td>成人</td><td>30</td></tr></table>|</details>", "{票价} 票价 / 种类：成人，价格：30元\n"},
		{"a list", "<details>|<summary>退票</summary>|<ul><li>收手续费5%</li><li>当天到账</li></ul>|</details>", "{退票} 退票 / 收手续费5%\n{退票} 当天到账\n"},
	} {
		for name, f := range forms {
			raw := f.head + strings.ReplaceAll(c.text, "|", f.blank) + f.tail
			a := parseOne(t, raw, f.path)
			want := "{} " + lead + "\n" + c.want + "{} 其余请打电话8011。\n"
			if got := outline(a); got != want || a.Title != "常见问题" {
				t.Errorf("%s in %s: %s\n%swant\n%s", c.name, name, a.Title, got, want)
			}
		}
	}
	// Below a heading of the page, and as all that a page has.
	checkOutline(t, "# 票务\n\n## 退票\n\n<details>\n<summary>火车</summary>\n\n- 到**窗口**退票\n\n</details>\n\n全年不变，节假日照常。\n", "a.md",
		"{退票 › 火车} 退票 / 火车 / 到窗口退票\n{退票} 全年不变，节假日照常。\n")
	checkOutline(t, "<html><body><details><summary>怎么退票</summary><p>开车前到窗口退票，收手续费。</p></details><details><summary>能带宠物吗</summary><p>不能带宠物，导盲犬除外。</p></details></body></html>", "a.html",
		"{怎么退票} 怎么退票 / 开车前到窗口退票，收手续费。\n{能带宠物吗} 能带宠物吗 / 不能带宠物，导盲犬除外。\n")
}
