package extract

import (
	"context"
	"testing"

	"zhiwen/rag"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// What the question says itself answers nothing, unless it is offered to choose from.
func TestEchoes(t *testing.T) {
	for _, test := range []struct {
		asked, points, want string
		sentences           int
	}{
		{"河湾区第二医院的眼科在几楼", "河湾区第二医院", "", 1}, // the signature is no sentence that could answer
		{"河湾区第二医院的眼科在几楼", "三楼", "三楼", 1},
		{"眼科和口腔科哪个在三楼", "口腔科", "口腔科", 2},
	} {
		p, at := paragraphOf("河湾区第二医院的口腔科在三楼。河湾区第二医院", test.points)
		p.Read = true
		p.Findings = []evidence.Finding{{Range: at, Score: -0.1}}
		ev := &evidence.Evidence{Paragraphs: []*evidence.Paragraph{p}}
		req, part := rag.Request{Question: test.asked, Evidence: ev}, question.Part{Kind: question.KindName}
		ranked, err := judge(t.Context(), req, part, false)
		if err != nil {
			t.Fatal(err)
		}
		if len(ranked) != test.sentences {
			t.Errorf("%s: %d sentences, want %d", test.asked, len(ranked), test.sentences)
		}
		got := ""
		for i := range ranked {
			if a, ok := ranked[i].shorten(test.asked, part); ok {
				got = string(p.Text[a.Start:a.End])
			}
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.asked, got, test.want)
		}
	}
}

// What is asked for with yes or no stands in the clause that answers, or in none of the sentence.
func TestAnswerToWhether(t *testing.T) {
	for _, test := range []struct{ asked, points, want string }{
		{"画展要预约吗", "免费", ""},
		{"画展要预约吗", "无需预约", "无需预约"},
		{"画展收钱吗", "免费", "免费"},
		{"画展收费多少", "免费", "免费"}, // not asked whether
	} {
		p, at := paragraphOf("画展在三楼，免费，无需预约。", test.points)
		p.Read, p.Findings = true, []evidence.Finding{{Range: at, Score: -0.1}}
		a, err := question.Analyze(t.Context(), no{}, test.asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		ranked, err := judge(t.Context(), rag.Request{Question: test.asked, Evidence: &evidence.Evidence{Paragraphs: []*evidence.Paragraph{p}}}, a.Parts[0], false)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if a, ok := ranked[0].shorten(test.asked, a.Parts[0]); ok {
			got = string(p.Text[a.Start:a.End])
		}
		if got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.asked, test.points, got, test.want)
		}
	}
}

// Where several things are asked for, all items of the list are quoted.
func TestListQuoted(t *testing.T) {
	p, _ := paragraphOf("大会行使下列职权：\n（一）修改章程；\n（二）选举理事；\n（三）审议报告；\n（四）决定解散。\n每年开一次。", "大会")
	for sentence, want := range map[int]int{0: 4, 3: 4, 5: 0} {
		if got := listQuoted(question.Part{Kind: question.KindList}, judged{candidate: candidate{paragraph: p, sentence: sentence}}); len(got) != want {
			t.Errorf("%s: %d items, want %d", p.Sentences[sentence].Text, len(got), want)
		}
	}
	if got := listQuoted(question.Part{Kind: question.KindQuantity}, judged{candidate: candidate{paragraph: p, sentence: 3}}); len(got) > 0 {
		t.Errorf("asked for one thing: %d items", len(got))
	}
}

// no knows no words.
type no struct{}

func (no) Frequencies(_ context.Context, terms []string) ([]int, int, error) {
	return make([]int, len(terms)), 1, nil
}

// 多长 asks for a length or a time, whichever the thing has.
func TestHowLong(t *testing.T) {
	a, err := question.Analyze(t.Context(), no{}, "犹豫期有多长", nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, fits := range map[string]bool{"15天": true, "1860米": true, "9公斤": false, "3人": false} {
		if q := zhtext.Quantities(text); len(q) != 1 || classFit(a.Parts[0], q[0]) > 0 != fits {
			t.Errorf("%s: %v fits, want %v", text, q, fits)
		}
	}
}

// A row of another month or weekday is not the one that is asked for, however either is
// written.
func TestRowsOfAnotherTime(t *testing.T) {
	for _, test := range []struct {
		asked, row string
		other      bool
	}{
		{"二月份宿舍用电多少", "月份：3月，宿舍用电：4800度", true},
		{"二月份宿舍用电多少", "月份：2月，宿舍用电：3900度", false},
		{"三月和二月宿舍各用电多少", "月份：2月，宿舍用电：3900度", false},
		{"1月至3月宿舍用电多少", "月份：2月，宿舍用电：3900度", false},
		{"哪个月宿舍用电最多", "月份：2月，宿舍用电：3900度", false},
		{"礼拜三谁坐诊", "时间：周二，医生：林岚", true},
		{"禮拜三誰坐診", "时间：星期三，医生：林岚", false},
		{"星期天谁坐诊", "时间：周末，医生：林岚", false},
		{"星期六谁坐诊", "时间：周一至周六，医生：林岚", false},
		{"8月开幕的书市来了多少人", "书市9月3日闭幕，来了9000人。", false},
	} {
		if got := ofAnotherTime(test.asked, test.row); got != test.other {
			t.Errorf("%s, %s: %v", test.asked, test.row, got)
		}
	}
}

// Two names side by side are one to the reader, and a body goes by a short form.
func TestStandsInParts(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{"程野与林嘉禾的婚礼定在五月", "程野林嘉禾", true},
		{"衡石会计师事务所考勤办法", "衡石事务所", true},
		{"程野的婚礼定在五月", "程野林嘉禾", false},
		{"江州大学与江北医院", "江州医院", false}, // too short to come apart
	} {
		if got := standsInParts(c.text, c.name); got != c.want {
			t.Errorf("%s in %s: %v", c.name, c.text, got)
		}
	}
}
