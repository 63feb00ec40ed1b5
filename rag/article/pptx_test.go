package article

import (
	"fmt"
	"strings"
	"testing"
)

// slideShape is a shape of a slide; without a place when x is negative.
func slideShape(kind string, x, y int, lines ...string) string {
	place, holder := "", ""
	if x >= 0 {
		place = fmt.Sprintf(`<a:xfrm><a:off x="%d" y="%d"/></a:xfrm>`, x, y)
	}
	if kind != "" {
		holder = `<p:ph type="` + kind + `"/>`
	}
	return `<p:sp><p:nvSpPr><p:nvPr>` + holder + `</p:nvPr></p:nvSpPr><p:spPr>` + place + `</p:spPr><p:txBody><a:p><a:r><a:t>` +
		strings.Join(lines, `</a:t></a:r></a:p><a:p><a:r><a:t>`) + `</a:t></a:r></a:p></p:txBody></p:sp>`
}

func TestSlideOrder(t *testing.T) {
	table := `<p:graphicFrame><p:xfrm><a:off x="0" y="5000000"/></p:xfrm><a:graphic><a:tbl><a:tr><a:tc><a:p><a:r><a:t>品名</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>单价</a:t></a:r></a:p></a:tc></a:tr>` +
		`<a:tr><a:tc><a:p><a:r><a:t>雪梨</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>12元</a:t></a:r></a:p></a:tc></a:tr></a:tbl></a:graphic></p:graphicFrame>`
	group := `<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="3000000"/></a:xfrm></p:grpSpPr>` + slideShape("", 0, 90, "第一阶段搭脚手架。") + slideShape("", 0, 10, "三月一日动工。") + `</p:grpSp>`
	for _, c := range []struct{ name, shapes, want string }{
		{"the title last", slideShape("", 4_754_880, 1_828_800, "缺点是工期长，需封航46天。") + slideShape("", 457_200, 1_900_000, "优点是费用低，仅需503万元。") + slideShape("title", 457_200, 6_000_000, "方案比较"),
			"{方案比较} 方案比较 / 优点是费用低，仅需503万元。\n{方案比较} 缺点是工期长，需封航46天。\n"},
		{"a line at the top for a title", slideShape("", 4_754_880, 1_828_800, "缺点是工期长，需封航46天。") + slideShape("", 457_200, 457_200, "方案比较"), "{方案比较} 方案比较 / 缺点是工期长，需封航46天。\n"},
		{"short lines", slideShape("title", -1, 0, "分工") + slideShape("body", -1, 0, "第一阶段", "搭脚手架", "第二阶段", "安装透镜"), "{} 分工\n{分工} 第一阶段\n{分工} 搭脚手架\n{分工} 第二阶段\n{分工} 安装透镜\n"},
		{"two lines in the top row", slideShape("", 9, 0, "缺点是工期长。") + slideShape("", 0, 0, "优点是费用低。"), "{概况} 优点是费用低。\n{概况} 缺点是工期长。\n"},
		{"a table, a group", table + group + slideShape("", 0, 2_000_000, "工程分三个阶段。") + slideShape("title", -1, 0, "工期"),
			"{工期} 工期 / 工程分三个阶段。\n{工期} 第一阶段搭脚手架。\n{工期} 三月一日动工。\n{工期} 品名：雪梨，单价：12元\n"},
		{"without places", slideShape("body", -1, 0, "旧馆一千平方米。") + slideShape("", 0, 4_000_000, "新馆在城东。") + slideShape("body", -1, 0, "新馆五千平方米。") + slideShape("", 0, 1_000_000, "两馆同时开放。") + slideShape("title", 0, 9_000_000, "对比"),
			"{对比} 对比 / 旧馆一千平方米。\n{对比} 两馆同时开放。\n{对比} 新馆在城东。\n{对比} 新馆五千平方米。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			slide := func(shapes string) string {
				return `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:nvGrpSpPr/><p:grpSpPr><a:xfrm><a:off x="0" y="0"/></a:xfrm></p:grpSpPr>` + shapes + `</p:spTree></p:cSld></p:sld>`
			}
			raw := office(t, map[string]string{
				"ppt/presentation.xml":            `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId r:id="rId1"/><p:sldId r:id="rId2"/><p:sldId r:id="rId3"/><p:sldId r:id="rId4"/></p:sldIdLst></p:presentation>`,
				"ppt/_rels/presentation.xml.rels": `<Relationships><Relationship Id="rId1" Target="slides/slide1.xml"/><Relationship Id="rId2" Target="slides/slide2.xml"/><Relationship Id="rId3" Target="slides/slide3.xml"/><Relationship Id="rId4" Target="slides/slide4.xml"/></Relationships>`,
				"ppt/slides/slide1.xml":           slide(slideShape("ctrTitle", -1, 0, "灯塔修复工程")),
				"ppt/slides/slide2.xml":           slide(slideShape("title", -1, 0, "概况") + slideShape("body", -1, 0, "灯塔建于1907年。")),
				"ppt/slides/slide3.xml":           slide(c.shapes),
				"ppt/slides/slide4.xml":           slide(slideShape("title", -1, 0, "致谢") + slideShape("body", -1, 0, "谢谢各位来听。")),
			})
			articles, err := Parse(raw, "a.pptx", Options{})
			if err != nil || len(articles) != 1 {
				t.Fatalf("%d articles, %v", len(articles), err)
			}
			if want := "{概况} 概况 / 灯塔建于1907年。\n" + c.want + "{致谢} 致谢 / 谢谢各位来听。\n"; outline(articles[0]) != want {
				t.Errorf("%swant\n%s", outline(articles[0]), want)
			}
		})
	}
}
