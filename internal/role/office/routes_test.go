package office

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

var update = flag.Bool("update", false, "write the golden files")

// TestRoutes shows new exposure in the diff of its golden file.
func TestRoutes(t *testing.T) {
	got := strings.Join(newWorld(t).server.Routes(), "\n") + "\n"
	file := filepath.Join("testdata", "routes.txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("the routes changed (%v); look at them, then go test -update:\n%s", err, got)
	}
}

// answer is a response as it went over the wire, redirects not followed.
type answer struct {
	status int
	header http.Header
	body   string
}

// raw is a client that follows nothing, signed in as an agent or as nobody.
func (w *world) raw(who *identity.Agent) func(method, path string, form url.Values) answer {
	w.t.Helper()
	return w.from("same-origin", who)
}

// from is raw whose later requests come from a site that stands so to ours.
func (w *world) from(site string, who *identity.Agent) func(method, path string, form url.Values) answer {
	w.t.Helper()
	as := "same-origin"
	jar, _ := cookiejar.New(nil) // never fails without options
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	do := func(method, path string, form url.Values) answer {
		w.t.Helper()
		req, err := http.NewRequestWithContext(w.t.Context(), method, w.base+path, strings.NewReader(form.Encode()))
		w.must(err)
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		req.Header.Set("Sec-Fetch-Site", as)
		req.Header.Set("Accept-Encoding", "identity")
		res, err := c.Do(req)
		w.must(err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		w.must(err)
		return answer{res.StatusCode, res.Header, string(body)}
	}
	if who != nil {
		if got := do("POST", "/fr/signin", url.Values{"name": {string(who.ID)}, "password": {password}}); got.status != http.StatusSeeOther {
			w.t.Fatalf("%s cannot sign in: %d", who.ID, got.status)
		}
	}
	as = site
	return do
}

var hole = regexp.MustCompile(`\{(\w+)(\.\.\.)?\}`)

// TestEveryRouteAsksForItsRight walks every route as nobody, as another unit's
// and another commune's agent, as a supervisor and as the unit's case worker.
func TestEveryRouteAsksForItsRight(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	path := w.paths(ref)
	worker, walked := w.raw(&amina), 0
	for _, route := range w.server.Routes() {
		method, rest, _ := strings.Cut(route, " ")
		pattern, rule, _ := strings.Cut(rest, " ")
		permission, agents := strings.CutPrefix(rule, "agent ")
		to := path(pattern)
		if !agents {
			if got := w.raw(nil)(method, to, nil); got.status >= http.StatusInternalServerError || got.status == http.StatusNotFound {
				t.Errorf("%s: nobody gets %d", route, got.status)
			}
			continue
		}
		walked++
		if fault := barred(method, w.raw(nil)(method, to, nil)); fault != "" {
			t.Errorf("%s: %s", route, fault)
		}
		for _, who := range []*identity.Agent{&brahim, &hanane} {
			got := w.raw(who)(method, to, nil)
			if strings.Contains(pattern, "{reference}") && !strings.Contains(pattern, "{act}") && got.status != http.StatusNotFound {
				t.Errorf("%s: %s gets %d", route, who.ID, got.status)
			}
			if strings.Contains(got.body, ref) || strings.Contains(got.body, "Salma") {
				t.Errorf("%s: %s sees the case", route, who.ID)
			}
		}
		if got := w.raw(&nadia)(method, to, nil); (got.status == http.StatusNotFound) == (permission == string(signedIn) || nadia.May(identity.Permission(permission))) {
			t.Errorf("%s: the supervisor gets %d", route, got.status)
		}
		if strings.HasSuffix(to, "/signout") {
			continue
		}
		if p := identity.Permission(permission); p != signedIn && !amina.May(p) {
			if got := worker(method, to, nil); got.status != http.StatusNotFound {
				t.Errorf("%s: the case worker gets %d without the right", route, got.status)
			}
			continue
		}
		if got := worker(method, to, nil); !slices.Contains([]int{http.StatusOK, http.StatusSeeOther, http.StatusUnprocessableEntity, http.StatusConflict}, got.status) {
			t.Errorf("%s: the case worker gets %d", route, got.status)
		}
	}
	if walked < 12 {
		t.Errorf("walked %d routes of agents", walked)
	}
}

// TestPostsFromElsewhere posts to every route from another site, as the agent
// who has the right: nothing is done.
func TestPostsFromElsewhere(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	path := w.paths(ref)
	before := w.count(`SELECT count(*) FROM action`)
	elsewhere := map[bool]func(method, path string, form url.Values) answer{false: w.from("cross-site", &nadia), true: w.from("cross-site", &malika)}
	posts := 0
	for _, route := range w.server.Routes() {
		method, rest, _ := strings.Cut(route, " ")
		if pattern, _, _ := strings.Cut(rest, " "); method == http.MethodPost {
			posts++
			got := elsewhere[strings.Contains(pattern, "/calendar/")](method, path(pattern), url.Values{"act": {"act-from-elsewhere"}, "text": {"Non."}})
			if got.status != http.StatusForbidden || got.header.Get("Set-Cookie") != "" {
				t.Errorf("%s: %d", route, got.status)
			}
		}
	}
	if after := w.count(`SELECT count(*) FROM action`); posts < 20 || after != before {
		t.Errorf("%d posts, %d actions, want none new after %d", posts, after, before)
	}
}

// paths fills the patterns of routes for a case, which amina opens, and for
// one that is decided.
func (w *world) paths(ref string) func(pattern string) string {
	w.t.Helper()
	op, err := w.office.Open(w.t.Context(), &amina, ref, "instruct")
	w.must(err)
	decided := w.file("bill", nil).Reference
	number := w.grant(decided)
	values := strings.NewReplacer("{$}", "", "{lang}", "fr", "{reference}", ref, "{act}", "open", "{envelope}", op.Files[0].Envelope, "{file}", op.Files[0].ID, "{number}", number)
	return func(pattern string) string {
		if strings.Contains(pattern, "{number}") {
			pattern = strings.Replace(pattern, "{reference}", decided, 1)
		}
		path := values.Replace(pattern)
		if hole.MatchString(path) {
			w.t.Fatalf("no value for a part of %s", pattern)
		}
		return path
	}
}

// barred says what is wrong with the answer to nobody, "" when nothing is.
func barred(method string, got answer) string {
	to, _, _ := strings.Cut(got.header.Get("Location"), "?")
	switch {
	case strings.Contains(got.body, "Salma"):
		return "nobody reads the case"
	case method == "GET" && (got.status != http.StatusSeeOther || to != "/fr/signin"):
		return fmt.Sprintf("nobody gets %d to %q", got.status, to)
	case method == "POST" && (got.status != http.StatusForbidden || !strings.Contains(got.body, `action="/fr/signin"`)):
		return fmt.Sprintf("nobody gets %d", got.status)
	}
	return ""
}

// grant opens and grants a case, and gives the number of its document.
func (w *world) grant(reference string) string {
	w.t.Helper()
	_, err := w.office.Open(w.t.Context(), &amina, reference, "decide")
	w.must(err)
	w.must(w.office.Decide(w.t.Context(), &amina, reference, casework.Decision{ID: "decide-one", Outcome: casework.Grant}))
	v, err := w.office.View(w.t.Context(), &amina, reference)
	w.must(err)
	if len(v.Documents) != 1 {
		w.t.Fatalf("%d documents", len(v.Documents))
	}
	return v.Documents[0].Number
}

// TestNotFoundIsOneAnswer compares, byte by byte, what is said of another
// commune's case, one that never existed, one that cannot, and an act that a
// role may not take.
func TestNotFoundIsOneAnswer(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	var first *answer
	compare := func(what string, got answer) {
		t.Helper()
		got.header.Del("Date")
		got.body = token.ReplaceAllString(got.body, "")
		if got.status != http.StatusNotFound {
			t.Errorf("%s: %d", what, got.status)
		}
		if first == nil {
			first = &got
			return
		}
		for _, h := range []map[string][]string{first.header, got.header} {
			for name := range h {
				if strings.Join(first.header.Values(name), "|") != strings.Join(got.header.Values(name), "|") {
					t.Errorf("%s: header %s is %q, want %q", what, name, got.header.Values(name), first.header.Values(name))
				}
			}
		}
		if got.body != first.body {
			t.Errorf("%s: another page:\n%s\nwant\n%s", what, got.body, first.body)
		}
	}
	stranger, foreign := w.raw(&brahim), w.raw(&hanane)
	unknown := string(intake.NewReference())
	compare("another unit's case", stranger("GET", "/fr/cases/"+ref, nil))
	compare("another commune's case", foreign("GET", "/fr/cases/"+ref, nil))
	compare("a case that never existed", stranger("GET", "/fr/cases/"+unknown, nil))
	compare("a reference that cannot be", stranger("GET", "/fr/cases/x", nil))
	compare("a path that is no page", stranger("GET", "/fr/nothing/here", nil))
	for _, act := range []string{"open", "note", "request", "times", "decide"} {
		form := url.Values{"act": {act + "-12345678"}, "purpose": {"instruct"}, "note": {"n"}, "kind": {"request-information"}, "text": {"t"}, "outcome": {"refuse"}, "words": {"w"}}
		compare(act+" on another unit's case", stranger("POST", "/fr/cases/"+ref+"/"+act, form))
		compare(act+" on a case that never existed", stranger("POST", "/fr/cases/"+unknown+"/"+act, form))
		compare(act+" by a supervisor", w.raw(&nadia)("POST", "/fr/cases/"+ref+"/"+act, form))
	}
	compare("another unit's file", stranger("GET", "/fr/cases/"+ref+"/files/a/b", nil))
	compare("another unit's document", stranger("GET", "/fr/cases/"+ref+"/documents/a", nil))
	if n := w.count(`SELECT count(*) FROM access WHERE machine = 0`); n != 0 {
		t.Errorf("strangers left %d entries", n)
	}
}

var token = regexp.MustCompile(`value="[A-Za-z0-9_-]{24}"`)

// TestAddresses reads references as people type them, and leads from the
// addresses that posts leave in a browser back to pages.
func TestAddresses(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	do := w.raw(&amina)
	typed := strings.ToLower(ref[:4] + "-" + ref[4:])
	if got := do("GET", "/fr/cases/"+typed, nil); got.status != http.StatusOK || !strings.Contains(got.body, ref) {
		t.Errorf("%s gets %d", typed, got.status)
	}
	for from, to := range map[string]string{"/": "/ar/", "/zgh": "/zgh/", "/fr/search": "/fr/", "/fr/signin": "/fr/", "/fr/cases/" + typed + "/decide": "/fr/cases/" + ref,
		"/fr/signin?case=" + typed: "/fr/cases/" + ref, "/fr/signin?case=//evil.example": "/fr/"} {
		if got := do("GET", from, nil); got.status != http.StatusSeeOther || got.header.Get("Location") != to {
			t.Errorf("%s leads to %s with %d, want %s", from, got.header.Get("Location"), got.status, to)
		}
	}
	for _, path := range []string{"/de/", "/fr/cases/" + ref + "/shred", "/favicon.ico"} {
		if got := do("GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s gets %d", path, got.status)
		}
	}
	if got := w.raw(nil)("GET", "/fr/cases/"+typed, nil); got.header.Get("Location") != "/fr/signin?case="+ref {
		t.Errorf("nobody is sent to %s", got.header.Get("Location"))
	}
	if got := do("GET", "/fr/cases/"+ref+"?done=granted", nil); strings.Contains(got.body, `class="done"`) {
		t.Error("an address says that something was done which was not")
	}
}
