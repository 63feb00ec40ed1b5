package article

import (
	"strings"
	"testing"
)

// The entries of a list on one line are read as those of a list on lines of their own,
// and are no heading over what follows.
func TestInlineLists(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"附件：1.报名表 2.承诺书", "附件： / 1.报名表 / 2.承诺书"},
		{"附件：1. 报名表　2. 承诺书　3. 汇总表", "附件： / 1. 报名表 / 2. 承诺书 / 3. 汇总表"},
		{"附件:1、报名表  2、承诺书", "附件: / 1、报名表 / 2、承诺书"},
		{"附件：（1）报名表（2）承诺书", "附件： / （1）报名表 / （2）承诺书"},
		{"附件1.报名表 2.承诺书", "附件 / 1.报名表 / 2.承诺书"},
		{"附件1. 名单 2. 日程", "附件 / 1. 名单 / 2. 日程"},
		{"附件 1. 名单 2. 日程", "附件 / 1. 名单 / 2. 日程"},
		{"附1、名单　2、日程　3、回执", "附 / 1、名单 / 2、日程 / 3、回执"},
		{"附表1）名单 2）日程", "附表 / 1）名单 / 2）日程"},
		{"附件1. 名单\n      2. 日程", "附件 / 1. 名单 / 2. 日程"},
		{"附件1. 名单", ""},
		{"星期一、三班 二、四班", ""},
		{"三楼1、2号 3、4号", ""},
		{"该系列产品A1.普通型 2.加强型", ""},
		{"所需材料 （1）身份证 （2）户口本 （3）照片两张", "所需材料 / （1）身份证 / （2）户口本 / （3）照片两张"},
		{"流程：①登记②缴费③领证", "流程： / ①登记 / ②缴费 / ③领证"},
		{"办理步骤：一、报名 二、缴费 三、领证", "办理步骤： / 一、报名 / 二、缴费 / 三、领证"},
		{"附件：\n1.报名表\n2.承诺书", "附件： / 1.报名表 / 2.承诺书"},
		{"附件：1.报名表\n      2.承诺书\n      3.汇总表", "附件： / 1.报名表 / 2.承诺书 / 3.汇总表"},
		{"附件：①报名表\n　　　②承诺书", "附件： / ①报名表 / ②承诺书"},
		{"附件：报名表", ""},
		{"比分：1.5 2.5", ""},
		{"版本 1.0 和 2.0", ""},
		{"图（1）和图（2）", ""},
	} {
		for _, below := range []string{"东江市教育局\n2025年5月6日\n", "请各单位收到后及时转发，逾期作废。\n", ""} {
			a := parseOne(t, "报名通知\n\n请各单位于6月5日前报送材料，逾期不再受理。\n\n"+c.line+"\n\n"+below, "a.txt")
			want := "\n{} " + c.want + "\n"
			if got := outline(a); c.want != "" && !strings.Contains(got, want) {
				t.Errorf("%s: got\n%swant%s", c.line, got, want)
			} else if c.want == "" && !strings.Contains(strings.Join(paragraphTexts(a.Paragraphs), "\n"), c.line) {
				t.Errorf("%s is no list:\n%s", c.line, got)
			}
		}
	}
	for path, text := range map[string]string{
		"a.md":   "# 报名通知\n\n请各单位报送材料，逾期不再受理。\n\n附件：1.报名表 2.承诺书\n",
		"a.html": "<html><body><h1>报名通知</h1><p>请各单位报送材料，逾期不再受理。</p><p>附件：1.报名表&nbsp;&nbsp;2.承诺书</p></body></html>",
		"b.html": "<html><body><h1>报名通知</h1><p>请各单位报送材料，逾期不再受理。</p><p>附件：1.报名表<br>2.承诺书</p></body></html>",
	} {
		checkOutline(t, text, path, "{} 请各单位报送材料，逾期不再受理。\n{} 附件： / 1.报名表 / 2.承诺书\n")
	}
}
