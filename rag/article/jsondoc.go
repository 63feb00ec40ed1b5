package article

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// node is a value of a JSON document with the order of its keys.
type node struct {
	scalar string
	fields []field // of an object
	items  []*node // of an array
	kind   byte    // 's' a scalar, 'o' an object, 'a' an array
}

type field struct {
	key   string
	value *node
}

// looksLikeJSON accepts one object or array that takes up the whole document.
func looksLikeJSON(text string) bool {
	text = strings.TrimSpace(text)
	return (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text))
}

// maxJSONDepth is how deep values may nest.
const maxJSONDepth = 200

func readNode(d *json.Decoder, depth int) (*node, error) {
	if depth > maxJSONDepth {
		return nil, fmt.Errorf("%w: its values nest too deep", ErrDamaged)
	}
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		n := &node{kind: 'a'}
		if t == '{' {
			n.kind = 'o'
		}
		for d.More() {
			key := ""
			if n.kind == 'o' {
				k, err := d.Token()
				if err != nil {
					return nil, err
				}
				key, _ = k.(string)
			}
			v, err := readNode(d, depth+1)
			if err != nil {
				return nil, err
			}
			if n.kind == 'o' {
				n.fields = append(n.fields, field{key, v})
			} else {
				n.items = append(n.items, v)
			}
		}
		_, err := d.Token()
		return n, err
	case nil:
		return &node{kind: 's'}, nil
	}
	return &node{kind: 's', scalar: fmt.Sprint(token)}, nil
}

// parseJSON reads a JSON document: a notebook, records of articles, or data,
// whose lists of objects are tables.
func parseJSON(text, path string, opts Options) ([]draft, error) {
	var book struct {
		Format int             `json:"nbformat"`
		Cells  json.RawMessage `json:"cells"`
	}
	if json.Unmarshal([]byte(text), &book) == nil && book.Format > 0 && book.Cells != nil {
		d, err := parseNotebook(book.Cells, path, opts)
		return []draft{d}, err
	}
	if records := jsonRecords([]byte(text)); records != nil {
		var drafts []draft
		var problems []error
		unread := newUnreadFields(opts)
		defer unread.tell(opts)
		for i, r := range records {
			unread.add(r)
			d, err := parseRecord(string(r), opts)
			if err != nil {
				problems = append(problems, &PathError{Path: path, Err: fmt.Errorf("%w: record %d: %w", ErrMalformed, i+1, err),
					Hint: "each record must be an object with id, title, published, url and text, or question and answer, of which text or answer is required"})
				continue
			}
			d.line = i + 1
			drafts = append(drafts, d)
		}
		return drafts, joinErrors(problems)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	root, err := readNode(d, 0)
	if err != nil {
		return nil, err
	}
	var blocks []block
	root.write(&blocks, "", 2)
	m := root.describes()
	if m.title == "" {
		m.title = nameTitle(path)
	}
	return []draft{assemble(blocks, m, opts)}, nil
}

// describes reads what an object says of the whole document.
func (n *node) describes() meta {
	fields := map[string]string{}
	for _, f := range n.fields {
		if f.value.kind == 's' {
			fields[strings.ToLower(f.key)] = f.value.scalar
		}
	}
	m := metaFromFields(fields)
	m.id = "" // that of whatever the data is about
	return m
}

// jsonRecords returns the records of a list of articles, which may stand in one
// field of an object; nil when the document is no such list.
func jsonRecords(raw []byte) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil {
			return nil
		}
		for _, v := range fields {
			if records := []json.RawMessage(nil); bytes.HasPrefix(bytes.TrimSpace(v), []byte("[")) && json.Unmarshal(v, &records) == nil && areRecords(records) {
				if list != nil {
					return nil // two lists: data
				}
				list = records
			}
		}
		return list
	}
	if !areRecords(list) {
		return nil
	}
	return list
}

func areRecords(list []json.RawMessage) bool {
	n := 0
	for _, raw := range list {
		var r record
		if json.Unmarshal(raw, &r) == nil && r.text() != "" {
			n++
		}
	}
	return n > 0 && n*2 > len(list)
}

