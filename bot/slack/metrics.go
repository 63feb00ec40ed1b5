package slack

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"zhiwen/rag"
)

// metrics are what is counted and measured.
type metrics struct {
	deliveries metric.Int64Counter
	questions  metric.Int64Counter
	retries    metric.Int64Counter
	votes      metric.Int64Counter
	answers    metric.Int64Counter
	tokens     metric.Int64Counter
	queued     metric.Float64Histogram
	answered   metric.Float64Histogram
}

func newMetrics(m metric.Meter) (*metrics, error) {
	if m == nil {
		m = noop.NewMeterProvider().Meter("")
	}
	var out metrics
	var err error
	counter := func(name, what string) metric.Int64Counter {
		c, e := m.Int64Counter(name, metric.WithDescription(what))
		if e != nil && err == nil {
			err = e
		}
		return c
	}
	seconds := func(name, what string) metric.Float64Histogram {
		h, e := m.Float64Histogram(name, metric.WithDescription(what), metric.WithUnit("s"),
			metric.WithExplicitBucketBoundaries(.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 240))
		if e != nil && err == nil {
			err = e
		}
		return h
	}
	out.deliveries = counter("zhiwen.slack.deliveries", "deliveries from Slack, by kind and what became of them")
	out.questions = counter("zhiwen.slack.questions", "questions finished, by surface and outcome")
	out.retries = counter("zhiwen.slack.retries", "calls to Slack that had to be repeated")
	out.votes = counter("zhiwen.slack.votes", "votes on answers")
	out.answers = counter("zhiwen.answers", "answers by who worded them and why they were refused (empty: they were not)")
	out.tokens = counter("zhiwen.tokens", "tokens of the language model as its server counted them, by kind (prompt, completion)")
	out.queued = seconds("zhiwen.slack.queue.duration", "time from receiving a question to beginning its answer")
	out.answered = seconds("zhiwen.slack.answer.duration", "time from beginning an answer to having posted it")
	if err != nil {
		return nil, fmt.Errorf("create metrics: %w", err)
	}
	return &out, nil
}

func (m *metrics) delivery(ctx context.Context, kind, result string, repeated bool) {
	m.deliveries.Add(ctx, 1, metric.WithAttributes(attribute.String("kind", kind), attribute.String("result", result), attribute.Bool("repeated", repeated)))
}

func (m *metrics) question(ctx context.Context, surface, outcome string, queued, answered time.Duration, retries int, a rag.Answer) {
	m.questions.Add(ctx, 1, metric.WithAttributes(attribute.String("surface", surface), attribute.String("outcome", outcome)))
	m.retries.Add(ctx, int64(retries))
	if a.Answerer != "" {
		m.answers.Add(ctx, 1, metric.WithAttributes(attribute.String("answerer", a.Answerer), attribute.String("refused", string(a.Reason))))
	}
	if a.Usage != nil {
		m.tokens.Add(ctx, int64(a.Usage.PromptTokens), metric.WithAttributes(attribute.String("kind", "prompt")))
		m.tokens.Add(ctx, int64(a.Usage.CompletionTokens), metric.WithAttributes(attribute.String("kind", "completion")))
	}
	m.queued.Record(ctx, queued.Seconds(), metric.WithAttributes(attribute.String("surface", surface)))
	m.answered.Record(ctx, answered.Seconds(), metric.WithAttributes(attribute.String("surface", surface)))
}

func (m *metrics) vote(ctx context.Context, vote string) {
	m.votes.Add(ctx, 1, metric.WithAttributes(attribute.String("vote", vote)))
}

// observe adds what is looked up when somebody asks: the queue, the inbox, the
// connections and whether Slack takes the token.
func (m *metrics) observe(meter metric.Meter, b *Bot) error {
	if meter == nil {
		return nil
	}
	gauges := []struct {
		name, what string
		value      func(context.Context) (int, error)
	}{
		{"zhiwen.slack.queue.waiting", "questions waiting in memory", func(context.Context) (int, error) {
			waiting, _ := b.queue.Len()
			return waiting, nil
		}},
		{"zhiwen.working", "questions being worked on", func(context.Context) (int, error) {
			_, running := b.queue.Len()
			return running, nil
		}},
		{"zhiwen.slack.inbox.depth", "questions received and not finished", b.inbox.Depth},
		{"zhiwen.slack.sockets", "open connections to Slack, or 1 while signed requests are received", func(context.Context) (int, error) {
			return int(b.connected.Load()), nil
		}},
		{"zhiwen.slack.token.denied", "1 while Slack does not take the bot's token", func(context.Context) (int, error) {
			if b.denied.Load() != nil {
				return 1, nil
			}
			return 0, nil
		}},
	}
	for _, g := range gauges {
		_, err := meter.Int64ObservableGauge(g.name, metric.WithDescription(g.what), metric.WithInt64Callback(func(ctx context.Context, o metric.Int64Observer) error {
			n, err := g.value(ctx)
			if err == nil {
				o.Observe(int64(n))
			}
			return err
		}))
		if err != nil {
			return fmt.Errorf("create metrics: %w", err)
		}
	}
	return nil
}
