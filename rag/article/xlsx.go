package article

import (
	"bytes"
	"fmt"
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
	var blocks []block
	for _, sheet := range f.GetSheetList() {
		g, err := sheetGrid(f, sheet, opts)
		if err != nil {
			return draft{}, fmt.Errorf("%w: sheet %s: %v", ErrDamaged, sheet, err)
		}
		if visible, err := f.GetSheetVisible(sheet); err == nil && !visible {
			for _, row := range g.rows {
				opts.omit(OmitHidden, sheet+": "+rowText(row, nil))
			}
			continue
		}
		rows := g.blocks()
		if len(rows) == 0 {
			continue
		}
		blocks = append(blocks, block{text: sheet, kind: blockHeading, level: 2, marked: true})
		blocks = append(blocks, rows...)
	}
	d := assemble(blocks, m, opts)
	d.table = true
	return d, nil
}

func sheetGrid(f *excelize.File, sheet string, opts Options) (grid, error) {
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
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return g, err
	}
	for _, m := range merged {
		x0, y0, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		if err != nil {
			continue
		}
		x1, y1, err := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err != nil {
			continue
		}
		for y := y0; y <= min(y1, len(g.rows)); y++ {
			row := g.rows[y-1]
			for len(row) > 0 && len(row) < min(x1, maxColumns) {
				row = append(row, cell{})
			}
			for x := x0; x <= min(x1, len(row)); x++ {
				if y > y0 || x > x0 {
					row[x-1] = cell{text: m.GetCellValue(), left: x > x0, above: y > y0}
				}
			}
			g.rows[y-1] = row
		}
	}
	g.liftTitle()
	return g, nil
}

// maxSheetCells bounds what is read of a sheet.
const maxSheetCells = 5_000_000

// liftTitle takes single cells above a table for its caption.
func (g *grid) liftTitle() {
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
