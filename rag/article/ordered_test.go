package article

import "testing"

// Each item of an ordered list stands behind the number that a reader sees, whatever
// writes the list.
func TestOrderedLists(t *testing.T) {
	page := func(body string) string {
		return "<html><body><h1>手册</h1><p>操作如下：</p>" + body + "</body></html>"
	}
	const lead = "{} 操作如下： / "
	for _, c := range []struct{ name, path, raw, want string }{
		{"HTML", "a.html", page("<ol><li>关闸。</li><li>排水。</li></ol>"), lead + "1. 关闸。 / 2. 排水。\n"},
		{"HTML, start", "a.html", page("<ol start=3><li>关闸。</li><li>排水。</li></ol>"), lead + "3. 关闸。 / 4. 排水。\n"},
		{"HTML, from zero and below", "a.html", page("<ol start=-1><li>关闸。</li><li>排水。</li></ol>"), lead + "-1. 关闸。 / 0. 排水。\n"},
		{"HTML, reversed", "a.html", page("<ol reversed><li>关闸。</li><li>排水。</li></ol>"), lead + "2. 关闸。 / 1. 排水。\n"},
		{"HTML, reversed from a start", "a.html", page("<ol reversed start=9><li>关闸。</li><li>排水。</li></ol>"), lead + "9. 关闸。 / 8. 排水。\n"},
		{"HTML, value", "a.html", page("<ol><li>关闸。</li><li value=7>排水。</li><li>换圈。</li></ol>"), lead + "1. 关闸。 / 7. 排水。 / 8. 换圈。\n"},
		{"HTML, letters", "a.html", page("<ol type=a><li>关闸。</li><li>排水。</li></ol>"), lead + "a. 关闸。 / b. 排水。\n"},
		{"HTML, Roman", "a.html", page("<ol type=I><li>关闸。</li><li>排水。</li></ol>"), lead + "I. 关闸。 / II. 排水。\n"},
		{"HTML, type of an item", "a.html", page("<ol><li>关闸。</li><li type=A>排水。</li></ol>"), lead + "1. 关闸。 / B. 排水。\n"},
		{"HTML, Chinese by style", "a.html", page("<ol style='list-style: cjk-ideographic inside'><li>关闸。</li><li>排水。</li></ol>"), lead + "一、关闸。 / 二、排水。\n"},
		{"HTML, no numbers by style", "a.html", "<html><head><style>ol{list-style:none}</style></head><body><h1>手册</h1><p>操作如下：</p><ol><li>关闸。</li><li>排水。</li></ol></body></html>", lead + "关闸。 / 排水。\n"},
		{"HTML, bullets", "a.html", page("<ul><li>关闸。</li><li>排水。</li></ul>"), lead + "关闸。 / 排水。\n"},
		{"HTML, numbers of the author", "a.html", page("<ol><li>1、关闸。</li><li>（二）排水。</li><li>③ 换圈。</li><li>4.5米以下不算。</li></ol>"), lead + "1、关闸。 / （二）排水。 / ③ 换圈。 / 4. 4.5米以下不算。\n"},
		{"HTML, nested", "a.html", page("<ol><li>关闸。<ol type=a><li>东闸。</li><li>西闸。</li></ol></li><li>排水。</li></ol>"), lead + "1. 关闸。 / a. 东闸。 / b. 西闸。 / 2. 排水。\n"},
		{"HTML, nested without a text between", "a.html", page("<ol><li><ol type=a><li>东闸。</li></ol></li><li>排水。</li></ol>"), lead + "1. a. 东闸。 / 2. 排水。\n"},
		{"HTML, hidden and empty items", "a.html", page("<ol><li>关闸。</li><li style='display:none'>旧。</li><li></li><li>排水。</li></ol>"), lead + "1. 关闸。 / 3. 排水。\n"},
		{"HTML, paragraphs in an item", "a.html", page("<ol><li><p>关闸。</p><p>先看水位。</p></li><li><p>排水。</p></li></ol>"), lead + "1. 关闸。 / 先看水位。 / 2. 排水。\n"},
		{"HTML, code in an item", "a.html", page("<ol><li>关闸。</li><li><pre><code>gate --off</code></pre></li></ol>"), lead + "1. 关闸。 / 2.\n{} gate --off\n"},
		{"HTML, a cell", "a.html", page("<table><tr><th>班</th><th>做法</th></tr><tr><td>早班</td><td><ol start=2><li>关闸</li><li>排水</li></ol></td></tr></table>"), "{} 操作如下：\n{} 班：早班，做法：2. 关闸 3. 排水\n"},
		{"Markdown", "a.md", "# 手册\n\n操作如下：\n\n3. 关闸。\n4. 排水。\n", lead + "3. 关闸。 / 4. 排水。\n"},
		{"Markdown, all ones", "a.md", "# 手册\n\n操作如下：\n\n1. 关闸。\n1. 排水。\n", lead + "1. 关闸。 / 2. 排水。\n"},
		{"Markdown, a text between", "a.md", "# 手册\n\n操作如下：\n\n1. 关闸。\n\n图在后面。\n\n2. 排水。\n", lead + "1. 关闸。\n{} 图在后面。\n{} 2. 排水。\n"},
		{"RST", "a.rst", "手册\n====\n\n操作如下：\n\n3. 关闸。\n4. 排水。\n", lead + "3. 关闸。 / 4. 排水。\n"},
		{"RST, counted", "a.rst", "手册\n====\n\n操作如下：\n\n#. 关闸。\n#. 排水。\n\n图在后面。\n\n#. 开闸。\n", lead + "1. 关闸。 / 2. 排水。\n{} 图在后面。\n{} 1. 开闸。\n"},
		{"RST, code in an item", "a.rst", "手册\n====\n\n操作如下：\n\n#. 关闸。\n\n   .. code-block:: sh\n\n      gate --off\n\n#. 排水。\n", lead + "1. 关闸。\n{} gate --off\n{} 2. 排水。\n"},
		{"AsciiDoc", "a.adoc", "= 手册\n\n操作如下：\n\n. 关闸。\n.. 东闸。\n.. 西闸。\n. 排水。\n\n图在后面。\n\n. 开闸。\n", lead + "1. 关闸。 / 1. 东闸。 / 2. 西闸。 / 2. 排水。\n{} 图在后面。\n{} 1. 开闸。\n"},
		{"AsciiDoc, attached", "a.adoc", "= 手册\n\n操作如下：\n\n. 关闸。\n+\n----\ngate --off\n----\n. 排水。\n+\n要看水位。\n\n. 换圈。\n", lead + "1. 关闸。\n{} gate --off\n{} 2. 排水。\n{} 要看水位。\n{} 3. 换圈。\n"},
		{"AsciiDoc, start", "a.adoc", "= 手册\n\n操作如下：\n\n[start=4]\n. 关闸。\n* 东闸。\n. 排水。\n", lead + "4. 关闸。 / 东闸。 / 5. 排水。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, c.raw, c.path, c.want)
		})
	}
}

