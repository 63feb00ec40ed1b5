package eval

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"zhiwen/rag"
	"zhiwen/rag/article"
)

// Result is what one case did, with the evidence.
type Result struct {
	ID         string   `json:"id"`
	Type       Type     `json:"type"`
	Question   string   `json:"user_input"`
	History    []string `json:"history,omitempty"`
	Standalone string   `json:"standalone,omitempty"` // when it differs from the question
	Answerable bool     `json:"answerable"`

	Passed bool `json:"passed"`
	// Failures say why the case did not pass, in words for a reader.
	Failures []string `json:"failures,omitempty"`
	Error    string   `json:"error,omitempty"` // the case could not be run

	Answer    string     `json:"answer"`
	Refused   bool       `json:"refused"`
	Reason    rag.Reason `json:"reason,omitempty"`
	Answerer  string     `json:"answerer,omitempty"`
	Matched   bool       `json:"matched"` // every group of the reference is in the answer
	Citations []Cited    `json:"citations,omitempty"`
	Retrieved []Found    `json:"retrieved,omitempty"`
	LatencyMS *float64   `json:"latency_ms,omitempty"`

	// counts for the metrics; a nil entry says that the case does not take part
	scores           map[string]ratio
	promptTokens     int
	completionTokens int
	elapsed          time.Duration
}

// Cited is one citation of an answer, judged.
type Cited struct {
	Marker    int    `json:"marker"`
	Article   string `json:"article_id"`
	Title     string `json:"title"`
	Paragraph int    `json:"paragraph"`
	Quote     string `json:"quote"`
	Verbatim  bool   `json:"verbatim"`
	Supports  bool   `json:"supports"` // every statement that carries the marker
}

// Found is one hit, judged.
type Found struct {
	Rank     int    `json:"rank"`
	Passage  string `json:"passage_id"`
	Title    string `json:"title"`
	Text     string `json:"text"` // the beginning
	Relevant bool   `json:"relevant"`
}

// ratio is a share with its counts, so that shares can be pooled.
type ratio struct{ num, den float64 }

func share(ok bool) ratio {
	if ok {
		return ratio{1, 1}
	}
	return ratio{0, 1}
}

func (r *Result) score(name string, v ratio) {
	if r.scores == nil {
		r.scores = map[string]ratio{}
	}
	r.scores[name] = v
}

func (r *Result) fail(format string, args ...any) {
	r.Failures = append(r.Failures, fmt.Sprintf(format, args...))
}

// failed marks a case that could not be run: a wrong answer, whatever was due.
func (r Result) failed(err error) Result {
	r.Error = err.Error()
	r.Passed = false
	r.Failures = []string{"could not be run: " + err.Error()}
	if r.Answerable {
		r.score(MetricAnswerMatch, share(false))
		r.score(MetricLeadMatch, share(false))
		r.score(MetricOverRefusal, share(false))
	} else {
		r.score(MetricRefusalRecall, share(false))
		r.score(MetricFalseAnswers, share(false))
	}
	return r
}

// excerpt is how many runes of a passage a report shows.
const excerpt = 80

// judgeRetrieval looks for the case's reference in the hits.
func (r *Result) judgeRetrieval(how Relevance, c Case, hits []rag.Hit) {
	if len(hits) > depth {
		hits = hits[:depth]
	}
	wanted := relevantBy(how, c)
	seen := make([]bool, len(wanted))
	gains := make([]bool, len(hits)) // the hit brings something new
	merged := 0
	first := 0
	for i, h := range hits {
		relevant, fresh := false, 0
		for w, match := range wanted {
			if !match(h.Passage) {
				continue
			}
			relevant = true
			if !seen[w] {
				seen[w] = true
				fresh++
			}
		}
		if fresh > 0 {
			gains[i] = true
			merged += fresh - 1
		}
		if relevant && first == 0 {
			first = i + 1
		}
		r.Retrieved = append(r.Retrieved, found(i+1, h, relevant))
	}
	if len(wanted) == 0 {
		return
	}
	for _, k := range []int{1, 5, 10} {
		r.score(fmt.Sprintf("hit@%d", k), share(first > 0 && first <= k))
	}
	for _, k := range []int{5, 10} {
		r.score(fmt.Sprintf("recall@%d", k), ratio{recallAt(wanted, hits, k), 1})
	}
	rr := 0.0
	if first > 0 {
		rr = 1 / float64(first)
	}
	r.score(MetricMRR, ratio{rr, 1})
	r.score(MetricNDCG, ratio{ndcg(gains, len(wanted)-merged), 1})
}

