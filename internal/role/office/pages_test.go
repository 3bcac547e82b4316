package office

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

// Text as people, machines and attackers write it.
var extremes = []string{
	"", " ", "x", strings.Repeat("Ait-", 60), strings.Repeat("خ", 400), "</textarea><script>alert(1)</script>", `"'><img src=x onerror=y>`,
	"\u202eevil\u202c", "a\x00b", "a\xffb", "line\r\nline\n\n\nline", "AB123456 +212612345678 2026-11-20 55-19 -150,00", strings.Repeat("long words ", 450),
}

// extremeCase is a case page where every text is the given one.
func extremeCase(l i18n.Lang, s string, opened bool) *casePage {
	at := time.Date(2026, 12, 31, 23, 59, 0, 0, time.UTC)
	f := fileRow{Link: "/fr/cases/ABCDEFGH123/files/e/f", Name: s, Question: s, Size: 1 << 30, Shown: true}
	p := &casePage{
		frame: frame{Lang: l, Title: page.Plain(texts.T(l, "case.title", "reference", i18n.Isolate("ABCDEFGH123"))), Path: "/cases/ABCDEFGH123", Token: "token", Agent: s, Place: s},
		View: &casework.View{Row: casework.Row{Reference: "ABCDEFGH123", FiledAt: at}, SeenAt: at, Late: true, Clock: clock.Clock{SuspendedDays: 11},
			Documents: []casework.IssuedRef{{Number: "AAAA-BBBB-CCCC", At: at}}},
		Service: s, StateText: s, MentionText: s, Complete: "2026-12-31", Box: extremeBox(s),
		MissingLabels: []string{s, s}, MayOpen: true, MayDecide: true, Purposes: []choice{{"instruct", s}, {"check", s}}, Purpose: "instruct",
		Allowed: map[string]allowance{"request-replacement": {OK: true}, "request-information": {OK: true}, "grant": {OK: true}, "refuse": {OK: true}},
		Done:    s,
	}
	for range 30 {
		p.History = append(p.History, historyRow{At: at, Text: s, Detail: template.HTML(page.Words(s)), Author: s, Ground: "art. 10"})
		p.Openings = append(p.Openings, opening(l, intake.Access{At: at, Name: s, Purpose: "instruct", Fields: []string{"attachment/x"}}), opening(l, intake.Access{At: at, Name: s, Purpose: s, Machine: true}))
	}
	if !opened {
		return p
	}
	o := &openedCase{Tag: "fr-MA", Language: "<bdi>Français</bdi>", Issues: true, Pieces: []choice{{"a", s}, {"b", s}}, Reasons: []choice{{"c", s}, {"d", s}}}
	for range 20 {
		o.Pages = append(o.Pages, answerPage{Title: s, Answers: []answerRow{{Label: s, Row: 3, Values: []valueRow{{Text: s, LTR: true}, {Text: s}, {Text: s, File: &f}}}, {Label: s, Later: true}, {Label: s}}})
		o.Letters = append(o.Letters, letterRow{At: at, Title: s, Text: s, Pieces: []string{s}, Reason: []string{s}, Last: "2026-12-31", Files: []fileRow{f}, Unsound: true})
		o.Notes = append(o.Notes, casework.Note{At: at, By: s, Text: s})
	}
	o.Files = []fileRow{f}
	p.Opened = o
	return p
}

// extremeBox is a clock box full of a text.
func extremeBox(s string) clockBox {
	d := due{On: "2026-12-31", Left: s, Near: 2}
	return clockBox{Sentence: page.Words(s), Turn: s, Sides: []sideDates{{s, []dateRow{{Name: s, Due: d, Piece: s}, {Name: s, Due: d}}}},
		Stops: []stopRow{{Kind: s, From: "2026-12-01", To: "2026-12-11", Days: 11, Ground: "art. 10", Pieces: []string{s}}, {Kind: s, From: "2026-12-01"}, {Kind: s}}, Total: 11,
		Warnings: []string{s}, Allowed: []allowedRow{{Label: s, Ground: "art. 10"}}, Barred: []allowedRow{{Label: s, Why: s, Ground: "art. 10"}}}
}

