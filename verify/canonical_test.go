package verify

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestCanonical(t *testing.T) {
	type pair struct {
		B string `json:"b"`
		A []int  `json:"a"`
		C string `json:"c,omitempty"`
	}
	tests := []struct {
		name string
		give any
		want string // "" for a refusal
	}{
		{"nothing", nil, `null`},
		{"members are sorted", pair{B: "x"}, `{"a":[],"b":"x"}`},
		{"by UTF-16, not by code point", map[string]any{"\ufb33": 1, "\U0001f600": 2}, "{\"\U0001f600\":2,\"\ufb33\":1}"},
		{"shorter name first", map[string]int{"aa": 2, "a": 1}, `{"a":1,"aa":2}`},
		{"escapes of RFC 8785", "\x00\x08\t\n\x0b\x0c\r\x1f\"\\/<>&\u2028\x7f", "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/<>&\u2028\x7f\""},
		{"largest integer", int64(1<<53 - 1), `9007199254740991`},
		{"too large", int64(1 << 53), ""},
		{"too small", int64(-1 << 53), ""},
		{"float", 1.0, ""},
		{"number of JSON", json.Number("12"), `12`},
		{"number with a dot", json.Number("1.0"), ""},
		{"number with an exponent", json.Number("1e3"), ""},
		{"number minus zero", json.Number("-0"), ""},
		{"number with a zero", json.Number("01"), ""},
		{"broken text", "a\xff", ""},
		{"broken name", map[string]any{"a\xff": 1}, ""},
		{"surrogate half", "\xed\xa0\x80", ""},
		{"bytes", []byte{0, 255}, `"AP8="`},
		{"hex", Hex{0, 255}, `"00ff"`},
		{"time", Time{time.Date(2026, 1, 2, 3, 4, 5, 600, rabat)}, `"2026-01-02T03:04:05+01:00"`},
		{"nil list and map", map[string]any{"a": []string(nil), "b": map[string]any(nil)}, `{"a":[],"b":{}}`},
		{"raw", json.RawMessage(`{"b": 1, "a": [true, null]}`), `{"a":[true,null],"b":1}`},
		{"raw float", json.RawMessage(`{"b": 1.5}`), ""},
		{"function", func() {}, ""},
		{"names of a map that are no text", map[int]int{1: 1}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Canonical(tt.give)
			if string(got) != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("Canonical = %s, %v, want %s", got, err, tt.want)
			}
		})
	}
	deep := any("x")
	for range maxDepth + 2 {
		deep = []any{deep}
	}
	if _, err := Canonical(deep); err == nil {
		t.Error("no depth is too deep")
	}
}

func TestDecode(t *testing.T) {
	type in struct {
		A string `json:"a"`
		B []int  `json:"b"`
		C string `json:"c,omitempty"`
	}
	tests := []struct {
		name, give string
		ok         bool
	}{
		{"as it is", `{"a":"x","b":[1]}`, true},
		{"an optional member", `{"a":"x","b":[1],"c":"y"}`, true},
		{"an optional member that is empty", `{"a":"x","b":[1],"c":""}`, false},
		{"a missing member", `{"a":"x"}`, false},
		{"an unknown member", `{"a":"x","b":[1],"d":1}`, false},
		{"a duplicate member", `{"a":"x","a":"x","b":[1]}`, false},
		{"another case", `{"A":"x","b":[1]}`, false},
		{"another order", `{"b":[1],"a":"x"}`, false},
		{"a space", `{"a": "x","b":[1]}`, false},
		{"an escape too many", `{"a":"\u0078","b":[1]}`, false},
		{"null for a list", `{"a":"x","b":null}`, false},
		{"a float", `{"a":"x","b":[1.0]}`, false},
		{"broken text", "{\"a\":\"\xff\",\"b\":[1]}", false},
		{"something behind", `{"a":"x","b":[1]}x`, false},
		{"a line feed behind", `{"a":"x","b":[1]}` + "\n", false},
		{"a byte order mark", "\ufeff" + `{"a":"x","b":[1]}`, false},
		{"nothing", ``, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := Decode([]byte(tt.give), &in{}); (err == nil) != tt.ok {
				t.Errorf("Decode = %v, want ok %v", err, tt.ok)
			}
		})
	}
	var v any
	if err := Decode([]byte(`{"a":[1,"x",true,null]}`), &v); err != nil {
		t.Errorf("Decode into any = %v", err)
	}
	if err := Decode([]byte(strings.Repeat("[", 200)+strings.Repeat("]", 200)), &v); err == nil {
		t.Error("200 lists in each other are taken")
	}
}
