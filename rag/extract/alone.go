package extract

import (
	"context"
	"sort"

	"zhiwen/rag"
	"zhiwen/rag/reading"
	"zhiwen/rag/zhtext"
)

// compare compares the likeliest sentences with the question by their vectors: words
// that differ may say the same. They are weighed again with it and stand in their new
// order; the others stay behind them. The errors are the embedder's.
func compare(ctx context.Context, req rag.Request, ranked []judged) error {
	likely := ranked[:min(len(ranked), notedCandidates)]
	if req.Alike == nil || len(likely) == 0 {
		return nil
	}
	asked, err := req.Alike.EmbedQuery(ctx, zhtext.Simplified(req.Question))
	if err != nil {
		return err
	}
	texts := make([]string, len(likely))
	for i, j := range likely {
		texts[i] = zhtext.Simplified(j.text())
	}
	vectors, err := req.Alike.EmbedDocuments(ctx, texts)
	if err != nil {
		return err
	}
	weights := calibrated().Sentence
	for i := range likely {
		likely[i].features[featureAlike] = cosine(asked, vectors[i])
		likely[i].odds = odds(weights, likely[i].features) + likely[i].discount
	}
	sort.SliceStable(likely, func(i, k int) bool { return likely[i].odds > likely[k].odds })
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

// aloneSentences is how many of the likeliest sentences are read by themselves, and so
// can give a short answer.
const aloneSentences = 3

// readAlone lets the reader read the likeliest sentences once more, each by itself, and
// notes where it points: a place that both readings point at is a surer short answer
// than one that only shows among the others of a passage.
func readAlone(ctx context.Context, req rag.Request, ranked []judged) error {
	likely := ranked[:min(len(ranked), aloneSentences)]
	if req.Reader == nil || len(likely) == 0 {
		return nil
	}
	passages := make([]reading.Passage, len(likely))
	for i, j := range likely {
		passages[i] = reading.Passage{Title: j.paragraph.Headed(), Text: j.paragraph.Sentences[j.sentence].Text}
	}
	readings, err := req.Reader.Read(ctx, req.Question, passages)
	if err != nil {
		return err
	}
	for i, r := range readings {
		likely[i].alone = r.Spans
	}
	return nil
}

// places are where the reader points in the sentence alone, in runes of the paragraph,
// best first.
func (j judged) places() []zhtext.Range {
	start := j.paragraph.Sentences[j.sentence].Start
	out := make([]zhtext.Range, len(j.alone))
	for i, s := range j.alone {
		out[i] = zhtext.Range{Start: start + s.Start, End: start + s.End}
	}
	return out
}

// noteAlone adds to a short answer's features what the reading of the sentence alone
// says of it; where it points at nothing, nothing does.
func (j judged) noteAlone(at zhtext.Range, features map[string]float64) {
	features[featureAloneScore], features[featureAloneBest] = unread, unread
	for i, r := range j.places() {
		score := clip(j.alone[i].Score, unread, 0)
		if i == 0 {
			features[featureAloneBest] = score
		}
		if r.Start >= at.End || at.Start >= r.End {
			continue
		}
		features[featureAloneScore] = max(features[featureAloneScore], score)
		if i == 0 && sameAnswer(string(j.paragraph.Text[r.Start:r.End]), string(j.paragraph.Text[at.Start:at.End])) {
			features[featureAloneSame] = 1
		}
	}
}
