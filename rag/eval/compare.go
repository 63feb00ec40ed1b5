package eval

import (
	"encoding/json"
	"fmt"
	"io"
)

// Comparison is the difference between a report and an earlier one.
type Comparison struct {
	Provenance Provenance `json:"provenance"` // of the earlier one
	Metrics    []Delta    `json:"metrics"`
	Fixed      []string   `json:"fixed,omitempty"`   // cases that pass now
	Broken     []string   `json:"broken,omitempty"`  // cases that passed before
	Added      []string   `json:"added,omitempty"`   // cases that the earlier one lacks
	Removed    []string   `json:"removed,omitempty"` // cases that only the earlier one has
}

// Delta is the change of one metric.
type Delta struct {
	Name   string  `json:"name"`
	Before float64 `json:"before"`
	Now    float64 `json:"now"`
	Change float64 `json:"change"`
}

// LoadBaseline reads a report that was written as JSON or as a baseline.
func LoadBaseline(r io.Reader) (*Report, error) {
	var base Report
	if err := json.NewDecoder(r).Decode(&base); err != nil {
		return nil, fmt.Errorf("load baseline: not a report in JSON: %w", explainJSON(err))
	}
	if len(base.Metrics) == 0 {
		return nil, fmt.Errorf("load baseline: the report has no metrics")
	}
	return &base, nil
}

// Compare sets r.Baseline to the difference to an earlier report.
func (r *Report) Compare(base *Report) {
	c := &Comparison{Provenance: base.Provenance}
	for _, m := range r.Metrics {
		if b, ok := base.Metric(m.Name); ok {
			c.Metrics = append(c.Metrics, Delta{m.Name, b.Value, m.Value, round(m.Value - b.Value)})
		}
	}
	before := map[string]bool{}
	for _, res := range base.Results {
		before[res.ID] = res.Passed
	}
	now := map[string]bool{}
	for _, res := range r.Results {
		now[res.ID] = true
		passed, known := before[res.ID]
		switch {
		case !known:
			c.Added = append(c.Added, res.ID)
		case res.Passed && !passed:
			c.Fixed = append(c.Fixed, res.ID)
		case !res.Passed && passed:
			c.Broken = append(c.Broken, res.ID)
		}
	}
	for _, res := range base.Results {
		if !now[res.ID] {
			c.Removed = append(c.Removed, res.ID)
		}
	}
	r.Baseline = c
}

// change returns the delta of a metric, if there is a baseline with it.
func (c *Comparison) change(name string) (Delta, bool) {
	if c == nil {
		return Delta{}, false
	}
	for _, d := range c.Metrics {
		if d.Name == name {
			return d, true
		}
	}
	return Delta{}, false
}