// The mark of a note stands in brackets, and the note is a paragraph of its own behind
// its mark, in the section that has the mark.
func TestNotes(t *testing.T) {
	page := func(body string) string {
		return "<html><body><h1>产量</h1><p>全县的产量在去年增长12%" + body + "</body></html>"
	}
	const text = "{} 全县的产量在去年增长12%[1]。\n"
	for _, c := range []struct{ name, path, raw, want string }{
		{"Markdown", "a.md", "# 产量\n\n全县的产量在去年增长12%[^1]。\n\n[^1]: 来自统计局。\n", text + "{} [1] 来自统计局。\n"},
		{"Markdown, names and several lines", "a.md", "# 产量\n\n全县的产量在去年增长12%[^src]。\n\n[^src]: 来自统计局。\n\n    每年三月发布。\n", text + "{} [1] 来自统计局。\n{} 每年三月发布。\n"},
		{"Markdown, sections", "a.md", "# 产量\n\n## 去年\n\n增长12%[^a]，又减少[^b]。\n\n## 今年\n\n不变[^a]。\n\n[^a]: 来自统计局。\n[^b]: 来自县志。\n",
			"{去年} 去年 / 增长12%[1]，又减少[2]。\n{去年} [1] 来自统计局。\n{去年} [2] 来自县志。\n{今年} 今年 / 不变[1]。\n"},
		{"Markdown, a note that nothing refers to", "a.md", "# 产量\n\n全县的产量在去年增长12%[^1]。\n\n[^1]: 来自统计局。\n[^2]: 来自县志。\n", text + "{} [1] 来自统计局。\n{} [2] 来自县志。\n"},
		{"Markdown, a mark ahead of a colon", "a.md", "# 产量\n\n去年[^1]: 增长12%。\n\n[^1]: 来自统计局。\n", "{} 去年[1]: 增长12%。\n{} [1] 来自统计局。\n"},
		{"Markdown, a note in a code block", "a.md", "# 产量\n\n写法如下。\n\n```\n[^1]: 来自统计局。\n```\n", "{} 写法如下。\n{} [^1]: 来自统计局。\n"},
		{"Markdown, a note to a heading", "a.md", "# 产量\n\n## 去年\n\n增长。\n\n## 今年[^1]\n\n不变。\n\n[^1]: 来自统计局。\n", "{去年} 去年 / 增长。\n{今年[1]} 今年[1] / 不变。\n{今年[1]} [1] 来自统计局。\n"},
		{"HTML, a list of notes", "a.html", page(`<sup><a href="#n1">[1]</a></sup>。</p><ol><li id="n1"><a href="#r1">^</a> 来自统计局。</li></ol>`), text + "{} [1] 来自统计局。\n"},
		{"HTML, a paragraph", "a.html", page(`<sup><a href="#n1">1</a></sup>。</p><p id="n1">来自统计局。<a href="#r1">↩</a></p>`), text + "{} [1] 来自统计局。\n"},
		{"HTML, a note that has its mark", "a.html", page(`<sup><a href="#n1">1</a></sup>。</p><p id="n1"><sup><a href="#r1">1</a></sup> 来自统计局。</p>`), text + "{} [1] 来自统计局。\n"},
		{"HTML, the sign of a heading", "a.html", "<html><body><h1>产量<a href='#a'>¶</a></h1><p>全县的产量在去年增长12%。</p></body></html>", "{} 全县的产量在去年增长12%。\n"},
		{"HTML, roles", "a.html", page(`<a href="#n1" role="doc-noteref">1</a>。</p><div id="n1" role="doc-footnote"><p>来自统计局。</p></div>`), text + "{} [1] 来自统计局。\n"},
		{"RST", "a.rst", "产量\n====\n\n全县的产量在去年增长12% [1]_。\n\n.. [1] 来自统计局。\n", "{} 全县的产量在去年增长12% [1]。\n{} [1] 来自统计局。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, c.raw, c.path, c.want)
		})
	}
}

