package portal

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"wasl/internal/base/i18n"
)

const residence = "/ar/services/residence-certificate"

var pdf = []byte("%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n")

// steps are the pages of a residence certificate, right from end to end.
var steps = []struct {
	page string
	form url.Values
}{
	{"you", values("name.given_ar", "زينب", "name.family_ar", "النموذجية", "name.given_latin", "Zineb", "name.family_latin", "Namoudaji", "cnie", "ab 123456", "born.day", "3", "born.month", "ماي", "born.year", "1990")},
	{"reach", values("phone", "0612345678")},
	{"home", values("home.place", "حي النخيل", "since.day", "1", "since.month", "9", "since.year", "2015")},
	{"proof", values("proof", "bill")},
	{"papers", values()},
	{"purpose", values("purpose", "school")},
	{"declare", values("honour", "yes")},
}

// begin starts a draft and chooses the authority.
func begin(t *testing.T, b *browser) *answer {
	t.Helper()
	a := b.get(residence + "/apply").want(200)
	if b.cookie == "" {
		t.Fatal("the first page sets no cookie")
	}
	a = b.post(residence+"/authority", values("_token", a.token(), "authority", "zitouna"))
	return b.get(a.to()).want(200)
}

// fill goes from the first page to the check.
func fill(t *testing.T, b *browser) *answer {
	t.Helper()
	a := begin(t, b)
	for _, s := range steps {
		form := url.Values{"_token": {a.token()}}
		for name, v := range s.form {
			form[name] = v
		}
		a = b.get(b.post(residence+"/apply/"+s.page, form).to()).want(200)
	}
	if n := a.id("file"); n == nil || n.Data != "form" {
		t.Fatalf("after the last page there is no form to file: %.300s", a.text())
	}
	return a
}

