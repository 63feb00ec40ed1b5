package article

import (
	"strings"
	"testing"
)

// Days and times that stand alone above what takes place then are its section.
func TestSchedule(t *testing.T) {
	for _, c := range []struct{ name, path, raw, want string }{
		{"days", "a.txt", "日程\n\n5月3日（星期五）\n09:00 签到\n10:00 讲话\n\n5月4日（星期六）\n09:00 参观\n",
			"{5月3日（星期五）} 5月3日（星期五） / 09:00 签到\n{5月3日（星期五）} 10:00 讲话\n{5月4日（星期六）} 5月4日（星期六） / 09:00 参观\n"},
		{"one day over a programme", "a.txt", "日程\n\n2024年5月3日\n09:00 签到\n10:00 讲话\n", "{2024年5月3日} 2024年5月3日 / 09:00 签到\n{2024年5月3日} 10:00 讲话\n"},
		{"weekdays and halves of days", "a.txt", "课表\n\n周一\n上午\n长跑\n下午\n游泳\n周二\n上午\n举重\n",
			"{周一 › 上午} 周一 / 上午 / 长跑\n{周一 › 下午} 下午 / 游泳\n{周二 › 上午} 周二 / 上午 / 举重\n"},
		{"hours", "a.txt", "日程\n\n09:00-10:00\n签到\n领材料\n10:00-11:30\n讲话\n", "{09:00-10:00} 09:00-10:00 / 签到\n{09:00-10:00} 领材料\n{10:00-11:30} 10:00-11:30 / 讲话\n"},
		{"days counted", "a.md", "# 行程\n\n第一天\n\n- 到青山\n- 住东街\n\n第二天\n\n- 登山\n", "{第一天} 第一天 / 到青山\n{第一天} 住东街\n{第二天} 第二天 / 登山\n"},
		{"bold days", "a.md", "# 行程\n\n**5月3日 周五**\n09:00 签到\n\n**5月4日 周六**\n09:00 参观\n", "{5月3日 周五} 5月3日 周五 / 09:00 签到\n{5月4日 周六} 5月4日 周六 / 09:00 参观\n"},
		{"days in HTML", "a.html", "<html><body><h1>行程</h1><p>5月3日至5日</p><ul><li>登山</li><li>野营</li></ul><p>5月6日</p><p>返程</p></body></html>",
			"{5月3日至5日} 5月3日至5日 / 登山\n{5月3日至5日} 野营\n{5月6日} 5月6日 / 返程\n"},
		{"the next part", "a.txt", "通知\n\n一、日程\n周一\n长跑\n周二\n举重\n二、注意事项\n请自备饮水，不要迟到，听从老师指挥。\n",
			"{一、日程 › 周一} 一、日程 / 周一 / 长跑\n{一、日程 › 周二} 周二 / 举重\n{二、注意事项} 二、注意事项 / 请自备饮水，不要迟到，听从老师指挥。\n"},
		{"a part without a number", "a.txt", "通知\n\n周一\n长跑\n周二\n举重\n注意事项\n请自备饮水，不要迟到，听从老师指挥。\n食宿\n住在东街的招待所，三餐在食堂。\n",
			"{周一} 周一 / 长跑\n{周二} 周二 / 举重\n{} 注意事项 / 请自备饮水，不要迟到，听从老师指挥。\n{} 食宿 / 住在东街的招待所，三餐在食堂。\n"},
		{"a place with what is told of it", "a.txt", "行程\n\n第一天\n青山\n上午登山，下午游湖，晚上住在东街。\n第二天\n白水\n上午看瀑布，下午乘船，傍晚返程。\n",
			"{第一天} 第一天 / 青山\n{第一天} 上午登山，下午游湖，晚上住在东街。\n{第二天} 第二天 / 白水\n{第二天} 上午看瀑布，下午乘船，傍晚返程。\n"},
		{"days below a heading", "a.md", "# 书市\n\n## 日程\n\n5月3日\n\n- 开幕\n- 见面会\n\n5月4日\n\n- 旧书交换\n", "{日程 › 5月3日} 日程 / 5月3日 / 开幕\n{日程 › 5月3日} 见面会\n{日程 › 5月4日} 5月4日 / 旧书交换\n"},
		{"a day that is a heading's", "a.md", "# 更新\n\n## 2.1\n\n2024-03-02\n\n- 修复闪退\n\n## 2.0\n\n2024-02-02\n\n- 夜间模式\n", "{2.1} 2.1 / 2024-03-02\n{2.1} 修复闪退\n{2.0} 2.0 / 2024-02-02\n{2.0} 夜间模式\n"},
		{"days below what they date", "a.txt", "要闻\n\n大桥通车\n2024-05-03\n水库蓄水\n2024-05-02\n", "{} 大桥通车 / 2024-05-03\n{} 水库蓄水 / 2024-05-02\n"},
		{"a day in a text", "a.txt", "通车\n\n大桥在今天正式通车，全长三百米。\n\n5月3日\n\n车辆可以过桥，行人走东侧的人行道。\n", "{} 大桥在今天正式通车，全长三百米。\n{} 5月3日 / 车辆可以过桥，行人走东侧的人行道。\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkOutline(t, c.raw, c.path, c.want)
		})
	}
}