func recallAt(wanted []func(article.Passage) bool, hits []rag.Hit, k int) float64 {
	n := 0
	for _, match := range wanted {
		if slices.ContainsFunc(hits[:min(k, len(hits))], func(h rag.Hit) bool { return match(h.Passage) }) {
			n++
		}
	}
	return float64(n) / float64(len(wanted))
}

// ndcg is the normalised discounted cumulative gain with binary gains, where
// the best ranking has its relevant passages first.
func ndcg(gains []bool, relevant int) float64 {
	dcg, ideal := 0.0, 0.0
	for i, g := range gains {
		if g {
			dcg += 1 / math.Log2(float64(i)+2)
		}
	}
	for i := range min(relevant, depth) {
		ideal += 1 / math.Log2(float64(i)+2)
	}
	if ideal == 0 {
		return 0
	}
	return dcg / ideal
}

// relevantBy returns a test for each paragraph that a case's answer stands in.
func relevantBy(how Relevance, c Case) []func(article.Passage) bool {
	sets := c.ReferenceKeys
	if how == ByContext {
		sets = nil
		for _, context := range c.ReferenceContexts {
			sets = append(sets, []string{context})
		}
	}
	var out []func(article.Passage) bool
	for _, set := range sets {
		folded := make([]string, len(set))
		for i, s := range set {
			folded[i] = foldKeepingWords(s)
		}
		out = append(out, func(p article.Passage) bool {
			return slices.ContainsFunc(p.Spans, func(span article.Span) bool {
				text := foldKeepingWords(span.Text)
				return !slices.ContainsFunc(folded, func(s string) bool { return !holds(text, s) })
			})
		})
	}
	return out
}

func found(rank int, h rag.Hit, relevant bool) Found {
	f := Found{Rank: rank, Passage: h.Passage.ID, Relevant: relevant}
	if h.Article != nil {
		f.Title = h.Article.Title
	}
	text := []rune(strings.Join(strings.Fields(h.Passage.Text()), " "))
	f.Text = string(text[:min(excerpt, len(text))])
	return f
}

// judgeAnswer measures what was said.
func (r *Result) judgeAnswer(lookup func(string) (*article.Article, bool), c Case, a rag.Answer) {
	r.Answer, r.Refused, r.Reason, r.Answerer = a.Text, a.Refused, a.Reason, a.Answerer
	if a.Usage != nil {
		r.promptTokens, r.completionTokens = a.Usage.PromptTokens, a.Usage.CompletionTokens
	}
	if c.Answerable {
		missing := missingGroups(a.Text, a.Refused, c.Reference)
		first, _, _ := strings.Cut(strings.TrimSpace(a.Text), "\n")
		r.score(MetricLeadMatch, share(len(missingGroups(first, a.Refused, c.Reference)) == 0))
		r.Matched = len(missing) == 0
		r.score(MetricAnswerMatch, share(r.Matched))
		r.score(MetricOverRefusal, share(a.Refused))
		if a.Refused {
			r.fail("refused (%s), though the material answers it", a.Reason)
		} else {
			for _, group := range missing {
				r.fail("the answer lacks %s", strings.Join(group, " | "))
			}
		}
		r.noteRetrieval()
	} else {
		r.score(MetricRefusalRecall, share(a.Refused))
		r.score(MetricFalseAnswers, share(!a.Refused))
		if !a.Refused {
			r.fail("answered, though the material does not say")
		}
	}
	if !a.Refused {
		r.judgeCitations(lookup, c, a)
	} else {
		r.judgeQuotes(lookup, a)
	}
	r.Passed = len(r.Failures) == 0
}

// noteRetrieval explains a wrong answer; retrieval alone fails no case.
func (r *Result) noteRetrieval() {
	if len(r.Failures) == 0 || r.scores["hit@5"].den == 0 {
		return
	}
	switch {
	case r.scores["hit@10"].num == 0:
		r.fail("retrieval: nothing relevant among the first %d", depth)
	case r.scores["hit@5"].num == 0:
		r.fail("retrieval: nothing relevant among the first 5")
	}
}

