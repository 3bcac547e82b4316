package portal

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// filedLongAgo files a residence certificate whose delay has passed since; it
// gives the path of its page.
func filedLongAgo(t *testing.T, b *browser, store *db.DB, days int) string {
	t.Helper()
	check := fill(t, b)
	path := strings.TrimSuffix(b.post(residence+"/file", values("_token", check.token())).to(), "/receipt")
	form := b.get(path + "/answer").want(200)
	b.upload(path+"/answer", values("_token", form.token(), "_part", "0"), map[string][]byte{"piece.proof_file": pdf}).to()
	err := store.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE submission SET received_at = received_at - CAST($1 AS BIGINT)`, int64(days)*24*3600*1e6)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func envelopes(t *testing.T, store *db.DB) (n int64) {
	t.Helper()
	err := store.View(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM submission`).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An act goes over a page that asks once more; posted again it hands in
// nothing, and what the law refuses is refused with its article and the words
// kept.
func TestAct(t *testing.T) {
	s, store := newServerOn(t)
	b := newBrowser(t, s)
	path := filedLongAgo(t, b, store, 20)
	page := b.get(path).want(200)
	if !strings.Contains(page.body, path+"/acts/appeal") {
		t.Fatalf("no appeal is offered: %s", page.text())
	}
	claim := b.get(path + "/acts/claim-act").want(200)
	if claim.id("text") != nil || !strings.Contains(claim.text(), words.In(i18n.AR).Why("not-consent")) {
		t.Errorf("a claim that the law does not allow: %s", claim.text())
	}
	form := b.get(path + "/acts/appeal").want(200)
	token := form.token()
	if form.id("text") == nil || form.id("resume-code") == nil || token == "" {
		t.Fatalf("the form of an appeal: %s", form.text())
	}
	refused := b.post(path+"/acts/claim-act", values("_token", token, "text", "أريد <قراري>")).want(422)
	if n := refused.id("text"); n == nil || attr(n, "aria-invalid") != "true" || textOf(n) != "أريد <قراري>" || !strings.Contains(refused.body, `<bdi dir="ltr">19</bdi>`) ||
		!strings.Contains(refused.body, `role="alert"`) || !strings.Contains(refused.body, "<title>"+texts.T(i18n.AR, "error")) {
		t.Errorf("a refused act: %s", refused.body)
	}
	long := b.post(path+"/acts/appeal", values("_token", token, "text", strings.Repeat("م", intake.MaxAnswer+1))).want(422)
	if n := long.id("text"); n == nil || len([]rune(textOf(n))) != intake.MaxAnswer+1 {
		t.Errorf("a long text is lost")
	}
	before := envelopes(t, store)
	for range 3 {
		if to := b.post(path+"/acts/appeal", values("_token", token, "text", "أطعن")).to(); to != path {
			t.Errorf("an appeal leads to %s", to)
		}
	}
	if n := envelopes(t, store); n != before+1 {
		t.Errorf("%d envelopes, want %d", n, before+1)
	}
	page = b.get(path).want(200)
	if strings.Contains(page.body, path+"/acts/appeal") || !strings.Contains(page.text(), texts.T(i18n.AR, "event.appeal")) || !strings.Contains(page.text(), texts.T(i18n.AR, "state.answered")) {
		t.Errorf("after the appeal: %s", page.text())
	}
	if to := b.get(path + "/acts/appeal").to(); to != path {
		t.Errorf("the form of an act that is done leads to %s", to)
	}
	b.get(path + "/acts/rule-the-world").want(404)
	b.post(path+"/acts/rule-the-world", values("_token", token)).want(404)
	stranger := newBrowser(t, s)
	stranger.get(path + "/acts/appeal").want(404)
	stranger.post(path+"/acts/appeal", values("_token", "x")).want(404)
	foreign := httptest.NewRequest(http.MethodPost, "http://portal.example"+path+"/acts/appeal", strings.NewReader(values("_token", token).Encode()))
	foreign.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	b.do(foreign).want(403)
	if n := envelopes(t, store); n != before+1 {
		t.Errorf("a page of another site handed in an act: %d envelopes", n)
	}
}

