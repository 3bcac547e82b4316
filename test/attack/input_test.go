package attack

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

// wrong are values that a page must refuse at the named control, and show again.
var wrong = []struct {
	page, control string
	values        []string
}{
	{"you", "cnie", []string{"", "123", "AB", "ABC123", "AB12345678", "<script>", "AB12é", strings.Repeat("A", 50_000)}},
	{"you", "born.day", []string{"", "0", "32", "x", "-1", "1e0", "٣٢"}},
	{"you", "born.month", []string{"13", "janvie", "0", strings.Repeat("م", 500)}},
	{"you", "born.year", []string{"94", "19944", "2999", "0"}},
	{"you", "name.given_ar", []string{"", "Salma", "123"}},
	{"you", "name.family_latin", []string{"", "سلمى", "a<b>", strings.Repeat("x", 101)}},
	{"reach", "phone", []string{"", "123", "061234567", "0612345678x", "+21261234567", "0000000000", "٠٦١٢"}},
	{"reach", "email", []string{"x", "x@", "@y.ma", "a@b", "a@b..ma", strings.Repeat("a", 250) + "@b.ma"}},
	{"home", "home.place", []string{"", "\u202e\u202e", strings.Repeat("x", 301)}},
	{"home", "home.postcode", []string{"1234", "abcde"}},
	{"proof", "proof", []string{"", "nope"}},
}

// right are other spellings of right values.
var right = []struct {
	page, control string
	values        []string
}{
	{"you", "cnie", []string{"AB123456", " ab-123 456 ", "Ab١٢٣٤٥٦", "ab\u00a0123456"}},
	{"you", "born.day", []string{"17", " 17 ", "١٧", "۱۷"}},
	{"you", "born.month", []string{"5", "05", "٥", "ماي", "مايو", "mai", "MAI", "May", "ⵎⴰⵢⵢⵓ", "décembre", "DECEMBRE", "de\u0301c.", "غشت"}},
	{"you", "born.year", []string{"1994", "١٩٩٤"}},
	{"reach", "phone", []string{"0612345678", "06.12-34 56/78", "+212612345678", "00212 612345678", "+212 (0)612345678", "٠٦١٢٣٤٥٦٧٨", "+33 6 12 34 56 78"}},
}

// values sends wrong and right values in two languages.
func values(t *testing.T, s *site) {
	for _, lang := range []string{"fr", "ar"} {
		d := s.begin(t, lang, "residence-certificate")
		for _, w := range wrong {
			for _, v := range w.values {
				r := d.post(d.base+"/apply/"+w.page, with(page(w.page), w.control, v))
				refused(t, lang+" "+w.control+" "+head(v), r, w.control)
				if w.control != "proof" && r.shown(w.control) != v {
					t.Errorf("%s %s: %q is shown as %q", lang, w.control, head(v), head(r.shown(w.control)))
				}
				if again := d.get(d.base + "/apply/" + w.page); w.control != "proof" && again.shown(w.control) != v {
					t.Errorf("%s %s: %q is kept as %q", lang, w.control, head(v), head(again.shown(w.control)))
				}
			}
		}
		for _, g := range right {
			for _, v := range g.values {
				if r := d.post(d.base+"/apply/"+g.page, with(page(g.page), g.control, v)); r.status != 303 {
					t.Errorf("%s %s %q: status %d: %s", lang, g.control, v, r.status, tag.ReplaceAllString(alert.FindString(r.body), " "))
				}
			}
		}
	}
}

func page(name string) map[string][]string {
	for _, p := range residence {
		if p.page == name {
			return p.form
		}
	}
	return nil
}

func head(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return s
}

// errorWords begin the titles of refused pages.
var errorWords = []string{"Erreur", "خطأ", "Error", "ⵜⴰⵣⴳⵍⵜ"}

