package rag

import (
	"context"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// standAlone turns the question into one that stands alone: relative dates
// become absolute, and a follow-up takes over what the last question was about.
func (r *run) standAlone(ctx context.Context, q Question) (string, error) {
	text := question.AbsoluteDates(question.WithoutInstructions(q.Text), q.Now)
	if len(q.History) == 0 || !question.IsFollowUp(text) {
		return text, nil
	}
	q.Text = text
	if c := r.chain.Condenser; c != nil {
		ctx, end := r.chain.stage(ctx, "condense")
		condensed, err := c.Condense(ctx, q)
		end(err)
		if err == nil && strings.TrimSpace(condensed) != "" {
			return question.AbsoluteDates(strings.TrimSpace(condensed), q.Now), nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		if err != nil {
			r.trace.Problems = append(r.trace.Problems, "condense: "+err.Error())
		}
	}
	previous := q.History[len(q.History)-1].Question
	found, err := r.chain.retrieve(ctx, previous, zhtext.Years(previous), r.chain.topK())
	if err != nil {
		return "", err
	}
	question, brought, err := question.RewriteFollowUp(ctx, r.chain.Index, text, previous, NewEvidence(found.hits))
	r.emphasis = brought
	return question, err
}