// write turns a value into blocks below its key.
func (n *node) write(out *[]block, key string, level int) {
	switch n.kind {
	case 's':
		if n.scalar == "" {
			return
		}
		text := n.scalar
		if key != "" {
			text = key + "：" + text
		}
		*out = append(*out, block{text: text, kind: blockRow, marked: true})
	case 'o':
		if key != "" {
			*out = append(*out, block{text: key, kind: blockHeading, level: min(level, 6), marked: true})
		}
		for _, nested := range []bool{false, true} { // what has no list or object of its own first
			for _, f := range n.fields {
				if (f.value.kind != 's') == nested {
					f.value.write(out, f.key, level+1)
				}
			}
		}
	case 'a':
		if g, ok := n.table(); ok {
			g.caption = key
			*out = append(*out, g.blocks()...)
			return
		}
		for i, item := range n.items {
			name := key
			if item.kind != 's' && len(n.items) > 1 {
				name = strings.TrimSpace(fmt.Sprintf("%s %d", key, i+1))
			}
			item.write(out, name, level)
		}
	}
}

// table makes a table of a list of flat objects.
func (n *node) table() (grid, bool) {
	var names []string
	at := map[string]int{}
	for _, item := range n.items {
		if item.kind != 'o' {
			return grid{}, false
		}
		for _, f := range item.fields {
			if f.value.kind != 's' {
				return grid{}, false
			}
			if _, known := at[f.key]; !known {
				at[f.key] = len(names)
				names = append(names, f.key)
			}
		}
	}
	if len(names) == 0 || len(names) > maxColumns {
		return grid{}, false
	}
	g := grid{headers: 1, rows: [][]cell{make([]cell, len(names))}}
	for i, name := range names {
		g.rows[0][i].text = name
	}
	for _, item := range n.items {
		row := make([]cell, len(names))
		for _, f := range item.fields {
			row[at[f.key]].text = f.value.scalar
		}
		g.rows = append(g.rows, row)
	}
	return g, true
}

// lines is a text that a notebook holds whole or line by line.
type lines []string

func (l *lines) UnmarshalJSON(raw []byte) error {
	var whole string
	if json.Unmarshal(raw, &whole) == nil {
		*l = lines{whole}
		return nil
	}
	var parts []string
	err := json.Unmarshal(raw, &parts)
	*l = parts
	return err
}

// parseNotebook reads the cells of a notebook: text as Markdown, code and what it
// printed verbatim.
func parseNotebook(raw json.RawMessage, path string, opts Options) (draft, error) {
	var cells []struct {
		Kind    string `json:"cell_type"`
		Source  lines  `json:"source"`
		Outputs []struct {
			Text lines            `json:"text"`
			Data map[string]lines `json:"data"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal(raw, &cells); err != nil {
		var generic []struct {
			Kind   string `json:"cell_type"`
			Source lines  `json:"source"`
		}
		if err := json.Unmarshal(raw, &generic); err != nil {
			return draft{}, fmt.Errorf("%w: %w", ErrDamaged, explainJSON(err))
		}
		opts.omit(OmitUnreadable, "what the notebook's cells printed")
		cells = cells[:0]
		for _, g := range generic {
			cells = append(cells, struct {
				Kind    string `json:"cell_type"`
				Source  lines  `json:"source"`
				Outputs []struct {
					Text lines            `json:"text"`
					Data map[string]lines `json:"data"`
				} `json:"outputs"`
			}{Kind: g.Kind, Source: g.Source})
		}
	}
	var b strings.Builder
	code := func(text string) {
		if text = strings.Trim(text, "\n"); text != "" {
			fmt.Fprintf(&b, "~~~~~~\n%s\n~~~~~~\n\n", text)
		}
	}
	for _, c := range cells {
		if c.Kind != "code" {
			b.WriteString(strings.Join(c.Source, "") + "\n\n")
			continue
		}
		code(strings.Join(c.Source, ""))
		for _, o := range c.Outputs {
			code(strings.Join(o.Text, ""))
			code(strings.Join(o.Data["text/plain"], ""))
		}
	}
	d := parseMarkdown(b.String(), path, meta{}, opts)
	if d.title == "" {
		d.title = nameTitle(path)
	}
	return d, nil
}
