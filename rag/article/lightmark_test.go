package article

import (
	"strings"
	"testing"
)

// checkManual reads the same manual under each name: what has to be read, and what
// belongs to the markup.
func checkManual(t *testing.T, text string, paths, wanted, markup []string) {
	t.Helper()
	for _, path := range paths {
		got, err := Parse([]byte(text), path, Options{})
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %d articles, %v", path, len(got), err)
		}
		if a := got[0]; a.Title != "东江大桥手册" || a.Author != "王二" || a.Published.Format("2006-01-02") != "2024-03-02" {
			t.Errorf("%s: %q by %q, %v", path, a.Title, a.Author, a.Published)
		}
		all := outline(got[0])
		for _, want := range wanted {
			if !strings.Contains(all, want) {
				t.Errorf("%s: %q is missing in\n%s", path, want, all)
			}
		}
		for _, not := range markup {
			if strings.Contains(all, not) {
				t.Errorf("%s: %q is left in\n%s", path, not, all)
			}
		}
	}
}

func TestRST(t *testing.T) {
	const text = `
==============
东江大桥手册
==============

:Author: 王二
:Date: 2024-03-02

.. toctree::
   :maxdepth: 2

   intro

大桥 **全长** 1860 米，见 ` + "`建设年报 <http://example.org/>`_" + `。

养护
====

每年检修两次：

- 春季检修桥面；
- 秋季检修拉索。

.. note:: 检修时封闭一条车道。

命令
----

运行 ` + "``bridge check``" + `，例如::

    bridge check --all
    bridge report

.. code-block:: yaml

   interval: 6

.. csv-table:: 价目
   :header: "车型", "通行费"

   "轿车", "15 元"
   "货车", "40 元"

.. list-table:: 班次
   :header-rows: 1

   * - 班
     - 时间
   * - 早班
     - 6 点

===== =====
部件  寿命
===== =====
拉索  20 年
桥面  12 年
===== =====

+------+------+
| 灯   | 数量 |
+======+======+
| 路灯 | 86   |
+------+------+
`
	checkManual(t, text, []string{"manual.rst", "manual.txt"},
		[]string{"全长 1860 米，见 建设年报。", "{养护} 养护 / 每年检修两次： / 春季检修桥面；", "检修时封闭一条车道。", "{养护 › 命令}", "bridge check --all / bridge report", "interval: 6",
			"车型：轿车，通行费：15 元", "班：早班，时间：6 点", "部件：拉索，寿命：20 年", "灯：路灯，数量：86"},
		[]string{"toctree", "maxdepth", "::", "====", "intro"})
}

func TestAsciiDoc(t *testing.T) {
	const text = `= 东江大桥手册
王二 <wang@example.org>
2024-03-02
:toc: left

大桥*全长* 1860 米，见 https://example.org/[建设年报]。

== 养护

.周期
每年检修两次：

* 春季检修桥面；
* 秋季检修拉索。

NOTE: 检修时封闭一条车道。

=== 命令

[source,sh]
----
bridge check --all
bridge report
----

image::bridge.png[大桥]

.价目
[options="header"]
|===
|车型 |通行费
|轿车 |15 元
|货车 |40 元
|===

[cols="1,1"]
|===
|部件
|寿命

|拉索
|20 年
|===

// 这是注释
路灯:: 一共 86 盏。
`
	checkManual(t, text, []string{"manual.adoc", "manual.txt"},
		[]string{"1860 米，见 建设年报。", "{养护}", "每年检修两次： / 春季检修桥面；", "检修时封闭一条车道。", "{养护 › 命令", "bridge check --all / bridge report",
			"车型：轿车，通行费：15 元", "部件：拉索，寿命：20 年", "路灯：一共 86 盏。"},
		[]string{"|===", "----", "bridge.png", "注释", "toc", "[source"})
}

func FuzzLightMarkup(f *testing.F) {
	f.Add("标题\n====\n\n.. note:: 正文。\n\n=== ===\na   b\n=== ===\n")
	f.Add("= 标题\n\n|===\n|a |b\n|===\n----\nx\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			return
		}
		_, _ = Parse([]byte(text), "a.rst", Options{})
		_, _ = Parse([]byte(text), "a.adoc", Options{})
	})
}

// An export of a page of WeChat: the text in nested sections, parts that are
// hidden, a card of the account, and lines that ask to be scanned or followed.
func TestWeChat(t *testing.T) {
	const page = `<!DOCTYPE html><html><head><title></title>
<meta property="og:title" content="东江大桥今天通车"/><meta name="author" content="江城发布"/>
<style>#js_content{visibility:hidden}.rich_media_tool{display:none}</style></head><body id="activity-detail">
<div id="js_article" class="rich_media"><div class="rich_media_inner"><div id="page-content"><div id="img-content" class="rich_media_wrp">
<h1 class="rich_media_title" id="activity-name">东江大桥今天通车</h1>
<div id="meta_content" class="rich_media_meta_list"><span class="rich_media_meta rich_media_meta_text">江城发布</span><em id="publish_time" class="rich_media_meta rich_media_meta_text">2024年3月2日 08:00</em></div>
<div class="rich_media_content js_underline_content" id="js_content" style="visibility: hidden; opacity: 0;">
<section style="text-align:center"><section><section><p><span>点击上方</span><span style="color:blue">蓝字</span><span>关注我们</span></p></section></section></section>
<section data-role="outer"><section data-tools="editor"><section><p><span>东江大桥今天正式通车，</span><span>全长1860米，双向六车道。</span></p></section>
<section><section><span><strong>养护</strong></span></section></section>
<p>桥面宽三十米，设计时速为八十公里。</p></section></section>
<section><mp-common-profile class="custom_select_card mp_profile_iframe" data-nickname="江城发布" data-signature="江城的官方账号"></mp-common-profile></section>
<section style="display:none"><p>隐藏的九十元。</p></section>
<p>长按识别二维码，关注江城发布</p></div>
<div class="rich_media_tool"><a>阅读原文</a><span>阅读 10万+</span></div>
<div class="qr_code_pc_outer" style="display:none"><p>微信扫一扫关注该公众号</p></div>
</div></div></div></div></body></html>`
	var told []Omission
	got, err := Parse([]byte(page), "wechat.html", Options{Omitted: func(o Omission) { told = append(told, o) }})
	if err != nil || len(got) != 1 {
		t.Fatalf("%d articles, %v, %s", len(got), err, omissions(told))
	}
	if a := got[0]; a.Title != "东江大桥今天通车" || a.Published.Format("2006-01-02") != "2024-03-02" {
		t.Errorf("%q, %v", a.Title, a.Published)
	}
	all := outline(got[0])
	for _, want := range []string{"东江大桥今天正式通车，全长1860米，双向六车道。", "桥面宽三十米，设计时速为八十公里。"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	for _, not := range []string{"九十元", "二维码", "蓝字", "官方账号", "扫一扫", "阅读原文", "10万+"} {
		if strings.Contains(all, not) {
			t.Errorf("%q is in\n%s", not, all)
		}
	}
}
