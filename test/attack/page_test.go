package attack

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// repeats sends pages again, late, and twenty times at once: one receipt.
func repeats(t *testing.T, s *site) {
	d := s.filled(t, "fr")
	changed := with(page("you"), "cnie", "ZZ999")
	d.post(d.base+"/apply/you", with(changed, "phone", "0600000009", "_odd", "x")).to()
	check := d.get(d.base + "/check").want(200)
	if text := check.text(); !strings.Contains(text, "ZZ999") || strings.Contains(text, "0600000009") || !strings.Contains(text, "Douar Zitoun 3") {
		t.Errorf("an early page sent again keeps more or less than its own questions: %s", text)
	}
	var places [20]string
	var wg sync.WaitGroup
	for i := range places {
		one := d.copy()
		wg.Go(func() {
			places[i] = one.post(d.base+"/file", form("_token", d.token)).header.Get("Location")
		})
	}
	wg.Wait()
	receipt := places[0]
	for _, p := range places {
		if p == "" || p != receipt {
			t.Fatalf("filing twenty times at once leads to %q", places)
		}
	}
	for _, late := range []string{"/apply/you", "/apply/declare", "/authority", "/file"} {
		if to := d.post(d.base+late, with(changed, "authority", "zitouna", "_token", d.token)).to(); to != receipt {
			t.Errorf("%s after filing leads to %s", late, to)
		}
	}
	for _, late := range []string{"/apply/you", "/check", "/authority", "/later"} {
		if to := d.get(d.base + late).to(); to != receipt {
			t.Errorf("GET %s after filing leads to %s", late, to)
		}
	}
	if page := d.get(receipt).want(200); page.inside("resume-code") != d.code || !strings.Contains(page.body, `rel="alternate"`) {
		t.Error("the receipt lacks its code or its file")
	}
}

// pause posts a page after the browser forgot its codes: nothing typed is lost.
func pause(t *testing.T, s *site) {
	d := s.begin(t, "fr", "residence-certificate")
	d.cookies = map[string]string{}
	asks := d.post(d.base+"/apply/you", with(page("you"), "cnie", "<a \"b\">")).want(404)
	held := form("resume_code", d.code)
	for _, m := range regexp.MustCompile(`<input type="hidden"[^>]*>`).FindAllString(asks.body, -1) {
		held.Add(attr(m, "name"), attr(m, "value"))
	}
	to := d.post("/fr/resume", held).to()
	if got := d.get(to).want(200); got.shown("cnie") != "<a \"b\">" || got.shown("name.given_ar") != "سلمى" {
		t.Errorf("after the code %s shows %q", to, got.shown("cnie"))
	}
}

// codes types resume codes in other spellings, and looks for them in addresses.
func codes(t *testing.T, s *site) {
	d := s.begin(t, "ar", "residence-certificate")
	shown := newClient(t, s.Portal)
	shown.post("/ar/resume", form("resume_code", d.code)).to() // before the first answer
	d.post(d.base+"/apply/you", page("you")).to()
	bare := strings.ReplaceAll(d.code, "-", "")
	for _, typed := range []string{d.code, bare, strings.ToLower(bare), " " + strings.ReplaceAll(d.code, "-", " ") + "\t", strings.ReplaceAll(d.code, "0", "O")} {
		b := newClient(t, s.Portal)
		to := b.post("/ar/resume", form("resume_code", typed)).to()
		page := b.get(to).want(200)
		if to != d.base+"/apply/reach" || page.inside("resume-code") != d.code || !strings.Contains(page.body, "<time datetime") {
			t.Errorf("%q leads to %s", typed, to)
		}
		if strings.Contains(strings.ToUpper(page.body), "HREF=\""+bare) || strings.Contains(to, bare[:4]) {
			t.Error("the code stands in an address")
		}
	}
	filed, reference := s.filed(t, "ar")
	for path, codes := range map[string]url.Values{"/ar/resume": form("resume_code", d.code), "/ar/track": form("reference", reference, "resume_code", filed.code)} {
		known := newClient(t, s.Portal) // who knew the cookie before sees nothing of what is opened now
		known.get("/ar/services/street-complaint/apply")
		later := known.copy()
		to := later.post(path, codes).to()
		later.get(to).want(200)
		known.get(to).want(404)
	}
	other := s.begin(t, "ar", "residence-certificate")
	for _, link := range regexp.MustCompile(`<a hreflang[^>]*>`).FindAllString(d.get(d.base+"/apply/you").body, -1) {
		if page := d.get(attr(link, "href")).want(200); page.shown("cnie") != "ab 123456" || page.inside("resume-code") != d.code {
			t.Errorf("%s does not keep the draft", attr(link, "href"))
		}
	}
	if other.code == d.code {
		t.Error("two drafts have one code")
	}
}

