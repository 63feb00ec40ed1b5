package article

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever reads a large document sees how far it is.
func TestProgress(t *testing.T) {
	book, err := filepath.Glob(filepath.Join("testdata", "formats", "*.xlsx"))
	if err != nil || len(book) == 0 {
		t.Fatal("no workbook", err)
	}
	cells, err := os.ReadFile(book[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, unit string
		raw        []byte
		least      int // steps
	}{
		{"a.jsonl", "lines", []byte(strings.Repeat(`{"text":"东江大桥今天通车。"}`+"\n", 50)), 50},
		{"a.csv", "rows", []byte("桥,长\n" + strings.Repeat("东江大桥,1860\n", 50)), 50},
		{"a.xlsx", "rows", cells, 3},
	} {
		steps, last := 0, 0
		_, err := Parse(c.raw, c.name, Options{Progress: func(unit string, done, total int) {
			if unit != c.unit || done < 0 || done > total {
				t.Fatalf("%s: %d of %d %s", c.name, done, total, unit)
			}
			steps++
			last = max(last, done)
		}})
		if err != nil || steps < c.least || last == 0 {
			t.Errorf("%s: %d steps up to %d, %v", c.name, steps, last, err)
		}
	}
}
