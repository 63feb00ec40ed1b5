package grounding

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
)

// Every word and figure of these claims stands in the sources. What is right is
// who did it, and what the figure counts.
func TestVerifyWhoAndWhat(t *testing.T) {
	fair := someArticle("fair", "2022年渔业博览会开幕 林远志出席", "2022-06-02",
		"2022年渔业博览会6月2日开幕。省长林远志出席开幕式，副省长高明哲主持开幕式。渔业协会会长沈知秋宣读贺信，协会副秘书长郭子安致辞。",
		"本届共签约项目48个、金额96亿元。其中，养殖类项目21个，金额30亿元；加工类项目15个，金额42亿元；冷链类项目12个，金额24亿元。现场签约项目30个，线上签约项目18个。",
		"投资方中，央企占25%，计24亿元；民企占60%，计57.6亿元；外企占15%，计14.4亿元。")
	plant := someArticle("plant", "东澜公司落户海州", "2022-06-03",
		"海州区\n与东澜公司签下海参加工厂项目，投资7亿元，用地120亩。",
		"海州港现有泊位35个，年吞吐量8000万吨。")
	lines := someArticle("lines", "线路与学校", "2022-06-04",
		"海鲜馆展位80个、湖鲜馆展位60个、干货馆展位20个。林远志、高明哲、沈知秋出席。", "1号线开行10列，2号线开行12列，3号线停运。", "第一小学现有学生820名，第三小学现有学生640名。")
	ev := evidence.New(append(append(fair, plant...), lines...))
	vocabulary := vocabulary{"签约": 5, "项目": 20, "投资": 15, "博览会": 9, "渔业": 7, "养殖": 6, "养殖类": 6, "加工": 5, "加工类": 5, "冷链": 4, "冷链类": 4, "央企": 3, "民企": 3, "外企": 3,
		"主持": 3, "开幕式": 3, "宣读": 2, "贺信": 2, "致辞": 3, "秘书长": 2, "副秘书长": 2, "会长": 2, "东澜": 2, "公司": 9, "总部": 4, "海州": 2, "金额": 8, "占比": 6, "现场": 4, "线上": 3}

	for _, tt := range []struct {
		asked, claim string
		want         bool
	}{
		// A figure belongs to the thing beside it.
		{"养殖类项目有几个", "养殖类项目有21个。", true},
		{"养殖类项目有几个", "养殖类项目有15个。", false},
		{"冷链类签了多少", "冷链类签约项目12个，金额24亿元。", true},
		{"冷链类签了多少", "冷链类签约项目12个，金额42亿元。", false},
		{"民企投资多少", "民企投资57.6亿元，占60%。", true},
		{"民企投资多少", "民企投资14.4亿元。", false},
		{"外企占比多少", "外企占60%。", false},
		{"现场签约多少项目", "现场签约项目30个。", true},
		{"现场签约多少项目", "线上签约项目30个。", false},
		{"一共签约多少项目", "2022年渔业博览会共签约48个项目，金额96亿元。", true},
		{"加工类和冷链类一共多少金额", "加工类42亿元、冷链类24亿元，合计66亿元。", true},

		{"湖鲜馆有多少展位", "湖鲜馆有展位60个。", true},
		{"湖鲜馆有多少展位", "湖鲜馆有展位80个。", false},
		{"哪些人出席", "林远志、高明哲出席。", true},

		// Names with numbers in them.
		{"2号线开行多少列", "2号线开行12列。", true},
		{"2号线开行多少列", "2号线开行10列。", false},
		{"第三小学有多少学生", "第三小学有学生640名。", true},
		{"第三小学有多少学生", "第三小学有学生820名。", false},

		// A bare figure says what the question says.
		{"养殖类项目有几个", "21个", true},
		{"养殖类项目有几个", "15个", false},
		{"养殖类项目有几个", "30亿元", false}, // of another kind

		// Somebody did it, and not somebody else who stands near.
		{"谁主持开幕式", "开幕式由高明哲主持。", true},
		{"谁主持开幕式", "高明哲", true},
		{"谁主持开幕式", "开幕式由林远志主持。", false},
		{"谁主持开幕式", "林远志", false},
		{"谁宣读贺信", "渔业协会会长沈知秋宣读了贺信。", true},
		{"渔业协会秘书长是谁", "渔业协会秘书长是郭子安。", false}, // his deputy
		{"渔业协会秘书长是谁", "郭子安。", false},

		// Nothing is added, however much of the rest is true.
		{"谁主持开幕式", "开幕式由王建国主持。", false},
		{"谁主持开幕式", "开幕式由高明喆主持。", false}, // one character
		{"签约多少项目", "渔业博览会在广州签约项目48个。", false},
		{"东澜公司投资多少", "海州区的东澜公司海参加工厂项目投资7亿元，用地120亩。", true},
		{"东澜公司投资多少", "东澜公司海参加工厂项目总投资为7亿元。", true}, // in other words
	} {
		t.Run(tt.asked+"/"+tt.claim, func(t *testing.T) {
			a, err := question.Analyze(context.Background(), vocabulary, tt.asked, ev)
			if err != nil {
				t.Fatal(err)
			}
			v, p, err := New(ev, a, testReader(t)).Verify(t.Context(), Claim{Text: tt.claim})
			if err != nil {
				t.Fatal(err)
			}
			if v.Supported != tt.want {
				t.Fatalf("supported = %v, want %v: %+v", v.Supported, tt.want, v)
			}
			if v.Supported && !strings.Contains(string(p.Text), v.Quote) {
				t.Errorf("the quote %q is not in its paragraph", v.Quote)
			}
			if !v.Supported && v.Why == "" {
				t.Error("dropped without a reason")
			}
		})
	}
}

