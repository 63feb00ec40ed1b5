package rag

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/zhtext"
)

// part is one question of several in one, with the claims that answer it.
type part struct {
	run       *run
	shorts    []supported
	sentences []supported
	draft     Draft
}

// supported is a claim that the evidence holds.
type supported struct {
	claim     Claim
	verdict   Verdict
	paragraph *evidence.Paragraph
}

// answerParts answers a question that asks for several things, or compares two, by
// asking for each by itself. It does so only without a language model, which takes
// the whole question; done tells whether there was anything to take apart.
func (r *run) answerParts(ctx context.Context, q Question, condensed string) (done bool, err error) {
	c := r.chain
	if c.Model != nil || c.Reader == nil || zhtext.MainLanguage(condensed) == "en" {
		return false, nil
	}
	whole := question.Decompose(condensed)
	if len(whole.Parts) < 2 {
		return false, nil
	}
	var parts []*part
	for i, text := range whole.Parts {
		if i > 0 && whole.Leaning {
			if text, _, err = question.RewriteFollowUp(ctx, c.Index, text, whole.Parts[0], parts[0].run.evidence); err != nil {
				return true, err
			}
		}
		p, err := r.ask(ctx, Question{Text: text, Now: q.Now}, text)
		if err != nil {
			return true, err
		}
		parts = append(parts, p)
		r.adopt(p)
		if p.run.evidence == nil {
			break // the store is empty
		}
	}
	first := parts[0].run
	r.answer.Question, r.analysis, r.evidence, r.catalog = condensed, first.analysis, first.evidence, first.catalog
	return true, r.composeParts(parts, whole)
}

// ask takes one of several questions as far as verified claims.
func (r *run) ask(ctx context.Context, q Question, text string) (*part, error) {
	p := &part{run: &run{chain: r.chain, within: r.within, opts: AnswerOptions{Explain: r.opts.Explain}}}
	req, reason, err := p.run.prepareAlone(ctx, q, text)
	if err != nil || reason != ReasonNone {
		return p, err
	}
	p.draft, err = p.run.draft(ctx, r.chain.Extractive, req, func(claim Claim, v Verdict, at *evidence.Paragraph) error {
		if s := (supported{claim, v, at}); claim.Short {
			p.shorts = append(p.shorts, s)
		} else {
			p.sentences = append(p.sentences, s)
		}
		return nil
	})
	return p, err
}

// adopt takes over what a part leaves for the trace and the notices.
func (r *run) adopt(p *part) {
	r.trace.Parts = append(r.trace.Parts, p.run.trace.Parts...)
	r.trace.Years = append(r.trace.Years, p.run.trace.Years...)
	r.trace.Keyword = append(r.trace.Keyword, p.run.trace.Keyword...)
	r.trace.Vector = append(r.trace.Vector, p.run.trace.Vector...)
	r.trace.Hits = append(r.trace.Hits, p.run.trace.Hits...)
	r.trace.Candidates = append(r.trace.Candidates, p.run.trace.Candidates...)
	r.trace.Claims = append(r.trace.Claims, p.run.trace.Claims...)
	r.trace.Problems = append(r.trace.Problems, p.run.trace.Problems...)
	for _, n := range p.run.answer.Notices {
		r.notice(n)
	}
	have, more := &r.answer.Timings, p.run.answer.Timings
	have.Embed += more.Embed
	have.Retrieve += more.Retrieve
	have.Generate += more.Generate
	have.Verify += more.Verify
}

// composeParts puts the answers together: short ones first, then the calculation,
// then the sentences.
func (r *run) composeParts(parts []*part, whole question.Decomposed) error {
	language := r.analysis.Language
	answered := 0
	for _, p := range parts {
		if len(p.sentences) > 0 {
			answered++
		}
	}
	if answered == 0 {
		reason := ReasonEmptyStore
		if r.evidence != nil {
			reason = r.missingReason()
		}
		return r.refuse(reason)
	}
	if whole.Difference && len(parts) == 2 {
		if text, calculation, ok := subtract(parts[0], parts[1], whole.Word); ok {
			if err := r.show(r.compose.calculated(text, calculation, []supported{parts[0].shorts[0], parts[1].shorts[0]}, language)); err != nil {
				return err
			}
		}
	}
	for _, list := range []func(*part) []supported{func(p *part) []supported { return p.shorts }, func(p *part) []supported { return p.sentences }} {
		for _, p := range parts {
			for _, s := range list(p) {
				if s.claim.Short && whole.Difference {
					continue // they stand in the calculation, and in their sentences
				}
				if err := r.show(r.compose.add(s.claim, s.verdict, s.paragraph, language)); err != nil {
					return err
				}
			}
		}
	}
	for _, p := range parts {
		if p.draft.Conflict {
			r.notice(message(language, noticeConflict))
		}
	}
	if slices.ContainsFunc(parts, func(p *part) bool { return len(p.sentences) == 0 && !p.quotedBy(parts) }) {
		r.notice(message(language, noticeIncomplete))
	}
	r.finish()
	return nil
}

