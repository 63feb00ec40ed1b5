package grounding

import "testing"

// What is denied in other words, or in another clause, is denied all the same; what
// only the source denies is not said.
func TestNegationAcrossClauses(t *testing.T) {
	for _, test := range []struct {
		claim, source string
		objects       bool
	}{
		{"队长扭伤了膝盖，所以没能上场。", "队长因膝盖扭伤未能上场。", false},
		{"旧机型不能用遥控器开机，只能按机身上的键。", "旧机型只能按机身上的键开机，遥控器用不了。", false},
		{"铁路还没有通车，预计明年开通。", "铁路正在建设，预计明年通车。", false},
		{"高速铁路还没有通车，仍在修建。", "铁路有泊东线，2012年通车；连接省会的高速铁路正在建设，预计2026年通车。", false},
		{"不包括，85元含车费和门票，午餐要自己带。", "费用每人85元，含车费和门票，不含午餐，请自备午餐。", false},
		{"转移了214人，没有人伤亡。", "已转移群众214人，无人员伤亡。", false},
		{"闻到味道别碰电器开关。", "如闻到异味，不要开关电器。", false},
		{"充电时不收停车费。", "新能源车充电时免收停车费。", false},
		{"充电时要收停车费。", "充电时免收停车费。", true},
		{"学生票七五折，除L209以外的车都能用。", "学生票七五折，不适用于L209。", false},
		{"镇政府发布了停水通知和停电通知。", "镇政府发布了停水通知，未发布停电通知。", true},
		{"参加了两项决赛，都拿到了奖牌。", "参加了两项决赛，但均未能拿到奖牌。", true},
	} {
		if what := negationGuard(parse(test.claim), &source{statement: parse(test.source), wide: parse(test.source)}); (what != "") != test.objects {
			t.Errorf("%s / %s: objects to %q", test.claim, test.source, what)
		}
	}
}

func TestOrderGuard(t *testing.T) {
	src := &source{statement: parse("启动时间由4.8秒缩短到1.9秒。")}
	if orderGuard(parse("启动时间从1.9秒变为4.8秒。"), src) == "" {
		t.Error("from B to A passes for from A to B")
	}
	if what := orderGuard(parse("启动时间从4.8秒降到了1.9秒。"), src); what != "" {
		t.Errorf("objects to %q", what)
	}
}
