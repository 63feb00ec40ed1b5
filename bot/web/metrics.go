package web

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"zhiwen/rag"
)

// metrics count what the API does, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	answers  *prometheus.CounterVec
}

func newMetrics(problems func() []string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhiwen_http_requests_total",
			Help: "Requests by route and status.",
		}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "zhiwen_http_request_seconds",
			Help:    "Time to serve a request.",
			Buckets: []float64{.005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 120},
		}, []string{"route"}),
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "zhiwen_answers_total",
			Help: "Answers by who worded them and why they were refused (empty: they were not).",
		}, []string{"answerer", "refused"}),
	}
	degraded := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "zhiwen_store_problems",
		Help: "How many things keep the store from being whole; GET /v1/status names them.",
	}, func() float64 { return float64(len(problems())) })
	m.registry.MustRegister(m.requests, m.seconds, m.answers, degraded,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) request(route string, code int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) answer(a rag.Answer) {
	m.answers.WithLabelValues(a.Answerer, string(a.Reason)).Inc()
}
