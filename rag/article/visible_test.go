package article

import (
	"strings"
	"testing"
)

// What a reader of a page does not see is not indexed, by whatever trick it is
// hidden, and what he sees is.
func TestVisibility(t *testing.T) {
	const secret, shown = "票价是九十元整", "大桥全长一千八百米"
	page := func(head, body string) string {
		return "<html><head>" + head + "</head><body><h1>东江大桥</h1><p>" + shown + "，今天正式通车。</p>" + body + "</body></html>"
	}
	p := func(attributes string) string { return "<p " + attributes + ">" + secret + "。</p>" }
	hidden := map[string]string{
		"display":                     page("", p(`style="display:none"`)),
		"display, line break":         page("", p("style=\"display:\n none\"")),
		"display, tab and capitals":   page("", p("style=\"DISPLAY\t:\tNone\"")),
		"display, important":          page("", p(`style="display:none !important"`)),
		"display, comment":            page("", p(`style="display:/**/none"`)),
		"display, escape":             page("", p(`style="d\69splay:none"`)),
		"visibility":                  page("", p(`style="visibility:hidden"`)),
		"visibility, collapse":        page("", p(`style="visibility: collapse"`)),
		"font-size":                   page("", p(`style="font-size:0"`)),
		"font-size, pixel":            page("", p(`style="font-size:1px"`)),
		"font-size, em":               page("", p(`style="font-size:0.01em"`)),
		"font, short form":            page("", p(`style="font: 0px/0 serif"`)),
		"opacity":                     page("", p(`style="opacity:0"`)),
		"opacity, nearly":             page("", p(`style="opacity:.01"`)),
		"filter":                      page("", p(`style="filter:opacity(0)"`)),
		"white on white":              page("", p(`style="color:#fff"`)),
		"white on white, name":        page("", p(`style="color:white;background:white"`)),
		"white on white, numbers":     page("", p(`style="color: rgb(255, 255, 255)"`)),
		"colour on the same":          page("", p(`style="color:#123456;background-color:#123456"`)),
		"transparent":                 page("", p(`style="color:transparent"`)),
		"no opacity in the colour":    page("", p(`style="color:rgba(0,0,0,0)"`)),
		"font element":                page("", `<p><font color="#FFFFFF">`+secret+`。</font></p>`),
		"off screen":                  page("", p(`style="position:absolute;left:-9999px"`)),
		"off screen, top":             page("", p(`style="position:fixed;top:-200em"`)),
		"text-indent":                 page("", p(`style="text-indent:-9999px"`)),
		"margin":                      page("", p(`style="margin-left:-9999px"`)),
		"clip":                        page("", p(`style="position:absolute;clip:rect(0,0,0,0)"`)),
		"clip, pixel":                 page("", p(`style="position:absolute; clip: rect(1px, 1px, 1px, 1px)"`)),
		"clip-path":                   page("", p(`style="clip-path:inset(50%)"`)),
		"no height":                   page("", `<div style="height:0;overflow:hidden">`+p("")+`</div>`),
		"no width":                    page("", `<div style="width:1px;height:1px;overflow:hidden">`+p("")+`</div>`),
		"scale":                       page("", p(`style="transform:scale(0)"`)),
		"translate":                   page("", p(`style="transform:translateX(-9999px)"`)),
		"aria-hidden":                 page("", p(`aria-hidden="true"`)),
		"hidden":                      page("", p(`hidden`)),
		"hidden, with a value":        page("", p(`hidden="hidden"`)),
		"class in a style sheet":      page(`<style>.x{display:none}</style>`, p(`class="a x"`)),
		"ID in a style sheet":         page(`<style>#x { visibility : hidden }</style>`, p(`id="x"`)),
		"element in a style sheet":    page(`<style>aside{display:none}</style>`, "<aside>"+secret+"。</aside>"),
		"list in a style sheet":       page(`<style>/* x */ .a, p.x , .b{opacity:0}</style>`, p(`class="x"`)),
		"style sheet in the body":     page("", `<style>.x{font-size:0}</style>`+p(`class="x"`)),
		"style sheet for screens":     page(`<style>@media screen{.x{display:none}}</style>`, p(`class="x"`)),
		"a hidden parent":             page("", `<div style="display:none"><div><b>`+secret+`。</b></div></div>`),
		"inside a sentence":           page("", `<p>大桥的灯夜里亮着<span style="display:none">，`+secret+`</span>，很好看。</p>`),
		"in a cell":                   page("", `<table><tr><th>项目</th><th>数</th></tr><tr><td>桥塔<span style="display:none">`+secret+`</span></td><td>3</td></tr></table>`),
		"in preformatted text":        page("", `<pre><code>a = 1<span hidden>`+secret+`</span></code></pre>`),
		"template":                    page("", "<template>"+p("")+"</template>"),
		"noscript":                    page("", "<noscript>"+p("")+"</noscript>"),
		"comment":                     page("", "<!-- "+secret+"。 -->"),
		"closed dialog":               page("", "<dialog>"+secret+"。</dialog>"),
		"hidden input":                page("", `<input type="hidden" value="`+secret+`。">`),
		"attribute":                   page("", `<p data-x="`+secret+`。">桥塔高九十米。</p>`),
		"Markdown with a hidden part": "# 东江大桥\n\n" + shown + "，今天正式通车。\n\n<div style=\"display:none\">" + secret + "。</div>\n",
	}
	if len(hidden) < 34 {
		t.Fatalf("%d tricks", len(hidden))
	}
	for name, raw := range hidden {
		t.Run(name, func(t *testing.T) {
			articles, err := Parse([]byte(raw), "a.html", Options{})
			if strings.HasPrefix(raw, "#") {
				articles, err = Parse([]byte(raw), "a.md", Options{})
			}
			if err != nil || !strings.Contains(describe(articles), shown) {
				t.Fatalf("%v, %s", err, describe(articles))
			}
			if strings.Contains(describe(articles), "九十元") {
				t.Errorf("it is indexed:\n%s", describe(articles))
			}
		})
	}
	for name, raw := range map[string]string{
		"white on a dark ground":           page("", `<div style="background:#333"><p style="color:#fff">`+secret+`。</p></div>`),
		"white on a picture":               page("", `<div style="background:url(x.png)"><p style="color:#fff">`+secret+`。</p></div>`),
		"white on bgcolor":                 page("", `<table bgcolor="#003366"><tr><td><font color="#ffffff">`+secret+`。</font></td></tr></table>`),
		"letters set large in a small box": page("", `<div style="font-size:0"><span style="font-size:16px">`+secret+`。</span></div>`),
		"shown again":                      page("", `<div style="visibility:hidden"><p style="visibility:visible">`+secret+`。</p></div>`),
		"an indentation":                   page("", p(`style="text-indent:2em"`)),
		"a hanging indent":                 page("", p(`style="text-indent:-2em;margin-left:2em"`)),
		"half transparent":                 page("", p(`style="opacity:.6"`)),
		"aria-hidden false":                page("", p(`aria-hidden="false"`)),
		"placed on the page":               page("", p(`style="position:absolute;left:20px;top:300px"`)),
		"a rule for paper":                 page(`<style>@media print{.x{display:none}}</style>`, p(`class="x"`)),
		"a rule for another class":         page(`<style>.y{display:none}</style>`, p(`class="x"`)),
		"a rule for a child":               page(`<style>.x .y{display:none}</style>`, p(`class="x"`)),
		"an open dialog":                   page("", "<dialog open>"+secret+"。</dialog>"),
		"closed details":                   page("", "<details><summary>票价</summary>"+secret+"。</details>"),
		"overflow with a height":           page("", `<div style="height:200px;overflow:hidden">`+p("")+`</div>`),
	} {
		t.Run("seen: "+name, func(t *testing.T) {
			articles, err := Parse([]byte(raw), "a.html", Options{})
			if err != nil || !strings.Contains(describe(articles), "九十元") {
				t.Errorf("%v, not indexed:\n%s", err, describe(articles))
			}
		})
	}
}
