package article

import "testing"

// Parts that are numbered 一、 are known to all that stands below them, and end where the
// next one begins, even if that has no heading.
func TestNumberedParts(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"a notice", "a.txt", "通知\n\n各部门：\n现将值班安排通知如下：\n一、值班时间\n10月1日至7日，每日八点半至五点半。\n二、值班人员\n10月1日：陆文清\n10月2日：谭小芸\n三、要求：\n（一）保持通讯畅通；\n（二）填写值班记录。\n四、遇有突发事件，请报告办公室。\n电话：8011\n特此通知。\n附件：值班表\n",
			"{} 各部门：\n{} 现将值班安排通知如下：\n{一、值班时间} 一、值班时间 / 10月1日至7日，每日八点半至五点半。\n{二、值班人员} 二、值班人员 / 10月1日：陆文清\n{二、值班人员} 10月2日：谭小芸\n{三、要求} 三、要求： / （一）保持通讯畅通； / （二）填写值班记录。\n{} 四、遇有突发事件，请报告办公室。\n{} 电话：8011 / 特此通知。\n{} 附件：值班表\n"},
		{"a list", "a.txt", "名单\n\n下列三家单位中标，名次不分先后。\n一、东湖建设\n二、西岭园林\n三、南山路桥\n请各单位于五日内签订合同，逾期作废。\n",
			"{} 下列三家单位中标，名次不分先后。\n{} 一、东湖建设 / 二、西岭园林 / 三、南山路桥 / 请各单位于五日内签订合同，逾期作废。\n"},
		{"a list with a lead-in", "a.txt", "倡议书\n\n我们倡议：\n一、依法养犬，按时登记。\n二、及时清理粪便。\n",
			"{} 我们倡议： / 一、依法养犬，按时登记。 / 二、及时清理粪便。\n"},
		{"the number after a list", "a.txt", "公告\n\n公园延长开放，请看下文。\n一、入园费用：\n1. 全票80元。\n2. 乡民免费。\n二、电话：8888\n",
			"{} 公园延长开放，请看下文。\n{} 一、入园费用： / 1. 全票80元。 / 2. 乡民免费。\n{} 二、电话：8888\n"},
		{"headings without a text", "a.txt", "公告\n\n本项目公开招标，欢迎报名。\n一、概况\n新建停车场一处，车位三百个。\n二、开标\n6月18日九点\n三楼大厅\n凭证入场\n三、期限\n五个工作日，自发布之日起算。\n",
			"{} 本项目公开招标，欢迎报名。\n{一、概况} 一、概况 / 新建停车场一处，车位三百个。\n{二、开标} 二、开标 / 6月18日九点 / 三楼大厅 / 凭证入场\n{三、期限} 三、期限 / 五个工作日，自发布之日起算。\n"},
	} {
		t.Run(c.name, func(t *testing.T) { checkOutline(t, c.text, c.path, c.want) })
	}
}