// Whatever the source, the question and the claim are, a supported claim has its
// quote where the verdict says, and a claim with a figure that stands nowhere has
// none.
func FuzzVerify(f *testing.F) {
	f.Add("央企10个，占18%；民企69个，占66%。", "民企有几个", "民企有69个。")
	f.Add("标题\n2021年8月23日，甲出席，乙主持开幕式。“一叶知千年”", "谁主持", "开幕式由乙主持")
	f.Add("《条例》（试行）第3条、第4条，合计7条；：，。", "", "《条例》共7条，，。")
	f.Add("Ten firms signed 36 deals.", "How many deals?", "36 deals were signed by Ten firms")
	f.Fuzz(func(t *testing.T, source, asked, text string) {
		if len(source)+len(asked)+len(text) > 2000 {
			t.Skip()
		}
		hits := someArticle("a", "标题", "2021-08-23", source)
		ev := evidence.New(hits)
		a, err := question.Analyze(context.Background(), vocabulary{}, asked, ev)
		if err != nil {
			t.Fatal(err)
		}
		v := New(ev, a, nil) // without the reader, which could only take away
		verify := func(c Claim) Verdict {
			verdict, _, err := v.Verify(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return verdict
		}
		for _, claim := range []Claim{{Text: text}, {Text: text, Short: true}} {
			verdict := verify(claim)
			if again := verify(claim); !reflect.DeepEqual(again, verdict) {
				t.Fatalf("%+v, then %+v", verdict, again)
			}
			if !verdict.Supported {
				continue
			}
			paragraph, _ := hits[0].Article.Paragraph(verdict.Paragraph)
			runes := []rune(paragraph)
			if verdict.Start < 0 || verdict.End > len(runes) || verdict.Start >= verdict.End || string(runes[verdict.Start:verdict.End]) != verdict.Quote {
				t.Fatalf("%+v does not quote %q", verdict, paragraph)
			}
		}
		if verdict := verify(Claim{Text: text + "共987654321个。"}); verdict.Supported && !strings.Contains(source, "9") {
			t.Fatalf("supported: %+v", verdict)
		}
	})
}
