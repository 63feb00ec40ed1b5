package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"zhiwen/bot/api"
	"zhiwen/rag"
)

// flushTime bounds what a command waits at its end for a collector.
const flushTime = 3 * time.Second

// telemetry sends a trace of each question, and metrics, to an OpenTelemetry
// collector. Questions and answers themselves are not in them.
type telemetry struct {
	tracer  trace.Tracer
	seconds metric.Float64Histogram
	answers metric.Int64Counter
	tokens  metric.Int64Counter
	close   []func(context.Context) error
}

var _ rag.Observer = (*telemetry)(nil)

// newTelemetry sends to the collector at endpoint (OTLP over HTTP). Nothing is
// sent before there is something to send.
func newTelemetry(ctx context.Context, endpoint string, log *slog.Logger) (*telemetry, error) {
	// The SDK reports what it cannot send to one handler of the process, which
	// by default writes to the standard error.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("telemetry could not be sent", "error", err) }))
	tracesURL, err := url.JoinPath(endpoint, "v1/traces")
	if err != nil {
		return nil, fmt.Errorf("set up telemetry: %w", err)
	}
	metricsURL, err := url.JoinPath(endpoint, "v1/metrics")
	if err != nil {
		return nil, fmt.Errorf("set up telemetry: %w", err)
	}
	spans, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(tracesURL))
	if err != nil {
		return nil, fmt.Errorf("set up traces: %w", err)
	}
	figures, err := otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(metricsURL))
	if err != nil {
		return nil, fmt.Errorf("set up metrics: %w", err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "zhiwen"), attribute.String("service.version", readVersion().Version))
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans), sdktrace.WithResource(about))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(figures)), sdkmetric.WithResource(about))
	t := &telemetry{tracer: tracers.Tracer("zhiwen"), close: []func(context.Context) error{tracers.Shutdown, meters.Shutdown}}
	meter := meters.Meter("zhiwen")
	t.seconds, err = meter.Float64Histogram("zhiwen.stage.duration", metric.WithUnit("s"), metric.WithDescription("Time of each stage of an answer."))
	if err == nil {
		t.answers, err = meter.Int64Counter("zhiwen.answers", metric.WithDescription("Answers by who worded them and why they were refused."))
	}
	if err == nil {
		t.tokens, err = meter.Int64Counter("zhiwen.tokens", metric.WithDescription("Tokens that language models reported."))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("set up metrics: %w", err), t.Close())
	}
	return t, nil
}

// Close sends what is left, for a bounded time.
func (t *telemetry) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	var errs []error
	for _, c := range t.close {
		errs = append(errs, c(ctx))
	}
	return errors.Join(errs...)
}

// Stage implements [rag.Observer].
func (t *telemetry) Stage(ctx context.Context, name string) (context.Context, func(error)) {
	started := time.Now()
	ctx, span := t.tracer.Start(ctx, name)
	return ctx, func(err error) {
		if err != nil {
			span.RecordError(err)
			span.SetStatus(codes.Error, name+" failed")
		}
		span.End()
		t.seconds.Record(ctx, time.Since(started).Seconds(), metric.WithAttributes(attribute.String("stage", name)))
	}
}

// Answered implements [rag.Observer].
func (t *telemetry) Answered(ctx context.Context, a rag.Answer) {
	about := []attribute.KeyValue{attribute.String("answerer", a.Answerer), attribute.String("refused", string(a.Reason))}
	trace.SpanFromContext(ctx).SetAttributes(append(about,
		attribute.String("answer.id", a.ID), attribute.Int("citations", len(a.Citations)))...)
	t.answers.Add(ctx, 1, metric.WithAttributes(about...))
	if a.Usage != nil {
		t.tokens.Add(ctx, int64(a.Usage.PromptTokens), metric.WithAttributes(attribute.String("direction", "in")))
		t.tokens.Add(ctx, int64(a.Usage.CompletionTokens), metric.WithAttributes(attribute.String("direction", "out")))
	}
}

// observed puts the stages of each question under one span.
type observed struct {
	api.Chain
	telemetry *telemetry
}

// Answer implements [api.Chain].
func (o observed) Answer(ctx context.Context, q rag.Question, options rag.AnswerOptions) (rag.Answer, error) {
	ctx, end := o.telemetry.Stage(ctx, "answer")
	a, err := o.Chain.Answer(ctx, q, options)
	end(err)
	return a, err
}
