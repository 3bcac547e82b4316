package robot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Service is an entry of GET /api/v1/services.
type Service struct {
	ID     string            `json:"id"`
	Titles map[string]string `json:"titles"`
}

// Definition is what GET /api/v1/services/{service} tells of a service.
type Definition struct {
	Service
	Schema   Schema    `json:"schema"`
	Examples []Example `json:"examples"`
}

// Schema is the part of JSON Schema that says how an answer looks in a form.
type Schema struct {
	Type       any               `json:"type"`
	XType      string            `json:"x-type"`
	MaxLength  int               `json:"maxLength"`
	Properties map[string]Schema `json:"properties"`
	Items      *Schema           `json:"items"`
}

// Example is one filled-in application of a definition.
type Example struct {
	ID        string         `json:"id"`
	Valid     bool           `json:"valid"`
	Authority string         `json:"authority"`
	Answers   map[string]any `json:"answers"`
}

// Services lists the portal's services.
func (r *Robot) Services(ctx context.Context) ([]Service, error) {
	var list struct {
		Services []Service `json:"services"`
	}
	err := r.json(ctx, "/api/v1/services", &list)
	return list.Services, err
}

// Definition fetches one service.
func (r *Robot) Definition(ctx context.Context, id string) (*Definition, error) {
	d := &Definition{}
	err := r.json(ctx, "/api/v1/services/"+url.PathEscape(id), d)
	return d, err
}

func (r *Robot) json(ctx context.Context, path string, into any) error {
	a, err := r.browser().get(ctx, path, "Accept", "application/json")
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("%s: status %d", a.request, a.status)
	}
	decoder := json.NewDecoder(strings.NewReader(string(a.body)))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", a.request, err)
	}
	return nil
}

// Flatten turns an example's answers into control names and what is typed in
// them, by the contract's rules.
func (d *Definition) Flatten(e Example) (Answers, error) {
	f := flattener{out: Answers{Values: map[string][]string{}, Files: map[string][]Upload{}}}
	if e.Authority != "" {
		f.out.Values["authority"] = []string{e.Authority}
	}
	f.object("", d.Schema, e.Answers)
	return f.out, f.err
}

type flattener struct {
	out Answers
	err error
}

func (f *flattener) object(prefix string, s Schema, answers map[string]any) {
	for id, v := range answers {
		f.value(prefix+id, s.Properties[id], v)
	}
}

func (f *flattener) value(name string, s Schema, v any) {
	switch s.XType {
	case "computed", "statement":
		return
	case "date":
		text := fmt.Sprint(v)
		if parts := strings.Split(text, "-"); len(parts) == 3 {
			f.put(name+".day", trimZero(parts[2]))
			f.put(name+".month", trimZero(parts[1]))
			f.put(name+".year", parts[0])
			return
		}
		f.put(name+".day", text) // an invalid example
		return
	case "money":
		f.put(name, dirhams(v))
		return
	case "file":
		f.files(name, v)
		return
	}
	switch v := v.(type) {
	case nil:
	case bool:
		f.yesNo(name, s.XType, v)
	case map[string]any:
		f.object(name+".", s, v)
	case []any:
		f.list(name, s, v)
	default:
		f.put(name, fmt.Sprint(v))
	}
}

func (f *flattener) put(name, value string) {
	f.out.Values[name] = append(f.out.Values[name], value)
}

func (f *flattener) yesNo(name, xtype string, v bool) {
	switch {
	case v:
		f.put(name, "yes")
	case xtype != "declaration":
		f.put(name, "no")
	}
}

// list is either rows of objects or several choices.
func (f *flattener) list(name string, s Schema, list []any) {
	items := Schema{}
	if s.Items != nil {
		items = *s.Items
	}
	if s.XType != "rows" {
		f.out.Values[name] = nil
		for _, v := range list {
			f.put(name, fmt.Sprint(v))
		}
		return
	}
	for i, v := range list {
		row, ok := v.(map[string]any)
		if !ok {
			f.err = fmt.Errorf("%s: row %d is no object", name, i)
			return
		}
		f.object(name+"."+strconv.Itoa(i)+".", items, row)
	}
}

func (f *flattener) files(name string, v any) {
	if list, ok := v.([]any); ok {
		for _, one := range list {
			f.files(name, one)
		}
		return
	}
	raw, err := json.Marshal(v)
	var file struct {
		Name      string `json:"name"`
		MediaType string `json:"media_type"`
		Data      []byte `json:"data"`
	}
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		f.err = fmt.Errorf("%s: file: %w", name, err)
		return
	}
	f.out.Files[name] = append(f.out.Files[name], Upload{file.Name, file.MediaType, file.Data})
}

// dirhams writes integer centimes with a dot and two decimals.
func dirhams(v any) string {
	n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64)
	if err != nil {
		return fmt.Sprint(v) // an invalid example
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func trimZero(s string) string { return strings.TrimPrefix(s, "0") }
