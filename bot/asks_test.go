package bot_test

import (
	"testing"

	"zhiwen/bot"
)

func TestAsks(t *testing.T) {
	for text, want := range map[string]bool{
		"青石镇茶厂收茶多少吨": true, "那2025年呢": true, "真的吗？": true, "谁主持了会议": true, "How many were signed": true, "is it open on Monday": true,
		"請問有幾家企業參展": true, "介绍一下开幕式": true, "第二条详细展开": true, "翻译成英文": true, "简单点": false, "再回答一下上一个问题": true, "不对": false, "不对吧？": true, "不对，是周三": false, "继续": false, "再说一遍": false,
		"谢谢！": false, "好的，收到": false, "没什么": false, "我下午去开会。": false, "thanks a lot": false, "哈哈哈": false, "已经发给大家了": false, "island trip": false,
	} {
		if got := bot.Asks(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	for text, want := range map[string]bool{"帮助": true, "你是谁？": true, "Help!": true, "怎么用 ": true, "帮助了多少家企业": false, "谁": false} {
		if got := bot.AsksForHelp(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
