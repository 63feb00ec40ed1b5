package main

import (
	"context"
	"database/sql"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zhiwen/bot/api"
	"zhiwen/config"
	"zhiwen/rag/source"
)

// freshness says of each configured source when it was looked at and what came of
// it. A nil database was never filled.
func freshness(ctx context.Context, db *sql.DB, configured []config.Source) ([]api.SourceStatus, error) {
	out := []api.SourceStatus{}
	if len(configured) == 0 {
		return out, nil
	}
	states := map[string]source.State{}
	if db != nil {
		var err error
		if states, err = source.States(ctx, db); err != nil {
			return nil, err
		}
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	for _, c := range configured {
		kind, location := c.Place()
		st := states[c.Name]
		out = append(out, api.SourceStatus{
			Name: c.Name, Kind: kind, Location: location,
			LastLook: at(st.Looked), LastChange: at(st.Changed), NextLook: at(st.Due),
			Articles: st.Articles, Gone: st.Gone, Failures: st.Failures, Problems: st.Problems, Error: st.Error,
		})
	}
	return out, nil
}

// freshnessMetrics are those of the configured sources, for /metrics.
type freshnessMetrics struct {
	db         *sql.DB
	configured *sourceList

	looked, changed, failures, problems, articles, gone *prometheus.Desc
}

func newFreshnessMetrics(db *sql.DB, configured *sourceList) *freshnessMetrics {
	describe := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("zhiwen_source_"+name, help, []string{"source"}, nil)
	}
	return &freshnessMetrics{
		db: db, configured: configured,
		looked:   describe("last_look_timestamp_seconds", "When a source was last looked at, Unix time; 0 for never."),
		changed:  describe("last_change_timestamp_seconds", "When a look last found something new, Unix time; 0 for never."),
		failures: describe("failures", "Looks in a row that failed."),
		problems: describe("problems", "Documents that could not be read at the last look."),
		articles: describe("articles", "Articles held from a source."),
		gone:     describe("gone_articles", "Articles held although they are no longer at the source."),
	}
}

// Describe implements prometheus.Collector.
func (m *freshnessMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.looked, m.changed, m.failures, m.problems, m.articles, m.gone} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (m *freshnessMetrics) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	configured := m.configured.get()
	if len(configured) == 0 {
		return
	}
	states, err := source.States(ctx, m.db)
	if err != nil {
		return // a store that cannot be read shows in /readyz
	}
	unix := func(t time.Time) float64 {
		if t.IsZero() {
			return 0
		}
		return float64(t.Unix())
	}
	for _, c := range configured {
		st := states[c.Name]
		for d, value := range map[*prometheus.Desc]float64{
			m.looked: unix(st.Looked), m.changed: unix(st.Changed), m.failures: float64(st.Failures),
			m.problems: float64(st.Problems), m.articles: float64(st.Articles), m.gone: float64(st.Gone),
		} {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, c.Name)
		}
	}
}