func missingGroups(answer string, refused bool, reference [][]string) [][]string {
	if refused {
		return reference
	}
	text := foldKeepingWords(marker.ReplaceAllString(answer, " "))
	var missing [][]string
	for _, group := range reference {
		if !slices.ContainsFunc(group, func(s string) bool { return holds(text, foldKeepingWords(s)) }) {
			missing = append(missing, group)
		}
	}
	return missing
}

// judgeQuotes compares every quote with the paragraph it points at.
func (r *Result) judgeQuotes(lookup func(string) (*article.Article, bool), a rag.Answer) {
	good := 0
	for _, c := range a.Citations {
		cited := Cited{Marker: c.Marker, Article: c.ArticleID, Title: c.Title, Paragraph: c.Paragraph, Quote: c.Quote}
		cited.Verbatim = lookup == nil || verbatim(lookup, c)
		if cited.Verbatim {
			good++
		} else {
			r.fail("the quote of [%d] is not what stands in paragraph %d of %s", c.Marker, c.Paragraph, c.ArticleID)
		}
		r.Citations = append(r.Citations, cited)
	}
	if lookup != nil && len(a.Citations) > 0 {
		r.score(MetricVerbatim, ratio{float64(good), float64(len(a.Citations))})
	}
}

func verbatim(lookup func(string) (*article.Article, bool), c rag.Citation) bool {
	if c.Quote == "" {
		return false
	}
	text, ok := paragraph(lookup, c)
	if !ok {
		return false
	}
	runes := []rune(text)
	return 0 <= c.Start && c.Start <= c.End && c.End <= len(runes) && string(runes[c.Start:c.End]) == c.Quote
}

func paragraph(lookup func(string) (*article.Article, bool), c rag.Citation) (string, bool) {
	if lookup == nil {
		return "", false
	}
	art, ok := lookup(c.ArticleID)
	if !ok {
		return "", false
	}
	return art.Paragraph(c.Paragraph)
}

// judgeCitations measures citations as ALCE does: a statement is supported by
// its citations together; one of them is precise when the statement is
// supported and the citation supports it alone or cannot be left out.
func (r *Result) judgeCitations(lookup func(string) (*article.Article, bool), c Case, a rag.Answer) {
	r.judgeQuotes(lookup, a)
	cited := citedEvidence(a.Citations)
	wrong := map[int]bool{}
	pairs, precise, marked, total := 0, 0, 0, 0
	for _, s := range statements(a.Text, cited) {
		total++
		var known []int
		for _, m := range s.markers {
			pairs++
			if _, ok := cited[m]; ok {
				known = append(known, m)
			} else {
				r.fail("[%d] points at no citation", m)
			}
		}
		if len(known) == 0 {
			r.fail("no citation for: %s", s.text)
			continue
		}
		marked++
		for _, m := range known {
			if preciseCitation(s.text, m, known, cited) {
				precise++
				continue
			}
			wrong[m] = true
			r.fail("[%d] does not hold: %s", m, s.text)
		}
	}
	for i := range r.Citations {
		r.Citations[i].Supports = !wrong[r.Citations[i].Marker]
	}
	r.score(MetricCitationPrecision, ratio{float64(precise), float64(pairs)})
	r.score(MetricCitationRecall, ratio{float64(marked), float64(total)})
	r.judgeNumbers(lookup, c, a)
}

func preciseCitation(text string, m int, all []int, cited map[int]evidence) bool {
	var together, others []evidence
	for _, n := range all {
		together = append(together, cited[n])
		if n != m {
			others = append(others, cited[n])
		}
	}
	if !supports(text, together) {
		return false
	}
	return supports(text, []evidence{cited[m]}) || !supports(text, others)
}

// judgeNumbers counts the numbers that neither a cited paragraph nor the
// question holds.
func (r *Result) judgeNumbers(lookup func(string) (*article.Article, bool), c Case, a rag.Answer) {
	texts := append([]string{c.UserInput, a.Question}, c.History...)
	for _, cit := range a.Citations {
		texts = append(texts, cit.Quote, cit.Title, cit.Published)
		if text, ok := paragraph(lookup, cit); ok {
			texts = append(texts, text)
		}
	}
	said := readFigures(marker.ReplaceAllString(a.Text, " "))
	missing := said.missingFrom(readFigures(strings.Join(texts, "\n")))
	for _, n := range missing {
		r.fail("the number %s stands in no cited paragraph", n)
	}
	total, unsupported := said.count(), len(missing)
	r.score(MetricUnsupportedNumbers, ratio{float64(unsupported), float64(total)})
}
