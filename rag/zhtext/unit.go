package zhtext

import "strings"

// unit is a measure word or unit where it stands in a text.
type unit struct {
	end  int    // behind its last rune
	name string // canonical
	kind unitKind
}

type unitKind uint8

const (
	counting unitKind = iota // 个, 家, 项: what is counted, not how much
	people                   // 人, 名, 位
	money                    // 元, 美元
	measure                  // 吨, 公里, %: never left out
	duration                 // 年, 天, 小时
)

type unitEntry struct {
	text  []rune
	name  string
	kind  unitKind
	plain bool   // may follow Chinese numerals; the others are parts of too many words
	not   string // runes that, following, make it a part of another word
}

// units is keyed by the first rune; longer entries come first.
var units = buildUnits()

// The tables list, a line each: written forms, canonical name first, "!" in
// front of a form that must not follow Chinese numerals, ">" in front of the
// canonical name where that has a line of its own; after ":" the runes that
// must not follow the first form (家 is no unit in 家庭).
var unitTables = []struct {
	kind  unitKind
	lines string
}{
	{counting, `
个:
家:庭具电居园族长乡属政门禁
项:圈链
座:谈位舱椅右机
所:有以谓在需属得
场:馆地景合面所域外内
次:日年要级序生
件:
条:件例约款形
种:子植业田群
类:似型别人比
期:间待望货刊末许盼
届:时
批:发准评复示次判量
支:持付撑部援出点配柱线架
台:湾风商账阶词州
辆:
架:构桥设空
艘:
列:入车为出举席支强
套:餐路利现
份:额子
篇:章幅
册:
!本:次届报市地文项科能身质土轮月周年日人级来期县区院校息金利源该其着由为的
株:洲
棵:
颗:粒
匹:配
幅:度员
张:家掖力开贴
轮:胎值流船换椅岗候
段:落位
款:项式待
部门
部委
!部:门委长署分队位落属件
单
宗:旨教
起:来步到草源点飞诉动床
例:如外会行
栋:梁
幢:
间:接隔距谍
层:面级出次
只:有是能要为需见好
头:部条等脑号衔盔疼
首:届次个批家席创都日度先府位相付发飞展映
门:店户票槛类口诊卫
组:织成委合建装件团阁
对:于外接此话比口照标象应策方症抗手付待我你他她它
双:方边向城创减碳重
代:表理码价替言办工
级:别联
强:调大化国省市县烈劲度势制
大:数会赛学健众家型学幅厦力战师道量批选众量熊气厅
国:际家内产务资有防企网庆务王歌土籍外元民共
国家
省:级会委政略长
市:场民级长区委政值
区:块域县别间级委政分
县:级域城委政区长
镇:级长委政
乡:村镇
村:民庄委级
街道
社区
户:外口籍型
人次
车次
架次
班次
场次
班列
席:位卷
枚:举
票:据房价
页:面岩
版:权图本块画
卷:入积
字:节符体母典
集:团中聚成合群体散结约装锦
步:行伐骤入履调
轮次
批次
人份
剂:量
例次
倍:增数率
番:茄禺
折:扣叠射合
级台阶
口:岸径号碑罩味语头感
!路:径线由面况人网段演
条线
号:召称码角
标准箱 teu 标箱
像素
赛段
回合
环节
方面
系列
类别
`},
	{people, `
人:工民类才均口员大文物们脸力机气事社体造格选生性道权士心间群居形行流身财为参名
名:列为单城义称字誉声下录企校优师牌片额流家额
位:数于置居列移列在点
岁 周岁:月末
口人
`},
	{money, `
元 人民币元 元人民币 块钱 圆 rmb cny yuan:宇素旦器件首月老帅曲朝阳谋代
美元 usd dollars dollar 元美元
欧元 eur euros euro
日元 jpy yen
英镑 gbp pounds
港元 港币 hkd
韩元
卢布
新加坡元 新元
澳元
加元
瑞士法郎
卢比
泰铢
元新台币
林吉特
坚戈
`},
	{measure, `
% 个百分比 percent 个百分号
百分点 个百分点 个点 percentage点
‰
吨 t吨 tons ton tonnes
公斤 千克 kg
!克 g克:服隆罗拉里林制
毫克 mg
斤:
公里 千米 km
米 公尺 meters metres:其兰粉面饭勒
厘米 cm 公分
毫米 mm
微米 μm um
纳米 nm
海里
英里 miles
英尺 feet
英寸 吋 inch inches
!寸:心土
光年
亩:
公顷 hectares
平方米 平米 ㎡ m2 m² 平方 sqm
平方公里 平方千米 km2 km² km²
立方米 m3 m³ 方水 立方
升 公升 liters litres:级值降温学华任格
毫升 ml
千瓦 kw
兆瓦 mw
吉瓦 gw
太瓦 tw
瓦:斯特片解
千瓦时 kwh 度电
兆瓦时 mwh
伏 v特
千伏 kv
安时
赫兹 hz
khz
mhz
ghz
kb
mb
gb
tb
pb
mbps
gbps
tops
tflops
pflops
eflops
℃ 摄氏度 °c
!度:过假量日身电
成:立功为果员本长就都熟品分型效因交绩千渝套批片对
里:面头边程约海巴昂
节:
桶:
克拉
卡路里
千卡
公吨
帧
dpi
`},
	{duration, `
年 years year:会轻级龄货糕画夜味检报鉴薪代
年代
周年
世纪
学年
财年
季度 quarters quarter
!季:节后前风军度
个月 months month
周 星期 个星期 weeks week 礼拜 个礼拜:边围期末转年一二三四五六日刊密全游岁长报
天 days day 个昼夜 昼夜:津然气下才地空使文桥宫元线宇猫府象安王性生平台
日>天:本元均报常语韩系籍新照历立益光期夜程喀军方耳式
工作日 个工作日
小时 个小时 钟头 个钟头 hours hour
!时:代间尚装期隔任候有而至速评政下常局刻
分钟 minutes minute mins
!分:别布析为类会享公中部支行论之辨工析发担配阶批歧野销水贝局
秒 seconds second 秒钟:杀懂
!点:击位亮赞评滴燃名缀名对面火球
刻钟
`},
}

