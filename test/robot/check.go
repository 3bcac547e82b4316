package robot

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Budgets of a citizen page, in bytes with brotli.
const (
	pageBudget = 6144
	headBudget = 800
)

// errorWords begin the title of a refused page.
var errorWords = map[string]string{"ar": "خطأ", "fr": "Erreur", "zgh": "ⵜⴰⵣⴳⵍⵜ", "en": "Error"}

// check holds one HTML page against the contract.
func (r *Robot) check(a *answer) {
	at := a.request + " → " + http.StatusText(a.status)
	r.checkSize(at, a)
	r.checkHeaders(at, a)
	r.checkDocument(at, a)
	r.checkLabels(at, a.page)
	if a.status == http.StatusUnprocessableEntity {
		r.checkRefused(at, a)
	}
}

func (r *Robot) checkSize(at string, a *answer) {
	r.weigh("headers", a.head)
	r.weigh("page", a.head+a.wire)
	if a.head > headBudget {
		r.fault(at, "headers at most 800 bytes", "%d bytes", a.head)
	}
	if total := a.head + a.wire; total > pageBudget {
		r.fault(at, "page at most 6,144 bytes with brotli", "%d bytes", total)
	}
	if a.header.Get("Content-Encoding") != "br" && a.wire > 1000 {
		r.fault(at, "pages are compressed", "%d bytes without encoding", a.wire)
	}
}

func (r *Robot) checkHeaders(at string, a *answer) {
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
	} {
		if got := a.header.Get(name); got != want {
			r.fault(at, "security headers", "%s: %q", name, got)
		}
	}
	csp := a.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "base-uri", "form-action", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(csp, part) {
			r.fault(at, "content security policy", "no %s", part)
		}
	}
	for _, style := range all(a.page.root, "style") {
		var css strings.Builder
		for d := range style.Descendants() {
			css.WriteString(d.Data)
		}
		sum := sha256.Sum256([]byte(css.String()))
		if !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			r.fault(at, "content security policy", "the hash of a <style> of %d bytes is not in it", css.Len())
		}
	}
	if a.page.byID("resume-code") != nil && !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
		r.fault(at, "drafts are no-store", "Cache-Control: %q", a.header.Get("Cache-Control"))
	}
	for _, c := range a.header.Values("Set-Cookie") {
		if !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=") {
			r.fault(at, "cookies are HttpOnly and SameSite", "%s", c[:strings.IndexByte(c+"=", '=')])
		}
	}
}

// checkDocument looks at what every page of any kind must be.
func (r *Robot) checkDocument(at string, a *answer) {
	p := a.page
	if len(p.twin) > 0 {
		r.fault(at, "an id is used once", "%q", p.twin)
	}
	if n := len(all(p.root, "h1")); n != 1 {
		r.fault(at, "one h1", "%d", n)
	}
	if p.title() == "" {
		r.fault(at, "a page has a title", "none")
	}
	if first(p.root, "main") == nil {
		r.fault(at, "a page has a main part", "none")
	}
	r.checkLanguage(at, a)
	for _, n := range all(p.root, "*") {
		if has(n, "style") || slices.ContainsFunc(n.Attr, func(x html.Attribute) bool { return strings.HasPrefix(x.Key, "on") }) {
			r.fault(at, "no inline style or handler", "<%s> %s", n.Data, attr(n, "id"))
		}
		if src := attr(n, "src"); src != "" && n.Data == "img" && !strings.HasPrefix(src, "data:") {
			r.fault(at, "one navigation request", "<img src=%q>", src)
		}
		if n.Data == "link" && strings.Contains(attr(n, "rel"), "stylesheet") {
			r.fault(at, "one navigation request", "a stylesheet of its own: %s", attr(n, "href"))
		}
		if strings.Contains(textOwn(n), "⟦") {
			r.fault(at, "every text has a translation", "%s", textOwn(n))
		}
	}
	r.checkAnchors(at, p)
	r.checkDirection(at, a)
	main := 0
	for _, f := range p.forms() {
		if within(f.node, "main") != nil && strings.EqualFold(attr(f.node, "method"), "post") {
			main++
		}
	}
	if main > 1 {
		r.fault(at, "one main form per page", "%d POST forms in <main>", main)
	}
}

