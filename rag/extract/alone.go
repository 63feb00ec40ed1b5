package extract

import (
	"context"
	"slices"
	"strings"

	"zhiwen/rag"
	"zhiwen/rag/evidence"
	"zhiwen/rag/question"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// compare compares the likeliest sentences with the question by their vectors: words
// that differ may say the same. They are weighed again with it and stand in their new
// order; the others stay behind them. Those that no likeness would bring near the best
// one are not compared, unless all are wanted. The errors are the embedder's.
func compare(ctx context.Context, req rag.Request, ranked []judged, all bool) error {
	likely := ranked[:min(len(ranked), notedCandidates)]
	if req.Alike == nil || len(likely) == 0 {
		return nil
	}
	near := likely
	if far := slices.IndexFunc(likely, func(j judged) bool { return j.odds < likely[0].odds-calibrated().CompareWithin }); far > 0 && !all {
		near = likely[:far]
	}
	texts := []string{zhtext.Simplified(req.Question)}
	for _, j := range near {
		texts = append(texts, zhtext.Simplified(strings.TrimSpace(j.paragraph.Ahead+"\n"+j.text())))
	}
	vectors, err := req.Alike.EmbedDocuments(ctx, texts)
	if err != nil {
		return err
	}
	for i := range near {
		near[i].features[featureAlike] = cosine(vectors[0], vectors[i+1])
		near[i].weigh()
	}
	slices.SortStableFunc(likely, likelier)
	return nil
}

// cosine is that of two vectors of length 1.
func cosine(a, b []float32) float64 {
	sum := 0.0
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// shortSentences is how many of the likeliest sentences can give a short answer.
const shortSentences = 3

// shortenAll looks for the short answer in sentences, each read by itself before. The
// error is the reader's.
func shortenAll(ctx context.Context, req rag.Request, part question.Part, likely []*judged) error {
	if err := readAlone(ctx, req, likely); err != nil {
		return err
	}
	for _, j := range likely {
		if a, ok := j.shorten(req.Question, part); ok {
			j.answer = &a
		}
	}
	return nil
}

// readAlone lets the reader read sentences once more, each by itself, and notes how
// likely it answers and where it points: a place that both readings point at is a surer
// short answer than one that only shows among the others of a passage.
func readAlone(ctx context.Context, req rag.Request, likely []*judged) error {
	if req.Reader == nil || len(likely) == 0 {
		return nil
	}
	passages := make([]reading.Passage, len(likely))
	for i, j := range likely {
		passages[i] = reading.Passage{Title: j.paragraph.Headed, Ahead: j.paragraph.Ahead, Text: j.paragraph.Sentences[j.sentence].Text}
	}
	readings, err := req.Reader.Read(ctx, req.Read, passages)
	if err != nil {
		return err
	}
	for i, j := range likely {
		j.byItself = readings[i].Answerable
		start := j.paragraph.Sentences[j.sentence].Start
		for _, span := range readings[i].Spans {
			j.alone = append(j.alone, evidence.Finding{Range: zhtext.Range{Start: start + span.Start, End: start + span.End}, Score: span.Score})
		}
	}
	return nil
}

// noteAlone adds to a short answer's features what the reading of the sentence alone
// says of it; where it points at nothing, nothing does.
func (j judged) noteAlone(at zhtext.Range, features map[string]float64) {
	features[featureAloneScore], features[featureAloneBest], features[featureAlone] = scoreAt(j.alone, at), unread, clip(j.byItself, unread, -unread)
	if len(j.alone) == 0 {
		return
	}
	best := j.alone[0]
	features[featureAloneBest] = clip(best.Score, unread, 0)
	if best.Overlaps(at) && sameAnswer(string(j.paragraph.Text[best.Start:best.End]), string(j.paragraph.Text[at.Start:at.End])) {
		features[featureAloneSame] = 1
	}
}