// Words typed in a browser that no longer holds the code go on to the page that
// asks for it, and back.
func TestActFromAForgottenBrowser(t *testing.T) {
	s, store := newServerOn(t)
	b := newBrowser(t, s)
	path := filedLongAgo(t, b, store, 20)
	form := b.get(path + "/acts/appeal").want(200)
	code := textOf(form.id("resume-code"))
	other := newBrowser(t, s)
	resume := other.get("/ar/resume").want(200)
	lost := other.post(path+"/acts/appeal", values("_token", resume.token(), "text", "أطعن في <السكوت>"))
	if lost.status != 404 || !strings.Contains(lost.text(), texts.T(i18n.AR, "resume.gone")) {
		t.Fatalf("%d: %s", lost.status, lost.text())
	}
	kept := hiddenIn(lost)
	kept.Set("resume_code", code)
	back := other.post("/ar/resume", kept).want(200)
	if n := back.id("text"); n == nil || textOf(n) != "أطعن في <السكوت>" || !strings.Contains(back.body, path+"/acts/appeal") {
		t.Errorf("the words are lost: %s", back.body)
	}
}

// The API says the same clock as the page, and what the law allows.
func TestAPIClock(t *testing.T) {
	s, store := newServerOn(t)
	b := newBrowser(t, s)
	path := filedLongAgo(t, b, store, 20)
	page := b.get(path).want(200)
	got := apiOf(t, s, path[strings.LastIndexByte(path, '/')+1:], textOf(page.id("resume-code")))
	k := got.Clock
	if k.State != "silent" || k.Dates["due_on"] == "" || k.Dates["appeal_last"] == "" || k.Safe["appeal_last"] > k.Dates["appeal_last"] || k.Turn != "applicant" || len(k.Law) != 64 {
		t.Errorf("clock %+v", k)
	}
	if got.Completion == "" || !strings.Contains(got.Completion, got.Reference) || got.DueOn != k.Dates["due_on"] {
		t.Errorf("second receipt %.80q, due on %q", got.Completion, got.DueOn)
	}
	allowed := map[string]bool{}
	for _, r := range k.Acts {
		allowed[r.Act] = r.Allowed
		if !r.Allowed && (r.Why == "" || len(r.Articles) == 0) {
			t.Errorf("a refusal without why or article: %+v", r)
		}
	}
	if !allowed["appeal"] || allowed["claim-act"] || !allowed["withdraw"] {
		t.Errorf("acts %+v", k.Acts)
	}
}