// The word that says what a block is stands ahead of its text.
func TestLabels(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{".. warning:: 检修时封闭一条车道。", "{} Warning: 检修时封闭一条车道。\n"},
		{".. note::\n\n   检修时封闭一条车道。\n\n   夜里不检修。", "{} Note: 检修时封闭一条车道。\n{} 夜里不检修。\n"},
		{".. tip::\n\n   - 早来。\n   - 早走。", "{} Tip: / 早来。 / 早走。\n"},
		{".. versionadded:: 2.1 检修可以预约。", "{} New in version 2.1: 检修可以预约。\n"},
		{".. deprecated:: 2.2", "{} Deprecated since version 2.2\n"},
		{".. admonition:: 值班\n\n   检修时封闭一条车道。", "{} 值班 / 检修时封闭一条车道。\n"},
	} {
		t.Run(c.raw, func(t *testing.T) {
			checkOutline(t, "桥\n==\n\n桥面宽三十米，双向六车道。\n\n"+c.raw+"\n", "a.rst", "{} 桥面宽三十米，双向六车道。\n"+c.want)
		})
	}
}

// A picture that leads somewhere on the page is told of as one that leads elsewhere.
func TestLinkedPicture(t *testing.T) {
	for _, href := range []string{"#a", "b.html"} {
		told := ""
		if _, err := Parse([]byte("# 产量\n\n全县的产量在去年增长12%。[![去年的产量](a.png)]("+href+")\n"), "a.md", Options{Omitted: func(o Omission) { told += o.Text }}); err != nil || told != "去年的产量" {
			t.Errorf("%s: %v, told of %q", href, err, told)
		}
	}
}