// checkAnchors wants every link within the page to lead somewhere.
func (r *Robot) checkAnchors(at string, p *page) {
	for _, link := range all(p.root, "a") {
		if id, ok := strings.CutPrefix(attr(link, "href"), "#"); ok && id != "" && p.byID(id) == nil {
			r.fault(at, "links within the page lead somewhere", "href=#%s", id)
		}
	}
}

// ltrText is what an Arabic line would show in another order: law numbers and
// dates, phone numbers, references and amounts.
var ltrText = regexp.MustCompile(`[0-9]+-[0-9]+|\+[0-9 ]{8,}|[0-9]{2,}( [0-9]{2,}){2,}|[A-Z0-9]*[0-9][A-Z][A-Z0-9]{4,}|(^|\s)-[0-9]`)

// checkDirection looks for such text outside <bdi dir=ltr> or isolates.
func (r *Robot) checkDirection(at string, a *answer) {
	if langOf(a.url.Path) != "ar" {
		return
	}
	for n := range a.page.root.Descendants() {
		if n.Type != html.TextNode || n.Parent == nil {
			continue
		}
		text := isolated.ReplaceAllString(n.Data, "")
		found := ltrText.FindString(text)
		if found == "" || within(n, "style") != nil || within(n, "bdi") != nil || within(n, "textarea") != nil || strings.HasPrefix(attr(n.Parent, "dir"), "ltr") {
			continue
		}
		r.fault(at, "numbers in Arabic text are isolated", "%q in <%s>", found, n.Parent.Data)
	}
}

var isolated = regexp.MustCompile("[\u2066\u2067\u2068][^\u2069]*\u2069")

// langOf is the language a path begins with, or "".
func langOf(path string) string {
	lang, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if slices.Contains(Langs, lang) {
		return lang
	}
	return ""
}

func (r *Robot) checkLanguage(at string, a *answer) {
	lang := langOf(a.url.Path)
	root := first(a.page.root, "html")
	if lang == "" || root == nil {
		return
	}
	if got := attr(root, "lang"); got != lang && !strings.HasPrefix(got, lang+"-") {
		r.fault(at, "the page says its language", "lang=%q", got)
	}
	if got := attr(root, "dir"); (got == "rtl") != (lang == "ar") {
		r.fault(at, "the page says its direction", "dir=%q", got)
	}
	if a.status != http.StatusOK {
		return
	}
	for _, other := range Langs {
		want := "/" + other + strings.TrimPrefix(a.url.Path, "/"+lang)
		found := other == lang
		for _, link := range all(a.page.root, "a") {
			to, err := a.url.Parse(attr(link, "href"))
			found = found || err == nil && strings.HasPrefix(attr(link, "hreflang"), other) && to.Path == want
		}
		if !found {
			r.fault(at, "language links lead to the same path", "no <a hreflang=%s href=%s>", other, want)
		}
	}
}