// doors are odd addresses, methods and names.
func doors(t *testing.T, s *site) {
	host := strings.TrimPrefix(s.Portal, "http://")
	_, port, _ := strings.Cut(host, ":")
	c := newClient(t, s.Portal)
	for _, d := range []struct {
		method, path, host string
		status             int
	}{
		{"GET", "/fr/", "localhost:" + port, 200}, {"GET", "/fr/", "evil.example", 421}, {"GET", "/api/v1/services", "evil.example", 421},
		{"GET", "/fr/", host + ".evil.example", 421}, {"HEAD", "/fr/", host, 200}, {"PUT", "/fr/", host, 405}, {"TRACE", "/fr/", host, 405},
		{"OPTIONS", "/api/v1/services", host, 405}, {"POST", "/fr/", host, 405}, {"GET", "/de/", host, 404}, {"GET", "/FR/", host, 404},
		{"GET", "/fr/services/nope", host, 404}, {"GET", "/fr/services/nope/apply", host, 404}, {"GET", "/fr/services/residence-certificate/", host, 404},
		{"GET", "/%66r/", host, 200}, {"GET", "/fr/%2e%2e/%2e%2e/etc/passwd", host, 404}, {"GET", "/fr/services/..%2f..%2fx", host, 404},
		{"GET", "/fr//", host, 307}, {"GET", "//fr/", host, 307}, {"GET", "/fr/" + strings.Repeat("a/", 3000), host, 404}, {"GET", "/fr/?page=9223372036854775807", host, 404},
		{"GET", "/fr/%00", host, 404}, {"GET", "/fr/%ff", host, 404}, {"GET", "/exchange/offered", host, 404}, {"GET", "/metrics", host, 404}, {"GET", "/debug/pprof/", host, 404},
		{"GET", "/healthz", "evil.example", 200}, {"GET", "/fr/track?reference=%22%3E%3Cscript%3E", host, 200},
	} {
		r := c.send(d.method, d.path, "", "Host", d.host)
		if r.status != d.status {
			t.Errorf("%s %.60s of %s: status %d, want %d", d.method, d.path, d.host, r.status, d.status)
		}
		if strings.Contains(r.body, "<script") || strings.HasPrefix(r.header.Get("Location"), "//") {
			t.Errorf("%s %.60s puts the address into the page", d.method, d.path)
		}
	}
}

// names posts control and button names that no page has.
func names(t *testing.T, s *site) {
	d := s.begin(t, "fr", "forsa-call")
	for _, name := range []string{"_add", "_remove"} {
		for _, v := range []string{"nope", "budget.99", "budget.-1", "a\r\nX: y.1", "\"><script>.x", "name.0", strings.Repeat("x", 5000)} {
			r := d.post(d.base+"/apply/budget", form(name, v, "budget.0.item", "x", "budget.99999.item", "y", "budget.-1.item", "z", "budget.٣.item", "w"))
			if r.status >= 500 || strings.ContainsAny(r.header.Get("Location"), "\"<\r\n") || strings.Contains(r.body, "<script") {
				t.Errorf("%s=%.20q: status %d to %q", name, v, r.status, r.header.Get("Location"))
			}
		}
	}
}

