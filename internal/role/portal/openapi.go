package portal

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"wasl/internal/base/web"
)

// describe writes openapi.json from the endpoints that serve and the Go types
// of what they take and give.
func (s *Server) describe() ([]byte, error) {
	paths := map[string]map[string]any{}
	for _, e := range s.endpoints() {
		path := strings.ReplaceAll(e.path, "...}", "}")
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(e.method)] = e.operation(path)
	}
	return json.Marshal(map[string]any{
		"openapi":  "3.1.0",
		"servers":  []any{map[string]any{"url": "/"}},
		"security": []any{},
		"info": map[string]any{"title": "Wasl", "version": "1",
			"license":     map[string]any{"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
			"description": "Services of public authorities: what they ask, filing, and following a filing. Times are RFC 3339 with offset, dates ISO, amounts integer centimes."},
		"paths": paths,
		"components": map[string]any{
			"schemas":         map[string]any{"Problem": schemaOf(reflect.TypeOf(web.Problem{}))},
			"securitySchemes": map[string]any{"resumeCode": map[string]any{"type": "http", "scheme": "bearer", "description": "The resume code of the filing"}},
		},
	})
}

func (e endpoint) operation(path string) map[string]any {
	op := map[string]any{"operationId": e.name, "summary": e.summary, "responses": e.responses()}
	var params []any
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			params = append(params, map[string]any{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
		}
	}
	for _, h := range e.headers {
		params = append(params, map[string]any{"name": h.name, "in": "header", "required": h.required, "description": h.about,
			"schema": map[string]any{"type": "string", "minLength": 36}})
	}
	if params != nil {
		op["parameters"] = params
	}
	if e.bearer {
		op["security"] = []any{map[string]any{"resumeCode": []any{}}}
	}
	if e.takes != nil {
		op["requestBody"] = map[string]any{"required": true, "content": content("application/json", schemaOf(reflect.TypeOf(e.takes)))}
	}
	return op
}

func (e endpoint) responses() map[string]any {
	all := map[string]any{}
	for status, sample := range e.gives {
		answer := map[string]any{"description": http.StatusText(status)}
		switch {
		case status >= 400:
			answer["content"] = content("application/problem+json", map[string]any{"$ref": "#/components/schemas/Problem"})
		case e.media != "":
			answer["content"] = content(e.media, map[string]any{"type": "string"})
		case sample != nil:
			answer["content"] = content("application/json", schemaOf(reflect.TypeOf(sample)))
		default:
			answer["content"] = content("application/json", map[string]any{})
		}
		all[strconv.Itoa(status)] = answer
	}
	return all
}

func content(media string, schema map[string]any) map[string]any {
	return map[string]any{media: map[string]any{"schema": schema}}
}

// schemaOf is the JSON Schema of how encoding/json writes a type.
func schemaOf(t reflect.Type) map[string]any {
	switch {
	case t == reflect.TypeOf(json.RawMessage{}):
		return map[string]any{"type": "object"}
	case t.Kind() == reflect.Struct:
		properties, required := map[string]any{}, []any{}
		structFields(t, properties, &required)
		return map[string]any{"type": "object", "properties": properties, "required": required}
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case t.Kind() == reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return map[string]any{"type": "integer"}
	case t.Kind() == reflect.String:
		return map[string]any{"type": "string"}
	}
	return map[string]any{}
}

func structFields(t reflect.Type, properties map[string]any, required *[]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			structFields(f.Type, properties, required)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		properties[name] = schemaOf(f.Type)
		if options != "omitempty" {
			*required = append(*required, name)
		}
	}
}