// textOwn is the text directly in n.
func textOwn(n *html.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func (r *Robot) checkLabels(at string, p *page) {
	for _, f := range p.forms() {
		for _, c := range f.controls {
			if attr(c, "type") != "hidden" && p.label(c) == "" {
				r.fault(at, "every control has a label", "<%s name=%s id=%s>", c.Data, attr(c, "name"), attr(c, "id"))
			}
			group := within(c, "fieldset")
			if kind := attr(c, "type"); kind == "radio" && (group == nil || first(group, "legend") == nil) {
				r.fault(at, "radios are in a fieldset with a legend", "name=%s", attr(c, "name"))
			}
			for _, id := range strings.Fields(attr(c, "aria-describedby")) {
				if p.byID(id) == nil {
					r.fault(at, "aria-describedby names what is there", "name=%s: no id %q", attr(c, "name"), id)
				}
			}
		}
		for _, b := range f.buttons {
			if textOf(b) == "" && attr(b, "value") == "" && attr(b, "aria-label") == "" {
				r.fault(at, "every button has a text", "name=%s", attr(b, "name"))
			}
			if name := attr(b, "name"); (name == "_add" || name == "_remove") && !has(b, "formnovalidate") {
				r.fault(at, "row buttons are formnovalidate", "%s=%s", name, attr(b, "value"))
			}
		}
	}
}

// label is the text that names a control.
func (p *page) label(c *html.Node) string {
	if text := attr(c, "aria-label"); text != "" {
		return text
	}
	for _, id := range strings.Fields(attr(c, "aria-labelledby")) {
		if n := p.byID(id); n != nil {
			return textOf(n)
		}
	}
	if around := within(c, "label"); around != nil {
		return textOf(around)
	}
	if id := attr(c, "id"); id != "" {
		for _, l := range all(p.root, "label") {
			if attr(l, "for") == id {
				return textOf(l)
			}
		}
	}
	return ""
}

// checkRefused looks at a page sent back with its errors.
func (r *Robot) checkRefused(at string, a *answer) {
	p := a.page
	if word := errorWords[langOf(a.url.Path)]; !strings.HasPrefix(strings.ToLower(p.title()), strings.ToLower(word)) {
		r.fault(at, "the title of a refused page begins with the word for error", "%q", p.title())
	}
	var alerts []*html.Node
	for _, n := range all(p.root, "*") {
		if attr(n, "role") == "alert" {
			alerts = append(alerts, n)
		}
	}
	if len(alerts) != 1 {
		r.fault(at, "one role=alert summary", "%d", len(alerts))
		return
	}
	links := 0
	for _, link := range all(alerts[0], "a") {
		id, ok := strings.CutPrefix(attr(link, "href"), "#")
		if !ok {
			continue
		}
		links++
		r.checkProblem(at, p, id, textOf(link))
	}
	if links == 0 {
		r.fault(at, "the summary links each problem", "no link in %q", textOf(alerts[0]))
	}
}

// checkProblem holds one line of the summary against its field.
func (r *Robot) checkProblem(at string, p *page, id, message string) {
	target := p.byID(id)
	if target == nil {
		r.fault(at, "summary links lead to a field", "no id %q for %q", id, message)
		return
	}
	marked := []*html.Node{target}
	switch target.Data {
	case "input", "select", "textarea":
	case "fieldset":
		marked = append(marked, all(target, "input", "select", "textarea")...)
	default:
		r.fault(at, "summary links lead to a control or fieldset", "%q is <%s>", id, target.Data)
		return
	}
	for _, n := range marked {
		if attr(n, "aria-invalid") != "true" {
			continue
		}
		for _, ref := range strings.Fields(attr(n, "aria-describedby")) {
			if text := p.byID(ref); text != nil && strings.Contains(textOf(text), message) {
				return
			}
		}
	}
	r.fault(at, "the field is aria-invalid and described by the summary's text", "#%s for %q", id, message)
}

// secret looks for the resume code in addresses.
func (r *Robot) secret(a *answer, code string) {
	plain := func(s string) string {
		return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "%20", "", "+", "").Replace(s))
	}
	if code = plain(code); len(code) < 6 {
		return
	}
	addresses := []string{a.url.String(), a.header.Get("Location")}
	if a.page != nil {
		for _, n := range all(a.page.root, "a", "form", "link", "button", "img") {
			addresses = append(addresses, attr(n, "href"), attr(n, "action"), attr(n, "formaction"))
		}
	}
	for _, address := range addresses {
		if strings.Contains(plain(address), code) {
			r.fault(a.request, "the resume code is in no address", "it is in one of the page's addresses or its own")
		}
	}
}
