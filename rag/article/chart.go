package article

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// chartSeries is a series of a diagram as the file remembers it: diagrams keep the
// figures that they were last drawn from.
type chartSeries struct {
	name       string
	categories []string
	values     map[int]string
}

// maxPoints bounds the points of a series.
const maxPoints = 10_000

// bubbleSize is the column of what the circles of a diagram show by their size.
const bubbleSize = "大小"

// diagrams reads those that a part of a package shows.
type diagrams struct {
	p      *zipPackage
	parts  map[string]string // that the part points to, by relation
	failed error             // the first one
}

func (p *zipPackage) diagrams(part string) (diagrams, error) {
	parts, err := p.relations(part)
	return diagrams{p: p, parts: parts}, err
}

// read reads the diagram that an element shows as tables: a column for each series, a row
// for each category. Series with other categories, as clouds of points have them, are
// tables of their own. A diagram of more points than a table may have is not read, see
// tellCharts. root is nil where there is no diagram.
func (d *diagrams) read(e *element, page int) (out []block, root *element) {
	part := d.parts[e.attrs["id"]]
	root, err := d.p.xmlPart(part)
	if err != nil && d.failed == nil {
		d.failed = err
	}
	if root == nil {
		return nil, nil
	}
	caption, tables := readChart(root)
	for i, g := range tables {
		g.caption, g.page = caption, page
		rows := g.blocks()
		if i > 0 && caption != "" {
			rows = rows[1:] // is said once
		}
		out = append(out, rows...)
	}
	d.p.charts[part] = len(out) > 0
	return out, root
}

// readChart is what a diagram is called, with the names of its axes, and its tables.
func readChart(root *element) (caption string, tables []grid) {
	plot := root.find("plotArea")
	var names []string
	for _, c := range []*element{root.find("chart").child("title"), plot.find("valAx").child("title")} {
		if text := oneLine(textOf(c)); text != "" {
			names = append(names, text)
		} else if text := oneLine(cached(c)[0]); text != "" {
			names = append(names, text)
		}
	}
	var groups [][]chartSeries
	places := map[string]int{} // of the groups, by their categories
	cells, fits := 0, true
	plot.all("ser", func(e *element) {
		for _, s := range readSeries(e) {
			key := strings.Join(s.categories, "\n")
			at, ok := places[key]
			if !ok {
				at, groups = len(groups), append(groups, nil)
				places[key] = at
			}
			groups[at] = append(groups[at], s)
			for i := range s.values {
				cells, fits = cells+len(groups[at]), fits && i < maxPoints
			}
		}
	})
	if !fits || cells > maxCells {
		return "", nil
	}
	category := oneLine(textOf(plot.find("catAx").child("title")))
	for _, g := range groups {
		tables = append(tables, chartGrid(category, g))
	}
	return strings.Join(names, "，"), tables
}

