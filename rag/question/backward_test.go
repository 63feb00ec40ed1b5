package question

import "testing"

func TestPointsBack(t *testing.T) {
	for text, want := range map[string]Backward{
		"这篇文章里还说了什么？":               {Wish: WishElse},
		"那篇报道还提到了哪些内容":              {Wish: WishElse},
		"还说了什么":                     {Wish: WishElse},
		"这篇文章里，参展企业有多少":             {Wish: WishWithin, Rest: "参展企业有多少"},
		"请问这份通知里面几号停水":              {Wish: WishWithin, Rest: "几号停水"},
		"根据刚才那篇新闻，谁主持的":             {Wish: WishWithin, Rest: "谁主持的"},
		"参展企业在这篇文章里有多少家":            {Wish: WishWithin, Rest: "参展企业有多少家"},
		"该报道的主要内容是什么":               {Wish: WishAbout},
		"這篇文章講了什麼":                  {Wish: WishAbout},
		"换个说法":                      {Wish: WishReword},
		"能不能说得简单一点？":                {Wish: WishReword},
		"把它翻译成英文":                   {Wish: WishTranslate, Language: "en"},
		"翻译成英文":                     {Wish: WishTranslate, Language: "en"},
		"用英语再说一遍":                   {Wish: WishTranslate, Language: "en"},
		"翻译一下":                      {Wish: WishTranslate},
		"翻译成日语":                     {Wish: WishTranslate, Language: "日语"},
		"Translate it into English": {Wish: WishTranslate, Language: "en"},
		"第二条详细说说":                   {Wish: WishDetail, Quote: 2, Named: "二"},
		"详细说说第3点":                   {Wish: WishDetail, Quote: 3, Named: "3"},
		"[2]展开讲讲":                   {Wish: WishDetail, Quote: 2, Named: "2"},
		"最后一条具体说一下":                 {Wish: WishDetail, Quote: -1, Named: "最后一条"},
		"第一条的上下文":                   {Wish: WishDetail, Quote: 1, Named: "一"},
		"详细说说":                      {Wish: WishDetail},
		"能具体一点吗":                    {Wish: WishDetail},

		"这篇文章是什么时候发布的":  {Wish: WishDay},
		"那篇报道的发布日期":     {Wish: WishDay},
		"这份通知是谁写的":      {Wish: WishAuthor},
		"这篇文章的标题是什么":    {Wish: WishTitle},
		"该报道来自哪里":       {Wish: WishSource},
		"这篇文章里大会什么时候开幕": {Wish: WishWithin, Rest: "大会什么时候开幕"},
		"这篇文章里时间是几点":    {Wish: WishWithin, Rest: "时间是几点"},

		"用白话说": {Wish: WishReword},
		"用小学生听得懂的话解释一下": {Wish: WishReword},
		"这个用英语怎么说":      {Wish: WishTranslate, Language: "en"},
		"这句话的出处是哪里":     {Wish: WishProof},
		"原文呢？":          {Wish: WishProof},
		"你确定吗":          {Wish: WishProof},

		// What only looks like it.
		"用什么语言写的":      {},
		"这项政策的依据是什么":   {},
		"大会用普通话主持吗":    {},
		"水的来源是哪里":      {},
		"这份投资有多少":      {},
		"这个项目投资多少":     {},
		"第二条规定了什么":     {},
		"英文名叫什么":       {},
		"文件什么时候发的":     {},
		"翻译费用多少钱":      {},
		"还有什么":         {},
		"详细地址在哪":       {},
		"上面有多少人":       {},
		"简单说说智博会的签约情况": {},
		"具体有哪些项目":      {},
		"谁翻译了这本书":      {},
		"该公司的通知什么时候发的": {},
		"那么多文章里哪篇最新":   {},
		"本新闻中心有多少工作人员": {},
	} {
		if got := PointsBack(text); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}
