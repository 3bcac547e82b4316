package portal

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hiddenIn is what the form of a page holds in hidden controls.
func hiddenIn(a *answer) url.Values {
	held := url.Values{}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "input" && attr(n, "type") == "hidden" {
			held.Add(attr(n, "name"), attr(n, "value"))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(a.root)
	return held
}

// TestLongPause posts a page after the browser's codes were forgotten: the page
// that asks for the code brings back every typed byte.
func TestLongPause(t *testing.T) {
	b := newBrowser(t, newServer(t))
	a := begin(t, b)
	code := textOf(a.id("resume-code"))
	b.cookie = ""
	typed := values("cnie", "a b\r\n\"<é>", "name.given_latin", "Zin", "born.day", "99", "_later", "1")
	asks := b.post(residence+"/apply/you", typed).want(404)
	if n := asks.id("resume_code"); n == nil || attr(n, "aria-invalid") != "true" {
		t.Fatalf("the code is not asked: %s", asks.text())
	}
	held := hiddenIn(asks)
	held.Set("resume_code", "nonsense")
	asks = b.post("/ar/resume", held).want(404)
	held = hiddenIn(asks)
	held.Set("resume_code", code)
	to := b.post("/ar/resume", held).to()
	if to != residence+"/apply/you" {
		t.Errorf("the code leads to %s", to)
	}
	page := b.get(to).want(200)
	for id, want := range map[string]string{"cnie": "a b\r\n\"<é>", "name.given_latin": "Zin", "born.day": "99"} {
		if n := page.id(id); n == nil || strings.ReplaceAll(attr(n, "value"), "\r\n", "\n") != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("%s is not as typed", id)
		}
	}
	newBrowser(t, newServer(t)).post(residence+"/apply/you", url.Values{}).want(404)
}

// TestLongPauseOfAnAnswer does the same with an answer to a request.
func TestLongPauseOfAnAnswer(t *testing.T) {
	b := newBrowser(t, newServer(t))
	check := fill(t, b)
	receipt := b.post(residence+"/file", values("_token", check.token())).to()
	code := textOf(b.get(receipt).want(200).id("resume-code"))
	path := strings.TrimSuffix(receipt, "/receipt")
	b.cookie = ""
	asks := b.upload(path+"/answer", values("text", "كل ما كتبته"), nil).want(404)
	held := hiddenIn(asks)
	held.Set("resume_code", code)
	form := b.post("/ar/resume", held).want(200)
	if n := form.id("text"); n == nil || strings.TrimSpace(textOf(n)) != "كل ما كتبته" {
		t.Errorf("the answer is not as typed: %s", form.text())
	}
	b.upload(path+"/answer", values("_token", form.token(), "text", "كل ما كتبته"), map[string][]byte{"piece.proof_file": pdf}).to()
}
