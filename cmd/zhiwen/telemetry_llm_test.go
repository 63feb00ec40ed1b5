package main

import (
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/proto"
)

// collector is an OTLP receiver over HTTP that reads what it gets.
type collector struct {
	*httptest.Server
	mu      sync.Mutex
	spans   map[string]string // name → name of the parent, "" for none
	points  map[string]float64
	service string
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{spans: map[string]string{}, points: map[string]float64{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unzipped, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unzipped
		}
		raw, err := io.ReadAll(body)
		if err != nil || r.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("%s: %s, %v", r.URL.Path, r.Header.Get("Content-Type"), err)
		}
		if strings.Contains(string(raw), "智博会") {
			t.Errorf("%s: the words of the question", r.URL.Path)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		switch r.URL.Path {
		case "/v1/traces":
			var got tracepb.ExportTraceServiceRequest
			if err := proto.Unmarshal(raw, &got); err != nil {
				t.Error(err)
			}
			c.trace(&got)
		case "/v1/metrics":
			var got metricspb.ExportMetricsServiceRequest
			if err := proto.Unmarshal(raw, &got); err != nil {
				t.Error(err)
			}
			c.measure(&got)
		default:
			t.Errorf("a post to %s", r.URL.Path)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func attributes(list []*commonpb.KeyValue, name string) string {
	for _, kv := range list {
		if kv.Key == name {
			return kv.Value.GetStringValue()
		}
	}
	return ""
}

func (c *collector) trace(got *tracepb.ExportTraceServiceRequest) {
	names := map[string]string{}
	for _, r := range got.ResourceSpans {
		c.service = attributes(r.Resource.GetAttributes(), "service.name")
		for _, s := range r.ScopeSpans {
			for _, span := range s.Spans {
				names[string(span.SpanId)] = span.Name
			}
			for _, span := range s.Spans {
				c.spans[span.Name] = names[string(span.ParentSpanId)]
			}
		}
	}
}

func (c *collector) measure(got *metricspb.ExportMetricsServiceRequest) {
	for _, r := range got.ResourceMetrics {
		for _, s := range r.ScopeMetrics {
			for _, m := range s.Metrics {
				for _, p := range m.GetHistogram().GetDataPoints() {
					c.points[m.Name+" "+attributes(p.Attributes, "stage")] += float64(p.Count)
				}
				for _, p := range m.GetSum().GetDataPoints() {
					c.points[strings.TrimSpace(m.Name+" "+attributes(p.Attributes, "answerer")+attributes(p.Attributes, "direction"))] += float64(p.GetAsInt())
				}
			}
		}
	}
}

// What arrives at a collector: a span for each stage below one for the answer,
// and metrics with the time of each stage, who answered, and the tokens.
func TestTelemetryArrives(t *testing.T) {
	useConfig(t)
	store := shippedStore(t)
	s := newModelServer(t, func(w *modelStream) {
		w.say(goodClaim)
		w.end()
	})
	config := s.config(t)
	c := newCollector(t)
	t.Setenv("ZHIWEN_TELEMETRY_ENDPOINT", c.URL)
	if status, _, errs := zhiwen(t, "", "ask", "--config", config, "--store", store, questionZH); status != 0 || errs != "" {
		t.Fatalf("status %d, errors %q", status, errs)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if parent, ok := c.spans["answer"]; !ok || parent != "" || c.service != "zhiwen" {
		t.Errorf("service %q, spans %v", c.service, c.spans)
	}
	for _, stage := range []string{"retrieve", "generate"} {
		if c.spans[stage] != "answer" {
			t.Errorf("the span %s is below %q; spans %v", stage, c.spans[stage], c.spans)
		}
		if c.points["zhiwen.stage.duration "+stage] != 1 {
			t.Errorf("no time of %s in %v", stage, c.points)
		}
	}
	for name, want := range map[string]float64{"zhiwen.answers openai/test-model": 1, "zhiwen.tokens in": 321, "zhiwen.tokens out": 45} {
		if c.points[name] != want {
			t.Errorf("%s is %v in %v", name, c.points[name], c.points)
		}
	}
}

// Without an endpoint nothing is sent anywhere, not even where the standard
// variables of OpenTelemetry point.
func TestTelemetryOff(t *testing.T) {
	useConfig(t)
	store := shippedStore(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	connections := 0
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			connections++
			mu.Unlock()
			conn.Close()
		}
	}()
	defer listener.Close()
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"} {
		t.Setenv(name, "http://"+listener.Addr().String())
	}
	if slices.ContainsFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "ZHIWEN_TELEMETRY_") }) {
		t.Fatal("telemetry is configured")
	}
	t.Setenv("ZHIWEN_LLM_PROVIDER", "none")
	if status, out, errs := zhiwen(t, "", "ask", "--store", store, questionZH); status != 0 || !strings.Contains(out, "92") {
		t.Fatalf("status %d, output %q, errors %q", status, out, errs)
	}
	mu.Lock()
	defer mu.Unlock()
	if connections > 0 {
		t.Errorf("%d connections to a collector that was not asked for", connections)
	}
}