func chartGrid(category string, series []chartSeries) grid {
	g := grid{headers: 1, rows: [][]cell{{{text: category, header: true}}}}
	for _, s := range series {
		g.rows[0] = append(g.rows[0], cell{text: s.name, header: true})
	}
	filled := map[int]bool{}
	for _, s := range series {
		for i := range s.values {
			filled[i] = true
		}
	}
	for _, i := range slices.Sorted(maps.Keys(filled)) {
		row := []cell{{}}
		if i < len(series[0].categories) {
			row[0].text = series[0].categories[i]
		}
		for _, s := range series {
			row = append(row, cell{text: s.values[i]})
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// readSeries reads a series that has values. What circles show by their size is a
// series beside it.
func readSeries(e *element) []chartSeries {
	name := oneLine(cached(e.child("tx"))[0])
	var names []string
	for _, kind := range []string{"cat", "xVal"} {
		if c := e.child(kind); c != nil {
			names = categories(c)
		}
	}
	var out []chartSeries
	for _, kind := range []string{"val", "yVal", "bubbleSize"} {
		values := cached(e.child(kind))
		maps.DeleteFunc(values, func(_ int, v string) bool { return v == "" })
		if len(values) == 0 {
			continue
		}
		s := chartSeries{name: name, categories: names, values: values}
		if kind == "bubbleSize" {
			s.name += bubbleSize
		}
		out = append(out, s)
	}
	return out
}

// categories are the names of the points. Of several levels the innermost comes first
// in the file; an outer name holds up to the next one.
func categories(e *element) []string {
	levels := [][]string{}
	e.all("lvl", func(l *element) { levels = append(levels, filled(cached(l))) })
	if len(levels) == 0 {
		return filled(cached(e))
	}
	out := slices.Clone(levels[0])
	for _, outer := range levels[1:] {
		last := ""
		for i := range out {
			if i < len(outer) && outer[i] != "" {
				last = outer[i]
			}
			out[i] = strings.TrimSpace(last + " " + out[i])
		}
	}
	return out
}

func filled(values map[int]string) []string {
	n := 0
	for i := range values {
		n = max(n, min(i+1, maxPoints))
	}
	out := make([]string, n)
	for i := range out {
		out[i] = values[i]
	}
	return out
}

// cached are the values that a reference or a list remembers, by their place, as they
// are shown.
func cached(e *element) map[int]string {
	out := map[int]string{}
	if e == nil {
		return out
	}
	format := e.find("formatCode").content()
	e.all("pt", func(pt *element) {
		i, err := strconv.Atoi(pt.attrs["idx"])
		if err != nil || i < 0 {
			return
		}
		out[i] = shown(oneLine(pt.child("v").content()), cmp.Or(pt.attrs["formatCode"], format))
	})
	if len(out) == 0 {
		if v := oneLine(e.child("v").content()); v != "" {
			out[0] = v
		}
	}
	return out
}

// notFormat is what of a format is colours, places and words.
var notFormat = regexp.MustCompile(`\[[^\]]*\]|"[^"]*"|\\.`)

// shown writes a number as a format of Office shows it, as far as it is a share or a
// day, and without the digits that only binary fractions have.
func shown(value, format string) string {
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || strings.ContainsAny(value, "xXpPnN") {
		return value
	}
	plain, _, _ := strings.Cut(notFormat.ReplaceAllString(strings.ToLower(format), ""), ";")
	switch {
	case strings.Contains(plain, "%"):
		return strconv.FormatFloat(n*100, 'f', decimals(plain), 64) + "%"
	case strings.ContainsAny(plain, "yd") && n >= 1 && n < 2_958_466:
		day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n))
		if !strings.Contains(plain, "d") {
			return day.Format("2006-01")
		}
		return day.Format(time.DateOnly)
	}
	if rounded := strconv.FormatFloat(n, 'g', 15, 64); len(rounded) < len(value) && !strings.Contains(rounded, "e") {
		return rounded
	}
	return value
}

// decimals counts the places that a format shows.
func decimals(format string) int {
	_, places, ok := strings.Cut(format, ".")
	if !ok {
		return 0
	}
	return len(places) - len(strings.TrimLeft(places, "0#"))
}

// sheetRef is a range of cells that a diagram is drawn from.
var sheetRef = regexp.MustCompile(`^'?(.+?)'?!\$?[A-Z]`)

// drawings reads the text boxes and diagrams that lie on a sheet. Diagrams that are
// drawn from cells that are read say nothing more but for what they are called.
func (p *zipPackage) drawings(sheet string, visible func(sheet string) bool, opts Options) ([]block, error) {
	relations, err := p.relations(sheet)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, part := range relations {
		if path.Base(path.Dir(part)) == "drawings" && path.Ext(part) == ".xml" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	slices.Sort(parts)
	var out []block
	for _, part := range parts {
		root, err := p.xmlPart(part)
		if err != nil {
			return nil, err
		}
		charts, err := p.diagrams(part)
		if err != nil {
			return nil, err
		}
		r := drawingReader{charts: charts, visible: visible, opts: opts}
		r.walk(root)
		if r.charts.failed != nil {
			return nil, r.charts.failed
		}
		out = append(out, r.blocks...)
	}
	return out, nil
}

// drawingReader reads what lies on a sheet.
type drawingReader struct {
	charts  diagrams
	visible func(sheet string) bool
	opts    Options
	blocks  []block
}

func (r *drawingReader) walk(e *element) {
	if e == nil {
		return
	}
	for _, c := range e.children {
		switch c.name {
		case "Fallback":
		case "sp":
			if isTrue(c.find("cNvPr").attr("hidden")) {
				r.opts.omit(OmitHidden, textOf(c))
				continue
			}
			c.find("txBody").all("p", func(para *element) {
				if text := strings.TrimSpace(textOf(para)); text != "" {
					r.blocks = append(r.blocks, block{text: text, kind: blockNote, marked: true})
				}
			})
		case "chart":
			r.chart(c)
		default:
			r.walk(c)
		}
	}
}

func (r *drawingReader) chart(e *element) {
	blocks, root := r.charts.read(e, 0)
	if root == nil {
		return
	}
	sources, inCells := 0, root.find("numLit") == nil && root.find("strLit") == nil
	root.all("f", func(f *element) {
		sources++
		at := sheetRef.FindStringSubmatch(f.content())
		inCells = inCells && at != nil && r.visible(strings.ReplaceAll(at[1], "''", "'"))
	})
	inCells = inCells && sources > 0
	for _, b := range blocks {
		if inCells && b.kind == blockRow {
			r.opts.omit(OmitRepeated, b.text)
			continue
		}
		r.blocks = append(r.blocks, b)
	}
}

func isTrue(v string) bool { return v == "1" || v == "true" }