// wrong makes every control of a form wrong.
func (p *casePage) wrong(form, s string) *casePage {
	posted := url.Values{}
	for _, name := range controls[form] {
		posted[name] = []string{s}
	}
	p.Typed, p.Wrong = typedIn(form, posted), true
	p.Forms = nil
	p.forms(p.Lang, shown{typed: p.Typed})
	for _, at := range append(slices.Clone(controls[form][1:]), "purpose") {
		p.Faults = append(p.Faults, fault{p.anchor(at), cmp.Or(s, "?")})
	}
	return p
}

// everyPage renders every page in every language with a text.
func everyPage(t *testing.T, s string, check func(name string, l i18n.Lang, body []byte)) {
	t.Helper()
	set, err := page.Parse(files, texts, page.Minify(styleSource))
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Langs {
		render := func(name, template string, data any) {
			t.Helper()
			body, err := set.Render(l, template, data)
			if err != nil {
				t.Fatalf("%s %s: %v", l, name, err)
			}
			check(fmt.Sprintf("%s %s", l, name), l, body)
		}
		f := frame{Lang: l, Title: page.Plain(s), Path: "/", Token: "token", Agent: s, Place: s}
		bad := f
		why := cmp.Or(s, "?") // an error always has words
		bad.Wrong, bad.Faults = true, []fault{{"value", why}, {"name", why}}
		rows := []queueRow{{Reference: "ABCDEFGH123", Service: s, State: s, Turn: s, Due: due{On: "2026-12-31", Left: s, Near: 1}, Filed: time.Now(), Unread: true},
			{Reference: "ABCDEFGH124", Service: s, State: s, Turn: s, Answer: "2026-12-31"}, {Reference: "ABCDEFGH125"}}
		fields := []string{casework.ByReference, casework.ByNumber, casework.ByPhone, casework.ByName}
		render("queue", "queue", &queuePage{frame: f, Rows: rows, Next: "?after=x", Fields: fields, Field: "name"})
		render("empty queue", "queue", &queuePage{frame: f, First: true, Fields: fields})
		render("closed queue", "queue", &queuePage{frame: f, Closed: true, First: true, Fields: fields})
		render("search", "queue", &queuePage{frame: f, Searched: true, First: true, Fields: fields, Value: text(s)})
		summary := bad
		summary.Faults = bad.Faults[:1]
		render("refused search", "queue", &queuePage{frame: summary, First: true, Fields: fields, Value: text(s)})
		summary.Faults = bad.Faults[1:]
		render("signin", "signin", &signinPage{frame: frame{Lang: l, Title: s, Path: "/signin"}})
		render("refused signin", "signin", &signinPage{frame: summary, Name: text(s), Ended: true, Case: "ABCDEFGH123", Typed: typedIn("note", url.Values{"note": {s}})})
		render("fail", "fail", failPage{frame: f, Text: s, Reference: "REFERENCE"})
		render("closed case", "case", extremeCase(l, s, false))
		render("closed case, kept words", "case", extremeCase(l, s, false).wrong("decide", s))
		barred := extremeCase(l, s, false)
		barred.MayOpen, barred.MayDecide = false, false
		render("barred case", "case", barred)
		render("opened case", "case", extremeCase(l, s, true))
		for form := range controls {
			render("refused "+form, "case", extremeCase(l, s, true).wrong(form, s))
		}
		decided := extremeCase(l, s, true)
		decided.Allowed = map[string]allowance{"grant": {Why: s}, "refuse": {Why: s}}
		render("decided", "case", decided)
		render("unsent", "case", decided.wrong("decide", s))
	}
}