// quotedBy tells whether the sentence that comes nearest to a part's answer is quoted
// for another one: then nobody can say that the material does not answer it.
func (p *part) quotedBy(parts []*part) bool {
	if len(p.draft.Candidates) == 0 {
		return false
	}
	return slices.ContainsFunc(parts, func(o *part) bool {
		return slices.ContainsFunc(o.sentences, func(s supported) bool { return s.claim.Text == p.draft.Candidates[0].Sentence })
	})
}

// subtract is the difference of two short answers of one unit, and how it was
// computed: "35个", "92个 − 57个 = 35个".
func subtract(a, b *part, word string) (text, calculation string, ok bool) {
	if len(a.shorts) != 1 || len(b.shorts) != 1 {
		return "", "", false
	}
	if one, other := a.shorts[0].verdict, b.shorts[0].verdict; one.ArticleID == other.ArticleID && one.Paragraph == other.Paragraph && one.Start == other.Start && a.shorts[0].claim.Text == b.shorts[0].claim.Text {
		return "", "", false // both are the same figure, so one of them is the other's
	}
	if isDifference(a.shorts[0]) || isDifference(b.shorts[0]) {
		return "", "", false
	}
	x, y := zhtext.Quantities(a.shorts[0].claim.Text), zhtext.Quantities(b.shorts[0].claim.Text)
	if len(x) != 1 || len(y) != 1 || x[0].Unit != y[0].Unit || x[0].Ordinal || y[0].Ordinal || x[0].Max != x[0].Value || y[0].Max != y[0].Value {
		return "", "", false
	}
	larger, smaller := x[0], y[0]
	turned := larger.Value < smaller.Value
	if turned {
		larger, smaller = smaller, larger
	}
	text = inScaleOf(larger.Value-smaller.Value, larger, smaller)
	calculation = strings.TrimSpace(larger.Text) + " − " + strings.TrimSpace(smaller.Text) + " = " + text
	class := zhtext.UnitClass(larger.Unit)
	if other, less := question.Contrary(word, class == zhtext.ClassDuration || class == zhtext.ClassTime); turned != less && other != "" {
		text = other + text // it is the other way round
	}
	return text, calculation, true
}

// isDifference tells whether a short answer is itself by how much something differs: 1200 of
// 运送6200人次，比预计多1200人次.
func isDifference(s supported) bool {
	before, _, found := strings.Cut(s.verdict.Quote, s.claim.Text)
	return found && differs.MatchString(before)
}

var differs = regexp.MustCompile(`(?:比|较|超出?|低于)[^，。；]*(?:[多少高低长短快慢早晚涨跌降升]|增[加长]|减少|上升|下降)了?[^，。；\d]{0,3}$`)

// inScaleOf writes a value with the multiplier and the unit that two quantities
// are written with, if they agree: 92亿元 and 57.5亿元 differ by 34.5亿元. Shares differ by points.
func inScaleOf(value float64, a, b zhtext.Quantity) string {
	_, x, unit, ok := zhtext.CutNumber(a.Text)
	if a.Unit == "%" {
		return zhtext.PlainNumber(value, differenceDigits) + "个百分点"
	}
	if _, _, other, also := zhtext.CutNumber(b.Text); !ok || !also || unit == "" || unit != other || x == 0 {
		return zhtext.PlainNumber(value, differenceDigits) + a.Unit
	}
	return zhtext.PlainNumber(value*x/a.Value, differenceDigits) + unit
}

// differenceDigits is how many digits behind the point a difference keeps.
const differenceDigits = 6
