package portal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

const submissions = "/api/v1/services/residence-certificate/submissions"

// call posts a submission; key "" sends none.
func call(t *testing.T, s *Server, key, body string) *answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://portal.example"+submissions, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	return newBrowser(t, s).do(r)
}

// example is the body of a valid example.
func example(t *testing.T, s *Server, change func(map[string]any)) string {
	t.Helper()
	def, err := s.desk.Service("residence-certificate")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range def.Examples() {
		if !e.Valid {
			continue
		}
		body := map[string]any{"authority": e.Authority, "answers": e.Answers, "language": "ar"}
		if change != nil {
			change(body)
		}
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	t.Fatal("no valid example")
	return ""
}

func TestAPIFiles(t *testing.T) {
	s := newServer(t)
	key := "0f8fad5b-d9cb-469f-a165-70867728950e"
	body := example(t, s, nil)
	first := call(t, s, key, body).want(201)
	if again := call(t, s, key, body).want(201); again.body != first.body {
		t.Error("the same key and body give another answer")
	}
	call(t, s, key, body+" ").want(422)
	var got intake.Accepted
	if err := json.Unmarshal([]byte(first.body), &got); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got.Receipt, `"`+got.Reference+`"`) || first.header.Get("Set-Cookie") != "" {
		t.Errorf("accepted: %.200s", first.body)
	}
	b := newBrowser(t, s)
	ask := func(reference, code string) *answer {
		r := httptest.NewRequest(http.MethodGet, "http://portal.example/api/v1/submissions/"+reference, nil)
		if code != "" {
			r.Header.Set("Authorization", "Bearer "+code)
		}
		return b.do(r)
	}
	var seen apiSubmission
	if err := json.Unmarshal([]byte(ask(got.Reference, got.ResumeCode).want(200).body), &seen); err != nil {
		t.Fatal(err)
	}
	if seen.Service != "residence-certificate" || len(seen.Timeline) != 1 || seen.Receipt != got.Receipt {
		t.Errorf("submission: %+v", seen)
	}
	stranger := ask(got.Reference, "nonsense").want(404)
	for what, other := range map[string]*answer{"wrong reference": ask("00000000000", got.ResumeCode), "no code": ask(got.Reference, "")} {
		if other.body != stranger.body || other.status != 404 || len(other.header) != len(stranger.header) {
			t.Errorf("%s and a stranger get different answers: %s", what, other.body)
		}
	}
}

func TestAPIRefuses(t *testing.T) {
	s := newServer(t)
	key := func(n int) string { return fmt.Sprintf("0f8fad5b-d9cb-469f-a165-%012d", n) }
	set := func(field string, v any) func(map[string]any) {
		return func(m map[string]any) { m[field] = v }
	}
	for i, tt := range []struct {
		name, key, body string
		status          int
		field           string
	}{
		{"no key", "", example(t, s, nil), 400, ""},
		{"short key", "abc", example(t, s, nil), 400, ""},
		{"malformed", key(2), `{"answers":`, 400, ""},
		{"two objects", key(3), `{} {}`, 400, ""},
		{"no object", key(4), `[]`, 400, ""},
		{"null", key(5), `null`, 400, ""},
		{"unknown language", key(6), example(t, s, set("language", "de")), 422, "language"},
		{"language of another type", key(7), example(t, s, set("language", 1)), 422, "language"},
		{"no language", key(8), example(t, s, func(m map[string]any) { delete(m, "language") }), 422, "language"},
		{"unknown authority", key(9), example(t, s, set("authority", "nobody")), 422, "authority"},
		{"authority of another type", key(10), example(t, s, set("authority", 3)), 422, "authority"},
		{"no answers", key(11), example(t, s, func(m map[string]any) { delete(m, "answers") }), 422, "answers"},
		{"empty answers", key(12), example(t, s, set("answers", map[string]any{})), 422, "cnie"},
		{"unknown field", key(13), example(t, s, set("colour", "red")), 422, "colour"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := call(t, s, tt.key, tt.body).want(tt.status)
			if got := a.header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("%d: type %s", i, got)
			}
			var p web.Problem
			if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != tt.status {
				t.Fatalf("problem: %v %s", err, a.body)
			}
			found := tt.field == ""
			for _, e := range p.Errors {
				found = found || e.Field == tt.field && e.Message != "" && !strings.Contains(e.Message, "⟦")
			}
			if !found {
				t.Errorf("no error of field %s in %s", tt.field, a.body)
			}
		})
	}
}

func TestAPIServices(t *testing.T) {
	b := newBrowser(t, newServer(t))
	var list apiServices
	if err := json.Unmarshal([]byte(b.get("/api/v1/services").want(200).body), &list); err != nil || len(list.Services) == 0 {
		t.Fatal(err)
	}
	for _, listed := range list.Services {
		var d apiDefinition
		if err := json.Unmarshal([]byte(b.get(listed.Href).want(200).body), &d); err != nil {
			t.Fatal(err)
		}
		if d.ID != listed.ID || len(d.Offered) == 0 || d.Schema["type"] != "object" || len(d.Examples) == 0 {
			t.Errorf("%s is not whole", listed.ID)
		}
		for _, l := range i18n.Langs {
			if d.Titles[l] == "" {
				t.Errorf("%s has no title in %s", d.ID, l)
			}
			b.get(d.Pages[l]).want(200)
		}
	}
	b.get("/api/v1/services/none").want(404)
	b.get("/.well-known/wasl-trust.json").want(200)
	b.get("/ledger/checkpoint").want(404) // no ledger was pushed
	b.get("/ledger/tile/0/000").want(404)
}

