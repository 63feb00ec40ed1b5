package rag

// Trace is how an answer came about, for those who ask to see inside.
type Trace struct {
	Asked     string     `json:"asked"`     // as the user wrote it
	Condensed string     `json:"condensed"` // as a question that stands alone
	Years     []int      `json:"years,omitempty"`
	Parts     []PartNote `json:"parts"`
	Keyword   []HitNote  `json:"keyword"`
	Vector    []HitNote  `json:"vector"`
	Hits      []HitNote  `json:"hits"` // fused
	// Answerable is the share of the question's words that the best sentence
	// and its surroundings cover; where no reader reads, a question is refused below
	// AnswerableFrom.
	Answerable     float64   `json:"answerable"`
	AnswerableFrom float64   `json:"answerable_from,omitempty"`
	Prompt         string    `json:"prompt,omitempty"`
	Raw            string    `json:"raw,omitempty"`
	Claims         []Verdict `json:"claims"`
	// Candidates are the sentences that an extractive answer was chosen from,
	// best first, with what decided.
	Candidates []CandidateNote `json:"candidates,omitempty"`
	// Problems are what went wrong without stopping the answer.
	Problems []string `json:"problems,omitempty"`
}

// PartNote says how one part of a question was read.
type PartNote struct {
	Kind  string   `json:"kind"`
	Words []string `json:"words"`
}

// HitNote is a hit as a trace shows it.
type HitNote struct {
	Rank        int     `json:"rank"`
	PassageID   string  `json:"passage_id"`
	ArticleID   string  `json:"article_id"`
	Title       string  `json:"title"`
	Published   string  `json:"published"`
	Paragraph   int     `json:"paragraph"`
	Score       float64 `json:"score"`
	KeywordRank int     `json:"keyword_rank,omitempty"`
	VectorRank  int     `json:"vector_rank,omitempty"`
	Text        string  `json:"text"`
}

// NoteHits turns hits into what a trace or a search result shows.
func NoteHits(hits []Hit) []HitNote {
	out := make([]HitNote, len(hits))
	for i, h := range hits {
		out[i] = HitNote{
			Rank: h.Rank, PassageID: h.Passage.ID, ArticleID: h.Article.ID,
			Title: h.Article.Title, Published: day(h.Article.Published),
			Score: h.Score, KeywordRank: h.KeywordRank, VectorRank: h.VectorRank,
			Text: h.Passage.Text(),
		}
		if len(h.Passage.Spans) > 0 {
			out[i].Paragraph = h.Passage.Spans[0].Paragraph
		}
	}
	return out
}

// CandidateNote is a sentence that an extractive answer was chosen from.
type CandidateNote struct {
	ArticleID string  `json:"article_id"`
	Paragraph int     `json:"paragraph"`
	Sentence  string  `json:"sentence"`
	Chance    float64 `json:"chance"` // that it answers, 0 to 1
	// Answered is the chance that the question is answered at all if this is its likeliest
	// sentence, and RefuseBelow that of the likeliest one below which it is refused.
	Answered    float64            `json:"answered"`
	RefuseBelow float64            `json:"refuse_below"`
	Features    map[string]float64 `json:"features"`
	// Weighed is what each feature adds to the log odds of Answered, and CountedMost the
	// one that moved them furthest, either way.
	Weighed     map[string]float64 `json:"weighed"`
	CountedMost string             `json:"counted_most"`
	// Short is the best short answer in it, "" if none.
	Short         string             `json:"short,omitempty"`
	ShortChance   float64            `json:"short_chance,omitempty"`
	ShortFrom     float64            `json:"short_from,omitempty"` // the chance from which on it is shown
	ShortFeatures map[string]float64 `json:"short_features,omitempty"`
}
