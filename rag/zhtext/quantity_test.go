package zhtext

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// describe writes quantities as "text=value unit hedge", one after another.
func describe(list []Quantity) string {
	var parts []string
	for _, q := range list {
		s := fmt.Sprintf("%s=%.10g", q.Text, q.Value)
		if q.Max != q.Value {
			s += fmt.Sprintf("..%.10g", q.Max)
		}
		if q.Ordinal {
			s = strings.Replace(s, "=", "=#", 1)
		}
		s += q.Unit + [...]string{"", " over", " under", " about"}[q.Approx]
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

func TestQuantities(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		// Plain counts and amounts.
		{"签约项目92个", "92个=92个"},
		{"签约92项目", "92项=92项"},
		{"投资总额2524亿元", "2524亿元=2.524e+11元"},
		{"投资总额２５２４亿元", "２５２４亿元=2.524e+11元"},
		{"投资额1016亿，占比40％", "1016亿=1.016e+11; 40％=40%"},
		{"总投资 1670 亿元", "1670 亿元=1.67e+11元"},
		{"投资额428\n亿元", "428\n亿元=4.28e+10元"},
		{"共1,000家企业", "1,000家=1000家"},
		{"共1，234，567.5元", "1，234，567.5元=1234567.5元"},
		{"1.2万家", "1.2万家=12000家"},
		{"1.5万亿元", "1.5万亿元=1.5e+12元"},
		{"1亿2000万元", "1亿2000万元=120000000元"},
		{"3万5千人", "3万5千人=35000人"},
		{"10亿美元", "10亿美元=1000000000美元"},
		{"100万元人民币", "100万元人民币=1000000元"},
		{"人民币100万元", "人民币100万元=1000000元"},
		{"¥300和$20", "¥300=300元; $20=20美元"},
		{"年产50万吨，用地100亩", "50万吨=500000吨; 100亩=100亩"},
		{"装机20万千瓦", "20万千瓦=200000千瓦"},
		{"发电3亿千瓦时", "3亿千瓦时=300000000千瓦时"},
		{"面积3.5万平方米", "3.5万平方米=35000平方米"},
		{"1200平方公里", "1200平方公里=1200平方公里"},
		{"12吋晶圆", "12吋=12英寸"},
		{"7nm工艺", "7nm=7纳米"},
		{"提高3.2个百分点", "3.2个百分点=3.2百分点"},
		{"-5℃至零上", "-5℃=-5℃"},
		{"清晨最低气温-8℃，午后2℃", "-8℃=-8℃; 2℃=2℃"},
		{"山顶零下15.2度", "零下15.2度=-15.2度"},
		{"净利率-3.5%", "-3.5%=-3.5%"},
		{"气温-5～0℃", "-5～0℃=-5..0℃"},
		{"气温－7～－1℃，东风", "－7～－1℃=-7..-1℃"},
		{"白天4℃至-2℃", "4℃至-2℃=-2..4℃"},
		{"零下7度到零下1度", "零下7度到零下1度=-7..-1度"},
		{"温度20-25℃", "20-25℃=20..25℃"},
		{"歼-10至歼-20", ""},
		{"环比-0.3个百分点", "-0.3个百分点=-0.3百分点"},
		{"气温-5-0℃，夜间-7—-1℃", "-5-0℃=-5..0℃; -7—-1℃=-7..-1℃"},
		{"歼-10-2型", ""},
		{"培训770余人次", "770余人次=770人次 over"},
		{"已有20多个国家和地区", "20多个=20个 over"},
		{"为期3天，5年内，20周年", "3天=3天; 5年=5年; 20周年=20周年"},
		{"3个月、12个小时、30分钟", "3个月=3个月; 12个小时=12小时; 30分钟=30分钟"},
		{"世界500强企业", "500强=500强"},
		{"12306", "12306=12306"},
		{"比去年多23个", "23个=23个"},
		{"9时30分开幕，10点15分结束", "9时30分=570时刻; 10点15分=615时刻"},
		{"用时2小时15分36秒，慢2分36秒", "2小时15分36秒=8136秒; 2分36秒=156秒"},
		{"历时1年零3个月，约2天5小时", "1年零3个月=15个月; 约2天5小时=53小时 about"},
		{"3年、2个月，得了15分", "3年=3年; 2个月=2个月; 15分=15分"},
		{"于20:18发布", "20:18=1218时刻"},
		{"1/3的企业", "1/3=0.3333333333"},
		{"增长三成，七成以上", "三成=30%; 七成以上=70% over"},

		// Hedges.
		{"企业超5000家、工厂230余家", "超5000家=5000家 over; 230余家=230家 over"},
		{"610余家企业、70余场活动", "610余家=610家 over; 70余场=70场 over"},
		{"促成1000 余项合作", "1000 余项=1000项 over"},
		{"10亿元以上项目81个", "10亿元以上=1000000000元 over; 81个=81个"},
		{"5家以上上海合作伙伴", "5家以上=5家 over"},
		{"借出10本书、5本次", "10本=10本; 5=5"},
		{"院校20所以上", "20所以上=20所 over"},
		{"不低于20所，不少于10000人", "不低于20所=20所 over; 不少于10000人=10000人 over"},
		{"将突破200座，超过 20座", "突破200座=200座 over; 超过 20座=20座 over"},
		{"近300名，不到5%，不足十家", "近300名=300名 under; 不到5%=5% under; 不足十家=10家 under"},
		{"约10亿元，用地约\n300亩", "约10亿元=1000000000元 about; 约\n300亩=300亩 about"},
		{"20人左右，百余家，千余名", "20人左右=20人 about; 百余家=100家 over; 千余名=1000名 over"},
		{"上千万用户", "上千万=10000000 over"},
		{"上百家企业、近百家、过千人", "上百家=100家 over; 近百家=100家 under; 过千人=1000人 over"},
		{"数十家企业、几百万元", "数十家=10..100家 about; 几百万元=1000000..10000000元 about"},
		{"5000+家企业", "5000+家=5000家 over"},
		{"10万余元，3年多来", "10万余元=100000元 over; 3年多=3年 over"},
		{"签约92个，公约3项", "92个=92个; 3项=3项"},
		{"附近5家，最近3年", "5家=5家; 3年=3年"},
		{"通过5项标准", "5项=5项"},
		{"不超过30天", "不超过30天=30天 under"},

		// Chinese numerals.
		{"十个产业园，二十家企业", "十个=10个; 二十家=20家"},
		{"一百二十三人", "一百二十三人=123人"},
		{"两届，五项任务，四大板块", "两届=2届; 五项=5项; 四大=4大"},
		{"十余个，二十多家，十几个", "十余个=10个 over; 二十多家=20家 over; 十几个=10个 over"},
		{"百分之四十，千分之五", "百分之四十=40%; 千分之五=0.005"},
		{"三分之一，四分之三以上", "三分之一=0.3333333333; 四分之三以上=0.75 over"},
		{"百分之百", "百分之百=100%"},
		{"三千五百亿元", "三千五百亿元=3.5e+11元"},
		{"两万三，一百零五名", "两万三=23000; 一百零五名=105名"},
		{"一万二千家", "一万二千家=12000家"},
		{"二点五亿元", "二点五亿元=250000000元"},
		{"四个百分点", "四个百分点=4百分点"},
		{"一亿元，仅一家，约一年", "一亿元=100000000元; 一家=1家; 约一年=1年 about"},
		{"三五个，十七八岁，五、六家", "三五个=3..5个; 十七八岁=17..18岁; 五、六家=5..6家"},
		{"亿元以上项目", "亿元以上=100000000元 over"},
		{"两年半，八成半，翻一番", "两年半=2.5年; 八成半=85%; 一番=1番"},
		{"二季度，第二季度，前三季度", "二季度=#2季度; 第二季度=#2季度; 三季度=3季度"},
		{"零下5度", "零下5度=-5度"},
		{"近万亿元，百亿元，百万用户", "近万亿元=1e+12元 under; 百亿元=1e+10元"},
		{"两三百家，七八万", "两三百家=200..300家; 七八万=70000..80000"},
		{"连续三年增长，六部门发文", "三年=3年; 六部门=6部门"},

		// Ranges.
		{"3至5家，5～8个，10-20%", "3至5家=3..5家; 5～8个=5..8个; 10-20%=10..20%"},
		{"10%—20%之间", "10%—20%=10..20%"},
		{"3至5万家，三到五年", "3至5万家=30000..50000家; 三到五年=3..5年"},
		{"由43%提升至70%以上", "43%=43%; 70%以上=70% over"},
		{"从3个到5个", "3个=3个; 5个=5个"},
		{"有5、6个，共1、2、3、4个", "5、6个=5..6个; 1=1; 2=2; 3=3; 4个=4个"},

		// Ordinals.
		{"第三次，第2届，第 10 名", "第三次=#3次; 第2届=#2届; 第 10 名=#10名"},
		{"第一时间，第三赛段，首届", "第一=#1; 第三赛段=#3赛段; 首届=#1届"},
		{"1号车，1号店", "1号=#1号; 1号=#1号"},

		// English.
		{"92 projects worth 252.4 billion yuan", "92 projects=92个; 252.4 billion yuan=2.524e+11元"},
		{"more than 5,000 companies", "more than 5,000 companies=5000家 over"},
		{"nearly 40 percent, about 3 days", "nearly 40 percent=40% under; about 3 days=3天 about"},
		{"US$3.5bn and $20 million", "US$3.5bn=3500000000美元; $20 million=20000000美元"},
		{"the third time, its 4th edition", "third=#3; 4th=#4"},
		{"ten workshops in twenty-one countries", "ten=10; twenty-one countries=21个"},
		{"3 to 5 million people", "3 to 5 million people=3000000..5000000人"},
		{"2000 delegates met", "2000=2000"},
		{"a 5-year plan", "5-year=5年"},
	}
	for _, tt := range tests {
		if got := describe(Quantities(tt.text)); got != tt.want {
			t.Errorf("Quantities(%q)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestNoQuantities(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"5G、4G和6G网络", "工业4.0", "4.0换电站", "COVID-19疫情", "A股", "WeMake", "C919客机", "歼-20首飞", "GPT-4o", "iPhone15", "V2.0版", "2.0版", "Web3",
		"H1N1", "3D打印", "4K电视", "MP3", "IP 192.168.1.1", "v1.2.3", "电话023-63151234", "Top10",
		"2021智博会", "2025世界智能产业博览会", "2025人工智能大会", "2021国际大数据博览会", "2025天津论坛", "2025元宇宙大会", "2025LPL", "２０２１智博会", "二○二一中国国际智能产业博览会",
		"2021年8月23日", "8月23日", "二○二一年八月", "2021-08-23", "2021年底", "2018年", "8月23日至25日", "2021—2025年", "22日下午",
		"August 23, 2021", "in 2021", "2021 Smart China Expo",
		"一带一路", "一手抓数字产业化", "三峡工程", "十分重要", "一致认为", "四川省", "赋能百业", "万事俱备", "一体化", "双循环", "统一", "一定", "唯一", "七彩云南",
		"九龙坡区", "两江新区", "五十百千", "“十四五”规划", "十五五", "万一", "百变", "两位数增长", "一流企业", "新一代", "又一个好消息", "是一家高新技术企业", "一次盛会", "一种新业态",
		"三位一体", "四面八方", "千家万户", "二维码", "三星手机", "六安", "百度", "千方百计", "一是加快，二是推进", "双十一", "五一假期", "党的二十大", "第", "一些", "一批", "万里行", "一场", "一年一度", "十二生肖", "一网统管", "一码通", "几个", "数字", "90后", "双11", "T+0", "亿元俱乐部", "1-6月", "3、4月", "成千上万",
	} {
		if got := Quantities(text); len(got) != 0 {
			t.Errorf("Quantities(%q) = %s, want none", text, describe(got))
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"2524亿元", "２５２４亿元", true},
		{"2524亿元", "252.4 billion yuan", true},
		{"2524亿元", "2,524亿元人民币", true},
		{"1016亿", "1016亿元", true},
		{"92个", "九十二个", true},
		{"92个", "92项", true},
		{"92家", "92项", false},
		{"20名", "20人", true},
		{"20位", "20名", true},
		{"770人次", "770人", false},
		{"770人次", "770个", false},
		{"40%", "百分之四十", true},
		{"40%", "四成", true},
		{"40%", "40", false},
		{"40%", "40个百分点", false},
		{"三分之一", "1/3", true},
		{"1.2万家", "12000家", true},
		{"超5000家", "5000家", true},
		{"超5000家", "5000多家", true},
		{"超5000家", "近5000家", false},
		{"超5000家", "5001家", false},
		{"3至5家", "3~5家", true},
		{"3至5家", "3家", false},
		{"第三次", "3次", false},
		{"第三次", "第3次", true},
		{"第四届", "4th", true},
		{"10亿元", "10亿美元", false},
		{"10公里", "10千米", true},
		{"10公里", "10", false},
		{"3天", "3日后", true},
		{"3年", "3", false},
		{"5倍", "5个", false},
		{"5000 companies", "5000家", true},
	}
	for _, tt := range tests {
		a, b := Quantities(tt.a), Quantities(tt.b)
		if len(a) != 1 || len(b) != 1 {
			t.Errorf("%q, %q: want a quantity each, got %s / %s", tt.a, tt.b, describe(a), describe(b))
			continue
		}
		if got := a[0].Same(b[0]); got != tt.want {
			t.Errorf("%q same as %q: %v, want %v", tt.a, tt.b, got, tt.want)
		}
		if a[0].Same(b[0]) != b[0].Same(a[0]) {
			t.Errorf("%q, %q: Same is not symmetric", tt.a, tt.b)
		}
	}
}

// Articles are untrusted: no text may make the scanners slow.
func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"1", "1,", "2021、", "1.", "十", "万", "三五", "第", "1/", "8月", "1-", "1亿", "2021至", "五、", "约", "一点", "a-1", "twenty-", "1 million ", "\"2021大"} {
		text := strings.Repeat(unit, 100_000/len([]rune(unit)))
		start := time.Now()
		Read(text)
		Sentences(text)
		Compact(text)
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%q repeated to 100,000 runes takes %v", unit, d)
		}
	}
}

