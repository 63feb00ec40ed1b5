package rag

import (
	"context"
	"slices"
	"strings"

	"zhiwen/rag/question"
	"zhiwen/rag/reading"
)

// standAlone turns the question into one that stands alone: relative dates
// become absolute, and a follow-up takes over what the last question was about.
func (r *run) standAlone(ctx context.Context, q Question) (string, error) {
	text := question.AbsoluteDates(question.WithoutInstructions(q.Text), q.Now)
	q.History = slices.DeleteFunc(withoutTalk(q.History), leans)
	dependence := question.DependenceOf(text)
	if len(q.History) == 0 || dependence == question.Complete || r.within != nil && dependence == question.Thin {
		return text, nil
	}
	var alone reach
	if dependence == question.Thin {
		var err error
		if alone, err = r.reach(ctx, text); err != nil || alone.answered && alone.subject {
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
	found, err := r.chain.retrieve(ctx, previous, r.chain.topK())
	if err != nil {
		return "", err
	}
	rewritten, brought, err := question.RewriteFollowUp(ctx, r.chain.Index, text, previous, NewEvidence(found.hits))
	if err != nil {
		return "", err
	}
	if alone.answered { // 婚假几天 after a question about water: what it would inherit has no answer
		if inherited, err := r.reach(ctx, rewritten); err != nil || !inherited.answered {
			return text, err
		}
	}
	r.emphasis = brought
	return rewritten, nil
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

// reach is how far a question gets as it stands.
type reach struct {
	subject  bool // it names something of its own
	answered bool // the material answers it, more likely than not
}

// reach looks for the answer to a question that may say too little, as it stands.
func (r *run) reach(ctx context.Context, text string) (out reach, err error) {
	if r.chain.Reader == nil {
		return out, nil
	}
	found, err := r.chain.retrieve(ctx, text, readPassages)
	if err != nil {
		return out, err
	}
	a, err := question.Analyze(ctx, r.chain.Index, text, NewEvidence(found.hits))
	if err != nil {
		return out, err
	}
	readings, err := r.chain.Reader.Read(ctx, text, passagesOf(found.hits, newIntroducer(a.Words)))
	out.subject = a.HasSubject()
	out.answered = slices.ContainsFunc(readings, func(r reading.Reading) bool { return r.Answerable > aloneAbove })
	return out, err
}