func TestDayLevel(t *testing.T) {
	for level, lines := range map[int]string{
		levelDay:  "5月3日|2024年5月3日（星期五）|二〇二四年五月三日|中華民國113年5月3日|2024-05-03 周五|星期五|週五（5月3日）|第三天|Day 2|5月3日至5日|5月3日—5月5日|【5月3日 上午】|Friday",
		levelHalf: "上午|（下午）|晚上",
		levelHour: "09:00|9:00-10:30|上午9点|下午2点半至3点|14：00~15：00",
		0:         "5月3日开幕|2024年|3日|三月|第三届|上午开会|9:00 签到|比分3:2|版本2.4.1|5.3|1/2|周一到校|星期五的会|日",
	} {
		for line := range strings.SplitSeq(lines, "|") {
			if got := dayLevel(line); got != level {
				t.Errorf("%q is of level %d, want %d", line, got, level)
			}
		}
	}
}

// A line with a dash says whose the words above are, or stands over the words below.
func TestDashes(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"要点\n\n现在提出意见：\n\n一、要求\n\n——便民利企\n压减审批时限，推进一网通办。\n\n——公平竞争\n清理妨碍统一市场的规定，不少于二十件。\n", "{} 现在提出意见： / 一、要求\n{} ——便民利企 / 压减审批时限，推进一网通办。\n{} ——公平竞争 / 清理妨碍统一市场的规定，不少于二十件。\n"},
		{"要点\n\n现在提出两条原则，请遵照执行。\n\n——便民利企\n压减审批时限，推进一网通办。\n\n——公平竞争\n清理妨碍统一市场的规定，不少于二十件。\n", "{} 现在提出两条原则，请遵照执行。\n{} ——便民利企 / 压减审批时限，推进一网通办。\n{} ——公平竞争 / 清理妨碍统一市场的规定，不少于二十件。\n"},
		{"语录\n\n船到桥头自然直，不必着急。\n——船工\n\n茶须看天，急不得也慢不得。\n——茶农\n\n面要揉三遍，醒三遍才好吃。\n——店主\n", "{} 船到桥头自然直，不必着急。 / ——船工\n{} 茶须看天，急不得也慢不得。 / ——茶农\n{} 面要揉三遍，醒三遍才好吃。 / ——店主\n"},
	} {
		checkOutline(t, c.raw, "a.txt", c.want)
	}
}

// Fields in bold, a line each, are fields, and a line above a marked heading belongs to
// what stands over both.
func TestBoldFields(t *testing.T) {
	checkOutline(t, "# 例会\n\n**时间**：2024年3月2日 9:00\n**地点**：二楼\n\n## 主持\n\n王二\n\n## 议程\n\n回顾上个季度，安排下个季度。\n", "a.md",
		"{} 时间：2024年3月2日 9:00\n{} 地点：二楼\n{主持} 主持 / 王二\n{议程} 议程 / 回顾上个季度，安排下个季度。\n")
}