// origins holds posts to the rule of where they come from.
func origins(t *testing.T, s *site) {
	d := s.begin(t, "fr", "residence-certificate")
	reach := d.base + "/apply/reach"
	d.post(reach, form("phone", "0612345678")).to()
	token := d.get(reach).token()
	for _, o := range []struct {
		token string
		head  []string
		good  bool
	}{
		{"", nil, false}, {"wrong", nil, false}, {token, nil, true},
		{"", []string{"Origin", "http://evil.example"}, false}, {token, []string{"Origin", "http://evil.example"}, false}, {token, []string{"Origin", "null"}, false},
		{"", []string{"Origin", s.Portal}, true}, {"", []string{"Origin", s.Portal, "Sec-Fetch-Site", "cross-site"}, false},
		{token, []string{"Sec-Fetch-Site", "same-site"}, false}, {"", []string{"Sec-Fetch-Site", "none"}, true}, {"", []string{"Sec-Fetch-Site", "same-origin"}, true},
	} {
		phone := "0699999999"
		if o.good {
			phone = "0612345678"
		}
		values := form("phone", phone)
		if o.token != "" {
			values.Set("_token", o.token)
		}
		for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=B"} {
			body := values.Encode()
			if strings.HasPrefix(kind, "multipart") {
				body = parts(values)
			}
			r := d.send("POST", reach, body, append([]string{"Content-Type", kind}, o.head...)...)
			want := 403
			if o.good {
				want = 303
			}
			if r.status != want || !o.good && r.header.Get("Set-Cookie") != "" || d.get(reach).shown("phone") != "0612345678" {
				t.Errorf("token %q, %v, %s: status %d, want %d", o.token, o.head, kind, r.status, want)
			}
		}
	}
}

func parts(values url.Values) string {
	var b strings.Builder
	for name, list := range values {
		for _, v := range list {
			b.WriteString("--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + v + "\r\n")
		}
	}
	return b.String() + "--B--\r\n"
}

// oddBytes puts bytes that are no text wherever a look-up may take them.
func oddBytes(t *testing.T, s *site) {
	d, reference := s.filed(t, "ar")
	agent := s.agent(t, "amina")
	for _, odd := range []string{"%00", "a%00b", "%ff", "%ff%fe", "%F0%9F%98%80", "'%20OR%201=1--", strings.Repeat("A", 4000)} {
		for _, path := range []string{"/ar/cases/*", "/ar/cases/*/receipt.json", "/ar/cases/" + reference + "/letters/*", "/ar/cases/" + reference + "/files/*", "/ar/services/*/apply",
			"/ar/services/forsa-call/apply/*", "/ar/services/forsa-call/files/*", "/ledger/tile/*", "/api/v1/services/*", "/api/v1/submissions/*", "/ar/track?reference=*", "/ar/?page=*"} {
			if r := d.get(strings.ReplaceAll(path, "*", odd)); r.status >= 500 {
				t.Errorf("portal %s with %.10s: status %d", path, odd, r.status)
			}
		}
		for _, path := range []string{"/ar/cases/*", "/ar/cases/*/files/x/y", "/ar/cases/" + reference + "/files/*/x", "/ar/cases/" + reference + "/documents/*", "/ar/?after=*", "/ar/signin?case=*"} {
			if r := agent.get(strings.ReplaceAll(path, "*", odd)); r.status >= 500 {
				t.Errorf("office %s with %.10s: status %d", path, odd, r.status)
			}
		}
		plain, err := url.PathUnescape(odd)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []*reply{
			d.post("/ar/resume", form("resume_code", plain)), d.post("/ar/track", form("reference", plain, "resume_code", plain)), d.post("/ar/verify", form("text", plain)),
			d.post("/ar/phone", form("phone", plain)), newClient(t, s.Office).post("/ar/signin", form("name", plain, "password", plain)),
			agent.post("/ar/search", form("field", "name", "value", plain)), agent.post("/ar/search", form("field", "reference", "value", plain)),
			agent.post("/ar/cases/"+reference+"/open", form("purpose", plain)),
		} {
			if r.status >= 500 {
				t.Errorf("%s with %.10s: status %d", r.what, odd, r.status)
			}
		}
	}
	if strings.Contains(html.UnescapeString(d.get("/ar/track?reference=%E2%80%AE").body), "\u202e<") {
		t.Error("a direction mark of the address stands in the page")
	}
}
