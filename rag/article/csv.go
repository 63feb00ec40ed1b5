package article

import (
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// looksLikeCSV returns what stands between the cells of a table in plain text. A
// name ending in .csv or .tsv says that it is one; otherwise each line must have
// as many tabs as the others, at least one.
func looksLikeCSV(text, path string) (comma rune, ok bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".tsv", ".tab":
		return '\t', true
	case ".csv":
		return mostOf(text, ",;\t，|"), true
	}
	lines, tabs := 0, -1
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		n := strings.Count(line, "\t")
		if n == 0 || tabs >= 0 && n != tabs || strings.HasPrefix(line, "\t") || utf8.RuneCountInString(line) > 2000 {
			return 0, false
		}
		tabs = n
		if lines++; lines == 200 {
			break
		}
	}
	return '\t', lines > 2
}

// mostOf is the mark that separates the first lines most evenly.
func mostOf(text, marks string) rune {
	lines := strings.SplitN(text, "\n", 6)
	lines = lines[:min(len(lines), 5)]
	best, found := ',', 0
	for _, mark := range marks {
		least := -1
		for _, line := range lines {
			if strings.TrimSpace(line) == "" {
				continue
			}
			if n := strings.Count(line, string(mark)); least < 0 || n < least {
				least = n
			}
		}
		if least > found {
			best, found = mark, least
		}
	}
	return best
}

// parseCSV reads a table in plain text.
func parseCSV(text, path string, comma rune, opts Options) draft {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = comma, -1, true, true
	g := grid{headers: -1}
	total := strings.Count(text, "\n") + 1
	for opts.stopped() == nil {
		opts.progress("rows", len(g.rows), total)
		record, err := r.Read()
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				opts.omit(OmitUnreadable, fmt.Sprintf("line %d: %v", bad.Line, bad.Err))
				continue
			}
			break
		}
		row := make([]cell, len(record))
		for i, field := range record {
			row[i].text = field
		}
		g.rows = append(g.rows, row)
	}
	var blocks []block
	for _, part := range g.apart() {
		blocks = append(blocks, part.blocks()...)
	}
	d := assemble(blocks, meta{title: nameTitle(path)}, opts)
	d.table = true
	return d
}

// nameTitle is a title made of a file's name.
func nameTitle(path string) string {
	base := filepath.Base(filepath.ToSlash(path))
	return strings.TrimSpace(strings.ReplaceAll(strings.TrimSuffix(base, filepath.Ext(base)), "_", " "))
}