func TestPagesHoldExtremes(t *testing.T) {
	for _, s := range extremes {
		everyPage(t, s, func(name string, l i18n.Lang, body []byte) {
			root, err := html.Parse(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range lint(root) {
				t.Errorf("%s with %.20q: %s", name, s, fault)
			}
			for _, bad := range []string{"⟦", "[[", "<script", "<img", "<no value>", "ZgotmplZ", "%!"} {
				if bytes.Contains(body, []byte(bad)) {
					t.Errorf("%s with %.20q holds %s", name, s, bad)
				}
			}
		})
	}
}

// lint lists what is wrong with a page's skeleton: ids used twice, links and
// labels that lead nowhere, controls without a label, more or fewer headings
// than one h1.
func lint(root *html.Node) (faults []string) {
	ids, labels, h1 := map[string]bool{}, map[string]bool{}, 0
	for n := range root.Descendants() {
		if id := attrOf(n, "id"); id != "" {
			if ids[id] {
				faults = append(faults, "id twice: "+id)
			}
			ids[id] = true
		}
		if n.Data == "label" {
			labels[attrOf(n, "for")] = true
		}
		if n.Type == html.ElementNode && n.Data == "h1" {
			h1++
		}
	}
	for n := range root.Descendants() {
		if to, ok := strings.CutPrefix(attrOf(n, "href"), "#"); ok && !ids[to] {
			faults = append(faults, "a link leads to no #"+to)
		}
		for _, to := range strings.Fields(attrOf(n, "aria-describedby") + " " + attrOf(n, "aria-labelledby") + " " + attrOf(n, "for")) {
			if !ids[to] {
				faults = append(faults, "no element "+to)
			}
		}
		control := n.Data == "textarea" || n.Data == "select" || n.Data == "input" && attrOf(n, "type") != "hidden"
		if n.Type == html.ElementNode && control && !labels[attrOf(n, "id")] {
			faults = append(faults, "no label for "+attrOf(n, "name"))
		}
	}
	if h1 != 1 {
		faults = append(faults, fmt.Sprintf("%d h1", h1))
	}
	return faults
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// turned is what Arabic would draw in another order: numbers with signs or
// hyphens, dates, identifiers of mixed letters and digits, a number before a
// Latin unit.
var turned = regexp.MustCompile(`[+-][0-9]|[0-9]-[0-9]|[0-9]/[0-9]|\b[A-Z]{1,3}[0-9]{4,}|\b[0-9A-Z]{11}\b|[0-9][ \x{a0}][A-Za-z]`)

// TestArabicKeepsNumbers finds no number in Arabic pages that would be turned
// round: each stands in a bdi, a time or a control of its own direction.
func TestArabicKeepsNumbers(t *testing.T) {
	seen := 0
	everyPage(t, "نص", func(name string, l i18n.Lang, body []byte) {
		if l != i18n.AR {
			return
		}
		root, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type != html.TextNode {
				continue
			}
			if in := n.Parent.Data; in == "style" || in == "title" || in == "bdi" || in == "textarea" {
				continue
			}
			seen++
			if found := turned.FindString(n.Data); found != "" {
				t.Errorf("%s: %q in %q", name, found, strings.TrimSpace(n.Data))
			}
		}
	})
	if seen < 500 {
		t.Errorf("looked at %d texts only", seen)
	}
}

// TestDueOn counts days in words.
func TestDueOn(t *testing.T) {
	for _, tt := range []struct {
		on   string
		near int
		left string
	}{
		{"2026-11-20", 2, "5\u00a0jours de retard"}, {"2026-11-24", 2, "1\u00a0jour de retard"}, {"2026-11-25", 2, "aujourd'hui"}, {"2026-11-26", 1, "reste 1\u00a0jour"},
		{"2026-11-28", 1, "reste 3\u00a0jours"}, {"2026-11-29", 0, "reste 4\u00a0jours"}, {"", 0, ""}, {"soon", 0, ""},
	} {
		if got := dueOn(i18n.FR, tt.on, "2026-11-25"); got.Near != tt.near || got.Left != tt.left {
			t.Errorf("%s: %d %q, want %d %q", tt.on, got.Near, got.Left, tt.near, tt.left)
		}
	}
}

// TestFailures gives every error its own words, in the language of the address.
func TestFailures(t *testing.T) {
	w := newWorld(t)
	for _, l := range i18n.Langs {
		res := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/"+string(l)+"/signin", strings.NewReader("name=x"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		w.server.Handler().ServeHTTP(res, req)
		if res.Code != http.StatusForbidden || !strings.Contains(res.Body.String(), html.EscapeString(texts.T(l, "fail.error.forged"))) || res.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s: a post from another site: %d", l, res.Code)
		}
	}
	if errs.KindOf(nil) != errs.Internal {
		t.Error("signin takes no error for denied")
	}
}
