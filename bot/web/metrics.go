package web

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// metrics count what the API does, in a registry of their own.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(gate *api.Gate, problems func() []string, others []prometheus.Collector) *metrics {
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
	}
	degraded := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "zhiwen_store_problems",
		Help: "How many things keep the store from being whole; GET /v1/status names them.",
	}, func() float64 { return float64(len(problems())) })
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "zhiwen_answers_total",
		Help: "Answers by who worded them and why they were refused (empty: they were not).",
	}, []string{"answerer", "refused"})
	tokens := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "zhiwen_tokens_total",
		Help: "Tokens of the language model as its server counted them, by kind (prompt, completion).",
	}, []string{"kind"})
	turnedAway := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "zhiwen_turned_away_total",
		Help: "Questions turned away because as many were being worked on as may be.",
	})
	working := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "zhiwen_working",
		Help: "Questions being worked on.",
	}, func() float64 {
		n, _ := gate.Load()
		return float64(n)
	})
	gate.Refused = turnedAway.Inc
	gate.Answered = func(a rag.Answer) {
		answers.WithLabelValues(a.Answerer, string(a.Reason)).Inc()
		if a.Usage != nil {
			tokens.WithLabelValues("prompt").Add(float64(a.Usage.PromptTokens))
			tokens.WithLabelValues("completion").Add(float64(a.Usage.CompletionTokens))
		}
	}
	m.registry.MustRegister(degraded, answers, tokens, turnedAway, working, m.requests, m.seconds,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(others...)
	return m
}

func (m *metrics) request(route string, code int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}
