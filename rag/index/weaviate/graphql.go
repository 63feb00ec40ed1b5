package weaviate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// maxResults is how many objects a Weaviate server returns at most, unless
// QUERY_MAXIMUM_RESULTS says otherwise.
const maxResults = 10_000

// quote writes a string as GraphQL has it.
func quote(s string) string {
	b, err := encode(s)
	if err != nil { // no string does that
		return `""`
	}
	return strings.TrimSpace(string(b))
}

func quoteAll(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quote(s)
	}
	return "[" + strings.Join(out, ",") + "]"
}

// oneOf is a filter: property is one of the values, or holds one of them as a
// word.
func oneOf(property string, values []string) string {
	return fmt.Sprintf(`{path:[%s],operator:ContainsAny,valueText:%s}`, quote(property), quoteAll(values))
}

// equals is a filter for a text.
func equals(property, value string) string {
	return fmt.Sprintf(`{path:[%s],operator:Equal,valueText:%s}`, quote(property), quote(value))
}

// query sends a GraphQL query to a node. Get and Aggregate are filled with what
// stands below these in the answer.
func (c *client) query(ctx context.Context, n *node, query string, out any) error {
	var reply struct {
		Data   map[string]json.RawMessage
		Errors []struct{ Message string }
	}
	err := c.at(ctx, n, request{
		method: http.MethodPost, path: "/v1/graphql",
		body: map[string]string{"query": query}, out: &reply,
	})
	var said *statusError
	if errors.As(err, &said) && strings.Contains(said.text, "no graphql provider") {
		said.status = http.StatusServiceUnavailable // it has just started and has not read the schema
	}
	if err != nil {
		return err
	}
	if len(reply.Errors) > 0 {
		// A node that cannot reach the others says so with status 200.
		return &statusError{n, http.StatusInternalServerError, reply.Errors[0].Message}
	}
	for _, root := range []string{"Get", "Aggregate"} {
		if raw, ok := reply.Data[root]; ok {
			if err := json.Unmarshal(raw, out); err != nil {
				return fmt.Errorf("%s: the answer to a query is not what a Weaviate server says: %w", n, err)
			}
		}
	}
	return nil
}
