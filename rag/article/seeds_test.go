package article

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// wanted is what a test wants of one article: fragments of the title, the day,
// how many paragraphs at least and at most, and words and figures that must
// stand together in one paragraph.
type wanted struct {
	title      []string // fragments
	published  string
	author     string // a part of it
	source     string
	paragraphs [2]int
	facts      [][]string
	absent     []string // what belongs to another piece
}

// leftovers must not be in any paragraph of any article.
var leftovers = []string{
	"海量资讯", "责任编辑", "原标题", "扫码", "appendQr", "{", "<", "&nbsp", "news_keyword", "发布时间", "打印", "分享到", "分享至", "字号",
	"当前位置", "您的位置", "即将离开", "将要离开", "渝快", "播报", "注销", "上接", "右上图", "左上图", "郑宇", "刘力", "苏思",
	"摄/", "摄\\", "来源：", "...", "LPL", "电竞", "汽修", "修车", "供应链", "夫妻", "万里行", "纪录片",
}

// The documents that came with the task, which stand next to the repository
// where they may be read, and this project's own in the same raw formats.
func TestSharedSeeds(t *testing.T) {
	dir := filepath.FromSlash("../../../shared/seeds")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if os.Getenv("ZHIWEN_REQUIRE_SHARED") == "1" {
			t.Fatal("shared/seeds does not stand next to the repository, but ZHIWEN_REQUIRE_SHARED=1")
		}
		t.Skip("SKIPPED: shared/seeds does not stand next to the repository")
	}
	for prefix, want := range map[string][]wanted{
		"000": {{
			title: []string{"数字经济产业论坛", "博览会开幕"}, published: "2021-08-24", author: "新浪财经", source: "重庆日报", paragraphs: [2]int{15, 15},
			facts: [][]string{{"610余家", "70余场", "为期3天", "采取线上线下结合"}, {"华为、腾讯、科大讯飞等"}, {"杨帆 罗静雯 张珺", "8月23日"}},
		}},
		"002": {{
			title: []string{"引发热烈反响"}, published: "2021-08-24", author: "新浪财经", source: "重庆日报", paragraphs: [2]int{18, 18},
			facts:  [][]string{{"24%", "两位数"}, {"推动智慧农业；"}, {"100个", "700个"}, {"抢抓数字经济发展机遇", "\n", "5G"}},
			absent: []string{"我市各界热议", "王亚同"},
		}},
		"003": {{
			title: []string{"2025上合组织", "天津"}, published: "", author: "龚相娟", source: "人民日报", paragraphs: [2]int{5, 5},
			facts: [][]string{{"1500余名"}, {"43%", "70%", "10个鲁班工坊"}, {"8期", "770余人次"}},
		}},
		"004": {{
			title: []string{"2025世界智能产业", "袁家军"}, published: "2025-09-05", paragraphs: [2]int{14, 14},
			facts: [][]string{{"超5000家", "230余家"}, {"实施10年"}, {"重庆市人民政府和天津市"}},
		}},
		"001": {
			{title: []string{"时代滚滚向前"}, published: "2021-08-23", paragraphs: [2]int{5, 5},
				facts: [][]string{{"芯屏器核网", "近年来，重庆坚定不移"}, {"共建“一带一路”作"}, {"让我们以习近平总书记"}}, absent: []string{"阿希莫夫", "92个"}},
			{published: "2021-08-23", author: "何春阳 申晓佳", paragraphs: [2]int{17, 19},
				facts:  [][]string{{"阿希莫夫", "20年"}, {"科霍纳8月21日"}, {"重要任务，那就是"}, {"坚定信心和决心\n", "胡开强"}, {"2020年10月", "吉利"}, {"20多个国家", "上千万"}},
				absent: []string{"綦江", "2524"}},
			{title: []string{"招商签约活动", "唐良智"}, published: "2021-08-23", author: "罗静雯", paragraphs: [2]int{4, 4},
				facts:  [][]string{{"92个", "2524亿元", "项目20个", "428亿元", "1000余项", "场外签约项目26个"}, {"刘石泉"}},
				absent: []string{"各区县在", "WeMake", "65"}},
			{title: []string{"各区县亮点看过来"}, published: "2021-08-23", author: "杨骏 郭心悦", paragraphs: [2]int{9, 9},
				facts:  [][]string{{"綦江区\n", "35亿元"}, {"璧山区\n", "嘉陵"}, {"涪陵区\n", "18亿元"}, {"垫江县\n", "50万吨"}, {"江津区\n", "300亩"}, {"九龙坡区\n", "博世"}, {"江北区\n", "200座", "2023年"}, {"永川区\n", "10000人"}},
				absent: []string{"WeMake", "罗来君"}},
			{title: []string{"两江新区签约", "段成刚"}, published: "2021-08-23", author: "向菊梅", paragraphs: [2]int{5, 5},
				facts:  [][]string{{"WeMake", "创新实验室"}, {"约10亿元", "60多家"}},
				absent: []string{"亮点", "2524"}},
			{title: []string{"数读·2021"}, published: "2021-08-23", author: "杨骏", paragraphs: [2]int{4, 4},
				facts: [][]string{{"重大项目92个", "合同投资总额", "2524亿元"}, {"从项目投资上看\n", "比去年多23个"}, {"从行业领域看\n", "占比40%"}, {"从签约投资方看\n", "69个", "1670亿元", "66%"}}},
		},
	} {
		t.Run(prefix, func(t *testing.T) { checkDocument(t, filepath.Join(dir, prefix+"_*"), want) })
	}
}

