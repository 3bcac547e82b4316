package portal

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wasl/internal/base/i18n"
)

var update = flag.Bool("update", false, "write golden files again")

// A new route, or another access rule, shows in the diff.
func TestRoutes(t *testing.T) {
	got := strings.Join(newServer(t).Routes(), "\n") + "\n"
	const golden = "testdata/routes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("routes differ from %s (%v):\n%s", golden, err, got)
	}
}

// openapi.json tells of every API route, and of nothing else under /api/.
func TestOpenAPI(t *testing.T) {
	s := newServer(t)
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(newBrowser(t, s).get("/openapi.json").want(200).body), &doc); err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, methods := range doc.Paths {
		told += len(methods)
	}
	for _, route := range s.Routes() {
		method, path, _ := strings.Cut(route, " ")
		path, _, _ = strings.Cut(path, " ")
		if strings.HasPrefix(path, "/api/") && doc.Paths[path][strings.ToLower(method)] == nil {
			t.Errorf("%s %s is not described", method, path)
		}
	}
	if told != len(s.endpoints()) || doc.OpenAPI != "3.1.0" {
		t.Errorf("%d operations told, %d served; openapi %q", told, len(s.endpoints()), doc.OpenAPI)
	}
}

// prefixes of keys whose end comes from data.
var dataKeys = regexp.MustCompile(`^(act|state|access\.part|event|letter|role|purpose|ended|date|person|address|count|verify\.code|verify\.note|problem|fail|help|accessibility|privacy|about|file)\.`)

// Every text is used, and every text used is there; templates are checked when
// they are parsed.
func TestTexts(t *testing.T) {
	var all strings.Builder
	for _, fsys := range []fs.FS{os.DirFS("."), os.DirFS("templates")} {
		names, _ := fs.Glob(fsys, "*.go")
		more, _ := fs.Glob(fsys, "*.tmpl")
		for _, name := range append(names, more...) {
			raw, err := fs.ReadFile(fsys, name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") {
				all.Write(raw)
			}
		}
	}
	source := all.String()
	for _, key := range texts.Keys() {
		if !dataKeys.MatchString(key) && !strings.Contains(source, "[["+key+"]]") && !strings.Contains(source, `"`+key+`"`) {
			t.Errorf("nothing uses the text %s", key)
		}
	}
	for _, m := range regexp.MustCompile(`(?:texts\.[TH]\(l, |b\.t\(|\{\{t )"([a-z0-9._-]+[a-z0-9])"`).FindAllStringSubmatch(source, -1) {
		if !texts.Has(m[1]) {
			t.Errorf("there is no text %s", m[1])
		}
	}
}

// The policy allows exactly the style sheet that stands in the page.
func TestStyle(t *testing.T) {
	a := newBrowser(t, newServer(t)).get("/ar/")
	_, rest, _ := strings.Cut(a.body, "<style>")
	css, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(css))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(a.header.Get("Content-Security-Policy"), want) {
		t.Errorf("the policy lacks %s", want)
	}
	for _, physical := range []string{"left", "right", "margin-top", "padding-bottom", "width:", "height:"} {
		for _, rule := range regexp.MustCompile(`[{;]`).Split(css, -1) {
			if strings.HasPrefix(rule, physical) || strings.Contains(rule, "-left") || strings.Contains(rule, "-right") {
				t.Errorf("a physical property: %s", rule)
			}
		}
	}
}

// Every page of plain words is there in each language, and says the law's
// numbers in isolation.
func TestPlainPages(t *testing.T) {
	b := newBrowser(t, newServer(t))
	bare := regexp.MustCompile(`[^>\x{2066}0-9][0-9]{2,3}-[0-9]{2}\b`)
	for _, l := range i18n.Langs {
		for _, path := range []string{"/", "/help", "/accessibility", "/privacy", "/about", "/verify", "/resume", "/track", "/phone", "/services/public-space"} {
			a := b.get("/" + string(l) + path).want(200)
			if _, main, _ := strings.Cut(a.body, "<main"); bare.MatchString(main) {
				t.Errorf("%s%s: a bare number: %q", l, path, bare.FindString(main))
			}
		}
		for _, word := range []string{"/nothing", "/services/none"} {
			b.get("/" + string(l) + word).want(404)
		}
	}
	if to := b.get("/").to(); to != "/ar/" {
		t.Errorf("/ leads to %s", to)
	}
	b.get("/de/").want(404)
	rules := b.get("/ar/")
	if !slices.Contains(rules.header.Values("Vary"), "Accept-Encoding") {
		t.Error("pages do not vary by encoding")
	}
}
