package rag

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhiwen/rag/article"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// readPassages is how many of the best passages are read with the question in
// mind; the answer stands in the first five for .96 to 1.00 of the questions of
// the public sets. They are read readTogether at a time, as many as two cores do at
// once, until one of them answers surely enough.
const (
	readPassages = 6
	readTogether = 2
)

// read lets the reader read the best passages and notes in the evidence what it
// found. Without a reader nothing is noted.
func (r *run) read(ctx context.Context, asked string, hits []Hit) error {
	reader := r.chain.Reader
	if reader == nil || zhtext.MainLanguage(asked) == "en" { // it reads Chinese
		return nil
	}
	hits = hits[:min(len(hits), readPassages)]
	asked = inTheirWords(asked, r.analysis.Words, hits)
	r.readAs = asked
	if err := r.readUntilEnough(ctx, asked, hits); err != nil {
		return err
	}
	for _, p := range r.evidence.Paragraphs {
		slices.SortStableFunc(p.Findings, func(a, b evidence.Finding) int { return cmp.Compare(b.Score, a.Score) })
	}
	return r.readNames(ctx)
}

// readUntilEnough reads passages, best first. Once one of them answers surely enough,
// only those behind it are still read that hold as much of the question: they may speak
// of another edition, or of somebody else who is called the same.
func (r *run) readUntilEnough(ctx context.Context, asked string, hits []Hit) (err error) {
	ctx, end := r.chain.stage(ctx, "read")
	defer func() { end(err) }()
	held := shareHeld(hits, r.evidence, r.analysis)
	names := newIntroducer(r.analysis.Words)
	rest := slices.Clone(hits)
	for len(rest) > 0 {
		together := rest[:min(len(rest), readTogether)]
		rest = rest[len(together):]
		passages := passagesOf(together, names)
		readings, err := r.chain.Reader.Read(ctx, asked, passages)
		if err != nil {
			return err
		}
		for i, h := range together {
			note(r.evidence, h, passages[i], readings[i])
			if r.asksOneThing() && r.chain.Enough != nil && r.chain.Enough(readings[i]) {
				rest = slices.DeleteFunc(rest, func(o Hit) bool { return held[o.Passage.ID] < held[h.Passage.ID] })
			}
		}
	}
	return nil
}

// asksOneThing tells whether a question has one part, and no list for an answer.
func (r *run) asksOneThing() bool {
	parts := r.analysis.Parts
	return len(parts) == 1 && parts[0].Kind != question.KindList && !parts[0].Many
}

// namedParagraphs is in how many paragraphs names are looked for: those that
// answer likeliest.
const namedParagraphs = 2

// readNames finds the names in the sentences where the answer likeliest stands.
func (r *run) readNames(ctx context.Context) error {
	var likely []*evidence.Paragraph
	for _, p := range r.evidence.Paragraphs {
		if len(p.Findings) > 0 {
			likely = append(likely, p)
		}
	}
	slices.SortStableFunc(likely, func(a, b *evidence.Paragraph) int { return cmp.Compare(b.Answerable, a.Answerable) })
	likely = likely[:min(len(likely), namedParagraphs)]
	texts, starts := []string{r.answer.Question}, []int{0}
	for _, p := range likely {
		text, start := "", 0
		for _, s := range p.Sentences {
			if s.Start <= p.Findings[0].Start && p.Findings[0].Start < s.End {
				text, start = string(p.Text[s.Start:s.End]), s.Start
			}
		}
		texts, starts = append(texts, text), append(starts, start)
	}
	names, err := r.chain.Reader.Names(ctx, texts)
	if err != nil {
		return err
	}
	asked := []rune(r.answer.Question)
	for _, n := range names[0] {
		if name := zhtext.CompactString(string(asked[n.Start:n.End])); len([]rune(name)) > 1 {
			r.evidence.Asked = append(r.evidence.Asked, name)
		}
	}
	for i, p := range likely {
		for _, n := range names[i+1] {
			n.Start, n.End = n.Start+starts[i+1], n.End+starts[i+1]
			p.Names = append(p.Names, n)
		}
	}
	return nil
}

// wasRead tells whether the reader has looked at the evidence.
func (r *run) wasRead() bool {
	return r.evidence != nil && slices.ContainsFunc(r.evidence.Paragraphs, func(p *evidence.Paragraph) bool { return p.Read })
}

// passagesOf are hits as the reader reads them.
func passagesOf(hits []Hit, names *introducer) []reading.Passage {
	out := make([]reading.Passage, len(hits))
	for i, h := range hits {
		out[i] = reading.Passage{Title: headed(h), Ahead: names.introduce(h), Text: joined(h)}
	}
	return out
}

// headed is the title that a passage is read under, with the headings that it
// stands below.
func headed(h Hit) string {
	return strings.Join(append([]string{h.Article.Title}, article.Sections(h.Article, h.Passage)...), " ")
}

// joined is a passage's text as it is read: its spans, one below the other.
func joined(h Hit) string {
	texts := make([]string, len(h.Passage.Spans))
	for i, s := range h.Passage.Spans {
		texts[i] = s.Text
	}
	return strings.Join(texts, "\n")
}

// note writes a reading of a hit into the paragraphs that the hit touches.
func note(ev *evidence.Evidence, h Hit, read reading.Passage, r reading.Reading) {
	start := 0
	for _, s := range h.Passage.Spans {
		end := start + len([]rune(s.Text))
		for _, p := range ev.Paragraphs {
			if p.Article.ID != h.Article.ID || p.Number != s.Paragraph || s.Start < p.Offset || s.End > p.Offset+len(p.Text) {
				continue
			}
			if !p.Read || r.Answerable > p.Answerable {
				p.Answerable, p.Ahead = r.Answerable, read.Ahead
			}
			p.Read = true
			for _, f := range r.Spans {
				if f.Start >= start && f.End <= end {
					at := f.Start - start + s.Start - p.Offset
					p.Findings = append(p.Findings, evidence.Finding{Range: zhtext.Range{Start: at, End: at + f.End - f.Start}, Score: f.Score})
				}
			}
		}
		start = end + 1
	}
}
