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
