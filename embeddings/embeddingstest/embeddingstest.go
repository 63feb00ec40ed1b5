// Package embeddingstest holds every embeddings.Embedder to the same
// behaviour. Run it from the test of an implementation or a decorator:
//
//	embeddingstest.Run(t, func(t *testing.T) embeddings.Embedder { return mine })
//
// Local gives the default model, NewServer a local HTTP server that speaks the
// protocols of OpenAI and Ollama with real vectors behind it.
package embeddingstest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhiwen/embeddings"
)

// Local is the default model in this process, closed at the end of the test.
// Where the model is not there, the test is skipped, or fails when the
// environment says ZHIWEN_REQUIRE_MODEL=1.
func Local(tb testing.TB) embeddings.Embedder {
	tb.Helper()
	e, err := embeddings.New(tb.Context(), embeddings.Options{})
	if errors.Is(err, embeddings.ErrModelMissing) && os.Getenv("ZHIWEN_REQUIRE_MODEL") != "1" {
		tb.Skip("skipped, the model is not there:", err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close() })
	return e
}

// Run checks what every Embedder promises. open is called once for each
// subtest; the embedder it returns must be backed by a real model.
func Run(t *testing.T, open func(t *testing.T) embeddings.Embedder) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, embeddings.Embedder){
		"order":         order,
		"unit length":   unitLength,
		"leaves texts":  leavesTexts,
		"nothing to do": nothingToDo,
		"blank and odd": blankAndOdd,
		"meaning":       meaning,
		"repeatable":    repeatable,
		"at once":       atOnce,
		"cancelled":     cancelled,
		"closed":        closed,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

// Faults checks how an embedder that speaks to server reports what goes wrong
// there: at once, with an error that callers can tell apart.
func Faults(t *testing.T, open func(t *testing.T, server *Server) embeddings.Embedder) {
	t.Helper()
	backend := Local(t)
	texts := []string{"第一段", "第二段", "第三段"}
	for _, tc := range []struct {
		name  string
		fault Fault
		want  error
		code  int
	}{
		{name: "too many requests", fault: Fault{Status: 429, RetryAfter: "7"}, code: 429},
		{name: "server error", fault: Fault{Status: 500}, code: 500},
		{name: "no such model", fault: Fault{Status: 404}, code: 404},
		{name: "wrong key", fault: Fault{Status: 401}, code: 401},
		{name: "dropped connection", fault: Fault{Drop: true}, want: embeddings.ErrUnreachable},
		{name: "half an answer", fault: Fault{Half: true}, want: embeddings.ErrUnreachable},
		{name: "one vector short", fault: Fault{Short: true}, want: embeddings.ErrCount},
		{name: "no vectors", fault: Fault{Empty: true}, want: embeddings.ErrCount},
		{name: "another dimension", fault: Fault{Dimension: 7}, want: embeddings.ErrDimension},
		{name: "zero vector", fault: Fault{Zero: true}, want: embeddings.ErrBadVector},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := NewServer(t, backend)
			e := open(t, server)
			if _, err := e.EmbedDocuments(t.Context(), texts); err != nil {
				t.Fatalf("before the fault: %v", err)
			}
			server.Next(tc.fault)
			vectors, err := e.EmbedDocuments(t.Context(), texts)
			if err == nil || vectors != nil {
				t.Fatalf("got %d vectors and error %v", len(vectors), err)
			}
			var status *embeddings.StatusError
			switch {
			case tc.code != 0 && !errors.As(err, &status):
				t.Fatalf("error %v does not carry a status", err)
			case tc.code != 0 && status.Code != tc.code:
				t.Errorf("status %d, want %d", status.Code, tc.code)
			case tc.code == 429 && status.RetryAfter.Seconds() != 7:
				t.Errorf("wait of %v, want the server's 7 s", status.RetryAfter)
			case tc.want != nil && !errors.Is(err, tc.want):
				t.Errorf("error %q does not wrap %q", err, tc.want)
			}
			if strings.Contains(err.Error(), Key) {
				t.Errorf("the error gives the key away: %v", err)
			}
			if _, err := e.EmbedDocuments(t.Context(), texts); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
	t.Run("cancelled meanwhile", func(t *testing.T) {
		server := NewServer(t, backend)
		e := open(t, server)
		ctx, cancel := context.WithCancel(t.Context())
		server.Next(Fault{Hang: cancel})
		if _, err := e.EmbedDocuments(ctx, texts); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want one that wraps context.Canceled", err)
		}
	})
}

func order(t *testing.T, e embeddings.Embedder) {
	var texts []string
	for i := range 41 {
		// Lengths go up and down, so that sorting by length shows.
		texts = append(texts, strings.Repeat("数据", 1+i*7%11)+fmt.Sprint(i))
	}
	vectors := documents(t, e, texts)
	for i, text := range texts {
		if s := similarity(vectors[i], query(t, e, text)); s < 0.9999 {
			t.Errorf("vector %d has similarity %.4f to its own text", i, s)
		}
	}
}

func unitLength(t *testing.T, e embeddings.Embedder) {
	vectors := documents(t, e, []string{"短", strings.Repeat("很长的文章。", 2000), "Mixed 中英 text 5G"})
	for i, v := range vectors {
		if len(v) != e.Info().Dimension {
			t.Errorf("vector %d has %d components, want %d", i, len(v), e.Info().Dimension)
		}
		if n := similarity(v, v); math.Abs(n-1) > 1e-5 {
			t.Errorf("vector %d has squared length %v", i, n)
		}
	}
	info := e.Info()
	if info.Provider == "" || info.Model == "" || len(info.Fingerprint) != 64 {
		t.Errorf("incomplete: %+v", info)
	}
}

func leavesTexts(t *testing.T, e embeddings.Embedder) {
	texts := []string{"第一行\n第二行", " 前后有空白 ", "ＡＢＣ"}
	before := slices.Clone(texts)
	documents(t, e, texts)
	if !slices.Equal(texts, before) {
		t.Errorf("the texts were changed to %q", texts)
	}
}

func nothingToDo(t *testing.T, e embeddings.Embedder) {
	for _, texts := range [][]string{nil, {}} {
		if vectors, err := e.EmbedDocuments(t.Context(), texts); err != nil || len(vectors) != 0 {
			t.Errorf("no texts: %d vectors, error %v", len(vectors), err)
		}
	}
}

// blankAndOdd: a text without words may be refused, but never gets a vector
// without a direction.
func blankAndOdd(t *testing.T, e embeddings.Embedder) {
	for _, text := range []string{"", " ", "\n\t", "\x00", "\xff\xfe", "\u200b", "😀", "[CLS]", strings.Repeat(" ", 5000)} {
		v, err := e.EmbedQuery(t.Context(), text)
		if err == nil && math.Abs(similarity(v, v)-1) > 1e-5 {
			t.Errorf("%.20q: squared length %v", text, similarity(v, v))
		}
	}
}

func meaning(t *testing.T, e embeddings.Embedder) {
	texts := []string{
		"本届博览会共签约项目九十二个，投资额超过两千亿元。",
		"周末天气晴朗，适合到郊外爬山。",
		"这道菜先用小火慢炖，再加少许盐。",
	}
	vectors := documents(t, e, texts)
	q := query(t, e, "博览会签了多少项目？")
	for i := 1; i < len(texts); i++ {
		if near, far := similarity(q, vectors[0]), similarity(q, vectors[i]); near < far+0.1 {
			t.Errorf("similarity %.3f to what answers the question, %.3f to %q", near, far, texts[i])
		}
	}
}

// repeatable: a text's vector depends on nothing but the text.
func repeatable(t *testing.T, e embeddings.Embedder) {
	text := "智能汽车与数字经济"
	alone := documents(t, e, []string{text})[0]
	among := documents(t, e, []string{strings.Repeat("旁边的长文章。", 60), text, "短"})[1]
	if s := similarity(alone, among); s < 0.99999 {
		t.Errorf("similarity %.6f between a text alone and among others", s)
	}
}

func atOnce(t *testing.T, e embeddings.Embedder) {
	texts := []string{"一", "二二", "三三三", "四四四四"}
	want := documents(t, e, texts)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			got, err := e.EmbedDocuments(t.Context(), texts)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range want {
				if similarity(got[i], want[i]) < 0.9999 {
					t.Errorf("text %d got another vector", i)
				}
			}
		})
	}
	all.Wait()
}

