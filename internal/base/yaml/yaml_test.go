package yaml

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

type sample struct {
	Name  string              `yaml:"name"`
	Days  []string            `yaml:"days"`
	Names map[string]string   `yaml:"names"`
	Rows  []map[string]string `yaml:"rows"`
}

func TestDecode(t *testing.T) {
	var got sample
	err := Decode([]byte("name: a & b * c\ndays: [x, 'y: [z']\nnames: {fr: \"&a\", ar: \"*a\"}\nrows:\n  - {k: v}\n  - k: w\n"), &got)
	if err != nil || got.Name != "a & b * c" || len(got.Days) != 2 || got.Names["ar"] != "*a" || len(got.Rows) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestDecodeRefuses what would hang, or fill the memory of, who reads it.
func TestDecodeRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown key":    "nmae: x\n",
		"another type":      "name: [x]\n",
		"not UTF-8":         "name: \xff\n",
		"too long":          "name: " + strings.Repeat("x", mostBytes),
		"a tower of lists":  "name: " + strings.Repeat("[", 200_000),
		"a tower of tables": "name: " + strings.Repeat("{a: ", 50_000),
		"a tower of dashes": strings.Repeat("- ", 200_000),
		"towers of lines":   strings.Repeat("a: [\n", 1000),
		"an alias":          "days: &d [a]\nrows: *d\n",
		"a merge key":       "names: {<<: {a: b}}\n",
		"two quotes open":   "name: \"x\ndays: 'y\n",
		"a bare alias":      "*\n",
	} {
		done := make(chan error, 1)
		go func() { done <- Decode([]byte(text), &sample{}) }()
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%s was taken", name)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s hangs", name)
		}
	}
}

// TestDecodeQuick reads the largest file there may be.
func TestDecodeQuick(t *testing.T) {
	var b strings.Builder
	for i := 0; b.Len() < mostBytes-100; i++ {
		fmt.Fprintf(&b, "  - {k: v%d}\n", i)
	}
	start := time.Now()
	if err := Decode([]byte("rows:\n"+b.String()), &sample{}); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("name: x\ndays: [a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) { _ = Decode(data, &sample{}) })
}
