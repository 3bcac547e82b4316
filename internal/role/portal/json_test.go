package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestOddJSON(t *testing.T) {
	for raw, want := range map[string]string{
		`{}`: "", `{"a":1,"b":[{"a":1},{"a":2}],"c":{"a":"a"}}`: "", `{"a":"\\ud800","b":"\""}`: "", `{"a":"\ud83d\ude00"}`: "",
		`{"a":["b","b","b"],"b":"a"}`: "", `{"\ud83d\ude00":1,"😀":2}`: oddName, `{"a":1,"a":1}`: oddName, `{"a":1,"\u0061":2}`: oddName,
		`{"a":{"b":1,"c":[],"b":2}}`: oddName, `[{"a":[{"x":1,"x":2}]}]`: oddName, `{"a":[],"b":{},"a":1}`: oddName,
		`{"a":"\ud800"}`: oddText, `{"a":"\udc00"}`: oddText, `{"a":"\ud800\ud800"}`: oddText, `{"a":"\ud800x"}`: oddText,
		`{"\uD800":1}`: oddText, "{\"a\":\"\xff\"}": oddText,
	} {
		if got := oddJSON([]byte(raw)); got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}

func FuzzOddJSON(f *testing.F) {
	for _, raw := range []string{`{"a":"\ud83d\ude00\n","b":[1,{"c":null}]}`, `{"a":1,"a":2}`, `{"a":"\ud800"}`, `[[[{"":""}]]]`, `"\\"`, `{"a\"":"\\\""}`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		got := oddJSON(raw)
		var v any
		if json.Unmarshal(raw, &v) != nil {
			return
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if odd := oddJSON(again); odd != "" {
			t.Errorf("what a program writes is %q: %s", odd, again)
		}
		if got == "" && names(t, raw) != names(t, again) {
			t.Errorf("names were lost: %s", raw)
		}
	})
}

// names counts the members of all objects.
func names(t *testing.T, raw []byte) (n int) {
	t.Helper()
	for dec := json.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		if token == json.Delim('{') {
			n += 1 << 20
		} else {
			n++
		}
	}
}

// TestOddBodies files nothing whose bytes say two things.
func TestOddBodies(t *testing.T) {
	s := newServer(t)
	body := example(t, s, nil)
	for i, odd := range []string{
		strings.Replace(body, `"given_latin":"`, `"given_latin":"`+"\xff", 1),
		strings.Replace(body, `"given_latin":"`, `"given_latin":"\ud800`, 1),
		strings.Replace(body, `"language":`, `"language":"fr","language":`, 1),
		strings.Replace(body, `"cnie":`, `"cnie":"ZZ1","cnie":`, 1),
	} {
		if odd == body {
			t.Fatalf("body %d is not odd", i)
		}
		a := call(t, s, "0f8fad5b-d9cb-469f-a165-708677289500", odd)
		if a.status != 400 || !strings.Contains(a.body, "The body ") {
			t.Errorf("body %d: status %d: %.200s", i, a.status, a.body)
		}
	}
	call(t, s, "0f8fad5b-d9cb-469f-a165-708677289500", body).want(201)
}