// englishCounts maps English nouns to the measure word that a Chinese text
// would use for them. Others are left without a unit.
var englishCounts = map[string]unitEntry{
	"companies": {name: "家"}, "enterprises": {name: "家"}, "firms": {name: "家"}, "businesses": {name: "家"}, "company": {name: "家"},
	"exhibitors": {name: "家"}, "factories": {name: "家"}, "banks": {name: "家"}, "hospitals": {name: "家"},
	"projects": {name: "个"}, "countries": {name: "个"}, "regions": {name: "个"}, "items": {name: "个"}, "cities": {name: "个"},
	"people": {name: "人", kind: people}, "persons": {name: "人", kind: people}, "guests": {name: "人", kind: people}, "participants": {name: "人", kind: people}, "students": {name: "人", kind: people}, "experts": {name: "人", kind: people}, "trainees": {name: "人", kind: people}, "visitors": {name: "人", kind: people}, "attendees": {name: "人", kind: people}, "employees": {name: "人", kind: people},
	"times": {name: "倍"}, "mu": {name: "亩", kind: measure},
}

func buildUnits() map[rune][]unitEntry {
	m := make(map[rune][]unitEntry)
	for _, table := range unitTables {
		for line := range strings.Lines(table.lines) {
			forms, not, _ := strings.Cut(strings.TrimSpace(line), ":")
			name := ""
			for i, form := range strings.Fields(forms) {
				form, plainNot := strings.CutPrefix(form, "!")
				form, other, renamed := strings.Cut(form, ">")
				switch {
				case renamed:
					name = other
				case i == 0:
					name = form
				}
				e := unitEntry{text: []rune(form), name: name, kind: table.kind, plain: !plainNot}
				if i == 0 {
					e.not = not
				}
				m[e.text[0]] = append(m[e.text[0]], e)
			}
		}
	}
	for _, list := range m {
		for i := 1; i < len(list); i++ { // longest first; stable insertion sort of short lists
			for k := i; k > 0 && len(list[k].text) > len(list[k-1].text); k-- {
				list[k], list[k-1] = list[k-1], list[k]
			}
		}
	}
	return m
}

