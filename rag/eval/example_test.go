package eval_test

import (
	"context"
	"fmt"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/eval"
)

// A program that always refuses does well on what cannot be answered: that is
// why over-refusal stands next to refusal recall.
func ExampleRun() {
	cases, err := eval.Load(strings.NewReader(`
{"id":"count","user_input":"签约多少项目","reference":[["92个"]],"answerable":true,"type":"numeric"}
{"id":"weather","user_input":"今天天气怎么样","answerable":false,"type":"out-of-domain"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	never := eval.AskerFunc(func(context.Context, rag.Question) (rag.Answer, error) {
		return rag.Answer{Text: "资料中没有相关信息。", Refused: true, Reason: rag.ReasonNotCovered}, nil
	})
	report, err := eval.Run(context.Background(), eval.Options{Asker: never}, cases)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{eval.MetricRefusalRecall, eval.MetricOverRefusal, eval.MetricAnswerMatch} {
		m, _ := report.Metric(name)
		fmt.Printf("%s %.2f\n", m.Name, m.Value)
	}
	fmt.Println("passed:", report.Passed())
	// Output:
	// refusal_recall 1.00
	// over_refusal 1.00
	// answer_match 0.00
	// passed: false
}

func ExampleLoad() {
	_, err := eval.Load(strings.NewReader(`{"id":"a","user_input":"几个","answerable":true,"type":"numeric"}`))
	fmt.Println(err)
	// Output: load cases: line 1: invalid cases: case "a": answerable, but "reference" is missing
}
