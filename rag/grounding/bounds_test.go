package grounding

import "testing"

// What one word turns round is told apart, and other words for the same are not.
func TestGuardsOfClosedClasses(t *testing.T) {
	for _, test := range []struct {
		guard         func(*statement, *source) string
		claim, source string
		objects       bool
	}{
		{boundGuard, "每人至少能借5册。", "每人最多借5册，借期30天。", true},
		{boundGuard, "每人一次顶多借5册，不得超过5册。", "每人最多借5册，借期30天。", false},
		{boundGuard, "至多提前3天预约。", "须至少提前3天预约，每团至多40人。", true},
		{boundGuard, "最晚要提前3天预约。", "须至少提前3天预约，每团至多40人。", false},
		{superlativeGuard, "最晚要提前3天预约。", "须至少提前3天预约，每团至多40人。", false},
		{superlativeGuard, "一年最多补2万元。", "补助每年不超过2万元。", false},
		{superlativeGuard, "每船最多坐6个人。", "每船限坐6人，180元一船。", false},
		{superlativeGuard, "每船最多坐6个人。", "每船坐了6人，180元一船。", true},
		{boundGuard, "申请费不低于3000元。", "申请费不低于3000元，不超过9000元。", false},

		{stepGuard, "先倒入面粉翻拌，再加枣泥拌匀。", "先加枣泥拌匀，再倒入面粉翻拌。", true},
		{stepGuard, "先加枣泥拌匀，然后倒入面粉翻拌。", "先加枣泥拌匀，再倒入面粉翻拌。", false},
		{stepGuard, "先打开灶前阀再打开表前阀。", "先打开表前阀，再打开灶前阀。", true},
		{stepGuard, "先选择备份文件，然后退出登录。", "必须先退出登录，再选择备份文件，最后重新登录。", true},
		{stepGuard, "先关掉电源，然后拆下盖板。", "拆下盖板之前，务必关掉电源。", false},

		{comparisonGuard, "刘成比胡大勇快0.6秒。", "胡大勇夺冠，比第二名刘成快0.6秒。", true},
		{comparisonGuard, "胡大勇比刘成快。", "胡大勇夺冠，比第二名刘成快0.6秒。", false},
		{comparisonGuard, "刘成比胡大勇慢。", "胡大勇夺冠，比第二名刘成快0.6秒。", false},
		{comparisonGuard, "机械表比石英表少。", "石英表比机械表多。", false},

		{demandGuard, "法院判决被告赔偿损失8000元。", "原告要求退款并赔偿损失8000元。", true},
		{demandGuard, "法院判被告退还原告5600元。", "判决如下：被告退还原告5600元。", false},
		{demandGuard, "原告要求赔偿8000元，法院没有判。", "原告要求退款并赔偿损失8000元。", false},

		{rowGuard, "家长到学校北门接孩子。", "早上在学校北门集合；下午返校，家长到南门接孩子。", true},
		{rowGuard, "家长到学校南门接孩子。", "早上在学校北门集合；下午返校，家长到南门接孩子。", false},

		{frameGuard, "水库3号下午2点开闸。", "水库从3日14时起开闸泄洪。", false},
		{frameGuard, "水库3号下午2点开闸。", "水库从3日2时起开闸泄洪。", true},
		{frameGuard, "租金一季度一交。", "租金按季度支付。", false},
		{frameGuard, "一季度收入增长了一成。", "全年收入增长了一成。", true},
		{speakerGuard, "这条建议是李秀英代表提的。", "李秀英代表：您提出的建议收悉。", false},

		{substitutionGuard, "家长车辆从南门进入，停在操场。", "家长车辆从北门进入，停放在操场，学生从南门步行入校。", true},
		{substitutionGuard, "水电费由出租方承担。", "水电费由承租方承担，物业费由出租方承担。", true},
		{substitutionGuard, "乘客可到南侧200米的粮站上下车。", "乘客可到北侧200米的粮站上下车。", true},
		{substitutionGuard, "孕妇禁用这个药。", "糖尿病患者禁用。孕妇慎用这个药。", true},
		{substitutionGuard, "产量和经济效益明显提升。", "产量和经济效益明显提高，品质也有提升。", false},

		{quantifierGuard, "每天都会增开区间车。", "逢单日集市，增开区间车。", true},
		{quantifierGuard, "每天都会增开区间车。", "逢集每天增开区间车。", false},
		{modalityGuard, "电梯设备也已经运到。", "电梯设备预计6月底运到。", true},
		{negationGuard, "方案经表决获得通过。", "会议表决了方案，3票同意，4票反对，未通过。", true},
		{oppositeGuard, "会议同意在花园增建停车位。", "会议同意更换电梯，否决了在花园增建停车位的提议。", true},
		{bindingGuard, "胡大勇比刘成快0.6秒。", "胡大勇以11.4秒夺冠，比第二名刘成快0.6秒。", false},
	} {
		src := &source{statement: parse(test.source), wide: parse(test.source)}
		if what := test.guard(parse(test.claim), src); (what != "") != test.objects {
			t.Errorf("%s / %s: objects to %q", test.claim, test.source, what)
		}
	}
}
