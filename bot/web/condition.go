package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhiwen/rag"
)

// metadataCondition is how Dify chooses passages by what is known of their
// articles.
type metadataCondition struct {
	Operator   string      `json:"logical_operator,omitempty" jsonschema:"and (the default) or or"`
	Conditions []condition `json:"conditions,omitempty"`
}

type condition struct {
	Name     oneOrMore `json:"name" jsonschema:"title, author, source, url, path, article_id, passage_id, published, year or paragraph; of several, one must fulfil it"`
	Operator string    `json:"comparison_operator" jsonschema:"contains, not contains, start with, end with, is, is not, in, not in, empty, not empty, =, ≠, >, <, ≥, ≤, before or after"`
	Value    compared  `json:"value,omitempty" jsonschema:"a text, a number, or a list of texts; a day as 2006-01-02 or in seconds since 1970"`
}

// compared is the value of a condition: a text, a number or a list of texts.
type compared struct{ json.RawMessage }

// oneOrMore is a text or a list of texts.
type oneOrMore []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMore) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(o))
}

// chooser tells whether a hit is wanted; nil wants all.
type chooser func(rag.Hit) bool

// fields are what passages can be chosen by, as texts; "" is empty.
var fields = map[string]func(rag.Hit) string{
	"title":      func(h rag.Hit) string { return h.Article.Title },
	"author":     func(h rag.Hit) string { return h.Article.Author },
	"source":     func(h rag.Hit) string { return h.Article.Source },
	"url":        func(h rag.Hit) string { return h.Article.URL },
	"path":       func(h rag.Hit) string { return h.Article.Path },
	"article_id": func(h rag.Hit) string { return h.Article.ID },
	"passage_id": func(h rag.Hit) string { return h.Passage.ID },
	"paragraph":  func(h rag.Hit) string { return strconv.Itoa(h.Passage.Spans[0].Paragraph) },
	"published": func(h rag.Hit) string {
		if h.Article.Published.IsZero() {
			return ""
		}
		return h.Article.Published.Format(time.DateOnly)
	},
	"year": func(h rag.Hit) string {
		if h.Article.Published.IsZero() {
			return ""
		}
		return strconv.Itoa(h.Article.Published.Year())
	},
}

// compile makes a chooser of what was asked for, or says what cannot be.
func (m *metadataCondition) compile() (chooser, error) {
	if m == nil || len(m.Conditions) == 0 {
		return nil, nil
	}
	all := true
	switch m.Operator {
	case "", "and":
	case "or":
		all = false
	default:
		return nil, badRequest("metadata_condition.logical_operator", "logical_operator is %q; it must be and or or", m.Operator)
	}
	var tests []chooser
	for i, c := range m.Conditions {
		test, err := c.compile()
		if err != nil {
			return nil, badRequest(fmt.Sprintf("metadata_condition.conditions[%d]", i), "metadata_condition: condition %d: %w", i+1, err)
		}
		tests = append(tests, test)
	}
	return func(h rag.Hit) bool {
		for _, test := range tests {
			if test(h) != all {
				return !all
			}
		}
		return all
	}, nil
}

func (c condition) compile() (chooser, error) {
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range fields {
			if !yield(name) {
				return
			}
		}
	})
	if len(c.Name) == 0 {
		return nil, fmt.Errorf("there is no name; it must be one of %s", strings.Join(names, ", "))
	}
	var tests []chooser
	for _, name := range c.Name {
		field, ok := fields[name]
		if !ok {
			return nil, fmt.Errorf("nothing is known by the name %q; it must be one of %s", name, strings.Join(names, ", "))
		}
		holds, err := c.test()
		if err != nil {
			return nil, err
		}
		tests = append(tests, func(h rag.Hit) bool { return holds(field(h)) })
	}
	return func(h rag.Hit) bool { return slices.ContainsFunc(tests, func(t chooser) bool { return t(h) }) }, nil
}