func TestOwnSeeds(t *testing.T) {
	dir := filepath.FromSlash("../../seeds/articles")
	if _, err := os.Stat(filepath.Join(dir, "2021-signing.txt")); errors.Is(err, os.ErrNotExist) {
		t.Skip("SKIPPED: seeds/articles is not there")
	}
	for name, want := range map[string][]wanted{
		"2021-opening.txt": {{
			title: []string{"2021智博会"}, published: "2021-08-24", author: "山城观察网", source: "山城数字周报", paragraphs: [2]int{13, 17},
			facts: [][]string{{"610余家", "70余场"}},
		}},
		"2021-reactions.txt": {{published: "2021-08-24", author: "山城观察网", source: "山城数字周报", paragraphs: [2]int{13, 18}, facts: [][]string{{"24%"}, {"100个智能化工厂", "700个"}}}},
		"2025-expo.txt":      {{title: []string{"2025世界智能产业博览会"}, published: "2025-09-05", paragraphs: [2]int{14, 14}, facts: [][]string{{"超5000家", "230余家"}}}},
		"2025-forum.txt":     {{title: []string{"上合国家数字经济论坛"}, author: "顾北辰", paragraphs: [2]int{5, 5}, facts: [][]string{{"1500余名", "2025"}, {"770余人次"}}}},
		"2021-signing.txt": {
			{published: "2021-08-23", paragraphs: [2]int{5, 5}, facts: [][]string{{"浪尖上站稳脚跟"}}, absent: []string{"阿希莫夫"}},
			{published: "2021-08-23", author: "林川 周禾 沈一诺 顾北辰", paragraphs: [2]int{18, 21}, facts: [][]string{{"另一项任务："}, {"2020年10月"}, {"开放包容，共享数字生态", "\n", "李书福"}}, absent: []string{"2524"}},
			{title: []string{"重大项目集中签约"}, published: "2021-08-23", author: "沈一诺", paragraphs: [2]int{4, 4}, facts: [][]string{{"92个", "2524亿元", "数字经济类20个"}}, absent: []string{"綦江"}},
			{title: []string{"各区县都有哪些亮点"}, published: "2021-08-23", author: "周禾 陆小满", paragraphs: [2]int{9, 9}, facts: [][]string{{"垫江县\n", "50万吨"}, {"永川区\n", "20所"}}},
			{title: []string{"两江新区首日", "段成刚"}, published: "2021-08-23", author: "顾北辰", paragraphs: [2]int{5, 5}, facts: [][]string{{"基地的总投资大约10亿元", "60多家"}}},
			{title: []string{"数读·2021"}, published: "2021-08-23", author: "周禾", paragraphs: [2]int{4, 4}, facts: [][]string{{"92个", "2524亿元"}, {"从投资主体看\n", "69个", "1670亿元"}}},
		},
	} {
		t.Run(name, func(t *testing.T) { checkDocument(t, filepath.Join(dir, name), want) })
	}
}

func checkDocument(t *testing.T, pattern string, want []wanted) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	articles, err := ParseFile(t.Context(), files[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(articles) != len(want) {
		var titles []string
		for _, a := range articles {
			titles = append(titles, a.Title)
		}
		t.Fatalf("%d articles, want %d: %s", len(articles), len(want), strings.Join(titles, " / "))
	}
	for i, a := range articles {
		checkArticle(t, a, want[i])
	}
}

func checkArticle(t *testing.T, a Article, want wanted) {
	t.Helper()
	day := publishedDay(a)
	if day != want.published || !strings.Contains(a.Author, want.author) || want.author == "" && a.Author != "" || a.Source != want.source {
		t.Errorf("%s: published %q by %q, source %q; want %q, %q, %q", a.Title, day, a.Author, a.Source, want.published, want.author, want.source)
	}
	for _, part := range want.title {
		if !strings.Contains(a.Title, part) {
			t.Errorf("title %q lacks %q", a.Title, part)
		}
	}
	if n := len(a.Paragraphs); n < want.paragraphs[0] || n > want.paragraphs[1] {
		t.Errorf("%s: %d paragraphs, want %v", a.Title, n, want.paragraphs)
	}
	var all strings.Builder
	for _, p := range a.Paragraphs {
		all.WriteString(p.Text + "\n\n")
		for _, bad := range leftovers {
			if strings.Contains(p.Text, bad) {
				t.Errorf("%s: %q is left over in %q", a.Title, bad, p.Text)
			}
		}
		if p.Text != strings.TrimSpace(p.Text) || utf8.RuneCountInString(p.Text) < 8 {
			t.Errorf("%s: paragraph %q", a.Title, p.Text)
		}
	}
	for _, fact := range want.facts {
		if !slices.ContainsFunc(a.Paragraphs, func(p Paragraph) bool {
			for _, part := range fact {
				if !strings.Contains(p.Text, part) {
					return false
				}
			}
			return true
		}) {
			t.Errorf("%s: no paragraph holds %q", a.Title, fact)
		}
	}
	for _, foreign := range want.absent {
		if strings.Contains(all.String(), foreign) {
			t.Errorf("%s: %q belongs somewhere else", a.Title, foreign)
		}
	}
	checkPassages(t, a, Split(a, SplitOptions{}))
}
