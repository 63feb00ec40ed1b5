package extract

import (
	"slices"
	"testing"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
)

// Who asks how many and names no part wants the total, not what is said of a part.
func TestTotalsOf(t *testing.T) {
	const text = "书市共签约项目92个。按类别分，儿童读物最多，有32个项目。展期3天。去年有120个项目。"
	for asked, want := range map[string][]int{
		"书市签约多少个项目":     {-1, 0, -1, -1}, // last year's are more than all of this year's
		"书市儿童读物有多少个项目":  {-1, -1, -1, -1},
		"书市的项目签在哪里":     {-1, -1, -1, -1},
		"书市的展期有多少天":     {-1, -1, -1, -1},
		"书市有没有签约项目的计划书": {-1, -1, -1, -1},
	} {
		a, err := question.Analyze(t.Context(), no{}, asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := paragraphOf(text, "92个")
		part := a.Parts[0]
		if got := totalsOf(part, p, heldWords(part, p)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v (words %v)", asked, got, want, part.Words)
		}
	}
}

// Where the reader points at a part, it points at the total as well.
func TestPlacesOfTotals(t *testing.T) {
	p, at := paragraphOf("书市共签约项目92个。按类别分，儿童读物最多，有32个项目。", "32个")
	p.Findings = []evidence.Finding{{Range: at, Score: -0.1}}
	if got := placesIn(p, []int{-1, 0}); got[0] != got[1] || got[0] < -0.2 {
		t.Errorf("%v", got)
	}
	if got := placesIn(p, []int{-1, -1}); got[0] >= got[1] {
		t.Errorf("%v", got)
	}
}
