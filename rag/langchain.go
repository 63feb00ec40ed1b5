package rag

import (
	"context"
	"fmt"

	"github.com/tmc/langchaingo/chains"
	"github.com/tmc/langchaingo/memory"
	"github.com/tmc/langchaingo/schema"
)

// Keys of a LangChain's inputs and outputs.
const (
	KeyQuestion = "question" // string
	KeyText     = "text"     // string: the answer
	KeyAnswer   = "answer"   // Answer
)

// LangChain offers a Chain as a langchaingo chain: "question" in, "text" (the
// verified answer) and "answer" (the whole Answer) out.
type LangChain struct {
	Chain *Chain
	// Memory is kept by langchaingo; nil: none. zhiwen's own follow-ups go
	// through Question.History instead.
	Memory schema.Memory
}

var _ chains.Chain = LangChain{}

// Call answers inputs["question"].
func (c LangChain) Call(ctx context.Context, inputs map[string]any, _ ...chains.ChainCallOption) (map[string]any, error) {
	question, ok := inputs[KeyQuestion].(string)
	if !ok {
		return nil, fmt.Errorf("call chain: input %q is not a string", KeyQuestion)
	}
	answer, err := c.Chain.Answer(ctx, Question{Text: question}, AnswerOptions{})
	if err != nil {
		return nil, err
	}
	return map[string]any{KeyText: answer.Text, KeyAnswer: answer}, nil
}

// GetMemory returns the memory, an empty one when there is none.
func (c LangChain) GetMemory() schema.Memory {
	if c.Memory == nil {
		return memory.NewSimple()
	}
	return c.Memory
}

// GetInputKeys is ["question"].
func (LangChain) GetInputKeys() []string { return []string{KeyQuestion} }

// GetOutputKeys is ["text"]: chains.Run wants a single output. chains.Call also
// gets the whole Answer under "answer".
func (LangChain) GetOutputKeys() []string { return []string{KeyText} }
