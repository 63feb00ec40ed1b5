package grounding

import (
	"os"
	"sync"
	"testing"

	"zhiwen/embeddings"
	"zhiwen/rag/reader"
	"zhiwen/rag/reading"
)

var openReader = sync.OnceValues(func() (*reader.Model, error) { return reader.Open(embeddings.Options{}) })

// testReader is the reader that comes with the program. Without ONNX Runtime the
// test is skipped, or fails where ZHIWEN_REQUIRE_MODEL=1 says that it must be there.
func testReader(t testing.TB) reading.Reader {
	t.Helper()
	m, err := openReader()
	if err != nil {
		if os.Getenv("ZHIWEN_REQUIRE_MODEL") == "1" {
			t.Fatal(err)
		}
		t.Skip("skipped, ONNX Runtime is not there:", err)
	}
	return m
}
