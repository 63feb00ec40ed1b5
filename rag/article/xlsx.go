package article

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// parseXLSX reads the visible sheets of a workbook: each is a table below its
// name. Cells come as they are shown, dates and shares formatted.
func parseXLSX(raw []byte, p *zipPackage, name string, opts Options) (draft, error) {
	limit := unpackFactor * opts.maxBytes()
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: limit})
	if err != nil {
		return draft{}, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	defer f.Close()
	m, err := p.coreMeta()
	if err != nil {
		return draft{}, err
	}
	if m.title == "" {
		m.title = nameTitle(name)
	}
	parts, err := p.sheetParts()
	if err != nil {
		return draft{}, err
	}
	var blocks []block
	for _, sheet := range f.GetSheetList() {
		shape, err := p.sheetShape(parts[sheet])
		if err != nil {
			return draft{}, fmt.Errorf("sheet %s: %w", sheet, err)
		}
		g, err := sheetGrid(f, sheet, shape, opts)
		if err != nil {
			return draft{}, fmt.Errorf("%w: sheet %s: %v", ErrDamaged, sheet, err)
		}
		if visible, err := f.GetSheetVisible(sheet); err == nil && !visible {
			for _, row := range g.rows {
				opts.omit(OmitHidden, sheet+": "+rowText(row, nil))
			}
			continue
		}
		if notes, err := f.GetComments(sheet); err == nil {
			for _, n := range notes {
				text := n.Text
				for _, run := range n.Paragraph {
					text += run.Text
				}
				opts.omit(OmitFurniture, sheet+", "+n.Cell+": "+text)
			}
		}
		var rows []block
		for _, part := range g.apart() {
			rows = append(rows, part.blocks()...)
		}
		drawn, err := p.drawings(parts[sheet], func(name string) bool {
			visible, err := f.GetSheetVisible(name)
			return err == nil && visible
		}, opts)
		if err != nil {
			return draft{}, fmt.Errorf("sheet %s: %w", sheet, err)
		}
		if rows = append(rows, drawn...); len(rows) == 0 {
			continue
		}
		blocks = append(blocks, block{text: sheet, kind: blockHeading, level: 2, marked: true})
		blocks = append(blocks, rows...)
	}
	d := assemble(blocks, m, opts)
	d.table = true
	return d, p.tellCharts(opts)
}

// sheetParts are the parts of the package that hold the sheets, by name.
func (p *zipPackage) sheetParts() (map[string]string, error) {
	const workbook = "xl/workbook.xml"
	book, err := p.xmlPart(workbook)
	if err != nil {
		return nil, err
	}
	relations, err := p.relations(workbook)
	if err != nil {
		return nil, err
	}
	parts := map[string]string{}
	book.find("sheets").all("sheet", func(s *element) { parts[s.attrs["name"]] = relations[s.attrs["id"]] })
	return parts, nil
}

// shape is what of a sheet has to be known before its cells.
type shape struct {
	rows     int
	merged   []string // ranges of cells, as A1:B2
	unsolved []string // cells with a formula whose value the file does not hold
}

var (
	sheetTag = regexp.MustCompile(`^<(/?)(?:\w+:)?(row|mergeCell|c|f|v)[\s/>]`)
	cellRef  = regexp.MustCompile(`\sr="([A-Z]{1,3}\d+)"`)
	mergeRef = regexp.MustCompile(`\sref="([A-Z]{1,3}\d+):([A-Z]{1,3}\d+)"`)
)

// sheetShape looks through the XML of a sheet. The library would build all of it in
// memory to tell which cells are merged: 2 GB for 200,000 rows.
func (p *zipPackage) sheetShape(part string) (shape, error) {
	var s shape
	raw, err := p.read(part)
	if err != nil {
		return s, err
	}
	p.left += int64(len(raw)) // is read a second time by the library, which has a bound of its own
	cell, formula, valued := "", false, false
	for {
		at := bytes.IndexByte(raw, '<')
		if at < 0 {
			return s, nil
		}
		raw = raw[at:]
		end := bytes.IndexByte(raw, '>')
		if end < 0 {
			return s, nil // the library says what is wrong with it
		}
		tag := raw[:end+1]
		raw = raw[end+1:]
		kind := sheetTag.FindSubmatch(tag[:min(len(tag), 40)])
		if kind == nil {
			continue
		}
		opens := len(kind[1]) == 0
		switch name := string(kind[2]); {
		case name == "c":
			if formula && !valued && len(s.unsolved) < maxUnsolved {
				s.unsolved = append(s.unsolved, cell)
			}
			cell, formula, valued = "", false, false
			if ref := cellRef.FindSubmatch(tag); opens && ref != nil {
				cell = string(ref[1])
			}
		case !opens:
		case name == "row":
			s.rows++
		case name == "f":
			formula = true
		case name == "v":
			valued = !bytes.HasSuffix(tag, []byte("/>")) && !bytes.HasPrefix(raw, []byte("<"))
		case name == "mergeCell":
			if ref := mergeRef.FindSubmatch(tag); ref != nil {
				s.merged = append(s.merged, string(ref[1])+":"+string(ref[2]))
			}
		}
	}
}