func apiOf(t *testing.T, s *Server, reference, code string) (got apiSubmission) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://portal.example/api/v1/submissions/"+reference, nil)
	r.Header.Set("Authorization", "Bearer "+code)
	a := newBrowser(t, s).do(r).want(200)
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// The receipt of the complete file is shown beside the first, and both verify.
func TestSecondReceipt(t *testing.T) {
	s, store := newServerOn(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	path := strings.TrimSuffix(b.post(residence+"/file", values("_token", check.token())).to(), "/receipt")
	b.get(path + "/receipt?second").want(404)
	b.get(path + "/receipt.json?second").want(404)
	b = newBrowser(t, s)
	path = filedLongAgo(t, b, store, 0)
	if page := b.get(path).want(200); !strings.Contains(page.body, path+"/receipt?second") {
		t.Errorf("no second receipt on %s", page.text())
	}
	first, second := b.get(path+"/receipt").want(200), b.get(path+"/receipt?second").want(200)
	if !strings.Contains(first.text(), texts.T(i18n.AR, "mention.being")) || !strings.Contains(second.text(), texts.T(i18n.AR, "mention.deposited")) || !strings.Contains(second.body, "receipt.json?second") {
		t.Errorf("the receipts' mentions: %s", second.text())
	}
	raw := b.get(path + "/receipt.json?second").want(200)
	if verified := b.upload("/ar/verify", values("_token", "x"), map[string][]byte{"file": []byte(raw.body)}).want(200); !strings.Contains(verified.text(), texts.T(i18n.AR, "verify.stands")) {
		t.Errorf("it does not verify: %s", verified.text())
	}
}

// An answer form that is posted again, after a first answer of several, hands
// in nothing more.
func TestStaleAnswer(t *testing.T) {
	s, store := newServerOn(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	path := strings.TrimSuffix(b.post(residence+"/file", values("_token", check.token())).to(), "/receipt")
	form := b.get(path + "/answer").want(200)
	fields := values("_token", form.token(), "_part", "0")
	for range 2 {
		b.upload(path+"/answer", fields, map[string][]byte{"piece.proof_file": pdf}).to()
	}
	if n := envelopes(t, store); n != 2 {
		t.Errorf("%d envelopes, want 2", n)
	}
}

// Saving for later on a page whose document may come later goes on with that
// page, not the next.
func TestLaterOnAPageThatLacksADocument(t *testing.T) {
	s := newServer(t)
	b := newBrowser(t, s)
	a := begin(t, b)
	for _, step := range steps[:4] {
		form := values("_token", a.token())
		for name, v := range step.form {
			form[name] = v
		}
		a = b.get(b.post(residence+"/apply/"+step.page, form).to()).want(200)
	}
	b.post(residence+"/apply/papers", values("_token", a.token(), "_later", "1")).to()
	later := b.get(residence + "/later").want(200)
	if !strings.Contains(later.body, `href="`+residence+`/apply/papers"`) {
		t.Errorf("going on does not lead to the page: %s", later.body)
	}
	if to := newBrowser(t, s).post("/ar/resume", values("resume_code", textOf(later.id("resume-code")))).to(); to != residence+"/apply/papers" {
		t.Errorf("resuming leads to %s", to)
	}
	b.post(residence+"/apply/papers", values("_token", a.token())).to()
	if later = b.get(residence + "/later").want(200); strings.Contains(later.body, `href="`+residence+`/apply/papers"`) {
		t.Error("going on without the document still leads back")
	}
	if rules := b.get("/robots.txt").want(200); !strings.Contains(rules.body, "\nDisallow: /*/apply\n") {
		t.Errorf("robots.txt: %s", rules.body)
	}
}

// Of several requests each has its own form, in every language, and what was
// typed for one comes back there from a browser that forgot the code.
func TestSeveralRequests(t *testing.T) {
	s, _ := newServerOn(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	receipt := b.post(residence+"/file", values("_token", check.token())).to()
	path := strings.TrimSuffix(receipt, "/receipt")
	code := textOf(b.get(receipt).want(200).id("resume-code"))
	reference := path[strings.LastIndexByte(path, '/')+1:]
	for i, ask := range []string{"information", "originals"} {
		write(t, s, reference, code, intake.Letter{ID: "r" + ask, Kind: intake.MessageRequest, Language: "fr", Text: "Demande " + ask, Request: ask, Questions: [][]string{nil, {"proof_file"}}[i]})
	}
	page := b.get(path).want(200)
	for _, want := range []string{path + `/answer"`, path + `/answer?r=1"`, path + `/answer?r=2"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("no link to %s: %s", want, page.text())
		}
	}
	form := b.get(path + "/answer?r=2").want(200)
	if !strings.Contains(form.text(), "Demande originals") || !strings.Contains(form.text(), texts.T(i18n.AR, "request.originals")) || !strings.Contains(form.body, `/fr/cases/`+reference+`/answer?r=2`) {
		t.Errorf("the form of the second request: %s", form.body)
	}
	b.cookie = ""
	asks := b.upload(path+"/answer?r=1", values("text", "منذ 2015"), nil).want(404)
	held := hiddenIn(asks)
	held.Set("resume_code", code)
	form = b.post("/ar/resume", held).want(200)
	if n := form.id("text"); n == nil || strings.TrimSpace(textOf(n)) != "منذ 2015" || !strings.Contains(form.text(), "Demande information") {
		t.Fatalf("the words are not at their request: %s", form.text())
	}
	if to := b.upload(path+"/answer?r=1", values("_token", form.token(), "_part", "0", "text", "منذ 2015"), nil).to(); to != path {
		t.Errorf("an answer leads to %s", to)
	}
	if page = b.get(path).want(200); strings.Contains(page.body, "/answer?r=1") || !strings.Contains(page.body, "/answer?r=2") {
		t.Errorf("after an answer: %s", page.text())
	}
	if to := b.get(path + "/answer?r=1").to(); to != path {
		t.Errorf("a request that is answered leads to %s", to)
	}
}

// write pushes a signed letter of the office to a case.
func write(t *testing.T, s *Server, reference, code string, l intake.Letter) {
	t.Helper()
	typed, err := seal.ParseCode(code)
	if err != nil {
		t.Fatal(err)
	}
	l.Reference, l.At = reference, time.Now().UTC().Format(time.RFC3339)
	text, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	act, err := worldOf(t).document.SignAct(verify.Act{ID: l.ID, Kind: l.Kind, Reference: reference, Authority: "zitouna", Unit: "citizens", At: verify.Time{Time: time.Now().UTC().Truncate(time.Second)}, Text: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := intake.SealMessage(typed.Derive().Reply, reference, l.Kind, l.ID, time.Now(), act)
	if err == nil {
		err = s.desk.Take(t.Context(), intake.Push{Messages: []intake.SealedMessage{m}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A statement of the clock is read in the applicant's language, and its signed
// file verifies.
func TestStatement(t *testing.T) {
	s, _ := newServerOn(t)
	b := newBrowser(t, s)
	check := fill(t, b)
	receipt := b.post(residence+"/file", values("_token", check.token())).to()
	path := strings.TrimSuffix(receipt, "/receipt")
	reference := path[strings.LastIndexByte(path, '/')+1:]
	typed, err := seal.ParseCode(textOf(b.get(receipt).want(200).id("resume-code")))
	if err != nil {
		t.Fatal(err)
	}
	act, err := worldOf(t).document.SignAct(verify.Act{ID: "statement/1", Kind: intake.MessageStatement, Reference: reference, Authority: "zitouna", Unit: "citizens",
		At: verify.Time{Time: time.Now().UTC().Truncate(time.Second)}, Text: "بيان بالآجال\nآخر أجل: 5 مارس 2026"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := intake.SealMessage(typed.Derive().Notice, reference, intake.MessageStatement, "statement/1", time.Now(), act)
	if err == nil {
		err = s.desk.Take(t.Context(), intake.Push{Messages: []intake.SealedMessage{m}})
	}
	if err != nil {
		t.Fatal(err)
	}
	page := b.get(path).want(200)
	if !strings.Contains(page.text(), texts.T(i18n.AR, "letter.statement")) || !strings.Contains(page.body, path+"/letters/1/signed") {
		t.Fatalf("no statement on the page: %s", page.text())
	}
	letter := b.get(path + "/letters/1").want(200)
	if !strings.Contains(letter.body, `dir="rtl" class="t"`) || !strings.Contains(letter.text(), texts.T(i18n.AR, "letter.sound")) {
		t.Errorf("the statement: %s", letter.body)
	}
	file := b.get(path + "/letters/1/signed").want(200)
	if file.body != string(act) || file.header.Get("Cache-Control") != "no-store" {
		t.Errorf("its file: %v %.80s", file.header, file.body)
	}
	if verified := b.upload("/ar/verify", values("_token", "x"), map[string][]byte{"file": act}).want(200); !strings.Contains(verified.text(), texts.T(i18n.AR, "verify.stands")) {
		t.Errorf("it does not verify: %s", verified.text())
	}
}