func TestExchange(t *testing.T) {
	s := newServer(t)
	call(t, s, "0f8fad5b-d9cb-469f-a165-70867728950f", example(t, s, nil)).want(201)
	var log bytes.Buffer
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	h := s.Exchange()
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w
	}
	var offered []intake.Offered
	if err := json.Unmarshal(ask("GET", "/exchange/offered?after=0&limit=10", "").Body.Bytes(), &offered); err != nil || len(offered) != 1 {
		t.Fatalf("offered %d, %v", len(offered), err)
	}
	if got := ask("GET", fmt.Sprintf("/exchange/offered?after=%d&limit=10", offered[0].Seq), "").Body.String(); got != "[]" {
		t.Errorf("after the last: %s", got)
	}
	tile := strings.Repeat("t", 32)
	push := `{"ledger":[{"path":"tile/0/000.p/1","body":"` + base64.StdEncoding.EncodeToString([]byte(tile)) + `"}]}`
	for path, want := range map[string]int{
		"GET /exchange/offered?after=x&limit=1": 422, "GET /exchange/offered?after=0": 422, "GET /exchange/blob/none": 404,
		"GET /exchange/published": 200, "GET /exchange/other": 404, "POST /exchange/push": 204,
	} {
		method, path, _ := strings.Cut(path, " ")
		if got := ask(method, path, push).Code; got != want {
			t.Errorf("%s %s: %d, want %d", method, path, got, want)
		}
	}
	for _, broken := range []string{`{`, `{"publications":[{"kind":"trust","id":"trust","body":"e30="}]}`, `{"ledger":[{"path":"checkpoint","body":"aGVsbG8="}]}`} {
		if got := ask("POST", "/exchange/push", broken).Code; got != 422 {
			t.Errorf("push %s: %d, want 422", broken, got)
		}
		if got := log.String(); !strings.Contains(got, "cause=") {
			t.Errorf("push %s: the log does not say why it was refused: %q", broken, got)
		}
		log.Reset()
	}
	if got := newBrowser(t, s).get("/ledger/tile/0/000.p/1").want(200); got.body != tile || got.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("tile %q, %v", got.body, got.header)
	}
	newBrowser(t, s).get("/exchange/published").want(404)
}

// A territory of a country's size is narrowed; one place alone is shown again
// with all that is above it.
func TestPlace(t *testing.T) {
	files := map[string]string{}
	const head = "code,parent,name_fr,name_ar,name_zgh,name_en,example\n"
	region, province, commune := head, head, head
	for r := range 3 {
		region += fmt.Sprintf("%d,,R,ج,ⵔ,R,true\n", r)
		for p := range 20 {
			province += fmt.Sprintf("%d.%d,%d,P,إ,ⵒ,P,true\n", r, p, r)
			for c := range 10 {
				commune += fmt.Sprintf("%d.%d.%d,%d.%d,C,ع,ⵛ,C,true\n", r, p, c, r, p)
			}
		}
	}
	files["territory/region.csv"], files["territory/province.csv"], files["territory/commune.csv"] = region, province, commune
	territory, err := authority.LoadTerritory(mapFS(files))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, level, value      string
		narrow                  map[string]string
		parts, options, between int
	}{
		{"nothing yet", "commune", "", nil, 2, 0, 0},
		{"region", "commune", "", map[string]string{"_region": "1"}, 2, 0, 20},
		{"province", "commune", "", map[string]string{"_region": "1", "_province": "1.3"}, 2, 10, 20},
		{"province of another region", "commune", "", map[string]string{"_region": "2", "_province": "1.3"}, 2, 0, 20},
		{"value alone", "commune", "2.4.7", nil, 2, 10, 20},
		{"province of a region", "province", "", map[string]string{"_region": "1"}, 1, 20, 3},
		{"few", "region", "", nil, 0, 3, 0},
	} {
		b := &builder{lang: i18n.FR, territory: territory, narrow: tt.narrow, typed: service.Typed{}}
		f := field{ID: "where", Value: tt.value}
		b.place(&f, tt.level, "where")
		between := 0
		if tt.parts > 0 {
			between = len(f.Parts[len(f.Parts)-1].Options)
		}
		if len(f.Parts) != tt.parts || len(f.Options) != tt.options || between != tt.between {
			t.Errorf("%s: %d parts, %d options, %d before; want %d, %d, %d", tt.name, len(f.Parts), len(f.Options), between, tt.parts, tt.options, tt.between)
		}
		on := 0
		for _, o := range f.Options {
			if o.On {
				on++
			}
		}
		if (on == 1) != (tt.value != "") {
			t.Errorf("%s: %d chosen", tt.name, on)
		}
	}
}