func FuzzQuantities(f *testing.F) {
	for _, s := range []string{"超5000家", "3至5万家，10-20%", "百分之四十", "第 十 二 届", "$3.5bn", "1亿2000万余元", "数十万", "2021年8月23日92个", "一个多月", "二○二一", "\xff３万\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		runes := []rune(s)
		floor := 0
		for _, q := range Quantities(s) {
			if q.Start < floor || q.End > len(runes) || q.Start >= q.End {
				t.Fatalf("%q: range %v after %d of %d runes", s, q.Range, floor, len(runes))
			}
			if q.Text != string(runes[q.Start:q.End]) {
				t.Fatalf("%q: text %q is not the range's", s, q.Text)
			}
			if q.Number.Start < q.Start || q.Number.End > q.End || q.Number.Start >= q.Number.End {
				t.Fatalf("%q: number %v outside of %v", s, q.Number, q.Range)
			}
			if q.Value > q.Max && q.Value >= 0 {
				t.Fatalf("%q: value %g above max %g", s, q.Value, q.Max)
			}
			if !q.Same(q) && q.Value == q.Value {
				t.Fatalf("%q: %v differs from itself", s, q)
			}
			floor = q.End
		}
	})
}

func BenchmarkQuantities(b *testing.B) {
	text := strings.Repeat("本届智博会重庆共签约重大项目92个、合同投资总额2524亿元，其中10亿元以上项目81个，比去年多23个；2021年8月23日，超5000家企业参加。", 4)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Quantities(text)
	}
}

// The retrieved paragraphs of one question; the budget is about 2 ms.
func BenchmarkTwentyParagraphs(b *testing.B) {
	paragraph := strings.Repeat("近年来，中国积极推进数字产业化、产业数字化，推动数字技术同经济社会发展深度融合。2021智博会共签约重大项目92个、合同投资总额2524亿元，占比40%。", 4)
	b.Run("apart", func(b *testing.B) {
		for b.Loop() {
			for range 20 {
				Quantities(paragraph)
				Dates(paragraph)
				Editions(paragraph)
				Years(paragraph)
				Sentences(paragraph)
			}
		}
	})
	b.Run("together", func(b *testing.B) {
		for b.Loop() {
			for range 20 {
				Read(paragraph)
				Sentences(paragraph)
			}
		}
	})
}

func ExampleQuantities() {
	for _, q := range Quantities("签约项目92个，投资总额超2500亿元，占比40%") {
		fmt.Println(q.Text, q.Value, q.Unit)
	}
	// Output:
	// 92个 92 个
	// 超2500亿元 2.5e+11 元
	// 40% 40 %
}
