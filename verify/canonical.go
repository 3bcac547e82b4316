package verify

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// maxInteger is the largest integer that every JSON reader keeps exactly.
const maxInteger = 1<<53 - 1

// maxDepth bounds nested values.
const maxDepth = 100

// Canonical writes a value as canonical JSON (RFC 8785): members sorted, no
// spaces, one way to write each string. It takes strings, booleans, nil,
// integers below 2^53, bytes (as base64), slices, maps with string keys and
// structs with json tags; it refuses floats, text that is not UTF-8 and
// anything else. A nil slice is an empty list.
func Canonical(v any) ([]byte, error) {
	w := &writer{out: make([]byte, 0, 1024)}
	if err := w.value(reflect.ValueOf(v), 0); err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return w.out, nil
}

// Decode reads canonical JSON into a value, a pointer, and refuses every other
// form: an unknown, duplicate or differently-cased member, a missing one, a
// space, a float. Into *any, objects become map[string]any and numbers
// json.Number.
func Decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return failed(CodeForm, "its JSON does not have the members of its format")
	}
	if _, err := d.Token(); err != io.EOF {
		return failed(CodeForm, "something follows its JSON")
	}
	own, err := Canonical(into)
	if err != nil || !bytes.Equal(own, raw) {
		return failed(CodeForm, "it is not in its canonical form")
	}
	return nil
}

type writer struct{ out []byte }

var textType = reflect.TypeFor[encoding.TextMarshaler]()

func (w *writer) value(v reflect.Value, depth int) error {
	if depth > maxDepth {
		return errors.New("nested too deep")
	}
	if !v.IsValid() {
		w.out = append(w.out, "null"...)
		return nil
	}
	switch v.Type() {
	case reflect.TypeFor[json.Number]():
		return w.number(v.String())
	case reflect.TypeFor[json.RawMessage]():
		return w.raw(v.Bytes(), depth)
	case reflect.TypeFor[canonical]():
		w.out = append(w.out, v.Bytes()...)
		return nil
	}
	if v.Type().Implements(textType) && v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return err
		}
		return w.text(string(text))
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return w.value(v.Elem(), depth) // Elem of nil is the zero Value: null
	case reflect.String:
		return w.text(v.String())
	case reflect.Bool:
		w.out = strconv.AppendBool(w.out, v.Bool())
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return w.number(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return w.number(strconv.FormatUint(v.Uint(), 10))
	case reflect.Slice, reflect.Array:
		return w.list(v, depth)
	case reflect.Map:
		return w.mapping(v, depth)
	case reflect.Struct:
		return w.structure(v, depth)
	}
	return fmt.Errorf("a %s has no canonical form", v.Kind())
}

// canonical is what Canonical wrote before.
type canonical []byte

// raw writes JSON that someone else encoded.
func (w *writer) raw(text []byte, depth int) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return errors.New("raw JSON does not decode")
	}
	return w.value(reflect.ValueOf(v), depth)
}

func (w *writer) number(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > maxInteger || n < -maxInteger || strconv.FormatInt(n, 10) != text {
		return errors.New("a number is not an integer below 2^53")
	}
	w.out = append(w.out, text...)
	return nil
}

func (w *writer) list(v reflect.Value, depth int) error {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return w.text(base64.StdEncoding.EncodeToString(v.Bytes()))
	}
	w.out = append(w.out, '[')
	for i := range v.Len() {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.value(v.Index(i), depth+1); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

// member is one name of an object with its value.
type member struct {
	name  string
	value reflect.Value
}

func (w *writer) mapping(v reflect.Value, depth int) error {
	if v.Type().Key().Kind() != reflect.String {
		return errors.New("an object's names are strings")
	}
	members := make([]member, 0, v.Len())
	for _, key := range v.MapKeys() {
		members = append(members, member{key.String(), v.MapIndex(key)})
	}
	slices.SortFunc(members, func(a, b member) int { return compareUTF16(a.name, b.name) })
	w.out = append(w.out, '{')
	for i, m := range members {
		if err := w.member(m.name, m.value, i > 0, depth); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// field is one member that a structure type writes.
type field struct {
	name      string
	index     int
	omitEmpty bool
}

// fields of structure types in their order on paper, worked out once a type.
var fields sync.Map // reflect.Type → []field

func fieldsOf(t reflect.Type) ([]field, error) {
	if known, ok := fields.Load(t); ok {
		return known.([]field), nil
	}
	list, err := readFields(t)
	if err == nil {
		fields.Store(t, list)
	}
	return list, err
}

func readFields(t reflect.Type) ([]field, error) {
	var list []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" && f.Anonymous {
			return nil, errors.New("an embedded structure needs a name")
		}
		if name == "" {
			name = f.Name
		}
		if options != "" && options != "omitempty" {
			return nil, fmt.Errorf("option %s of a structure's member is not known", options)
		}
		list = append(list, field{name, i, options == "omitempty"})
	}
	slices.SortFunc(list, func(a, b field) int { return compareUTF16(a.name, b.name) })
	return list, nil
}

func (w *writer) structure(v reflect.Value, depth int) error {
	list, err := fieldsOf(v.Type())
	if err != nil {
		return err
	}
	w.out = append(w.out, '{')
	comma := false
	for _, f := range list {
		value := v.Field(f.index)
		if f.omitEmpty && empty(value) {
			continue
		}
		if err := w.member(f.name, value, comma, depth); err != nil {
			return err
		}
		comma = true
	}
	w.out = append(w.out, '}')
	return nil
}

// empty is what encoding/json leaves out under omitempty.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (w *writer) member(name string, value reflect.Value, comma bool, depth int) error {
	if comma {
		w.out = append(w.out, ',')
	}
	if err := w.text(name); err != nil {
		return err
	}
	w.out = append(w.out, ':')
	return w.value(value, depth+1)
}

// compareUTF16 orders names as RFC 8785 does, by UTF-16 code units.
func compareUTF16(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			return slices.Compare(utf16.AppendRune(nil, x), utf16.AppendRune(nil, y))
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}

const hexDigits = "0123456789abcdef"

// text writes a string with the few escapes RFC 8785 has.
func (w *writer) text(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("a text is not UTF-8")
	}
	w.out = append(w.out, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		w.out = append(w.out, s[from:i]...)
		from = i + 1
		if c == '"' || c == '\\' {
			w.out = append(w.out, '\\', c)
		} else if at := strings.IndexByte("\b\t\n\f\r", c); at >= 0 {
			w.out = append(w.out, '\\', "btnfr"[at])
		} else {
			w.out = append(w.out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	w.out = append(w.out, s[from:]...)
	w.out = append(w.out, '"')
	return nil
}