// maxUnsolved is how many formulas of a sheet are computed, maxSolvedRows how long the
// sheet may be: the library builds all of it in memory for that.
const (
	maxUnsolved   = 2000
	maxSolvedRows = 20_000
)

// solve computes the formulas whose values the file does not hold, as files have it
// that a program wrote and no spreadsheet has opened since.
func (g grid) solve(f *excelize.File, sheet string, s shape, opts Options) {
	for _, ref := range s.unsolved {
		x, y, err := excelize.CellNameToCoordinates(ref)
		if err != nil || y > len(g.rows) || x > maxColumns {
			continue
		}
		value, err := "", error(nil)
		if s.rows <= maxSolvedRows {
			value, err = f.CalcCellValue(sheet, ref)
		}
		if err != nil || value == "" {
			opts.omit(OmitUnreadable, sheet+", "+ref+": a formula whose value the file does not hold; open it in a spreadsheet program and save it")
			continue
		}
		for len(g.rows[y-1]) < x {
			g.rows[y-1] = append(g.rows[y-1], cell{})
		}
		g.rows[y-1][x-1].text = value
	}
}

func sheetGrid(f *excelize.File, sheet string, s shape, opts Options) (grid, error) {
	g := grid{headers: -1}
	rows, err := f.Rows(sheet)
	if err != nil {
		if strings.Contains(err.Error(), "not a worksheet") { // a sheet that is a chart
			return g, nil
		}
		return g, err
	}
	defer rows.Close()
	cells := 0
	for rows.Next() {
		if err := opts.stopped(); err != nil {
			return g, err
		}
		opts.progress("rows", len(g.rows), max(s.rows, len(g.rows)))
		values, err := rows.Columns()
		if err != nil {
			return g, err
		}
		row := make([]cell, min(len(values), maxColumns))
		for i := range row {
			row[i].text = values[i]
		}
		if rows.GetRowOpts().Hidden {
			opts.omit(OmitHidden, sheet+": "+rowText(row, nil))
			row = nil
		}
		g.rows = append(g.rows, row)
		if cells += len(row) + 1; cells > maxSheetCells {
			return g, fmt.Errorf("it holds more than %d cells; save it in parts", maxSheetCells)
		}
	}
	g.solve(f, sheet, s, opts)
	for _, area := range s.merged {
		from, to, _ := strings.Cut(area, ":")
		x0, y0, err := excelize.CellNameToCoordinates(from)
		if err != nil {
			continue
		}
		x1, y1, err := excelize.CellNameToCoordinates(to)
		if err != nil || y0 > len(g.rows) {
			continue
		}
		text := ""
		if first := g.rows[y0-1]; x0 <= len(first) {
			text = first[x0-1].text
		}
		for y := y0; y <= min(y1, len(g.rows)); y++ {
			row := g.rows[y-1]
			for len(row) > 0 && len(row) < min(x1, maxColumns) {
				row = append(row, cell{})
			}
			for x := x0; x <= min(x1, len(row)); x++ {
				if y > y0 || x > x0 {
					row[x-1] = cell{text: text, left: x > x0, above: y > y0}
				}
			}
			g.rows[y-1] = row
		}
	}
	return g, nil
}

// apart cuts a sheet where a table of its own begins below empty rows: it has a title
// or headers. What else stands below empty rows goes on.
func (g grid) apart() []grid {
	var out []grid
	empty := true
	for _, stretch := range g.stretches() {
		next := grid{headers: -1, rows: stretch}
		title := soleCell(stretch[0])
		begins := len(stretch) > 1 && (title != "" && !isNote(title) || next.guessHeaders() > 0)
		if n := len(out); n > 0 && (empty || !begins) { // so far but single cells: the title
			out[n-1].rows = append(out[n-1].rows, stretch...)
		} else {
			out = append(out, next)
		}
		empty = !slices.ContainsFunc(out[len(out)-1].rows, func(row []cell) bool { return soleCell(row) == "" })
	}
	for i := range out {
		out[i].liftTitle()
	}
	return out
}

// stretches are the rows between empty ones.
func (g grid) stretches() [][][]cell {
	var out [][][]cell
	open := false
	for _, row := range g.rows {
		if rowText(row, nil) == "" {
			open = false
			continue
		}
		if !open {
			out, open = append(out, nil), true
		}
		out[len(out)-1] = append(out[len(out)-1], row)
	}
	return out
}

// maxSheetCells bounds what is read of a sheet.
const maxSheetCells = 5_000_000

// liftTitle takes single cells above a table for its caption. A list in one column has
// no title above it.
func (g *grid) liftTitle() {
	if !slices.ContainsFunc(g.rows, func(row []cell) bool { return soleCell(row) == "" && rowText(row, nil) != "" }) {
		return
	}
	var lines []string
	for len(g.rows) > 2 {
		only := soleCell(g.rows[0])
		if only == "" {
			if len(g.rows[0]) > 0 && rowText(g.rows[0], nil) != "" {
				break
			}
		} else {
			lines = append(lines, only)
		}
		g.rows = g.rows[1:]
	}
	g.caption = strings.Join(lines, " ")
}
