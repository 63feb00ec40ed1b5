package embeddings

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// requireFiles finds the default model. Without it the test is skipped, or
// fails where ZHIWEN_REQUIRE_MODEL=1 says that it must be there.
func requireFiles(tb testing.TB) files {
	tb.Helper()
	f, err := locate(Options{})
	if err == nil {
		return f
	}
	if os.Getenv("ZHIWEN_REQUIRE_MODEL") == "1" {
		tb.Fatal(err)
	}
	tb.Skip("skipped, the model is not there:", err)
	return files{}
}

func mustTokenizer(tb testing.TB, asFile bool) *tokenizer {
	tb.Helper()
	f := requireFiles(tb)
	if !asFile {
		t, err := loadTokenizer(f.tokenizer, maxTokens)
		if err != nil {
			tb.Fatal(err)
		}
		return t
	}
	data, err := os.ReadFile(f.tokenizer)
	if err != nil {
		tb.Fatal(err)
	}
	t, err := parseTokenizer(data, maxTokens)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

type tokenRow struct {
	Text  string  `json:"text"`
	IDs   []int64 `json:"ids"`
	Lower []int64 `json:"lower"`
}

func tokenTable(tb testing.TB) []tokenRow {
	tb.Helper()
	file, err := os.Open("testdata/token_ids.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	var rows []tokenRow
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row tokenRow
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			tb.Fatalf("line %d: %v", len(rows)+1, err)
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return rows
}

// The table was written by the Hugging Face tokenizers package.
func TestTokenIDsEqualHuggingFace(t *testing.T) {
	exact, lower := mustTokenizer(t, true), mustTokenizer(t, false)
	rows := tokenTable(t)
	if len(rows) < 300 {
		t.Fatalf("the table has %d rows, want at least 300", len(rows))
	}
	full := 0
	for i, row := range rows {
		if got := exact.encode(row.Text); !slices.Equal(got, row.IDs) {
			t.Errorf("row %d %.60q:\n got %v\nwant %v", i+1, row.Text, got, row.IDs)
		}
		if got := lower.encode(row.Text); !slices.Equal(got, row.Lower) {
			t.Errorf("row %d %.60q, lower case:\n got %v\nwant %v", i+1, row.Text, got, row.Lower)
		}
		if len(row.IDs) == maxTokens {
			full++
		}
	}
	if full < 10 {
		t.Errorf("%d rows are truncated, want at least 10", full)
	}
}

func TestLowerCaseBecauseOfTheVocabulary(t *testing.T) {
	exact, lower := mustTokenizer(t, true), mustTokenizer(t, false)
	if exact.normalizer.lowercase || !lower.normalizer.lowercase || !lower.normalizer.stripAccents {
		t.Fatalf("to the letter: %+v, for use: %+v", exact.normalizer, lower.normalizer)
	}
	if ids := exact.encode("5G"); !slices.Contains(ids, exact.unknown) {
		t.Errorf("to the letter, 5G is known after all: %v", ids)
	}
	for _, text := range []string{"5G", "AI", "Café", "iPhone"} {
		if ids := lower.encode(text); slices.Contains(ids, lower.unknown) {
			t.Errorf("%s holds the unknown token: %v", text, ids)
		}
	}
}

func TestParseTokenizerRefuses(t *testing.T) {
	bert := func(model string) string {
		return `{"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"},"model":` + model + `}`
	}
	vocab := `{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2}}`
	if _, err := parseTokenizer([]byte(bert(vocab)), 8); err != nil {
		t.Fatalf("the smallest tokenizer: %v", err)
	}
	for name, tc := range map[string]struct {
		json, want string
		limit      int
	}{
		"not JSON":         {`{`, "unexpected end", 8},
		"another model":    {bert(`{"type":"BPE"}`), `"BPE"`, 8},
		"no normalizer":    {`{"model":{"type":"WordPiece"}}`, "BertNormalizer", 8},
		"no pre-tokenizer": {`{"normalizer":{"type":"BertNormalizer"},"model":{"type":"WordPiece"}}`, "BertPreTokenizer", 8},
		"no unknown":       {bert(`{"type":"WordPiece","unk_token":"[UNK]","vocab":{}}`), `"[UNK]"`, 8},
		"no CLS":           {bert(`{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0}}`), "[CLS]", 8},
		"no room":          {bert(vocab), "no room", 2},
		"stripping special": {`{"added_tokens":[{"content":"[X]","lstrip":true}],` + bert(vocab)[1:],
			`"[X]"`, 8},
	} {
		_, err := parseTokenizer([]byte(tc.json), tc.limit)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want one with %s", name, err, tc.want)
		}
	}
}

func FuzzEncode(f *testing.F) {
	exact, lower := mustTokenizer(f, true), mustTokenizer(f, false)
	for _, row := range tokenTable(f) {
		f.Add(row.Text)
	}
	f.Add("\xff\xfe[CLS]\x80")
	known := make(map[int64]bool)
	for _, id := range exact.first {
		known[id] = true
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tok := range []*tokenizer{exact, lower} {
			ids := tok.encode(text)
			if len(ids) < 2 || len(ids) > maxTokens || ids[0] != tok.begin[0] || ids[len(ids)-1] != tok.end[0] {
				t.Fatalf("%q: not between [CLS] and [SEP] within %d ids: %v", text, maxTokens, ids)
			}
			for _, id := range ids {
				if !known[id] {
					t.Fatalf("%q: id %d is not in the vocabulary", text, id)
				}
			}
			if utf8.ValidString(text) && len(ids) < maxTokens {
				// Han characters stand alone, so what follows one is
				// tokenised as if it stood by itself.
				joined := append(ids[:len(ids)-1:len(ids)-1], tok.encode("中" + text)[1:]...)
				if whole := tok.encode(text + "中" + text); len(joined) <= maxTokens && !slices.Equal(whole, joined) {
					t.Fatalf("%q: twice with a Han character between:\n got %v\nwant %v", text, whole, joined)
				}
			}
		}
	})
}
