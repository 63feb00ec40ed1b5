package article

import (
	"testing"
	"time"
)

// Published comes from what says so, and is unknown otherwise.
func TestPublished(t *testing.T) {
	for _, c := range []struct{ name, path, raw, want string }{
		{"front matter", "a.md", "---\ntitle: 通车\ndate: 2024-03-02\n---\n大桥今天通车了。", "2024-03-02"},
		{"TOML front matter", "a.md", "+++\ntitle = '通车'\ndate = 2024-03-02\n+++\n大桥今天通车了。", "2024-03-02"},
		{"TOML with a zone", "a.md", "+++\ntitle = '通车'\ndate = 2024-03-02T23:00:00Z\n+++\n大桥今天通车了。", "2024-03-03"},
		{"a line that says so", "a.txt", "通车\n\n发布时间：2024-03-02\n\n大桥今天通车了。", "2024-03-02"},
		{"a line of its own", "a.txt", "通车\n\n2024年3月2日\n\n大桥今天通车了，全长三百米。", "2024-03-02"},
		{"a meta element", "a.html", "<html><head><meta property='article:published_time' content='2024-03-02T08:00:00+08:00'></head><body><p>大桥今天通车了。</p></body></html>", "2024-03-02"},
		{"a time element", "a.html", "<html><body><h1>通车</h1><time datetime='2024-03-02'>周六</time><p>大桥今天通车了，全长三百米。</p></body></html>", "2024-03-02"},
		{"a dateline", "a.txt", "通车\n\n本报讯（记者 王二）3月2日，2024年第一座大桥通车，全长三百米。", "2024-03-02"},
		{"a dateline of an agency", "a.txt", "通车\n\n青山社东江2024年3月2日电 大桥今天通车，全长三百米。", "2024-03-02"},
		{"the title", "a.md", "# 值班记录（2024 年 03 月 02 日）\n\n大桥今天通车了。", "2024-03-02"},
		{"the file's name", "2024-03-02-通车.md", "# 通车\n\n大桥今天通车了。", "2024-03-02"},
		{"the file's name in figures", "日报20240302.txt", "通车\n\n大桥今天通车了。", "2024-03-02"},
		{"a record's date", "a.jsonl", `{"title":"通车","date":"2024/3/2","text":"大桥今天通车了。"}`, "2024-03-02"},
		{"a record's year", "a.jsonl", `{"title":"通车","date":"2024","text":"大桥今天通车了。"}`, ""},
		{"a story that begins with a day", "a.md", "# 纠纷案\n\n2013年4月7日，政府原则同意方案。\n\n2017年8月17日，主管部门解除协议。", ""},
		{"a day in the text", "a.txt", "通车\n\n大桥在2024年3月2日通车，全长三百米。", ""},
		{"days of a changelog", "a.md", "# 更新\n\n## 2.1\n\n2024-03-02\n\n- 修复闪退\n\n## 2.0\n\n2024-02-02\n\n- 夜间模式", ""},
		{"a day under a heading", "a.md", "# 更新\n\n## 2.1\n\n2024-03-02\n\n- 修复闪退，请升级。", ""},
		{"two days in the title", "a.md", "# 2024年3月2日至2024年3月5日值班表\n\n三人一组。", ""},
		{"a day to come", "a.md", "# 2034年3月2日的计划\n\n三人一组。", ""},
		{"a number that is no day", "a20249999.txt", "通车\n\n大桥今天通车了。", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			articles, err := Parse([]byte(c.raw), c.path, Options{Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
			if err != nil || len(articles) != 1 {
				t.Fatalf("%d articles, %v", len(articles), err)
			}
			got := ""
			if !articles[0].Published.IsZero() {
				got = articles[0].Published.Format(time.DateOnly)
			}
			if got != c.want {
				t.Errorf("published %q, want %q", got, c.want)
			}
		})
	}
}
