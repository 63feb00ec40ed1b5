package zhtext

// IsQuestionWord tells whether a term asks or belongs to the asking (多少,
// 什么, 请问, how). The term may be in any case or width.
func IsQuestionWord(term string) bool { return questionWords[Fold(term)] }

// IsStopWord tells whether a term carries no content of its own (的, 了, the).
// Question words are not stop words.
func IsStopWord(term string) bool { return stopWords[Fold(term)] }

var questionWords = set(
	"多少", "几", "几个", "几家", "几项", "几名", "几位", "几次", "几天", "几年", "几月", "几号", "几日", "几届", "几场", "几种", "几人", "第几",
	"什么", "甚么", "啥", "什么样", "什么时候", "什么时间", "什么地方", "为什么", "为何", "为啥",
	"哪", "哪个", "哪些", "哪家", "哪里", "哪儿", "哪年", "哪天", "哪位", "哪一", "哪一年", "哪一天", "哪一个", "哪几", "哪几个", "哪种", "哪国", "哪座", "哪项", "哪届",
	"谁", "谁的", "何", "何时", "何地", "何处", "何人", "何种", "何事", "几时", "是何",
	"怎么", "怎样", "怎么样", "怎", "如何", "咋", "多大", "多高", "多长", "多久", "多远", "多重", "多快", "多高", "多深", "多宽",
	"吗", "呢", "么", "嘛", "吧", "请问", "请", "问", "告诉", "告诉我", "介绍", "介绍一下", "说说", "说一下", "讲讲", "列出", "列举", "是否", "有没有", "是不是", "能否", "能不能", "可否", "知道", "想知道", "想问", "一下",
	"who", "whom", "whose", "what", "which", "when", "where", "why", "how", "many", "much",
	"please", "tell", "list", "describe", "explain", "whether", "whats", "who's", "what's", "how's", "where's", "when's",
)

var stopWords = set(
	"的", "了", "是", "在", "和", "有", "与", "及", "或", "而", "也", "都", "就", "又", "还", "被", "把", "将", "对", "对于", "关于", "从", "到", "向", "往", "由", "以", "于", "为", "为了", "因", "因为", "所以", "因此", "但", "但是", "并", "并且", "以及", "而且", "不仅", "如果", "若", "则", "虽然", "然而", "其", "其中", "之", "等", "等等", "着", "过", "地", "得", "所", "这", "那", "这个", "那个", "这些", "那些", "此", "该", "本", "各", "每", "某", "我", "你", "您", "他", "她", "它", "我们", "你们", "他们", "她们", "它们", "咱们", "自己", "大家", "人们",
	"会", "能", "可", "可以", "能够", "要", "应", "应该", "应当", "需要", "需", "想", "让", "使", "给", "跟", "同", "很", "更", "最", "太", "非常", "十分", "比较", "已", "已经", "曾", "曾经", "正", "正在", "刚", "刚刚", "才", "只", "仅", "不", "没", "没有", "未", "无", "非", "上", "下", "中", "里", "内", "外", "前", "后", "间", "时", "时候", "之间", "之前", "之后", "以来", "以后", "以前", "个", "一个", "一种", "一些", "有些", "一", "啊", "呀", "哦", "啦", "哈", "共", "一共", "总共", "通过", "按照", "根据", "据", "进行", "作为", "来自", "当", "当时", "即", "即将", "至", "比", "像", "如", "例如", "比如", "那么", "这样", "那样", "这么", "这里", "那里", "再", "却", "便", "且", "乃", "称", "说", "表示", "指出",
	"a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "but", "as", "is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did", "done", "has", "have", "had", "will", "would", "shall", "should", "can", "could", "may", "might", "must", "this", "that", "these", "those", "it", "its", "he", "she", "they", "them", "their", "his", "her", "him", "i", "me", "my", "we", "us", "our", "you", "your", "there", "here", "not", "no", "nor", "so", "than", "then", "if", "into", "about", "over", "under", "between", "during", "after", "before", "also", "any", "all", "some", "such", "only", "own", "same", "too", "very", "just", "s", "t", "re", "ve",
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
