package service

import (
	"reflect"
	"strconv"
	"strings"
)

// decode fills a Go value from a YAML node, strictly: an unknown key or a
// value of another shape is a finding, and decoding goes on so that one
// reading reports everything. A struct's field Line gets the value's line and
// its field Keys the line of each key that was written.
func decode(n *node, into any, f *findings) {
	decodeValue(n, reflect.ValueOf(into).Elem(), "", f)
}

func decodeValue(n *node, v reflect.Value, path string, f *findings) {
	if n == nil || n.shape == shapeNothing {
		return
	}
	if raw, ok := v.Addr().Interface().(**node); ok {
		*raw = n
		return
	}
	if s, ok := v.Addr().Interface().(*Scalar); ok {
		if n.shape == shapeList || n.shape == shapeTable {
			f.add(ruleShape, n.line, "one", "key", name(path), "shape", n.shape.term())
			return
		}
		*s = Scalar{Text: n.text, Line: n.line, kind: n.shape}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		decodeStruct(n, v, path, f)
	case reflect.Slice:
		if n.shape != shapeList {
			f.add(ruleShape, n.line, "list", "key", name(path), "shape", n.shape.term())
			return
		}
		for i, item := range n.items {
			element := reflect.New(v.Type().Elem()).Elem()
			decodeValue(item, element, path+"."+strconv.Itoa(i), f)
			v.Set(reflect.Append(v, element))
		}
	case reflect.Map:
		if n.shape != shapeTable {
			f.add(ruleShape, n.line, "table", "key", name(path), "shape", n.shape.term())
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for _, e := range n.keys {
			element := reflect.New(v.Type().Elem()).Elem()
			decodeValue(e.value, element, path+"."+e.key, f)
			v.SetMapIndex(reflect.ValueOf(e.key), element)
		}
	default:
		decodeScalar(n, v, path, f)
	}
}

func decodeStruct(n *node, v reflect.Value, path string, f *findings) {
	if n.shape != shapeTable {
		f.add(ruleShape, n.line, "table", "key", name(path), "shape", n.shape.term())
		return
	}
	fields := map[string]reflect.Value{}
	var known []string
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("yaml")
		if tag != "" && tag != "-" {
			fields[tag] = v.Field(i)
			known = append(known, tag)
		}
	}
	if line := v.FieldByName("Line"); line.IsValid() {
		line.SetInt(int64(n.line))
	}
	keys := v.FieldByName("Keys")
	if keys.IsValid() {
		keys.Set(reflect.ValueOf(map[string]int{}))
	}
	for _, e := range n.keys {
		field, ok := fields[e.key]
		if !ok {
			f.addMend(ruleKey, e.line, suggest(e.key, known), "key", "where", name(path), "key", e.key)
			continue
		}
		if keys.IsValid() {
			keys.SetMapIndex(reflect.ValueOf(e.key), reflect.ValueOf(e.line))
		}
		decodeValue(e.value, field, strings.TrimPrefix(path+"."+e.key, "."), f)
	}
}

func decodeScalar(n *node, v reflect.Value, path string, f *findings) {
	switch v.Kind() {
	case reflect.String:
		switch n.shape {
		case shapeText, shapeInt, shapeBool:
			v.SetString(n.text)
			return
		}
		f.add(ruleShape, n.line, "text", "key", name(path), "shape", n.shape.term())
	case reflect.Int, reflect.Int64:
		i, err := strconv.ParseInt(n.text, 10, 32)
		if n.shape != shapeInt || err != nil {
			f.add(ruleShape, n.line, "int", "key", name(path), "shape", n.shape.term())
			return
		}
		v.SetInt(i)
	case reflect.Bool:
		if n.shape != shapeBool {
			f.add(ruleShape, n.line, "bool", "key", name(path), "shape", n.shape.term())
			return
		}
		v.SetBool(n.text == "true")
	}
}

// name is how a finding calls a place in the document.
func name(path string) term {
	if path == "" {
		return word("file")
	}
	return word("key", "key", path)
}
