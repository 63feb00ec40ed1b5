package extract

import (
	"strings"

	"zhiwen/rag/zhtext"
)

// officeEndings close the title of an office, after which its holder's name
// follows: 市长唐某某, 董事长李某.
var officeEndings = []string{
	"书记", "市长", "省长", "部长", "局长", "主席", "主任", "董事长", "总经理", "总裁", "院长", "院士", "秘书长",
	"总统", "总理", "大使", "总领事", "馆长", "理事长", "会长", "处长", "区长", "县长", "司长", "厅长", "教授",
	"博士", "研究员", "校长", "总干事", "创始人", "负责人", "CEO", "总监", "主编", "记者", "居民", "经理", "主管", "发言人", "专家", "店主", "顾问", "委员",
}

// isOffice tells whether a word is the title of an office.
func isOffice(word string) bool {
	for _, o := range officeEndings {
		if strings.HasSuffix(word, zhtext.Fold(o)) {
			return true
		}
	}
	return false
}

// otherHolders go ahead of an office that somebody else holds or held.
var otherHolders = []string{"副", "前", "原", "首任", "前任", "历任", "第一任", "执行", "名誉", "荣誉"}

// otherHolder tells whether a text ends in a word that gives the office named
// next to somebody else: a deputy, a predecessor.
func otherHolder(text []rune) bool {
	tail := string(text[max(0, len(text)-3):])
	for _, w := range otherHolders {
		if strings.HasSuffix(tail, w) {
			return true
		}
	}
	return false
}

// heldByAnother tells whether a sentence names an office only as a deputy's or a
// predecessor's.
func heldByAnother(sentence string, office string) bool {
	text, word := []rune(zhtext.Fold(sentence)), []rune(office)
	found := false
	for i := 0; i+len(word) <= len(text); i++ {
		if string(text[i:i+len(word)]) != office {
			continue
		}
		if !otherHolder(text[:i]) {
			return false
		}
		found = true
	}
	return found
}
