package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"

	"zhiwen/bot/api"
)

// either describes values that come in one of two forms.
func either(doc string, forms ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{Description: doc, AnyOf: forms}
}

// special describes the types that read more than one form.
var special = map[reflect.Type]*jsonschema.Schema{
	reflect.TypeFor[content](): either("text, or a list of parts of the type text",
		&jsonschema.Schema{Type: "string"},
		&jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "object", Required: []string{"type", "text"}, Properties: map[string]*jsonschema.Schema{
			"type": {Type: "string", Enum: []any{"text"}},
			"text": {Type: "string"},
		}}}),
	reflect.TypeFor[oneOrMore](): either("a text, or a list of them",
		&jsonschema.Schema{Type: "string"}, &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "string"}}),
	reflect.TypeFor[compared](): either("a text, a number, or a list of texts",
		&jsonschema.Schema{Type: "string"}, &jsonschema.Schema{Type: "number"}, &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "string"}}),
	reflect.TypeFor[api.Earlier](): either("a question alone, whose answer is made anew (5 at most), or with its answer",
		&jsonschema.Schema{Type: "string"},
		&jsonschema.Schema{Type: "object", Required: []string{"question"}, Properties: map[string]*jsonschema.Schema{
			"question": {Type: "string"},
			"answer":   {Type: "string"},
		}}),
}

// schemaOf describes a type's JSON. Objects may have further members: those of
// a request are passed over, those of a response may be added later.
func schemaOf(t reflect.Type) *jsonschema.Schema {
	schema, err := jsonschema.ForType(t, &jsonschema.ForOptions{TypeSchemas: special})
	if err != nil {
		panic(fmt.Sprintf("web: describe %s: %v", t, err)) // a type of ours, checked by every test
	}
	opened(schema)
	return schema
}

func opened(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if s.Properties != nil {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		opened(p)
	}
	opened(s.Items)
	opened(s.AdditionalProperties)
}

type object = map[string]any

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// describe makes the OpenAPI document of the routes.
func describe(routes []route) []byte {
	schemas := object{}
	reference := func(t reflect.Type) object {
		if t.Name() == "" {
			return object{"type": "object"}
		}
		if _, known := schemas[t.Name()]; !known {
			schemas[t.Name()] = schemaOf(t)
		}
		return object{"$ref": "#/components/schemas/" + t.Name()}
	}
	body := func(kind string, schema object) object { return object{kind: object{"schema": schema}} }
	failures := map[dialect]reflect.Type{
		plainErrors: reflect.TypeFor[failure](), openAIErrors: reflect.TypeFor[openAIFailure](), difyErrors: reflect.TypeFor[difyFailure](),
	}
	paths := map[string]object{}
	for _, r := range routes {
		if r.page {
			continue
		}
		content := body("text/plain", object{"type": "string"})
		if r.response != nil {
			content = body("application/json", reference(r.response))
		}
		if r.streams {
			content["text/event-stream"] = object{"schema": object{"type": "string"}}
		}
		operation := object{
			"operationId": r.name,
			"summary":     r.summary,
			"responses": object{
				strconv.Itoa(http.StatusOK): object{"description": "it worked", "content": content},
				"default":                   object{"description": "it did not", "content": body("application/json", reference(failures[r.errors]))},
			},
		}
		if r.open {
			operation["security"] = []object{}
		}
		if r.request != nil {
			operation["requestBody"] = object{"required": true, "content": body("application/json", reference(r.request))}
		}
		if parameters := describeParams(r); len(parameters) > 0 {
			operation["parameters"] = parameters
		}
		if paths[r.path] == nil {
			paths[r.path] = object{}
		}
		paths[r.path][strings.ToLower(r.method)] = operation
	}
	doc := object{
		"openapi": "3.1.0",
		"info": object{
			"title":       "zhiwen",
			"version":     "1",
			"summary":     "Answers over articles, every claim shown with the sentence it rests on",
			"description": "Keys are needed where the server listens to other machines.",
		},
		"paths":    paths,
		"security": []object{{}, {"key": []string{}}},
		"components": object{
			"schemas":         schemas,
			"securitySchemes": object{"key": object{"type": "http", "scheme": "bearer", "description": "made by zhiwen keys add NAME"}},
		},
	}
	raw, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		panic(fmt.Sprintf("web: describe the routes: %v", err))
	}
	return raw
}

func describeParams(r route) []object {
	var list []object
	path := map[string]bool{}
	for _, found := range inPath.FindAllStringSubmatch(r.path, -1) {
		path[found[1]] = true
	}
	for _, p := range r.params {
		where, kind := "query", "string"
		if path[p.name] {
			where = "path"
		}
		if p.kind == reflect.Int {
			kind = "integer"
		}
		list = append(list, object{"name": p.name, "in": where, "required": p.required, "description": p.doc, "schema": object{"type": kind}})
	}
	return list
}

func (s *Server) description(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(s.openAPI)
	return nil
}
