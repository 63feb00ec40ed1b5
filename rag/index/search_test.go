package index_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"zhiwen/rag/index/indextest"
)

func TestHugeAndOddQuestions(t *testing.T) {
	ctx := context.Background()
	s := open(t, options(t))
	add(t, s, indextest.Articles()...)
	for _, q := range []string{
		strings.Repeat("大桥主跨多少米？", 50_000), // over 1 MB
		strings.Repeat("x", 1<<20),
		"\x00\x1b[31m", "\xff\xfe", "？", " ", "熊猫\xff",
	} {
		start := time.Now()
		if _, err := s.Keyword(ctx, q, 5); err != nil {
			t.Errorf("%.20q: %v", q, err)
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("%.20q took %v", q, d)
		}
	}
}
