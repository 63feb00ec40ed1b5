package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Report is the outcome of a run.
type Report struct {
	Provenance Provenance `json:"provenance"`
	Cases      int        `json:"cases"`
	Answerable int        `json:"answerable"`
	Right      int        `json:"right"` // cases that passed
	Errors     int        `json:"errors"`
	// NeedReview counts the cases that were left out because nobody has
	// confirmed their reference.
	NeedReview int        `json:"need_review,omitempty"`
	Metrics    []Metric   `json:"metrics"`
	ByType     []TypeRow  `json:"by_type"`
	Tokens     *Tokens    `json:"tokens,omitempty"`
	Latency    *Latency   `json:"latency,omitempty"`
	Thresholds Thresholds `json:"thresholds"`
	// Missed lists the thresholds that were not reached.
	Missed   []Missed    `json:"missed,omitempty"`
	Baseline *Comparison `json:"baseline,omitempty"`
	Results  []Result    `json:"results"`
}

// TypeRow counts the cases of one type.
type TypeRow struct {
	Type    Type `json:"type"`
	Cases   int  `json:"cases"`
	Right   int  `json:"right"`
	Refused int  `json:"refused"`
}

// Tokens are what the models' servers reported, over all cases.
type Tokens struct {
	Prompt     int `json:"prompt"`
	Completion int `json:"completion"`
}

// Thresholds bound metrics from below or, for those where less is better,
// from above. A zero value sets no bound.
type Thresholds struct {
	AnswerMatch       float64 `json:"answer_match,omitempty"`
	Hit5              float64 `json:"hit@5,omitempty"`
	CitationPrecision float64 `json:"citation_precision,omitempty"`
	Verbatim          float64 `json:"verbatim_quotes,omitempty"`
	RefusalRecall     float64 `json:"refusal_recall,omitempty"`
	OverRefusal       float64 `json:"over_refusal,omitempty"` // at most
}

// DefaultThresholds are what the shipped set must reach offline.
func DefaultThresholds() Thresholds {
	return Thresholds{AnswerMatch: .92, Hit5: .97, CitationPrecision: .97, Verbatim: 1, RefusalRecall: .85, OverRefusal: .05}
}

// Missed is a threshold that was not reached.
type Missed struct {
	Metric string  `json:"metric"`
	Value  float64 `json:"value"`
	Bound  float64 `json:"bound"`
}

func (m Missed) String() string {
	if lowerIsBetter(m.Metric) {
		return fmt.Sprintf("%s is %.3f, at most %.3f is allowed", m.Metric, m.Value, m.Bound)
	}
	return fmt.Sprintf("%s is %.3f, at least %.3f is asked for", m.Metric, m.Value, m.Bound)
}

// check compares only metrics that were measured: without a search there is
// no hit@5 to miss.
func (t Thresholds) check(metrics []Metric) []Missed {
	bounds := map[string]float64{
		MetricAnswerMatch: t.AnswerMatch, MetricHit5: t.Hit5, MetricCitationPrecision: t.CitationPrecision,
		MetricVerbatim: t.Verbatim, MetricRefusalRecall: t.RefusalRecall, MetricOverRefusal: t.OverRefusal,
	}
	var out []Missed
	for _, m := range metrics {
		bound := bounds[m.Name]
		if bound == 0 {
			continue
		}
		if lowerIsBetter(m.Name) && m.Value > bound || !lowerIsBetter(m.Name) && m.Value < bound {
			out = append(out, Missed{m.Name, m.Value, bound})
		}
	}
	return out
}

func newReport(opt Options, results []Result) *Report {
	r := &Report{Provenance: opt.Provenance, Cases: len(results), Thresholds: DefaultThresholds(), Results: results}
	if opt.Thresholds != nil {
		r.Thresholds = *opt.Thresholds
	}
	if opt.Latency {
		r.Latency = measureLatency(results)
	}
	var tokens Tokens
	for i := range results {
		res := &results[i]
		if res.Answerable {
			r.Answerable++
		}
		if res.Passed {
			r.Right++
		}
		if res.Error != "" {
			r.Errors++
		}
		tokens.Prompt += res.promptTokens
		tokens.Completion += res.completionTokens
	}
	if tokens != (Tokens{}) {
		r.Tokens = &tokens
	}
	for _, t := range Types() {
		row := TypeRow{Type: t}
		for i := range results {
			if results[i].Type != t {
				continue
			}
			row.Cases++
			if results[i].Passed {
				row.Right++
			}
			if results[i].Refused {
				row.Refused++
			}
		}
		if row.Cases > 0 {
			r.ByType = append(r.ByType, row)
		}
	}
	r.Metrics = measure(results, opt.Resamples, opt.Seed)
	r.Missed = r.Thresholds.check(r.Metrics)
	return r
}

// Passed tells whether all thresholds were reached, all cases could be run, and
// no case fails that passed in the baseline, if there is one.
func (r *Report) Passed() bool { return len(r.Missed) == 0 && r.Errors == 0 && len(r.broken()) == 0 }

// broken are the cases that passed in the baseline and fail now.
func (r *Report) broken() []string {
	if r.Baseline == nil {
		return nil
	}
	return r.Baseline.Broken
}

// Metric returns the metric of that name, and whether it was measured.
func (r *Report) Metric(name string) (Metric, bool) {
	i := slices.IndexFunc(r.Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return r.Metrics[i], true
}

// Format is how a report is written.
type Format string

// The formats. FormatBaseline is FormatJSON without the evidence: small
// enough to commit, sufficient for [LoadBaseline].
const (
	FormatTable    Format = "table"
	FormatJSON     Format = "json"
	FormatMarkdown Format = "markdown"
	FormatJUnit    Format = "junit"
	FormatBaseline Format = "baseline"
)

// Formats lists the formats that [Report.Write] knows.
func Formats() []Format {
	return []Format{FormatTable, FormatJSON, FormatMarkdown, FormatJUnit, FormatBaseline}
}

// ErrFormat is wrapped when a report is asked for in a format it does not have.
var ErrFormat = errors.New("unknown report format")

// Write writes the report.
func (r *Report) Write(w io.Writer, f Format) error {
	switch f {
	case FormatTable:
		return r.writeTable(w)
	case FormatJSON:
		return writeJSON(w, r)
	case FormatMarkdown:
		return r.writeMarkdown(w)
	case FormatJUnit:
		return r.writeJUnit(w)
	case FormatBaseline:
		return writeJSON(w, r.slim())
	}
	return fmt.Errorf("write report: %w %q: there are %v", ErrFormat, f, Formats())
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// slim keeps what a comparison needs.
func (r *Report) slim() *Report {
	s := *r
	s.Baseline, s.Latency = nil, nil
	s.Results = make([]Result, len(r.Results))
	for i, res := range r.Results {
		s.Results[i] = Result{ID: res.ID, Type: res.Type, Question: res.Question, Answerable: res.Answerable,
			Passed: res.Passed, Refused: res.Refused, Matched: res.Matched}
	}
	return &s
}
