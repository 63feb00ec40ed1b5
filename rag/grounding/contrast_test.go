package grounding

import "testing"

// What a text says of one of two things of a kind, or of all but one, is not said of the
// other.
func TestGuardsOfContrast(t *testing.T) {
	for _, test := range []struct {
		guard         func(*statement, *source) string
		claim, source string
		objects       bool
	}{
		{rateGuard, "充电每小时收1.2元。", "充电每度电1.2元，充满断电。", true},
		{rateGuard, "充电1.2元一度。", "充电每度电1.2元，充满断电。", false},
		{rateGuard, "租车80元一天。", "租车80元一小时，押金500元。", true},
		{rateGuard, "租车每小时80元。", "租车80元/小时，押金500元。", false},
		{rateGuard, "押金500元一天。", "租车80元一小时，押金500元。", false}, // the source does not count it
		{rateGuard, "伙食费每人每天30元。", "伙食费每天30元。", false},
		{rateGuard, "住宿每晚200元。", "住宿200元一夜。", false},

		{exceptionGuard, "学员拍团体照也能打八折。", "学员单人照打八折，团体照不打折。", true},
		{exceptionGuard, "学员单人照打八折。", "学员单人照打八折，团体照不打折。", false},
		{exceptionGuard, "学员拍团体照不打折。", "学员单人照打八折，团体照不打折。", false},
		{exceptionGuard, "团体照按原价收费。", "学员单人照打八折，团体照不打折。", false},
		{exceptionGuard, "月卡会员每月可以带一位朋友。", "年卡会员每月可以带一位朋友。月卡不行。", true},
		{exceptionGuard, "年卡会员每月可以带一位朋友来。", "年卡会员每月可以带一位朋友。月卡不行。", false},
		{exceptionGuard, "开课后仍可全额退款。", "开课前可全额退款，开课后不得退款。", true},
		{exceptionGuard, "开课前能全额退款。", "开课前可全额退款，开课后不得退款。", false},

		{permissionGuard, "患者不能喝清水。", "术前两小时患者可以喝少量清水。", true},
		{permissionGuard, "患者不能喝牛奶。", "术前两小时患者可以喝少量清水，不能喝牛奶。", false},
		{permissionGuard, "患者可以喝清水。", "术前两小时患者可以喝少量清水。", false},
		{permissionGuard, "不要带宠物。", "可以带孩子，请勿带宠物。", false},

		{exclusionGuard, "学生不可以带电子词典。", "不要带手机等电子产品，电子词典除外。", true},
		{exclusionGuard, "学生可以带电子词典。", "不要带手机等电子产品，电子词典除外。", false},
		{exclusionGuard, "除电子词典外，不要带电子产品。", "不要带手机等电子产品，电子词典除外。", false},
		{exclusionGuard, "街舞课可以免费试听。", "所有课程可以免费试听一次，街舞课除外。", true},

		{causeGuard, "由于湖水盐分太高，投放鲢鱼没有成功。", "曾试放鲢鱼，因盐度过高而失败。", false},
		{causeGuard, "由于鱼苗太小，投放鲢鱼没有成功。", "曾试放鲢鱼，因盐度过高而失败。", true},
		{causeGuard, "因为缺少完整明细，本次没有表决。", "物业未能提供完整的明细，因此本次不予表决。", false},
		{superlativeGuard, "没休完的年假最晚能拖到3月底。", "年假未休完的，可以顺延到次年3月31日。", false},
		{superlativeGuard, "这是最晚的一班车。", "末班前的一班车是21:30。", true},
		{modalityGuard, "为迁移供水主管，城北要停水。", "为配合施工，我公司将对供水主管进行迁移，城北停水。", false},
		{negationGuard, "房子没损坏的话退押金。", "房屋无损坏的，退还押金。", false},
		{negationGuard, "房屋没损坏的，退还押金。", "房屋损坏的，退还押金。", true},

		{weekdayGuard, "每月第一个星期日闭馆。", "每月第一个星期一闭馆。", true},
		{weekdayGuard, "每月第一个周一闭馆。", "每月第一个星期一闭馆。", false},
		{weekdayGuard, "周三也开门。", "周一至周五开门。", false},
		{weekdayGuard, "礼拜天开门。", "周六、日开门。", false},
		{weekdayGuard, "周六开门。", "工作日开门。", true},
		{weekdayGuard, "每周上五天班。", "每周工作五天，周六休息。", false},
		{weekdayGuard, "周六开门。", "每天开门。", false},

		{rowGuard, "五年级去湿地公园看候鸟。", "四年级去湿地公园，看候鸟；五年级去陶瓷厂，亲手拉坯。", true},
		{rowGuard, "四年级去湿地公园看候鸟。", "四年级去湿地公园，看候鸟；五年级去陶瓷厂，亲手拉坯。", false},
		{rowGuard, "四年级由何文老师带队，五年级由鲁明老师带队。", "四年级由教导处鲁明老师带队；五年级由大队辅导员何文老师带队。", true},
		{rowGuard, "四年级由鲁明老师带队，五年级由何文老师带队。", "四年级由教导处鲁明老师带队；五年级由大队辅导员何文老师带队。", false},
		{rowGuard, "搬家后在线客服全天都有人，电话客服晚上延长到9点。", "电话客服由9:00—18:00延长到21:00；在线客服改为全天。", false},

		{frameGuard, "加工厂计划今年9月投产。", "加工厂计划明年9月投产。", true},
		{frameGuard, "加工厂计划明年9月投产。", "加工厂计划明年9月投产。", false},
		{frameGuard, "今年产量增加。", "2024年产量增加，明年还将扩大。", false},
		{frameGuard, "到8月中旬略有盈余。", "截至8月15日略有盈余。", false},
		{frameGuard, "到8月下旬略有盈余。", "截至8月15日略有盈余。", true},
		{frameGuard, "客服晚上延长到9点。", "客服延长到21:00。", false},

		{bindingGuard, "第一期领队是何川，第二期领队是扎西。", "领队：第一期扎西，第二期何川。", true},
		{bindingGuard, "第一期领队是扎西，第二期领队是何川。", "领队：第一期扎西，第二期何川。", false},

		{negationGuard, "水箱满了以后机器不会停机。", "水箱满了会自动停机并鸣响三声。", true},
		{negationGuard, "24小时内不要开车，也不要签重要的文件。", "24小时内不能开车、骑电动车、签重要文件。", false},
		{negationGuard, "月费涨了，年费没有变。", "月费由12元改为15元，年费仍为98元。", false},
		{negationGuard, "老人可以找网格员登记，免费送饭。", "行动不便的可以免费送餐上门。", false},
		{negationGuard, "用凉水会让肉变柴。", "要用温水洗，别用凉水，肉会变柴。", false},

		{speakerGuard, "法院认为原告违约。", "本院认为：原告未按约定时间到场，构成违约。", false},
		{speakerGuard, "被告认为原告违约。", "本院认为：原告未按约定时间到场，构成违约。", true},

		{modelGuard, "XB-330的问题是供应商换了弹簧。", "XB-210的问题是供应商更换了弹簧，XB-330的问题是扣子松动。", true},
		{modelGuard, "XB-210的问题是供应商换了弹簧。", "XB-210的问题是供应商更换了弹簧，XB-330的问题是扣子松动。", false},
		{modelGuard, "XB-210和XB-330都有问题。", "XB-210的问题是供应商更换了弹簧，XB-330的问题是扣子松动。", false},

		{partQualifierGuard, "购买满一年的可以退全款。", "购买未满一年的退全款，满一年的退七成。", true},
		{partQualifierGuard, "购买未满一年的可以退全款。", "购买未满一年的退全款，满一年的退七成。", false},
		{partQualifierGuard, "时间戳按秒计算。", "时间戳按毫秒计算。", true},
		{partQualifierGuard, "主任由游丽华担任。", "主任由贾从文担任，副主任由游丽华担任。", true},
		{partQualifierGuard, "副主任由游丽华担任。", "主任由贾从文担任，副主任由游丽华担任。", false},

		{causeGuard, "四楼报刊室因为书架搬迁，从6月10日起关闭。", "因空调改造，四楼报刊室自6月10日起关闭。", true},
		{causeGuard, "四楼报刊室因为空调改造，从6月10日起关闭。", "因空调改造，四楼报刊室自6月10日起关闭。", false},

		{speakerGuard, "董事长石敬川提醒，白糖再涨价利润会减少。", "董事长石敬川预计收入增长；邱岚提醒，若白糖再涨价利润会减少。", true},
		{speakerGuard, "邱岚提醒，白糖再涨价利润会减少。", "董事长石敬川预计收入增长；邱岚提醒，若白糖再涨价利润会减少。", false},

		{quantifierGuard, "居民坐快船每人15元。", "居民乘快船15元。", false},
		{quantifierGuard, "所有居民坐快船15元。", "居民乘快船15元。", true},
		{quantifierGuard, "还款每次不少于1万元。", "部分还款每次1万元起，全部居民适用。", false},
		{superlativeGuard, "每页最多条数减半。", "每页上限减半。", false},

		{oppositeGuard, "老人持卡乘车要付半价。", "老人持卡乘车免费。", true},
	} {
		src := &source{statement: parse(test.source), wide: parse(test.source)}
		if what := test.guard(parse(test.claim), src); (what != "") != test.objects {
			t.Errorf("%s / %s: objects to %q", test.claim, test.source, what)
		}
	}
}

