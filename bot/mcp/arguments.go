package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"zhiwen/bot/api"
	"zhiwen/rag/zhtext"
)

const (
	// maxNamed is how many wrong arguments are told of at once, maxValue how many runes of
	// a wrong value.
	maxNamed, maxValue = 4, 40
	// maxNumber is above all that any number of a tool can mean.
	maxNumber = 1 << 31
)

// checkCall looks at a call before the SDK does, whose words are those of its schema
// library: an unknown tool is an error of the protocol, wrong arguments are a result that
// tells the caller what to change. What means the same is put into the form that the tools
// read.
func (s *server) checkCall(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, req sdk.Request) (sdk.Result, error) {
		call, ok := req.(*sdk.CallToolRequest)
		if !ok || call.Params == nil {
			return next(ctx, method, req)
		}
		schema := s.inputs[call.Params.Name]
		if schema == nil {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: fmt.Sprintf("there is no tool %s; there are %s",
				shown(call.Params.Name), listed(slices.Sorted(maps.Keys(s.inputs))))}
		}
		arguments, err := readArguments(schema, call.Params.Arguments)
		if err != nil {
			var result sdk.CallToolResult
			result.SetError(fmt.Errorf("%s: %w", call.Params.Name, err))
			return &result, nil
		}
		checked, params := *call, *call.Params
		params.Arguments = arguments
		checked.Params = &params
		return next(ctx, method, &checked)
	}
}

// readArguments compares arguments with the schema of a tool's input. Arguments that are
// null are left out, and whole numbers are written as such.
func readArguments(schema *jsonschema.Schema, raw json.RawMessage) (json.RawMessage, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("null")
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	var value any
	if err := in.Decode(&value); err != nil {
		return nil, api.Unusable("the arguments are no JSON; they must be an object such as %s", example(schema))
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, api.Unusable("something follows the arguments; they must be one object such as %s", example(schema))
	}
	if value == nil {
		value = map[string]any{}
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, api.Unusable("the arguments are %s; they must be an object such as %s", shown(value), example(schema))
	}
	var c argumentCheck
	c.object(schema, object, "")
	if len(c.wrong) > 0 {
		return nil, api.Unusable("%s", strings.Join(c.wrong[:min(len(c.wrong), maxNamed)], ". "))
	}
	return json.Marshal(object)
}

// argumentCheck collects what is wrong with arguments.
type argumentCheck struct{ wrong []string }

func (c *argumentCheck) say(format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

// object checks the fields of an object that stands at a path, "" for the arguments
// themselves.
func (c *argumentCheck) object(schema *jsonschema.Schema, object map[string]any, path string) {
	names := namesOf(schema)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if schema.Properties[name] == nil {
			takes := "it takes"
			if path != "" {
				takes = fmt.Sprintf("%q takes", strings.TrimSuffix(path, "."))
			}
			c.say("there is no argument %s; %s %s", shown(path+name), takes, listed(quoted(names)))
		}
	}
	for _, name := range names {
		value := object[name]
		switch {
		case value != nil:
			object[name] = c.value(schema.Properties[name], value, path+name)
		case slices.Contains(schema.Required, name):
			c.say("the argument %q is missing; it %s", path+name, must(schema.Properties[name]))
		default:
			delete(object, name)
		}
	}
}

// value checks a value, and returns it as the tools read it.
func (c *argumentCheck) value(schema *jsonschema.Schema, value any, path string) any {
	ok := false
	switch kindOf(schema) {
	case "string":
		_, ok = value.(string)
	case "integer":
		var number json.Number
		if number, ok = value.(json.Number); ok {
			var exact *big.Rat
			if exact, ok = whole(number); ok && exact == nil {
				c.say("the argument %q is %s, which is too large", path, shown(value))
				return value
			} else if ok {
				return json.Number(exact.Num().String())
			}
		}
	case "array":
		var list []any
		if list, ok = value.([]any); ok {
			for i := range list {
				list[i] = c.value(schema.Items, list[i], fmt.Sprintf("%s[%d]", path, i))
			}
		}
	case "object":
		var object map[string]any
		if object, ok = value.(map[string]any); ok {
			c.object(schema, object, path+".")
		}
	default:
		ok = true // the SDK looks at it
	}
	if !ok {
		c.say("the argument %q is %s; it %s", path, shown(value), must(schema))
	}
	return value
}

// whole tells whether a number is a whole one, and returns it unless it is too large.
func whole(n json.Number) (exact *big.Rat, ok bool) {
	if f, err := n.Float64(); err != nil || f > maxNumber || f < -maxNumber {
		return nil, true
	}
	if len(n) > maxValue {
		return nil, false // 1.000…
	}
	exact, ok = new(big.Rat).SetString(n.String())
	return exact, ok && exact.IsInt()
}

// kindOf is a schema's type besides null.
func kindOf(schema *jsonschema.Schema) string {
	for _, kind := range append([]string{schema.Type}, schema.Types...) {
		if kind != "" && kind != "null" {
			return kind
		}
	}
	return ""
}

// must says what a value has to be, with what it stands for.
func must(schema *jsonschema.Schema) string {
	kind := map[string]string{"string": "a text", "integer": "a whole number, without quotation marks", "array": "a list", "object": "an object"}[kindOf(schema)]
	switch kindOf(schema) {
	case "array":
		if schema.Items != nil && kindOf(schema.Items) == "object" {
			kind += " of objects with " + listed(quoted(namesOf(schema.Items)))
		}
	case "object":
		kind += " with " + listed(quoted(namesOf(schema)))
	}
	if schema.Description != "" {
		return "must be " + kind + ": " + schema.Description
	}
	return "must be " + kind
}

// namesOf are the fields of an object, in the order in which they are written.
func namesOf(schema *jsonschema.Schema) []string {
	if len(schema.PropertyOrder) == len(schema.Properties) {
		return schema.PropertyOrder
	}
	return slices.Sorted(maps.Keys(schema.Properties))
}

// example is an object with what a tool has to be given.
func example(schema *jsonschema.Schema) string {
	fields := make([]string, 0, len(schema.Required))
	for _, name := range schema.Required {
		fields = append(fields, fmt.Sprintf(`%q: "…"`, name))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// shown is a value as it is told of, not longer than it has to be.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case string:
		if runes := []rune(zhtext.Clean(v)); len(runes) > maxValue {
			return fmt.Sprintf("%q", string(runes[:maxValue])+"…")
		}
		return fmt.Sprintf("%q", zhtext.Clean(v))
	case json.Number:
		if len(v) > maxValue {
			return string(v[:maxValue]) + "…"
		}
		return v.String()
	}
	return fmt.Sprint(value) // true or false
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return out
}

// listed writes a list out: a, b and c.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
