package public

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"text/tabwriter"
)

// The names of the figures of a set.
const (
	RightShown     = "right answer shown"
	OverRefusal    = "over-refusal"
	ShortPrecision = "short answers right"
	ShortShare     = "fact questions with a short answer"
	RefusedAbsent  = "refused, document hidden"
	FoundElsewhere = "found elsewhere, document hidden"
	RefusedCut     = "refused, answering sentences blank"
	RefusedNone    = "refused, no answer in the paragraph"
	Cited          = "right paragraph cited"
	Hit1           = "hit@1"
	Hit5           = "hit@5"
	MRR            = "MRR@10"
	Trivial        = "the trivial way"
)

func order() []string {
	return []string{RightShown, Trivial, OverRefusal, ShortPrecision, ShortShare, RefusedAbsent, FoundElsewhere, RefusedCut, RefusedNone, Cited, Hit1, Hit5, MRR}
}

// Rate is a mean from 0 to 1 over N cases; 95 % of the bootstrap's resamples lie
// between Low and High.
type Rate struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
}

// Row is the measurement of one set or of one kind of grounding cases.
type Row struct {
	Set   string  `json:"set"`
	Seen  bool    `json:"seen"` // was looked at while tuning
	Rates []Rate  `json:"rates"`
	P50   float64 `json:"-"` // milliseconds for a question; times differ from run to run
	P95   float64 `json:"-"`
}

// Report is what was measured, and how.
type Report struct {
	Side   Side  `json:"side"`
	Sample int   `json:"sample"` // questions a set, 0: all
	Rows   []Row `json:"rows"`
	// Below are the figures that fell below a baseline.
	Below []string `json:"below,omitempty"`
}

// Measure turns the results of one set into rates.
func Measure(name string, seen bool, results []Result) Row {
	values := map[string][]float64{}
	var ms []float64
	note := func(name string, v float64) { values[name] = append(values[name], v) }
	for _, r := range results {
		ms = append(ms, r.AsIs.MS)
		if len(r.Answers) == 0 {
			note(RefusedNone, truth(r.AsIs.Refused))
			continue
		}
		note(RightShown, truth(r.AsIs.Right))
		note(Trivial, truth(r.TrivialRight))
		note(OverRefusal, truth(r.AsIs.Refused))
		if r.AsIs.Short != "" {
			note(ShortPrecision, truth(r.AsIs.ShortRight))
		}
		if r.Fact {
			note(ShortShare, truth(r.AsIs.Short != ""))
		}
		if w := r.Without; w != nil {
			// What is right all the same is neither a refusal nor an error.
			if !w.Right {
				note(RefusedAbsent, truth(w.Refused))
			}
			note(FoundElsewhere, truth(w.Right))
		}
		if c := r.Cut; c != nil && !c.Right {
			note(RefusedCut, truth(c.Refused))
		}
		if !r.AsIs.Refused {
			note(Cited, truth(slices.Contains(r.AsIs.Cited, r.Gold)))
		}
		note(Hit1, truth(r.Rank == 1))
		note(Hit5, truth(r.Rank > 0 && r.Rank <= 5))
		if r.Rank > 0 {
			note(MRR, 1/float64(r.Rank))
		} else {
			note(MRR, 0)
		}
	}
	row := Row{Set: name, Seen: seen}
	for _, name := range order() {
		if len(values[name]) > 0 {
			row.Rates = append(row.Rates, rate(name, values[name]))
		}
	}
	slices.Sort(ms)
	row.P50, row.P95 = percentile(ms, .5), percentile(ms, .95)
	return row
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

const (
	resamples = 1000
	seed      = 20211126
)

// rate is the mean with Efron's percentile interval.
func rate(name string, values []float64) Rate {
	mean := func(at func(int) float64) float64 {
		sum := 0.0
		for i := range values {
			sum += at(i)
		}
		return sum / float64(len(values))
	}
	rng := rand.New(rand.NewPCG(seed, uint64(len(values))))
	means := make([]float64, resamples)
	for i := range means {
		means[i] = mean(func(int) float64 { return values[rng.IntN(len(values))] })
	}
	slices.Sort(means)
	return Rate{name, round(mean(func(i int) float64 { return values[i] })), round(percentile(means, .025)), round(percentile(means, .975)), len(values)}
}

func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// lowerIsBetter tells which way a rate should go.
func lowerIsBetter(name string) bool { return name == OverRefusal }

// asides are figures that say how the others come about and have no better side.
func asides(name string) bool { return name == FoundElsewhere || name == Trivial }

// errOther says that two reports cannot be compared.
var errOther = errors.New("the baseline was measured with other --split or --sample")

// Compare lists the figures of a baseline that this report falls short of: the
// committed value lies outside the new interval, on the better side, or the
// figure is missing.
func (r *Report) Compare(baseline io.Reader) error {
	var old Report
	if err := json.NewDecoder(baseline).Decode(&old); err != nil {
		return fmt.Errorf("the baseline is no report of eval --public: %w", err)
	}
	if old.Side != r.Side || old.Sample != r.Sample {
		return fmt.Errorf("%w (%s, %d; now %s, %d)", errOther, old.Side, old.Sample, r.Side, r.Sample)
	}
	for _, row := range old.Rows {
		for _, was := range row.Rates {
			if asides(was.Name) {
				continue
			}
			is, ok := r.rate(row.Set, was.Name)
			switch {
			case !ok:
				r.Below = append(r.Below, fmt.Sprintf("%s: %s was %.3f and is not measured any more", row.Set, was.Name, was.Value))
			case lowerIsBetter(was.Name) && was.Value < is.Low, !lowerIsBetter(was.Name) && was.Value > is.High:
				r.Below = append(r.Below, fmt.Sprintf("%s: %s was %.3f and is %.3f (%.3f to %.3f)", row.Set, was.Name, was.Value, is.Value, is.Low, is.High))
			}
		}
	}
	return nil
}

func (r *Report) rate(set, name string) (Rate, bool) {
	for _, row := range r.Rows {
		for _, rate := range row.Rates {
			if row.Set == set && rate.Name == name {
				return rate, true
			}
		}
	}
	return Rate{}, false
}

// WriteJSON writes the report without times, so that it can be committed.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// WriteTable writes a table, a line for each figure, as text or as Markdown.
func (r *Report) WriteTable(out io.Writer, markdown bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(cells ...string) {
		if markdown {
			fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
			return
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	line("set", "figure", "value", "95 %", "n")
	if markdown {
		line("---", "---", "---:", "---:", "---:")
	}
	for _, row := range r.Rows {
		name := row.Set
		if row.Seen {
			name += " (seen)"
		}
		for _, v := range row.Rates {
			line(name, v.Name, fmt.Sprintf("%.3f", v.Value), fmt.Sprintf("%.3f–%.3f", v.Low, v.High), fmt.Sprint(v.N))
		}
		if row.P50 > 0 {
			line(name, "ms for a question, p50 / p95", fmt.Sprintf("%.0f / %.0f", row.P50, row.P95), "", "")
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, b := range r.Below {
		if _, err := fmt.Fprintf(out, "\nBELOW THE BASELINE %s\n", b); err != nil {
			return err
		}
	}
	return nil
}