// test makes of operator and value what a field's text must fulfil.
func (c condition) test() (func(string) bool, error) {
	switch c.Operator {
	case "empty", "null":
		return func(have string) bool { return have == "" }, nil
	case "not empty", "not null":
		return func(have string) bool { return have != "" }, nil
	}
	values, err := c.values()
	if err != nil {
		return nil, err
	}
	some := func(matches func(have, want string) bool) func(string) bool {
		return func(have string) bool {
			have = strings.ToLower(have)
			return slices.ContainsFunc(values, func(want string) bool { return matches(have, strings.ToLower(want)) })
		}
	}
	none := func(matches func(have, want string) bool) func(string) bool {
		any := some(matches)
		return func(have string) bool { return !any(have) }
	}
	same := func(have, want string) bool { return have == want }
	switch c.Operator {
	case "contains":
		return some(strings.Contains), nil
	case "not contains":
		return none(strings.Contains), nil
	case "start with":
		return some(strings.HasPrefix), nil
	case "end with":
		return some(strings.HasSuffix), nil
	case "is":
		return some(same), nil
	case "is not":
		return none(same), nil
	case "in":
		return some(same), nil
	case "not in":
		return none(same), nil
	}
	if len(values) != 1 {
		return nil, fmt.Errorf("%q compares with one value, and there are %d", c.Operator, len(values))
	}
	order, ok := map[string]func(int) bool{
		"=": func(n int) bool { return n == 0 }, "≠": func(n int) bool { return n != 0 },
		">": func(n int) bool { return n > 0 }, "<": func(n int) bool { return n < 0 },
		"≥": func(n int) bool { return n >= 0 }, "≤": func(n int) bool { return n <= 0 },
		"after": func(n int) bool { return n > 0 }, "before": func(n int) bool { return n < 0 },
	}[c.Operator]
	if !ok {
		return nil, fmt.Errorf("there is no comparison_operator %q; it must be contains, not contains, start with, end with, is, is not, in, not in, empty, not empty, =, ≠, >, <, ≥, ≤, before or after", c.Operator)
	}
	days := c.Operator == "before" || c.Operator == "after"
	want, err := quantity(values[0], days)
	if err != nil {
		return nil, err
	}
	return func(have string) bool {
		n, err := quantity(have, days)
		if have == "" || err != nil {
			return c.Operator == "≠"
		}
		return order(cmp.Compare(n, want))
	}, nil
}

// values reads the value: a text, a number or a list. "in" also takes a text
// with commas, as Dify writes lists there.
func (c condition) values() ([]string, error) {
	bad := fmt.Errorf("%q needs a value: a text, a number, or a list of texts", c.Operator)
	if len(c.Value.RawMessage) == 0 || string(c.Value.RawMessage) == "null" {
		return nil, bad
	}
	var number json.Number
	if json.Unmarshal(c.Value.RawMessage, &number) == nil && c.Value.RawMessage[0] != '"' {
		return []string{number.String()}, nil
	}
	var list oneOrMore
	if json.Unmarshal(c.Value.RawMessage, &list) != nil {
		return nil, bad
	}
	if len(list) == 1 && (c.Operator == "in" || c.Operator == "not in") {
		list = strings.Split(list[0], ",")
	}
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list, nil
}

// quantity turns a text into what can be compared: a number as it is, a day into
// seconds since 1970. Where days are meant, a number of up to four digits is a
// year, and one of 12 digits or more counts milliseconds.
func quantity(text string, days bool) (float64, error) {
	if n, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(n) {
		switch {
		case days && math.Abs(n) < 1e4:
			return float64(time.Date(int(n), 1, 1, 0, 0, 0, 0, time.UTC).Unix()), nil
		case days && math.Abs(n) >= 1e11:
			return n / 1000, nil
		}
		return n, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime, "2006-01", "2006/1/2"} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.Unix()), nil
		}
	}
	if days {
		return 0, fmt.Errorf("%q is no day; write it as 2021-08-23 or in seconds since 1970", text)
	}
	return 0, fmt.Errorf("%q is no number and no day", text)
}
