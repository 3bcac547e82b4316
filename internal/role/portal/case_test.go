package portal

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// headers is more than the headers of any page, in bytes.
const headers = 700

// busyCase is a case with everything at once, and long words of the office.
func busyCase(t *testing.T, s *Server) *intake.Case {
	t.Helper()
	def, err := s.desk.Service("residence-certificate")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 10, 30, 0, 0, time.UTC)
	long := strings.Repeat("يرجى الإدلاء بوثيقة حديثة تثبت العنوان. ", 60)
	c := &intake.Case{
		Reference: "GS4WMX6ZXFV", Code: "7S7E-XNWK-YXT5-0XQW-2CJS-G2E6-3DF", Token: "token", Service: def, Authority: s.desk.Book().Authority("zitouna"),
		FiledAt: at, State: "waiting", Open: true, Included: true, Gap: true,
		Receipt: verify.ReceiptFacts{Language: "ar", Appeal: verify.Appeal{Days: 30}},
		Requests: []intake.Request{{ID: "r", N: 2, Kind: "replacement", Questions: []string{"proof_file"}, Given: []string{"host_letter"}, Text: long, Language: "ar", At: at, WindowLast: "2026-12-28"},
			{ID: "i", N: 3, Kind: "information", Text: long, Language: "ar", At: at}},
		Decision: &intake.Decision{Outcome: "refused", Reasons: []string{"address", "proof"}, Text: long, Language: "ar", At: at, Sound: true, Has: true},
		Pending:  []service.FileRef{{ID: "f1", Question: "proof_file", Name: "فاتورة <1>.pdf", MediaType: "application/pdf", Size: 40_000}},
	}
	c.Request = &c.Requests[0]
	c.Reckon(law(t), clock.Terms{Days: 20, Kind: clock.KindNormal, Silence: clock.MeansConsent, Authority: clock.AuthorityLocal, Extension: clock.ForAny}, at.AddDate(0, 0, 12),
		clock.Event{At: at, Do: clock.File}, clock.Event{At: at.AddDate(0, 0, 1), Do: clock.RequestReplacement, Docs: []string{"host_letter"}}, clock.Event{At: at.AddDate(0, 0, 2), Do: clock.Answer},
		clock.Event{At: at.AddDate(0, 0, 3), Do: clock.RequestReplacement, Docs: []string{"proof_file"}}, clock.Event{At: at.AddDate(0, 0, 4), Do: clock.RequestInformation},
		clock.Event{At: at.AddDate(0, 0, 5), Do: clock.Extend, For: clock.ForInquiry, Days: 10})
	for i := range 12 {
		kinds := []string{"deposited", "request-replacement", "answered", "silence"}
		c.Timeline = append(c.Timeline, intake.Event{At: at.Add(time.Duration(i) * time.Hour), Kind: kinds[i%4], Received: i%5 > 0})
		c.Accesses = append(c.Accesses, intake.Access{N: i + 1, At: at, Name: "أمينة", Role: "case-worker", Unit: "citizens", Purpose: "instruct", Machine: i == 0, Fields: []string{"file"}})
		c.Messages = append(c.Messages, intake.Message{At: at, Kind: "request", Sound: true, Letter: intake.Letter{Text: long, Language: "ar"}})
	}
	return c
}

