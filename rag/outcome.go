package rag

import (
	"fmt"
	"time"

	"zhiwen/rag/zhtext"
)

func (r *run) dropped() int {
	n := 0
	for _, v := range r.trace.Claims {
		if !v.Supported {
			n++
		}
	}
	return n
}

func (r *run) notice(text string) {
	for _, have := range r.answer.Notices {
		if have == text {
			return
		}
	}
	r.answer.Notices = append(r.answer.Notices, text)
}

// noteLimits says what keeps the index from being whole. It is asked last,
// because it may have come across something in this very question.
func (r *run) noteLimits() {
	index, ok := r.chain.Index.(Limited)
	if !ok {
		return
	}
	for _, l := range index.Limits() {
		if r.analysis.Language == "en" {
			r.notice(l.English)
		} else {
			r.notice(l.Chinese)
		}
	}
}

func (r *run) explainFailure(err error) string {
	if r.chain.ExplainFailure != nil {
		if s := r.chain.ExplainFailure(err, r.analysis.Language); s != "" {
			return s
		}
	}
	return message(r.analysis.Language, noticeModelFailed)
}

// refuse ends the run with a sentence that says what there is.
func (r *run) refuse(reason Reason) error {
	r.answer.Refused, r.answer.Reason, r.answer.Mode = true, reason, ModeRefusal
	var related []string
	if r.evidence != nil {
		for _, p := range r.evidence.Paragraphs {
			related = append(related, p.Article.Title)
		}
	}
	analysis := r.analysis
	if r.trace.Asked != "" { // a follow-up in English takes over Chinese words
		analysis.Language = zhtext.MainLanguage(r.trace.Asked)
	}
	r.answer.Text = refusal(reason, analysis, r.catalog, related)
	if r.within != nil && reason != ReasonNoQuestion {
		r.answer.Text = message(analysis.Language, nothingWithin, r.within.Title)
	}
	if r.opts.OnSentence == nil {
		return nil
	}
	return r.opts.OnSentence(Sentence{Text: r.answer.Text})
}

func (r *run) note(found retrieved) {
	r.trace.Years = r.analysis.Years
	for _, p := range r.analysis.Parts {
		note := PartNote{Kind: p.Kind.String(), Words: []string{}}
		for _, w := range p.Words {
			note.Words = append(note.Words, fmt.Sprintf("%s %.2f", w.Text, w.Weight))
		}
		r.trace.Parts = append(r.trace.Parts, note)
	}
	r.answer.Timings.Embed, r.answer.Timings.Retrieve = found.embed, found.total-found.embed
	r.trace.Problems = append(r.trace.Problems, found.problems...)
	if r.opts.Explain {
		r.trace.Keyword, r.trace.Vector, r.trace.Hits = NoteHits(found.keyword), NoteHits(found.vector), NoteHits(found.hits)
	}
	if len(found.problems) > 0 {
		r.notice(message(r.analysis.Language, noticeOneSide))
	}
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Microseconds()) / 1000
}