func TestFile(t *testing.T) {
	s := newServer(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	if code := check.id("resume-code"); code == nil || attr(code, "dir") != "ltr" {
		t.Error("the check page holds no resume code")
	}
	var places [4]string
	var wg sync.WaitGroup
	for i := range places {
		one := *b
		wg.Go(func() {
			places[i] = one.post(residence+"/file", values("_token", check.token())).header.Get("Location")
		})
	}
	wg.Wait()
	for _, p := range places {
		if p == "" || p != places[0] {
			t.Fatalf("filing at once leads to %q", places)
		}
	}
	receipt := b.get(places[0]).want(200)
	reference := textOf(receipt.id("reference"))
	for _, want := range []string{"ملف في طور الإيداع", "زينب النموذجية", "AB123456", "55-19", "رئيس الجماعة"} {
		if !strings.Contains(receipt.text(), want) {
			t.Errorf("the receipt lacks %q", want)
		}
	}
	late := b.post(residence+"/apply/reach", values("_token", check.token(), "phone", "0700000000"))
	if late.to() != places[0] {
		t.Errorf("an earlier page posted late leads to %s", late.to())
	}
	if to := b.get(residence + "/check").to(); to != places[0] {
		t.Errorf("the check page leads to %s after filing", to)
	}
	file := b.get("/ar/cases/" + reference + "/receipt.json").want(200)
	if file.header.Get("Cache-Control") != "no-store" || !strings.Contains(file.body, `"`+reference+`"`) {
		t.Errorf("receipt file: %v %.100s", file.header, file.body)
	}
	newBrowser(t, s).get("/ar/cases/" + reference + "/receipt.json").want(404)
	newBrowser(t, s).get(places[0]).want(404)
	verified := b.upload("/ar/verify", values("_token", "x"), map[string][]byte{"file": []byte(file.body)}).want(200)
	if !strings.Contains(verified.text(), reference) || !strings.Contains(verified.text(), texts.T(i18n.AR, "verify.stands")) {
		t.Errorf("the receipt does not verify: %.300s", verified.text())
	}
	broken := b.upload("/ar/verify", nil, map[string][]byte{"file": []byte(strings.Replace(file.body, reference, "00000000000", 1))}).want(200)
	if !strings.Contains(broken.text(), texts.T(i18n.AR, "verify.fails")) {
		t.Errorf("a changed receipt verifies: %.300s", broken.text())
	}
	b.post("/ar/verify", values("text", " ")).want(422)
}

// A refused page keeps everything and says what is wrong, where.
func TestRefused(t *testing.T) {
	b := newBrowser(t, newServer(t))
	a := begin(t, b)
	a = b.post(residence+"/apply/you", values("_token", a.token(), "name.given_ar", "Zineb <b>", "cnie", "12", "born.day", "3", "born.month", "x", "other", "ignored")).want(422)
	title := ""
	for n := range a.root.Descendants() {
		if n.Data == "title" {
			title = textOf(n)
		}
	}
	if !strings.HasPrefix(title, "خطأ") {
		t.Errorf("title %q", title)
	}
	for id, value := range map[string]string{"name.given_ar": "Zineb <b>", "cnie": "12", "born.month": "x"} {
		if n := a.id(id); n == nil || attr(n, "value") != value {
			t.Errorf("%s is not as typed", id)
		}
	}
	alerts, links := 0, 0
	for n := range a.root.Descendants() {
		if attr(n, "role") == "alert" {
			alerts++
		}
		at, ok := strings.CutPrefix(attr(n, "href"), "#")
		if n.Data != "a" || !ok || at == "main" {
			continue
		}
		links++
		field := a.id(at)
		if field == nil || attr(field, "aria-invalid") != "true" || !describedBy(a, field, textOf(n)) {
			t.Errorf("the summary's %q leads to no field that says so", textOf(n))
		}
	}
	if alerts != 1 || links != 6 {
		t.Errorf("%d summaries, %d links", alerts, links)
	}
	again := b.get(residence + "/apply/you").want(200)
	if attr(again.id("cnie"), "value") != "12" {
		t.Error("GET does not show what is stored")
	}
	for _, l := range i18n.Langs {
		other := b.get(strings.Replace(residence, "/ar/", "/"+string(l)+"/", 1) + "/apply/you").want(200)
		if attr(other.id("cnie"), "value") != "12" || textOf(other.id("resume-code")) != textOf(a.id("resume-code")) {
			t.Errorf("%s: another draft", l)
		}
	}
}

func describedBy(a *answer, field *html.Node, text string) bool {
	for _, id := range strings.Fields(attr(field, "aria-describedby")) {
		if n := a.id(id); n != nil && textOf(n) == text {
			return true
		}
	}
	return false
}

// A changed answer that opens questions asks them, then leads back.
func TestChange(t *testing.T) {
	b := newBrowser(t, newServer(t))
	token := fill(t, b).token()
	to := b.post(residence+"/apply/proof", values("_token", token, "_change", "1", "proof", "host")).to()
	if to != residence+"/apply/papers?change" {
		t.Fatalf("leads to %s", to)
	}
	papers := b.get(to).want(200)
	if papers.id("host") == nil || papers.id("proof_file") != nil {
		t.Error("the page does not ask for what the answer opened")
	}
	form := values("_token", token, "_change", "1", "host.given_ar", "حمو", "host.family_ar", "النموذجي", "host.given_latin", "Hammou", "host.family_latin", "Namoudaji")
	if to = b.post(residence+"/apply/papers", form).to(); to != residence+"/check" {
		t.Errorf("leads to %s, not back to the check", to)
	}
	if to := b.post(residence+"/apply/purpose", values("_token", token, "purpose", "other")).to(); to != residence+"/apply/other" {
		t.Errorf("leads to %s", to)
	}
	if to := b.get(residence + "/check").to(); to != residence+"/apply/other?change" {
		t.Errorf("the check of an unfinished draft leads to %s", to)
	}
	refused := b.post(residence+"/file", values("_token", token)).want(422)
	if refused.id("purpose_other") == nil {
		t.Error("filing too early does not show what lacks")
	}
	b.get(residence + "/apply/nothing").want(404)
	newBrowser(t, newServer(t)).get(residence + "/apply/you").want(404)
}

func TestUpload(t *testing.T) {
	b := newBrowser(t, newServer(t))
	check := fill(t, b)
	token := values("_token", check.token())
	wrong := b.upload(residence+"/apply/papers", token, map[string][]byte{"proof_file": []byte("just words")}).want(422)
	if n := wrong.id("proof_file"); n == nil || attr(n, "aria-invalid") != "true" {
		t.Error("a file of another kind is not refused at its field")
	}
	b.upload(residence+"/apply/papers", token, map[string][]byte{"proof_file": pdf}).want(http.StatusSeeOther)
	page := b.get(residence + "/apply/papers")
	if !strings.Contains(page.text(), "paper.pdf") {
		t.Fatal("the page does not show the kept file")
	}
	var remove, link string
	for n := range page.root.Descendants() {
		if attr(n, "name") == "_remove" {
			remove = attr(n, "value")
		}
		if strings.Contains(attr(n, "href"), "/files/") {
			link = attr(n, "href")
		}
	}
	b.upload(residence+"/apply/papers", values("_token", check.token()), map[string][]byte{"proof_file": pdf}).want(http.StatusSeeOther)
	if page := b.get(residence + "/apply/papers"); strings.Count(page.text(), "paper.pdf 1") != 1 {
		t.Errorf("a file sent again is kept twice: %s", page.text())
	}
	if got := b.get(link).want(200); got.body != string(pdf) || got.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the kept file comes back as %d bytes of %s", len(got.body), got.header.Get("Content-Type"))
	}
	if to := b.upload(residence+"/apply/papers", values("_token", check.token(), "_remove", remove), nil).to(); to != residence+"/apply/papers" {
		t.Errorf("removing leads to %s", to)
	}
	if page := b.get(residence + "/apply/papers"); strings.Contains(page.text(), "paper.pdf") {
		t.Error("the file is still there")
	}
}