func cancelled(t *testing.T, e embeddings.Embedder) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := e.EmbedDocuments(ctx, []string{"新的一段文字"}); !errors.Is(err, context.Canceled) || v != nil {
		t.Errorf("documents: %d vectors, error %v", len(v), err)
	}
	if v, err := e.EmbedQuery(ctx, "新的一段文字"); !errors.Is(err, context.Canceled) || v != nil {
		t.Errorf("query: vector of %d, error %v", len(v), err)
	}
}

func closed(t *testing.T, e embeddings.Embedder) {
	for range 2 {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if _, err := e.EmbedQuery(t.Context(), "之后"); !errors.Is(err, embeddings.ErrClosed) {
		t.Errorf("query after close: %v", err)
	}
	if _, err := e.EmbedDocuments(t.Context(), []string{"之后"}); !errors.Is(err, embeddings.ErrClosed) {
		t.Errorf("documents after close: %v", err)
	}
}

func documents(t *testing.T, e embeddings.Embedder, texts []string) [][]float32 {
	t.Helper()
	vectors, err := e.EmbedDocuments(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if len(vectors) != len(texts) {
		t.Fatalf("%d vectors for %d texts", len(vectors), len(texts))
	}
	return vectors
}

func query(t *testing.T, e embeddings.Embedder, text string) []float32 {
	t.Helper()
	v, err := e.EmbedQuery(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// similarity is the inner product, 0 for vectors of different size.
func similarity(a, b []float32) float64 {
	if len(a) != len(b) {
		return 0
	}
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
