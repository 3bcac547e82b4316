package attack

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"wasl/internal/domain/intake"
)

// strangers ask for what is not theirs: the answer is that of a thing that
// never was, byte for byte and header for header.
func strangers(t *testing.T, s *site) {
	d, reference := s.filed(t, "fr")
	other, otherReference := s.filed(t, "fr")
	never := string(intake.NewReference())
	turned := turnedLast(reference)
	nobody := newClient(t, s.Portal)
	for _, path := range []string{"", "/receipt", "/receipt.json", "/answers", "/letters/1", "/accesses", "/document", "/files/x", "/answer", "/withdraw"} {
		for _, c := range []*client{nobody, other.client} {
			base := c.get("/fr/cases/" + never + path).want(404)
			same(t, "a case", base, c.get("/fr/cases/"+reference+path))
			same(t, "a mistyped case", base, c.get("/fr/cases/"+turned+path))
		}
	}
	for _, path := range []string{"/answer", "/withdraw"} {
		same(t, "a post", other.post("/fr/cases/"+never+path, form("text", "x")), other.post("/fr/cases/"+reference+path, form("text", "x")), never, reference)
	}
	track := func(ref, code string) *reply {
		return newClient(t, s.Portal).post("/fr/track", form("reference", ref, "resume_code", code))
	}
	base := track(never, other.code).want(404)
	for _, pair := range [][2]string{{reference, other.code}, {never, d.code}, {turned, d.code}, {reference, turnedLast(d.code)}, {"nonsense", "nonsense"}} {
		same(t, "tracking", base, track(pair[0], pair[1]), never, reference, turned, d.code, other.code, turnedLast(d.code), "nonsense")
	}
	resume := func(code string) *reply { return newClient(t, s.Portal).post("/fr/resume", form("resume_code", code)) }
	same(t, "resuming", resume(turnedLast(d.code)).want(404), resume("nonsense"), turnedLast(d.code), "nonsense")
	ask := func(ref, code string) *reply {
		return nobody.send("GET", "/api/v1/submissions/"+ref, "", "Authorization", "Bearer "+code)
	}
	ask(reference, d.code).want(200)
	ask(strings.ToLower(reference), strings.ToLower(d.code)).want(200)
	base = ask(never, d.code).want(404)
	for _, pair := range [][2]string{{reference, other.code}, {otherReference, d.code}, {turned, d.code}, {reference, ""}, {reference, "x"}} {
		same(t, "the API", base, ask(pair[0], pair[1]))
	}
	same(t, "the API without a code", base, nobody.get("/api/v1/submissions/"+reference))
}

// turnedLast changes the last character, so that the check fails.
func turnedLast(s string) string {
	last := byte('0')
	if s[len(s)-1] == last {
		last = '1'
	}
	return s[:len(s)-1] + string(last)
}

// agent signs in.
func (s *site) agent(t *testing.T, name string) *client {
	t.Helper()
	c := newClient(t, s.Office)
	c.post("/fr/signin", form("name", name, "password", s.Password(name))).to()
	return c
}

// agents of other units see nothing, of a case or of its absence.
func agents(t *testing.T, s *site) {
	d, reference := s.filed(t, "fr")
	worker := s.agent(t, "amina")
	await(t, "the case does not reach the office", func() bool { return worker.get("/fr/cases/"+reference).status == 200 })
	if page := worker.get("/fr/cases/" + reference); strings.Contains(page.text(), "Douar Zitoun 3") {
		t.Error("the content shows before the case is opened")
	}
	worker.post("/fr/cases/"+reference+"/open", form("purpose", "instruct")).to()
	opened := worker.get("/fr/cases/" + reference).want(200)
	if !strings.Contains(opened.text(), "Douar Zitoun 3") {
		t.Fatalf("the open case lacks its content: %s", opened.text())
	}
	never := string(intake.NewReference())
	act := form("purpose", "instruct", "note", "x", "text", "x", "kind", "request-information", "outcome", "grant", "words", "x", "act", "decide-AAAAAAAAAAAAAAAAAAAAAAAAAA")
	for _, name := range []string{"brahim", "hanane", "latifa", "nadia"} {
		other := s.agent(t, name)
		if name != "nadia" { // the unit's head sees that there is a case
			same(t, name, other.get("/fr/cases/"+never).want(404), other.get("/fr/cases/"+reference), never, reference)
			found := other.post("/fr/search", form("field", "number", "value", "AB123456"))
			if strings.Contains(found.body, "/cases/"+reference) {
				t.Errorf("%s finds another unit's case", name)
			}
		}
		for _, path := range []string{"/open", "/note", "/request", "/decide", "/times"} {
			same(t, name+path, other.post("/fr/cases/"+never+path, act).want(404), other.post("/fr/cases/"+reference+path, act), never, reference)
		}
	}
	for _, head := range [][]string{nil, {"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}} {
		worker.send("POST", "/fr/cases/"+reference+"/decide", act.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, head...)...).want(403)
	}
	old := worker.cookies
	worker.post("/fr/signout", form()).to()
	worker.cookies = old
	if to := worker.get("/fr/cases/" + reference).to(); !strings.HasPrefix(to, "/fr/signin") {
		t.Errorf("a cookie after its end leads to %s", to)
	}
	await(t, "the applicant does not see who opened the file", func() bool {
		return strings.Contains(d.get("/fr/cases/"+reference).text(), "Amina Mithal")
	})
}

