package article

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// recordFields are the fields of a record that are read, see record.
var recordFields = append([]string{"id", "title", "published", "date", "author", "source", "url", "text", "content"}, publishFields...)

// unreadFields are the fields of a document's records that nobody reads: how many
// records have one, and what it holds first. Nil: nobody wants to know.
type unreadFields map[string]*unreadField

type unreadField struct {
	records int
	first   string
}

func newUnreadFields(opts Options) unreadFields {
	if opts.Omitted == nil {
		return nil
	}
	return unreadFields{}
}

func (u unreadFields) add(raw []byte) {
	if u == nil {
		return
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return // is said elsewhere
	}
	var r record
	asks := json.Unmarshal(raw, &r) == nil && r.text() == "" // and then is read
	for name, value := range fields {
		if asks && (strings.EqualFold(name, "question") || strings.EqualFold(name, "answer")) {
			continue
		}
		if slices.ContainsFunc(recordFields, func(known string) bool { return strings.EqualFold(known, name) }) || !hasWords(string(value)) || string(value) == "null" {
			continue
		}
		if u[name] == nil {
			u[name] = &unreadField{first: string(value)}
		}
		u[name].records++
	}
}

// tell says it once for each field, not for each record.
func (u unreadFields) tell(opts Options) {
	for _, name := range slices.Sorted(maps.Keys(u)) {
		records := "records"
		if u[name].records == 1 {
			records = "record"
		}
		opts.omit(OmitField, fmt.Sprintf("%s of %d %s: %s", name, u[name].records, records, u[name].first))
	}
}