// A body over the limit is a page, and the draft stays as it was.
func TestTooLarge(t *testing.T) {
	b := newBrowser(t, newServer(t))
	check := fill(t, b)
	form := values("_token", check.token(), "phone", strings.Repeat("7", 2<<20))
	a := b.post(residence+"/apply/reach", form).want(413)
	if strings.Count(a.body, `role="alert"`) != 1 {
		t.Error("no error summary")
	}
	if page := b.get(residence + "/apply/reach"); attr(page.id("phone"), "value") != "0612345678" {
		t.Error("the draft changed")
	}
	long := b.post("/ar/services/information-request/apply/what", values("subject", "x"))
	long.want(404) // no draft of that service
}

func TestRows(t *testing.T) {
	const base = "/fr/services/forsa-call"
	b := newBrowser(t, newServer(t))
	token := b.get(base + "/apply").want(200).token()
	row := values("_token", token, "_add", "budget", "budget.0.item", "Four", "budget.0.count", "x")
	if to := b.post(base+"/apply/budget", row).to(); to != base+"/apply/budget" {
		t.Fatalf("adding leads to %s", to)
	}
	page := b.get(base + "/apply/budget").want(200)
	if attr(page.id("budget.0.item"), "value") != "Four" || attr(page.id("budget.0.count"), "value") != "x" || page.id("budget.1.item") == nil {
		t.Fatal("a row was not added, or what was typed is lost")
	}
	b.post(base+"/apply/budget", values("_token", token, "_remove", "budget.0", "budget.0.item", "Four", "budget.1.item", "Table")).to()
	page = b.get(base + "/apply/budget").want(200)
	if attr(page.id("budget.0.item"), "value") != "Table" || page.id("budget.1.item") != nil {
		t.Error("the wrong row was removed")
	}
}

func TestToken(t *testing.T) {
	b := newBrowser(t, newServer(t))
	for _, path := range []string{"/ar/resume", "/ar/track"} {
		old := newBrowser(t, newServer(t))
		r := func(method, body string) *http.Request {
			req, err := http.NewRequest(method, "http://portal.example"+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header["Sec-Fetch-Site"] = nil
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return req
		}
		token := old.plain(r("GET", "")).want(200).token()
		if token == "" || old.cookie == "" {
			t.Fatalf("%s: an old browser gets no token to hold", path)
		}
		old.plain(r("POST", "resume_code=x&_token=wrong")).want(403)
		old.plain(r("POST", "resume_code=x&_token="+token)).want(404)
	}
	b.get("/ar/resume").want(200)
	if b.cookie != "" {
		t.Error("a browser that says where it comes from needs no cookie here")
	}
}

// plain sends a request as a browser without Sec-Fetch-Site and Origin.
func (b *browser) plain(r *http.Request) *answer {
	b.t.Helper()
	r.RequestURI = ""
	h := b.h
	defer func() { b.h = h }()
	b.h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		h.ServeHTTP(w, r)
	})
	return b.do(r)
}
