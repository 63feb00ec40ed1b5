package rag

import (
	"context"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// standAlone turns the question into one that stands alone: relative dates
// become absolute, and a follow-up takes over what the last question was about.
func (r *run) standAlone(ctx context.Context, q Question) (string, error) {
	text := question.AbsoluteDates(question.WithoutInstructions(q.Text), q.Now)
	q.History = withoutTalk(q.History)
	dependence := question.DependenceOf(text)
	if len(q.History) == 0 || dependence == question.Complete {
		return text, nil
	}
	if dependence == question.Thin {
		if complete, err := r.answeredAlone(ctx, text); err != nil || complete {
			return text, err
		}
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

// withoutTalk leaves out the turns in which nothing was asked: thanks do not
// change what a conversation is about.
func withoutTalk(history []Turn) []Turn {
	var out []Turn
	for _, t := range history {
		if question.Normalize(t.Question).Talk == question.TalkNone && t.Question != "" {
			out = append(out, t)
		}
	}
	return out
}

// aloneAbove is the log odds that some passage answers a thin question from which
// on it is taken as it stands: more likely than not.
const aloneAbove = 0

// answeredAlone tells whether a question that says little names something of its
// own that the material answers: it then inherits nothing.
func (r *run) answeredAlone(ctx context.Context, text string) (bool, error) {
	if r.chain.Reader == nil {
		return false, nil
	}
	found, err := r.chain.retrieve(ctx, text, zhtext.Years(text), readPassages)
	if err != nil {
		return false, err
	}
	ev := NewEvidence(found.hits)
	a, err := question.Analyze(ctx, r.chain.Index, text, ev)
	if err != nil || !a.HasSubject() {
		return false, err
	}
	passages := make([]reading.Passage, len(found.hits))
	for i, h := range found.hits {
		passages[i] = reading.Passage{Title: headed(h), Text: joined(h)}
	}
	readings, err := r.chain.Reader.Read(ctx, text, passages)
	for _, reading := range readings {
		if reading.Answerable > aloneAbove {
			return true, err
		}
	}
	return false, err
}
