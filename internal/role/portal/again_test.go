package portal

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A page whose answer was lost is posted again, files and all: it goes on as
// the first time, also where there is no room for one file more.
func TestPageAgain(t *testing.T) {
	b := newBrowser(t, newServer(t))
	token := values("_token", fill(t, b).token())
	papers := residence + "/apply/papers"
	second, third := append(bytes.Clone(pdf), "%2"...), append(bytes.Clone(pdf), "%3"...)
	for _, data := range [][]byte{pdf, second} {
		for range 3 {
			b.upload(papers, token, map[string][]byte{"proof_file": data}).want(http.StatusSeeOther)
		}
	}
	b.upload(papers, token, map[string][]byte{"proof_file": third}).want(http.StatusUnprocessableEntity)
	if n := strings.Count(b.get(papers).body, `name="_remove"`); n != 2 {
		t.Errorf("%d files are kept, want 2", n)
	}
	b.post(residence+"/apply/proof", values("_token", token.Get("_token"), "proof", "host")).want(http.StatusSeeOther)
	form := values("_token", token.Get("_token"), "host.given_latin", "Zin", "host.family_latin", "Alami", "host.given_ar", "زين", "host.family_ar", "علمي")
	for range 3 { // one file at most
		b.upload(papers, form, map[string][]byte{"host_letter": pdf}).want(http.StatusSeeOther)
	}
}

// A page that is refused whole takes back what it brought, and nothing that
// was kept before.
func TestRefusedWhole(t *testing.T) {
	b := newBrowser(t, newServer(t))
	token := values("_token", fill(t, b).token())
	papers := residence + "/apply/papers"
	b.upload(papers, token, map[string][]byte{"proof_file": pdf}).want(http.StatusSeeOther)
	for _, data := range [][]byte{pdf, append(bytes.Clone(pdf), "%2"...)} {
		b.breakOff(papers, "proof_file", data)
		if n := strings.Count(b.get(papers).body, `name="_remove"`); n != 1 {
			t.Errorf("%d files are kept, want the one before", n)
		}
	}
}

// An answer to a request that breaks off takes back what it brought too.
func TestRefusedAnswer(t *testing.T) {
	b := newBrowser(t, newServer(t))
	check := fill(t, b)
	page := strings.TrimSuffix(b.post(residence+"/file", values("_token", check.token())).to(), "/receipt") + "/answer"
	if !strings.Contains(b.get(page).want(http.StatusOK).body, `name="piece.proof_file"`) {
		t.Fatal("no piece is asked for")
	}
	b.breakOff(page, "piece.proof_file", pdf)
	if n := strings.Count(b.get(page).body, `name="_remove"`); n != 0 {
		t.Errorf("%d files are kept, want none", n)
	}
}

// breakOff posts a page with one file whose form is never closed.
func (b *browser) breakOff(page, control string, data []byte) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(control, "paper.pdf")
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.WriteField("more", "words that do not arrive")
	}
	if err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "http://portal.example"+page, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if a := b.do(r); a.status == http.StatusSeeOther {
		b.t.Fatal("a page that broke off was taken")
	}
}