// refused checks a page that refuses a control: the control itself, or the
// group it stands in.
func refused(t *testing.T, what string, r *reply, control string) {
	t.Helper()
	summary := alert.FindString(r.body)
	at := control
	if !strings.Contains(summary, `href="#`+at+`"`) {
		at, _, _ = strings.Cut(control, ".")
	}
	field := r.element(at)
	title := html.UnescapeString(regexp.MustCompile(`<title>(.*?)</title>`).FindString(r.body))
	worded := false
	for _, w := range errorWords {
		worded = worded || strings.HasPrefix(title, "<title>"+w)
	}
	described := attr(field, "aria-describedby") != ""
	for id := range strings.FieldsSeq(attr(field, "aria-describedby")) {
		described = described && strings.Contains(r.body, `id="`+id+`"`)
	}
	switch {
	case r.status != 422:
		t.Errorf("%s: status %d, want 422", what, r.status)
	case strings.Count(r.body, `role="alert"`) != 1 || !strings.Contains(summary, `href="#`+at+`"`):
		t.Errorf("%s: no summary that leads to it: %s", what, summary)
	case attr(field, "aria-invalid") != "true" || !described:
		t.Errorf("%s: the field is not marked: %s", what, field)
	case !worded:
		t.Errorf("%s: the title is %s", what, title)
	}
}

const (
	onePDF = "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
	tooBig = 10<<20 + 1
)

// files sends files that may not be taken.
func files(t *testing.T, s *site) {
	d := s.begin(t, "fr", "residence-certificate")
	for _, p := range residence[:4] {
		d.post(d.base+"/apply/"+p.page, p.form).to()
	}
	papers := d.base + "/apply/papers"
	for what, data := range map[string]string{
		"a program": "MZ\x90\x00" + strings.Repeat("\x00", 500), "another program": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 500), "nothing": "",
		"a web page": "<html><script>x</script>", "an archive": "PK\x03\x04" + strings.Repeat("\x00", 100), "a drawing": `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"a large file": onePDF + strings.Repeat("\x00", tooBig),
	} {
		refused(t, what, d.upload(papers, form(), [3]string{"proof_file", "scan.pdf", data}), "proof_file")
	}
	if kept := d.get(papers); strings.Contains(kept.body, `name="_remove"`) {
		t.Errorf("a refused file was kept: %s", kept.text())
	}
	d.upload(papers, form(), [3]string{"proof_file", "../../<i>\u202e.pdf", onePDF}).want(303)
	if kept := d.get(papers); strings.Contains(kept.body, "../") || strings.Contains(kept.body, "<i>") || strings.Contains(kept.body, "\u202e") {
		t.Error("a file's name is shown as it came")
	}
	var many [][3]string
	for i := range 41 {
		many = append(many, [3]string{"proof_file", "scan.pdf", onePDF + strings.Repeat("%", i)})
	}
	refused(t, "41 files", d.upload(papers, form(), many...), "proof_file")
}

// bodies sends bodies that are too large, broken or of another type: the draft
// stays as it was.
func bodies(t *testing.T, s *site) {
	d := s.begin(t, "ar", "residence-certificate")
	you := d.base + "/apply/you"
	d.post(you, page("you")).to()
	before := d.get(you).want(200)
	for _, b := range []struct {
		what, kind, body string
		status           int
	}{
		{"10 MB of text", "application/x-www-form-urlencoded", "cnie=" + strings.Repeat("x", 10<<20), 413},
		{"10 MB of text in parts", "multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"cnie\"\r\n\r\n" + strings.Repeat("x", 10<<20) + "\r\n--B--\r\n", 413},
		{"10,000 controls", "application/x-www-form-urlencoded", strings.Repeat("a=b&", 10_000), 413},
		{"a head of 100 KB", "multipart/form-data; boundary=B", "--B\r\nX: " + strings.Repeat("x", 100<<10) + "\r\n\r\na\r\n--B--\r\n", 413},
		{"a cut body", "multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"cnie\"\r\n\r\nx", 400},
		{"broken percent signs", "application/x-www-form-urlencoded", "cnie=%zz", 400},
		{"JSON", "application/json", `{"cnie":"x"}`, 415},
		{"no type", "", "cnie=x", 415},
	} {
		r := d.send("POST", you, b.body, "Content-Type", b.kind, "Sec-Fetch-Site", "same-origin")
		if b.kind == "" {
			b.status = r.status // an empty header is no header to some
		}
		if r.status != b.status || strings.Count(r.body, `role="alert"`) != 1 || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: status %d, want a page with %d: %.200s", b.what, r.status, b.status, r.text())
		}
		if after := d.get(you); after.body != before.body {
			t.Fatalf("%s changed the draft", b.what)
		}
	}
	r := d.send("POST", you, "cnie=a%FFb%00&name.given_latin=%C3%28", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
	refused(t, "broken UTF-8", r, "cnie")
}
