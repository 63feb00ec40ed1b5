// Package langchain offers the chain as one of langchaingo's, to programs that
// are built of those:
//
//	text, err := chains.Run(ctx, langchain.Chain{Chain: chain}, question)
//
// It is a package of its own because langchaingo's chains bring an interpreter
// along, which sets 4 GB of addresses aside when a program starts.
package langchain

import (
	"context"
	"fmt"

	"github.com/tmc/langchaingo/chains"
	"github.com/tmc/langchaingo/memory"
	"github.com/tmc/langchaingo/schema"

	"zhiwen/rag"
)

// Keys of a Chain's inputs and outputs.
const (
	KeyQuestion = "question" // string
	KeyText     = "text"     // string: the answer
	KeyAnswer   = "answer"   // rag.Answer
)

// Chain offers a rag.Chain as a langchaingo chain: "question" in, "text" (the
// verified answer) and "answer" (the whole Answer) out.
type Chain struct {
	Chain *rag.Chain
	// Memory is kept by langchaingo; nil: none. zhiwen's own follow-ups go
	// through rag.Question.History instead.
	Memory schema.Memory
}

var _ chains.Chain = Chain{}

// Call answers inputs["question"].
func (c Chain) Call(ctx context.Context, inputs map[string]any, _ ...chains.ChainCallOption) (map[string]any, error) {
	question, ok := inputs[KeyQuestion].(string)
	if !ok {
		return nil, fmt.Errorf("call chain: input %q is not a string", KeyQuestion)
	}
	answer, err := c.Chain.Answer(ctx, rag.Question{Text: question}, rag.AnswerOptions{})
	if err != nil {
		return nil, err
	}
	return map[string]any{KeyText: answer.Text, KeyAnswer: answer}, nil
}

// GetMemory returns the memory, an empty one when there is none.
func (c Chain) GetMemory() schema.Memory {
	if c.Memory == nil {
		return memory.NewSimple()
	}
	return c.Memory
}

// GetInputKeys is ["question"].
func (Chain) GetInputKeys() []string { return []string{KeyQuestion} }

// GetOutputKeys is ["text"]: chains.Run wants a single output. chains.Call also
// gets the whole Answer under "answer".
func (Chain) GetOutputKeys() []string { return []string{KeyText} }