// law is the profile of the repository.
func law(t *testing.T) *clock.Profile {
	t.Helper()
	raw, err := os.ReadFile("../../../law/ma.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, err := clock.ParseProfile(raw)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func render(t *testing.T, f func(http.ResponseWriter, *http.Request) error) *answer {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://portal.example/ar/cases/GS4WMX6ZXFV", nil)
	r.Header.Set("Accept-Encoding", "br")
	w := httptest.NewRecorder()
	if err := f(w, r); err != nil {
		t.Fatal(err)
	}
	a := &answer{t: t, status: w.Code, wire: headers + w.Body.Len()}
	if !strings.Contains(w.Header().Get("Content-Encoding"), "br") {
		t.Fatal("not compressed")
	}
	clear := httptest.NewRecorder()
	r.Header.Del("Accept-Encoding")
	if err := f(clear, r); err != nil {
		t.Fatal(err)
	}
	a.body = clear.Body.String()
	var err error
	if a.root, err = html.Parse(strings.NewReader(a.body)); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestCase(t *testing.T) {
	s := newServer(t)
	c := busyCase(t, s)
	for _, l := range i18n.Langs {
		a := render(t, func(w http.ResponseWriter, r *http.Request) error {
			return s.render(w, r, l, http.StatusOK, "case", caseOf(r, l, c))
		})
		form := render(t, func(w http.ResponseWriter, r *http.Request) error {
			return s.renderAnswer(w, r, l, c, http.StatusOK, "نص <b>", nil)
		})
		for name, got := range map[string]*answer{"case": a, "answer": form} {
			if got.wire > pageBudget {
				t.Errorf("%s %s: %d bytes on the wire", l, name, got.wire)
			}
			if strings.Contains(got.body, "⟦") || strings.Contains(got.body, "ZgotmplZ") {
				t.Errorf("%s %s: a text is missing", l, name)
			}
		}
		for _, want := range []string{words.In(l).State(clock.Suspended), texts.T(l, "access.gap"), texts.T(l, "access.all", "n", 12), texts.T(l, "access.part.file"), "أمينة", c.Service.T(l, "refuse.address")} {
			if !strings.Contains(a.text(), want) {
				t.Errorf("%s: the case page lacks %q", l, want)
			}
		}
		if strings.Contains(a.text(), "· 1 ·") || strings.Count(a.body, "/letters/") != 12 {
			t.Errorf("%s: letters or accesses are not as they should be", l)
		}
		if n := form.id("piece.proof_file"); n == nil || attr(n, "type") != "file" || !strings.Contains(form.text(), "فاتورة <1>.pdf") {
			t.Errorf("%s: the answer form does not ask for the piece", l)
		}
	}
}

// The receipt's QR code gives the reference, and another language keeps it.
func TestTrackKeepsTheReference(t *testing.T) {
	page := newBrowser(t, newServer(t)).get("/fr/track?reference=GS4W+%22MX6").want(200)
	if want := `href="/ar/track?reference=GS4W&#43;%22MX6"`; !strings.Contains(page.body, want) {
		t.Errorf("no %s in:\n%s", want, page.body)
	}
}

// What the office's public facts say is what the applicant reads.
func TestFollow(t *testing.T) {
	s := newServer(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	to := b.post(residence+"/file", values("_token", check.token())).to()
	path := strings.TrimSuffix(to, "/receipt")
	reference := path[strings.LastIndexByte(path, '/')+1:]
	page := b.get(path).want(200)
	if !strings.Contains(page.text(), words.In(i18n.AR).State(clock.Incomplete)) || !strings.Contains(page.text(), texts.T(i18n.AR, "request.missing")) {
		t.Errorf("a file with pieces due: %s", page.text())
	}
	err := s.desk.Take(t.Context(), intake.Push{Facts: []intake.Fact{{ID: "fact/x", Reference: reference, At: time.Now(), Kind: "granted", Data: map[string]string{"state": "granted"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if page = b.get(path).want(200); !strings.Contains(page.text(), texts.T(i18n.AR, "event.granted")) {
		t.Errorf("the timeline lacks the decision: %s", page.text())
	}
	b.get(path + "/document").want(404)
	answers := b.get(path + "/answers").want(200)
	for _, want := range []string{"زينب النموذجية", "Zineb Namoudaji", "AB123456"} {
		if !strings.Contains(answers.text(), want) {
			t.Errorf("the answers lack %q", want)
		}
	}
}

// Pieces due since filing are handed in once; then the file is complete.
func TestAnswer(t *testing.T) {
	b := newBrowser(t, newServer(t))
	check := fill(t, b)
	path := strings.TrimSuffix(b.post(residence+"/file", values("_token", check.token())).to(), "/receipt")
	form := b.get(path + "/answer").want(200)
	token := values("_token", form.token())
	refused := b.upload(path+"/answer", token, nil).want(422)
	if n := refused.id("piece.proof_file"); n == nil || attr(n, "aria-invalid") != "true" {
		t.Errorf("an empty answer is not refused at its field: %s", refused.text())
	}
	b.upload(path+"/answer", token, map[string][]byte{"piece.proof_file": []byte("words")}).want(422)
	if to := b.upload(path+"/answer", token, map[string][]byte{"piece.proof_file": pdf}).to(); to != path {
		t.Errorf("an answer leads to %s", to)
	}
	b.upload(path+"/answer", token, map[string][]byte{"piece.proof_file": pdf}).to()
	if page := b.get(path).want(200); !strings.Contains(page.text(), texts.T(i18n.AR, "event.answered")) {
		t.Errorf("the answer is not in the timeline: %s", page.text())
	}
	if to := b.get(path + "/answer").to(); to != path {
		t.Errorf("nothing is asked, yet the form leads to %s", to)
	}
	withdraw := b.get(path + "/withdraw").want(200)
	b.post(path+"/withdraw", values("_token", withdraw.token())).to()
	b.post(path+"/withdraw", values("_token", withdraw.token())).to()
	if page := b.get(path).want(200); strings.Count(page.body, "</small>"+texts.T(i18n.AR, "event.withdrawn")) != 1 {
		t.Errorf("withdrawn more or less than once: %s", page.text())
	}
}

func TestStrangers(t *testing.T) {
	s := newServer(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	path := b.post(residence+"/file", values("_token", check.token())).to()
	receipt := b.get(path).want(200)
	reference, code := textOf(receipt.id("reference")), textOf(receipt.id("resume-code"))
	other := newBrowser(t, s)
	if to := other.post("/ar/track", values("reference", strings.ToLower(reference), "resume_code", strings.ToLower(code))).to(); to != "/ar/cases/"+reference {
		t.Errorf("tracking leads to %s", to)
	}
	other.get("/ar/cases/" + reference).want(200)
	if to := newBrowser(t, s).post("/ar/resume", values("resume_code", code)).to(); to != "/ar/cases/"+reference {
		t.Errorf("resuming what was filed leads to %s", to)
	}
	stranger := newBrowser(t, s)
	same := func(what string, one, two *answer) {
		t.Helper()
		one.want(404)
		plain := func(a *answer) string {
			return strings.NewReplacer(strings.Repeat("0", 27), "", reference, "", "00000000000", "", code, "", "nonsense", "").Replace(a.body)
		}
		if two.status != 404 || plain(one) != plain(two) || len(one.header) != len(two.header) {
			t.Errorf("%s: answers differ", what)
		}
	}
	same("track", stranger.post("/ar/track", values("reference", reference, "resume_code", "nonsense")), stranger.post("/ar/track", values("reference", "00000000000", "resume_code", code)))
	same("resume", stranger.post("/ar/resume", values("resume_code", "nonsense")), stranger.post("/ar/resume", values("resume_code", strings.Repeat("0", 27))))
	for _, page := range []string{"", "/receipt", "/receipt.json", "/answers", "/document", "/accesses", "/letters/1", "/answer", "/withdraw", "/files/x", "/acts/appeal", "/letters/1/signed"} {
		same(page, stranger.get("/ar/cases/"+reference+page), stranger.get("/ar/cases/00000000000"+page))
	}
}

func TestPhone(t *testing.T) {
	s := newServer(t)
	b := newBrowser(t, s)
	a := begin(t, b)
	later := b.post(residence+"/apply/you", values("_token", a.token(), "cnie", "AB1", "_later", "1")).to()
	if later != residence+"/later" {
		t.Fatalf("leads to %s", later)
	}
	code := textOf(b.get(later).want(200).id("resume-code"))
	keep := b.post("/ar/phone", values("_token", a.token(), "phone", "keep"))
	if c := keep.header.Get("Set-Cookie"); !strings.Contains(c, "Max-Age=2592000") {
		t.Errorf("keeping sets %q", c)
	}
	b.post("/ar/phone", values("_token", a.token(), "phone", "clear")).to()
	b.get(residence + "/apply/you").want(404)
	to := newBrowser(t, s).post("/ar/resume", values("resume_code", strings.ReplaceAll(strings.ToLower(code), "-", " "))).to()
	if to != residence+"/apply/you" {
		t.Errorf("resuming leads to %s", to)
	}
}

func TestAnswerOnWay(t *testing.T) {
	sent := []intake.Event{{Kind: "deposited", Received: true}, {Kind: "answered"}}
	taken := []intake.Event{{Kind: "deposited", Received: true}, {Kind: "answered", Received: true}}
	for _, c := range []struct {
		name string
		c    intake.Case
		want bool
	}{
		{"sent", intake.Case{Open: true, Timeline: sent}, true},
		{"taken", intake.Case{Open: true, Timeline: taken}, false},
		{"partly", intake.Case{Open: true, Timeline: sent, Request: &intake.Request{}}, true},
		{"just filed", intake.Case{Open: true, Timeline: []intake.Event{{Kind: "deposited"}}}, false},
	} {
		if got := answerOnWay(&c.c); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestQRNamesAuthority(t *testing.T) {
	s := newServer(t)
	if got, want := authorityName(i18n.Lang("fr"), s.desk.Book(), "zitouna"), "Commune de Zitouna (exemple)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := authorityName(i18n.Lang("fr"), s.desk.Book(), "nobody"); got != "nobody" {
		t.Errorf("got %q", got)
	}
}