// unitAt finds the longest unit at i, behind at most one blank. With plain it
// finds only those that may follow Chinese numerals.
func unitAt(f []rune, i int, plain bool) (unit, bool) {
	i = skipBlank(f, i)
	for _, e := range units[at(f, i)] {
		if plain && !e.plain || !hasRunes(f, i, e.text) {
			continue
		}
		end := i + len(e.text)
		next := at(f, end)
		if isLatin(e.text[len(e.text)-1]) && (isLatin(next) || IsDigit(next)) {
			continue
		}
		if next != 0 && e.not != "" && strings.ContainsRune(e.not, next) && !guardLifted(f, e, end) {
			continue
		}
		return unit{end: end, name: e.name, kind: e.kind}, true
	}
	return unit{}, false
}

// guardLifted lets a unit stand although the rune behind it often makes it a
// part of a word, when that rune starts a word of its own here.
func guardLifted(f []rune, e unitEntry, end int) bool {
	switch e.name {
	case "年":
		// 2021年会议, 3年会 is no word
		return hasAt(f, end, "会议") || hasAt(f, end, "会展")
	case "人":
		return hasAt(f, end, "为") || hasAt(f, end, "参加") || hasAt(f, end, "参与") || hasAt(f, end, "参会")
	case "名":
		return hasAt(f, end, "企业家") || hasAt(f, end, "优秀") || hasAt(f, end, "师生")
	case "天":
		return hasAt(f, end, "然后")
	case "所": // 20所以上, but 20所以
		return hasAt(f, end, "以上") || hasAt(f, end, "以下") || hasAt(f, end, "以内")
	}
	return false
}

// englishUnit reads the word behind a number ("yuan", "days", "companies").
func englishUnit(f []rune, i int) (unit, bool) {
	k := i
	if r := at(f, k); r == ' ' || r == '-' || r == '\n' {
		k++
	}
	end := k
	for end < len(f) && isLatin(f[end]) {
		end++
	}
	if end == k || IsDigit(at(f, end)) {
		return unit{}, false
	}
	if e, ok := englishCounts[string(f[k:end])]; ok {
		return unit{end: end, name: e.name, kind: e.kind}, true
	}
	if u, ok := unitAt(f, k, false); ok && u.end == end {
		return u, true
	}
	return unit{}, false
}

var kinds = func() map[string]unitKind {
	m := map[string]unitKind{}
	for _, list := range units {
		for _, e := range list {
			m[e.name] = e.kind
		}
	}
	return m
}()

// sameUnit tells whether two canonical units may stand for each other: equal,
// or one of them says only that something is counted (个, or nothing where
// something is counted or paid).
func sameUnit(a, b string) bool {
	if a == b {
		return true
	}
	ka, kb := kinds[a], kinds[b]
	switch {
	case a == "":
		return kb == counting && !isSpecific[b] || kb == people && b != "岁" || kb == money
	case b == "":
		return sameUnit(b, a)
	case a == "岁" || b == "岁":
		return false
	case ka == people && kb == people:
		return true
	case a == "个":
		return kb == counting && !isSpecific[b] || kb == people
	case b == "个":
		return sameUnit(b, a)
	}
	return false
}

// isSpecific lists what is counted in a way that 个 does not replace.
var isSpecific = set("倍", "番", "折", "人次", "车次", "架次", "班次", "级", "强", "号", "像素", "标准箱", "版", "页", "步", "剂")