// applications sends machine bodies that may not be filed.
func applications(t *testing.T, s *site) {
	c := newClient(t, s.Portal)
	e := s.example(t, "residence-certificate")
	good, err := json.Marshal(map[string]any{"authority": e.Authority, "answers": e.Answers, "language": "fr"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	send := func(key, body string) *reply {
		n++
		if key == "" {
			key = "0f8fad5b-d9cb-469f-a165-" + strings.Repeat("0", 9) + string(rune('0'+n/100)) + string(rune('0'+n/10%10)) + string(rune('0'+n%10))
		}
		return c.send("POST", "/api/v1/services/residence-certificate/submissions", body, "Content-Type", "application/json", "Idempotency-Key", key)
	}
	swap := func(old, with string) string {
		if !strings.Contains(string(good), old) {
			t.Fatalf("the example has no %s", old)
		}
		return strings.Replace(string(good), old, with, 1)
	}
	cnie := regexp.MustCompile(`"cnie":"[^"]*"`).FindString(string(good))
	for _, a := range []struct {
		what, body string
		status     int
		field      string
	}{
		{"nothing", "", 400, ""}, {"cut", `{"answers":`, 400, ""}, {"a list", `[]`, 400, ""}, {"two objects", string(good) + string(good), 400, ""},
		{"deep lists", strings.Repeat("[", 100_000), 400, ""}, {"deep answers", swap(cnie, `"cnie":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)), 400, ""},
		{"broken UTF-8", swap(`"given_latin":"`, "\"given_latin\":\"\xff"), 400, ""}, {"half a surrogate pair", swap(`"given_latin":"`, `"given_latin":"\ud800`), 400, ""},
		{"a name twice", swap(cnie, cnie+`,"cnie":"ZZ1"`), 400, ""}, {"the language twice", swap(`"language":`, `"language":"ar","language":`), 400, ""},
		{"an unknown language", swap(`"language":"fr"`, `"language":"de"`), 422, "language"}, {"an unknown authority", swap(`"authority":"`, `"authority":"x`), 422, "authority"},
		{"an unknown field", swap(cnie, cnie+`,"colour":"red"`), 422, "colour"}, {"a number for a text", swap(cnie, `"cnie":123456`), 422, "cnie"},
		{"a wrong card", swap(cnie, `"cnie":"x"`), 422, "cnie"}, {"no card", swap(cnie, `"cnie":null`), 422, "cnie"}, {"an unset declaration", swap(`"honour":true`, `"honour":false`), 422, "honour"},
		{"a file that is no base64", swap(cnie, cnie+`,"host_letter":{"name":"a.pdf","media_type":"application/pdf","data":"!"}`), 422, "host_letter.data"},
	} {
		r := send("", a.body)
		var p struct {
			Status int
			Detail string
			Errors []struct{ Field, Message string }
		}
		if err := json.Unmarshal([]byte(r.body), &p); err != nil || r.status != a.status || p.Status != a.status || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, want a problem of %d: %.200s", a.what, r.status, a.status, r.body)
			continue
		}
		found := a.field == "" && strings.Contains(p.Detail, " ")
		for _, e := range p.Errors {
			found = found || e.Field == a.field && e.Message != ""
		}
		if !found {
			t.Errorf("%s: nothing about %q in %s", a.what, a.field, r.body)
		}
	}
	key := "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	first := send(key, string(good)).want(201)
	if again := send(key, string(good)).want(201); again.body != first.body {
		t.Error("the same key and body give another answer")
	}
	send(key, string(good)+" ").want(422)
	send("short", string(good)).want(400)
	c.send("POST", "/api/v1/services/residence-certificate/submissions", string(good), "Content-Type", "application/json").want(400)
	large := c.send("POST", "/api/v1/services/residence-certificate/submissions", string(good)+strings.Repeat(" ", 49<<20), "Idempotency-Key", key)
	if large.want(413); !strings.Contains(large.body, "larger") {
		t.Errorf("a body of 49 MB: %s", large.body)
	}
}
