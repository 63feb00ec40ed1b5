package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zhiwen/rag/index"
)

// watch keeps an eye on the store of a long-running command: for /readyz and
// /metrics.
type watch struct {
	path   string // of the database
	opened os.FileInfo
	store  collection

	articles, passages, generation, ingested, age, bytes *prometheus.Desc
}

// newWatch watches the store in a folder, which has just been opened.
func newWatch(dir string, store collection) (*watch, error) {
	path := filepath.Join(dir, "zhiwen.db")
	opened, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("look at the store: %w", err)
	}
	describe := func(name, help string) *prometheus.Desc { return prometheus.NewDesc("zhiwen_"+name, help, nil, nil) }
	return &watch{
		path: path, opened: opened, store: store,
		articles:   describe("articles", "Articles in the store."),
		passages:   describe("passages", "Passages in the store."),
		generation: describe("store_generation", "Number of the last change of the store's articles."),
		ingested:   describe("last_ingest_timestamp_seconds", "When articles were last ingested, Unix time."),
		age:        describe("last_ingest_age_seconds", "How long ago articles were last ingested."),
		bytes:      describe("store_bytes", "Size of the store."),
	}, nil
}

// errReplaced says that answers come from a store that is no longer there.
var errReplaced = errors.New("the store was replaced or removed while this program ran; start it again to read the new one")

// ready tells why no questions should be sent here now.
func (w *watch) ready(ctx context.Context) error {
	if _, ok := w.store.(*index.Store); !ok {
		_, err := w.store.Refresh(ctx)
		return err
	}
	if now, err := os.Stat(w.path); err != nil || !os.SameFile(now, w.opened) {
		return errReplaced
	}
	return nil
}

// Describe implements prometheus.Collector.
func (w *watch) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{w.articles, w.passages, w.generation, w.ingested, w.age, w.bytes} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (w *watch) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	st, err := w.store.Status(ctx)
	if err != nil {
		return // a store that cannot be read shows in /readyz
	}
	gauge := func(d *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value)
	}
	gauge(w.articles, float64(st.Articles))
	gauge(w.passages, float64(st.Passages))
	gauge(w.generation, float64(st.Generation))
	gauge(w.bytes, float64(st.Bytes))
	if !st.LastIngest.IsZero() {
		gauge(w.ingested, float64(st.LastIngest.Unix()))
		gauge(w.age, time.Since(st.LastIngest).Seconds())
	}
}
