package mcp

import (
	"encoding/json"
	"testing"
)

// What is let through can be read, so that the SDK and its libraries have nothing to say.
func FuzzReadArguments(f *testing.F) {
	for _, in := range []string{``, `null`, `{}`, `{"question":"几个"}`, `{"question":"q","history":[{"question":"a","answer":"b"},null]}`,
		`{"question":"q","k":10.0}`, `{"question":"q","k":1e400}`, `{"question":"q","k":1e-9}`, `{"Question":"q"}`, `{"question":"q"}{}`,
		`{"article_id":"a","around":null,"paragraph":-0}`, `{"question":"q","k":0.1e1}`} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		check(t, in, new(AskInput))
		check(t, in, new(SearchInput))
		check(t, in, new(SourceInput))
		check(t, in, new(ListInput))
	})
}

func check[T any](t *testing.T, in string, into *T) {
	t.Helper()
	schema := schemaOf[T]()
	out, err := readArguments(schema, json.RawMessage(in))
	if err != nil {
		return
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(out, &value); err != nil {
		t.Fatal(err)
	}
	if err := resolved.Validate(value); err != nil {
		t.Errorf("%q became %s: %v", in, out, err)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Errorf("%q became %s: %v", in, out, err)
	}
}
