package eval

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// The names of the metrics, as reports and baselines spell them.
const (
	MetricAnswerMatch = "answer_match"
	// MetricLeadMatch is answer match within the first line: the short answer
	// where there is one. An answer that lists figures until one fits scores
	// high on the one and low on the other.
	MetricLeadMatch          = "lead_match"
	MetricRefusalRecall      = "refusal_recall"
	MetricOverRefusal        = "over_refusal"
	MetricFalseAnswers       = "false_answers"
	MetricCitationPrecision  = "citation_precision"
	MetricCitationRecall     = "citation_recall"
	MetricVerbatim           = "verbatim_quotes"
	MetricUnsupportedNumbers = "unsupported_numbers"
	MetricHit1               = "hit@1"
	MetricHit5               = "hit@5"
	MetricHit10              = "hit@10"
	MetricRecall5            = "recall@5"
	MetricRecall10           = "recall@10"
	MetricMRR                = "mrr@10"
	MetricNDCG               = "ndcg@10"
)

// metricOrder is the order in which reports list the metrics.
func metricOrder() []string {
	return []string{
		MetricAnswerMatch, MetricLeadMatch, MetricRefusalRecall, MetricOverRefusal, MetricFalseAnswers,
		MetricCitationPrecision, MetricCitationRecall, MetricVerbatim, MetricUnsupportedNumbers,
		MetricHit1, MetricHit5, MetricHit10, MetricRecall5, MetricRecall10, MetricMRR, MetricNDCG,
	}
}

// lowerIsBetter tells which way a metric should go.
func lowerIsBetter(name string) bool {
	return name == MetricOverRefusal || name == MetricFalseAnswers || name == MetricUnsupportedNumbers
}

// Metric is a share from 0 to 1 with a 95 % interval.
type Metric struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	// Low and High bound the middle 95 % of the bootstrap's resamples of the
	// cases; both equal Value without a bootstrap.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Cases is how many cases take part, Count the denominator: cases,
	// statements, citations, numbers.
	Cases int `json:"cases"`
	Count int `json:"count"`
}

const (
	defaultResamples = 1000
	defaultSeed      = 20210823
)

func measure(results []Result, resamples int, seed uint64) []Metric {
	if resamples == 0 {
		resamples = defaultResamples
	}
	if seed == 0 {
		seed = defaultSeed
	}
	var out []Metric
	for i, name := range metricOrder() {
		var rs []ratio
		for j := range results {
			if v, ok := results[j].scores[name]; ok {
				rs = append(rs, v)
			}
		}
		total := pool(rs)
		if total.den == 0 {
			continue
		}
		m := Metric{Name: name, Value: round(total.num / total.den), Cases: len(rs), Count: int(total.den)}
		// A stream per metric: leaving one out changes no other.
		m.Low, m.High = bootstrap(rs, resamples, rand.New(rand.NewPCG(seed, uint64(i))))
		if resamples < 0 {
			m.Low, m.High = m.Value, m.Value
		}
		out = append(out, m)
	}
	return out
}

func pool(rs []ratio) ratio {
	var t ratio
	for _, r := range rs {
		t.num += r.num
		t.den += r.den
	}
	return t
}

// bootstrap resamples whole cases with replacement and returns the 2.5th and
// 97.5th percentiles of the pooled share (Efron's percentile interval).
func bootstrap(rs []ratio, resamples int, rng *rand.Rand) (low, high float64) {
	var shares []float64
	for range max(0, resamples) {
		var t ratio
		for range rs {
			r := rs[rng.IntN(len(rs))]
			t.num += r.num
			t.den += r.den
		}
		if t.den > 0 {
			shares = append(shares, t.num/t.den)
		}
	}
	if len(shares) == 0 {
		return 0, 0
	}
	slices.Sort(shares)
	return round(percentile(shares, 0.025)), round(percentile(shares, 0.975))
}

// percentile takes the nearest rank of sorted values.
func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// round keeps four decimals: more is noise, and it keeps reports equal on
// machines that fuse multiplication and addition.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// Latency is the wall-clock time of the answers, in milliseconds.
type Latency struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	Max float64 `json:"max_ms"`
}

func measureLatency(results []Result) *Latency {
	var ms []float64
	for i := range results {
		if results[i].Error != "" {
			continue
		}
		v := milliseconds(results[i].elapsed)
		results[i].LatencyMS = &v
		ms = append(ms, v)
	}
	if len(ms) == 0 {
		return nil
	}
	slices.Sort(ms)
	return &Latency{P50: percentile(ms, 0.5), P95: percentile(ms, 0.95), Max: ms[len(ms)-1]}
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d.Microseconds())/10) / 100
}
