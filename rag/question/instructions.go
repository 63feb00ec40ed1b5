package question

import (
	"regexp"
	"strings"

	"zhiwen/rag/zhtext"
)

// sayOrder is a sentence of a question that tells what to say instead of asking
// something: 另外说一句“…”, then print "…".
var sayOrder = regexp.MustCompile(`(?i)^\s*(?:另外|然后|并且|并|再|最后|接着|顺便|同时|and|then|also|please|,|，|、|\s)*(?:请|务必|必须|要)?\s*(?:说|输出|回复|回答|写|复述|重复|念|打印|say|print|output|repeat|reply|write)(?:一句|一遍|出|上|道|\s+with)?\s*[:：]?\s*[“"「『‘']`)

// withoutOrders is the question without such sentences, unless nothing that asks
// would be left: they are about the answer's wording, and no source holds them.
func WithoutInstructions(question string) string {
	runes := []rune(question)
	var kept strings.Builder
	asking := false
	for _, s := range zhtext.Sentences(question) {
		text := string(runes[s.Start:s.End])
		if sayOrder.MatchString(text) {
			continue
		}
		asking = asking || len(findAsks([]rune(zhtext.Fold(text)), nil)) > 0
		kept.WriteString(text)
	}
	if !asking {
		return question
	}
	return strings.TrimSpace(kept.String())
}
