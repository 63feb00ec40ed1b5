package public

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/zhtext"
)

// Chain is what is measured: the chain as it answers users.
type Chain interface {
	Answer(ctx context.Context, q rag.Question, o rag.AnswerOptions) (rag.Answer, error)
	Search(ctx context.Context, question string, k int) ([]rag.Hit, error)
}

// Options of Run.
type Options struct {
	// Over builds the chain over an index.
	Over  func(rag.Index) Chain
	Index rag.Index
	// Progress is called after each question; nil: nobody is told.
	Progress func(done, total int)
}

// Result is what became of one question.
type Result struct {
	Set      string   `json:"set"`
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Answers  []string `json:"answers"` // none: unanswerable
	Gold     string   `json:"gold"`    // article ID
	Fact     bool     `json:"fact"`    // asks for a fact
	AsIs     Shown    `json:"as_is"`
	// Without is the same question with its document hidden; nil where the
	// question has no answer.
	Without *Shown `json:"without,omitempty"`
	// Cut is the same question with the sentences of its document that hold an
	// answer blank.
	Cut *Shown `json:"cut,omitempty"`
	// Rank is where the gold article comes among the ten first articles found, 0:
	// nowhere.
	Rank int       `json:"rank"`
	Hits []HitNote `json:"hits"`
	// Trivial is the trivial way: the top passage's best three sentences.
	Trivial      string `json:"trivial"`
	TrivialRight bool   `json:"trivial_right"`
}

// HitNote is a found passage.
type HitNote struct {
	Passage string  `json:"passage"`
	Title   string  `json:"title"`
	Score   float64 `json:"score"`
}

// Shown is an answer as it was shown, judged.
type Shown struct {
	Text    string     `json:"text"`
	Short   string     `json:"short"`
	Refused bool       `json:"refused"`
	Reason  rag.Reason `json:"reason,omitempty"`
	// Right says that the text holds an answer, ShortRight that the short answer
	// is one.
	Right      bool `json:"right"`
	ShortRight bool `json:"short_right"`
	// Cited are the IDs of the articles cited.
	Cited []string `json:"cited"`
	MS    float64  `json:"ms"` // wall clock
	// Candidates are the sentences that the answer was chosen from.
	Candidates []rag.CandidateNote `json:"candidates,omitempty"`
}

const searchDepth = 10

// Run asks each question of a set and, where it has an answer, asks it again with
// its document hidden, and with the sentences that answer it blank. An error of the chain ends the run.
func Run(ctx context.Context, o Options, set Set) ([]Result, error) {
	trivial := trivialWay{words: zhtext.NewSegmenter().Words, index: o.Index}
	whole := o.Over(o.Index)
	out := make([]Result, 0, len(set.Questions))
	for i, q := range set.Questions {
		r := Result{Set: set.Name, ID: q.ID, Question: q.Text, Answers: q.Answers, Gold: q.Gold, Fact: asksFact(q.Answers)}
		err := func() (err error) {
			if r.AsIs, err = ask(ctx, whole, q); err != nil {
				return err
			}
			hits, err := whole.Search(ctx, q.Text, searchDepth)
			if err != nil {
				return err
			}
			r.found(hits)
			if len(hits) > 0 {
				if r.Trivial, err = trivial.answer(ctx, q.Text, hits[0]); err != nil {
					return err
				}
				r.TrivialRight = holdsAny(r.Trivial, q.Answers)
			}
			if len(q.Answers) == 0 {
				return nil
			}
			hidden := map[string]bool{}
			for _, id := range q.Siblings {
				hidden[id] = true
			}
			without, err := ask(ctx, o.Over(Without{o.Index, hidden}), q)
			if err != nil {
				return err
			}
			r.Without = &without
			cut, err := ask(ctx, o.Over(Cut{o.Index, hidden, q.Answers}), q)
			r.Cut = &cut
			return err
		}()
		if err != nil {
			return nil, fmt.Errorf("%s, question %s %q: %w", set.Name, q.ID, q.Text, err)
		}
		out = append(out, r)
		if o.Progress != nil {
			o.Progress(i+1, len(set.Questions))
		}
	}
	return out, nil
}

// ask asks and judges one answer.
func ask(ctx context.Context, chain Chain, q Question) (Shown, error) {
	s := Shown{Cited: []string{}}
	started := time.Now()
	a, err := chain.Answer(ctx, rag.Question{ID: q.ID, Text: q.Text}, rag.AnswerOptions{Explain: true, OnSentence: func(sentence rag.Sentence) error {
		if sentence.Short && s.Short == "" {
			s.Short = strings.TrimSpace(marker.ReplaceAllString(sentence.Text, ""))
		}
		return nil
	}})
	if err != nil {
		return s, err
	}
	s.MS = math.Round(float64(time.Since(started).Microseconds())/10) / 100
	s.Candidates = a.Trace.Candidates
	s.Text, s.Refused, s.Reason = a.Text, a.Refused, a.Reason
	if s.Refused {
		s.Short = ""
		return s, nil
	}
	for _, c := range a.Citations {
		if !slices.Contains(s.Cited, c.ArticleID) {
			s.Cited = append(s.Cited, c.ArticleID)
		}
	}
	s.Right = holdsAny(s.Text, q.Answers)
	s.ShortRight = s.Short != "" && shortRight(s.Short, q.Answers)
	return s, nil
}

// found notes the ranking; articles count once.
func (r *Result) found(hits []rag.Hit) {
	var articles []string
	for _, h := range hits {
		r.Hits = append(r.Hits, HitNote{h.Passage.ID, h.Article.Title, math.Round(h.Score*1e4) / 1e4})
		if !slices.Contains(articles, h.Passage.ArticleID) {
			articles = append(articles, h.Passage.ArticleID)
		}
	}
	r.Rank = slices.Index(articles, r.Gold) + 1
}

// trivialWay is what an answer has to beat: the sentences of the passage found
// first that share most with the question, its words weighted by their rarity.
type trivialWay struct {
	words func(string) []string
	index rag.Index
}

const trivialSentences = 3

func (t trivialWay) answer(ctx context.Context, question string, top rag.Hit) (string, error) {
	seen := map[string]bool{}
	var words []string
	for _, w := range t.words(question) {
		if w = strings.TrimSpace(w); w != "" && !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	df, n, err := t.index.Frequencies(ctx, words)
	if err != nil {
		return "", err
	}
	type scored struct {
		at    int
		text  string
		score float64
	}
	text := []rune(top.Passage.Text())
	var sentences []scored
	for i, r := range zhtext.Sentences(string(text)) {
		s := scored{i, string(text[r.Start:r.End]), 0}
		folded := zhtext.Fold(s.text)
		for j, w := range words {
			if strings.Contains(folded, w) {
				s.score += math.Log(1 + float64(n)/float64(1+df[j]))
			}
		}
		sentences = append(sentences, s)
	}
	slices.SortStableFunc(sentences, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	sentences = sentences[:min(len(sentences), trivialSentences)]
	slices.SortFunc(sentences, func(a, b scored) int { return a.at - b.at })
	parts := make([]string, len(sentences))
	for i, s := range sentences {
		parts[i] = s.text
	}
	return strings.Join(parts, "\n"), nil
}
