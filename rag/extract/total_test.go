package extract

import (
	"slices"
	"testing"

	"zhiwen/rag/question"
)

// Who asks how many and names no part wants the total, not what is said of a part.
func TestPartsOfTotals(t *testing.T) {
	const text = "书市共签约项目92个。按类别分，儿童读物最多，有32个项目。展期3天。去年有120个项目。"
	for asked, want := range map[string][]float64{
		"书市签约多少个项目":     {0, 1, 0, 0}, // last year's are more than all of this year's
		"书市儿童读物有多少个项目":  {0, 0, 0, 0},
		"书市的项目签在哪里":     {0, 0, 0, 0},
		"书市的展期有多少天":     {0, 0, 0, 0},
		"书市有没有签约项目的计划书": {0, 0, 0, 0},
	} {
		a, err := question.Analyze(t.Context(), no{}, asked, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := paragraphOf(text, "92个")
		part := a.Parts[0]
		if got := partsOfTotals(part, p, heldWords(part, p)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v (words %v)", asked, got, want, part.Words)
		}
	}
}
