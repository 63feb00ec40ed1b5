package question

import "testing"

func TestNormalizeTakesOffWhatStandsAround(t *testing.T) {
	const plain = "绿洲小区有多少户"
	for _, message := range []string{
		plain, plain + "？", plain + "，谢谢", "帮我查一下" + plain, plain + "，请注明出处", plain + "？请简短回答",
		"根据资料，" + plain, "hi，" + plain, "绿洲小区到底有多少户啊", "请问" + plain + "？？？", "你好 " + plain,
		"大家好，想问一下" + plain + "，在线等，挺急的！", "@知问 " + plain + " :pray:", "<@U02AB34> " + plain + " 🙏🙏",
		"麻烦各位老师帮忙看一下" + plain + "，万分感谢", plain + " 谢谢~", "```\n" + plain + "\n```", "*" + plain + "*",
		plain + "？用一句话回答。", plain + "？回答不要超过50字", plain + "\n——小王", "> " + plain, "不好意思打扰一下，" + plain + "呢？",
		"<https://example.com/a?b=c|" + plain + ">", plain + "？急急急", "能不能告诉我" + plain, "我想知道" + plain + "，用中文回答",
		"Hello, " + plain + "? thanks!", "老师您好！我想咨询一下，" + plain + "？盼复。", plain + "，尽快回复，谢谢配合",
		"拜托拜托，" + plain, "请根据资料回答：" + plain, "谁能告诉我" + plain, "老师请问" + plain,
	} {
		got := Normalize(message)
		text := got.Text
		for len(text) > 0 && (text[len(text)-1] == '?' || len(text) > 2 && text[len(text)-3:] == "？") {
			if text[len(text)-1] == '?' {
				text = text[:len(text)-1]
			} else {
				text = text[:len(text)-3]
			}
		}
		if text != plain || got.Talk != TalkNone {
			t.Errorf("Normalize(%q) = %+v", message, got)
		}
	}
}

func TestNormalizeLeavesQuestionsAlone(t *testing.T) {
	for _, message := range []string{
		"谢谢茶的创始人是谁", "2021年智博会，签约多少项目", "谁可以提议召开临时董事会会议", "“急用钱”是哪家公司的产品", "查尔斯王子多少岁",
		"好的故事的作者是谁", "请假要提前几天申请", "老师的工资是多少", "感谢信是谁写的", "帮扶资金有多少", "find命令怎么用",
		"问界M9售价多少", "看守所在哪里", "想象力有什么作用", "给排水工程投资多少", "workers是多少", "投资总额呢", "1,530户住在哪里",
		"介绍一下枫林遗址", "总结一下《桥梁名录》", "《公园名录》讲了什么", "有哪些文章", "2025年呢", "第四条讲什么", "用户协议有几条",
		"酒吧几点关门", "帮助中心的电话是多少", "How many people took part?", "直接融资是什么", "简单多数是什么意思", "找茬游戏什么时候上线",
		"谁请假了", "谁请教了他", "老师请假了几天", "哪位请客", "同学请求退款怎么办",
	} {
		if got := Normalize(message); got.Text != message || got.Talk != TalkNone {
			t.Errorf("Normalize(%q) = %+v", message, got)
		}
	}
}

func TestNormalizeKnowsTalk(t *testing.T) {
	for message, want := range map[string]Talk{
		"谢谢": TalkThanks, "谢谢大家啦！": TalkThanks, "好的，谢谢": TalkThanks, "thank you": TalkThanks, "3Q": TalkThanks, "辛苦了": TalkHello,
		"你好": TalkHello, "hi~": TalkHello, "在吗？": TalkHello, "早上好呀": TalkHello, "👋": TalkNone, "收到": TalkFine, "OK": TalkFine, "好的": TalkFine,
		"你是谁？": TalkIdentity, "請問你是誰": TalkIdentity, "你叫什么名字": TalkIdentity, "帮助": TalkHelp, "怎么用": TalkHelp, "你能做什么呀": TalkHelp,
		"help": TalkHelp, "再见": TalkBye, "@知问 在吗": TalkHello, "Who are you?": TalkIdentity,
	} {
		if got := Normalize(message); got.Text != "" || got.Talk != want {
			t.Errorf("Normalize(%q) = %+v, want %q", message, got, want)
		}
	}
}

func TestNormalizeHearsTheForm(t *testing.T) {
	for message, want := range map[string][2]bool{
		"门票多少钱？请简短回答": {true, false}, "门票多少钱，用一句话回答": {true, false}, "详细介绍一下门票政策": {false, false},
		"门票政策是什么？请详细说明": {false, true}, "门票多少钱": {false, false},
	} {
		if got := Normalize(message); got.Brief != want[0] || got.Detailed != want[1] {
			t.Errorf("Normalize(%q) = %+v", message, got)
		}
	}
}