// What stands under one name is not said of another of the kind.
func TestLabelGuard(t *testing.T) {
	for _, test := range []struct {
		claim         string
		under, labels []string
		objects       bool
	}{
		{"标准版的住院津贴是每天150元。", []string{"尊享版"}, []string{"标准版", "尊享版"}, true},
		{"尊享版的住院津贴是每天150元。", []string{"尊享版"}, []string{"标准版", "尊享版"}, false},
		{"与标准版不同，尊享版的住院津贴是每天150元。", []string{"尊享版"}, []string{"标准版", "尊享版"}, false},
		{"标准版的住院津贴是每天150元。", []string{"说明"}, []string{"标准版", "说明"}, false}, // of another kind
		{"住院津贴是每天150元。", []string{"尊享版"}, []string{"标准版", "尊享版"}, false},
	} {
		s := parse("住院津贴每天150元，最多60天。")
		if what := labelGuard(parse(test.claim), &source{statement: s, wide: s, under: test.under, labels: func() []string { return test.labels }}); (what != "") != test.objects {
			t.Errorf("%s under %v: objects to %q", test.claim, test.under, what)
		}
	}
	for line, want := range map[string]string{
		"标准版：意外身故20万元。": "标准版", "（一）标准版：意外身故20万元": "标准版", "套系：全家福·外景，价格：988元": "全家福外景",
		"这是一句普通的话，没有名目：是吗": "", "时间：8:00": "时间",
	} {
		if got := labelOf(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// Figures that a claim has worked out from those of its source.
func TestDerivedFromTheWindow(t *testing.T) {
	for _, test := range []struct {
		claim, source string
		holds         bool
	}{
		{"第二期比第一期贵200元。", "价格：第一期3280元，第二期3480元。", true},
		{"第二期比第一期贵300元。", "价格：第一期3280元，第二期3480元。", false},
		{"折叠锁38起，比带扣多33起。", "43起投诉中，折叠锁38起，带扣5起。", true},
		{"折叠锁38起，比带扣多43起。", "投诉中，折叠锁38起，带扣5起。", false},
		{"短片有12部，其余19部不是短片。", "共有31部影片，短片12部，纪录片7部。", true},
		{"三个型号加起来召回19130辆。", "三个型号分别召回12600辆、4530辆和2000辆。", true},
		{"三个型号加起来召回19230辆。", "三个型号分别召回12600辆、4530辆和2000辆。", false},
		{"召回了17130辆。", "三个型号分别召回12600辆、4530辆和2000辆。", false}, // it does not say that it adds up
	} {
		claim, s := parse(test.claim), parse(test.source)
		w := &window{source: &source{statement: s, wide: s}}
		_, missing := (&Verifier{}).missingFigure(claim, w)
		if (missing == "") != test.holds {
			t.Errorf("%s of %s: %q is missing", test.claim, test.source, missing)
		}
	}
}
