package portal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestOddNumbers asks for pages of a list that no list has.
func TestOddNumbers(t *testing.T) {
	b := newBrowser(t, newServer(t))
	for number, want := range map[string]int{
		"": 200, "1": 200, "-1": 200, "x": 200, "2": 404, "922337203685477581": 404, "9223372036854775807": 404, "99999999999999999999": 200,
	} {
		if a := b.get("/fr/?page=" + number); a.status != want {
			t.Errorf("page %q: status %d, want %d", number, a.status, want)
		}
	}
}

// TestOddRemove posts buttons that no page has: nothing of them gets into an
// address.
func TestOddRemove(t *testing.T) {
	b := newBrowser(t, newServer(t))
	a := begin(t, b)
	for _, name := range []string{"a\r\nX: y.1", "\"><script>.x", "phone.0", "name.0"} {
		form := url.Values{"_token": {a.token()}, "_remove": {name}}
		for k, v := range steps[0].form {
			form[k] = v
		}
		got := b.post(residence+"/apply/you", form)
		if got.status != http.StatusSeeOther || strings.ContainsAny(got.header.Get("Location"), "\"<\r\n") {
			t.Errorf("_remove %q: status %d to %q", name, got.status, got.header.Get("Location"))
		}
	}
}

// TestClosedPage posts a page that other answers closed: it leads to where the
// draft stands.
func TestClosedPage(t *testing.T) {
	b := newBrowser(t, newServer(t))
	check := fill(t, b)
	if to := b.post(residence+"/apply/other", values("_token", check.token(), "purpose_other", "x")).to(); to != residence+"/check" {
		t.Errorf("a closed page leads to %s", to)
	}
}
