package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Type says what a case tests.
type Type string

// The kinds of cases. Whether a case should be answered at all is told by
// [Case.Answerable], not by its type.
const (
	TypeNumeric      Type = "numeric"
	TypeDate         Type = "date"
	TypeEntity       Type = "entity"
	TypeMulti        Type = "multi"
	TypeUnanswerable Type = "unanswerable"
	TypeFalsePremise Type = "false-premise"
	TypeConflict     Type = "conflict"
	TypeOutOfDomain  Type = "out-of-domain"
	TypeFollowUp     Type = "follow-up"
)

// Types returns the kinds of cases in the order in which reports list them.
func Types() []Type {
	return []Type{TypeNumeric, TypeDate, TypeEntity, TypeMulti, TypeConflict, TypeFollowUp,
		TypeFalsePremise, TypeUnanswerable, TypeOutOfDomain}
}

// Case is one fixed question.
type Case struct {
	ID string `json:"id"`
	// History holds what the user asked before, oldest first. The answers to
	// it are produced when the case runs.
	History   []string `json:"history,omitempty"`
	UserInput string   `json:"user_input"`
	// Reference lists groups of accepted spellings: a right answer holds one
	// spelling of every group.
	Reference [][]string `json:"reference,omitempty"`
	// ReferenceContexts are verbatim fragments of the paragraphs that hold the
	// answer. A passage that contains one of them is relevant.
	ReferenceContexts []string `json:"reference_contexts,omitempty"`
	// ReferenceKeys name the same paragraphs in any wording: a passage one of
	// whose paragraphs holds all strings of one set is relevant.
	ReferenceKeys [][]string `json:"reference_keys,omitempty"`
	Answerable    bool       `json:"answerable"`
	Type          Type       `json:"type"`
	// NeedsReview marks a case whose reference nobody has confirmed. It is
	// counted and not asked; it needs no reference.
	NeedsReview bool `json:"needs_review,omitempty"`
}

// ErrCases is wrapped by every error about the content of a case file.
var ErrCases = errors.New("invalid cases")

// maxLine bounds one line of a case file, in bytes.
const maxLine = 1 << 20

// Load reads cases, one JSON object a line; blank lines are skipped. An error
// names the line (from 1), wraps [ErrCases] and says what to change.
func Load(r io.Reader) ([]Case, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	var cases []Case
	lines := map[string]int{}
	n := 0
	for scanner.Scan() {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(scanner.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		c, err := parseCase(line)
		if err != nil {
			return nil, fmt.Errorf("load cases: line %d: %w: %w", n, ErrCases, err)
		}
		if first, ok := lines[c.ID]; ok {
			return nil, fmt.Errorf("load cases: line %d: %w: id %q is taken by line %d", n, ErrCases, c.ID, first)
		}
		lines[c.ID] = n
		cases = append(cases, c)
	}
	if err := scanner.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, fmt.Errorf("load cases: line %d: %w: longer than %d bytes", n+1, ErrCases, maxLine)
		}
		return nil, fmt.Errorf("load cases: after line %d: %w", n, err)
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("load cases: %w: there is no case in it", ErrCases)
	}
	return cases, nil
}

// parseCase reads a line. Fields that zhiwen does not know are left to whoever
// wrote them; what is missing and follows from the rest is filled in.
func parseCase(line []byte) (Case, error) {
	var raw struct {
		Case
		Reference  groups `json:"reference"`
		Answerable *bool  `json:"answerable"`
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	if err := dec.Decode(&raw); err != nil {
		return Case{}, explainJSON(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Case{}, errors.New("more than one JSON object on the line")
	}
	c := raw.Case
	c.Reference = raw.Reference
	c.Answerable = len(c.Reference) > 0
	if raw.Answerable != nil {
		c.Answerable = *raw.Answerable
	}
	switch {
	case c.Type != "":
	case len(c.History) > 0:
		c.Type = TypeFollowUp
	case !c.Answerable:
		c.Type = TypeUnanswerable
	default:
		c.Type = TypeEntity
	}
	return c, c.validate()
}

// groups is a reference: a text, or a list of texts and of lists of spellings.
type groups [][]string

func (g *groups) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		if one != "" {
			*g = groups{{one}}
		}
		return nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		return errors.New(`"reference" must be a text or a list of lists of accepted spellings`)
	}
	for _, item := range list {
		var spellings []string
		if json.Unmarshal(item, &one) == nil {
			spellings = []string{one}
		} else if err := json.Unmarshal(item, &spellings); err != nil {
			return errors.New(`"reference" must be a text or a list of lists of accepted spellings`)
		}
		*g = append(*g, spellings)
	}
	return nil
}

// explainJSON leaves out Go's own type names.
func explainJSON(err error) error {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return fmt.Errorf("%q must not be a %s here", strings.TrimPrefix(typ.Field, "Case."), typ.Value)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON object is cut off")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

func (c *Case) validate() error {
	switch {
	case strings.TrimSpace(c.ID) == "":
		return errors.New(`"id" is missing`)
	case strings.TrimSpace(c.UserInput) == "":
		return fmt.Errorf(`case %q: "user_input" is missing`, c.ID)
	case !slices.Contains(Types(), c.Type):
		return fmt.Errorf("case %q: unknown type %q; it must be one of %v", c.ID, c.Type, Types())
	case c.NeedsReview:
		return nil
	case c.Answerable && len(c.Reference) == 0:
		return fmt.Errorf(`case %q: answerable, but "reference" is missing`, c.ID)
	case !c.Answerable && len(c.Reference)+len(c.ReferenceContexts)+len(c.ReferenceKeys) > 0:
		return fmt.Errorf("case %q: not answerable, but has a reference", c.ID)
	case c.Type == TypeFollowUp && len(c.History) == 0:
		return fmt.Errorf(`case %q: a follow-up needs "history"`, c.ID)
	}
	groups := slices.Concat(c.Reference, c.ReferenceKeys)
	for i, group := range groups {
		if len(group) == 0 {
			return fmt.Errorf("case %q: group %d is empty", c.ID, i+1)
		}
	}
	for _, group := range append(groups, c.ReferenceContexts, c.History) {
		for _, s := range group {
			if fold(s) == "" {
				return fmt.Errorf("case %q: there is an empty string in it", c.ID)
			}
		}
	}
	return nil
}
