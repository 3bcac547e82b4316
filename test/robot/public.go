package robot

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/html"
)

// Public visits the pages anyone may read: home and its lists, each service's
// card, and what they link to within the language. Every service of the API
// must be reached from home, and its card must lead to its form.
func (r *Robot) Public(ctx context.Context, lang string, services []Service) error {
	b := r.browser()
	seen, queue := map[string]bool{}, []string{"/" + lang + "/"}
	for len(queue) > 0 && len(seen) < 200 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		a, err := b.get(ctx, path)
		if err != nil {
			return err
		}
		if a.status != http.StatusOK || a.page == nil {
			r.fault(a.request, "links of public pages lead to pages", "status %d", a.status)
			continue
		}
		if err := r.sameHead(ctx, b, a); err != nil {
			return err
		}
		for _, link := range all(a.page.root, "a") {
			to, err := a.url.Parse(attr(link, "href"))
			if err == nil && to.Host == a.url.Host && langOf(to.Path) == lang && !strings.HasSuffix(to.Path, "/apply") {
				queue = append(queue, to.RequestURI())
			}
		}
	}
	for _, s := range services {
		card := "/" + lang + "/services/" + s.ID
		if !seen[card] {
			r.fault("GET /"+lang+"/", "home links every service's card", "no way to %s", card)
			continue
		}
		if err := r.card(ctx, b, card, s.Titles[lang]); err != nil {
			return err
		}
	}
	return nil
}

// card looks at a service's own page.
func (r *Robot) card(ctx context.Context, b *browser, path, title string) error {
	a, err := b.get(ctx, path)
	if err != nil || a.page == nil {
		return err
	}
	if h1 := first(a.page.root, "h1"); h1 == nil || !strings.Contains(textOf(h1), strings.Join(strings.Fields(title), " ")) {
		r.fault(a.request, "the card is titled like the API says", "%q is not in the h1", title)
	}
	for _, n := range all(a.page.root, "a", "form") {
		if to, err := a.url.Parse(attr(n, "href") + attr(n, "action")); err == nil && to.Path == path+"/apply" {
			return nil
		}
	}
	r.fault(a.request, "the card leads to the form", "no link to %s/apply", path)
	return nil
}

// sameHead asks for the page with HEAD.
func (r *Robot) sameHead(ctx context.Context, b *browser, a *answer) error {
	head, err := b.do(ctx, http.MethodHead, a.url.RequestURI(), "", nil, "Sec-Fetch-Site", "none")
	if err != nil {
		return err
	}
	if head.status != a.status || len(head.body) > 0 || head.header.Get("Content-Type") != a.header.Get("Content-Type") {
		r.fault(head.request, "HEAD answers like GET", "status %d, %s, %d bytes", head.status, head.header.Get("Content-Type"), len(head.body))
	}
	return nil
}

// VerifyPage gives the portal's public page a receipt and the same receipt
// with one letter changed: it must tell them apart.
func (r *Robot) VerifyPage(ctx context.Context, lang string, receipt []byte, reference string) error {
	b := r.browser()
	at, err := b.get(ctx, "/"+lang+"/verify")
	if err != nil {
		return err
	}
	if at.page == nil || at.page.main() == nil {
		r.fault(at.request, "anyone can verify a file", "status %d without a form", at.status)
		return nil
	}
	f := at.page.main()
	name := ""
	for _, c := range f.controls {
		if attr(c, "type") == "file" {
			name = attr(c, "name")
		}
	}
	bad := bytes.Replace(receipt, []byte(`"`+reference+`"`), []byte(`"`+turned(reference)+`"`), 1)
	var texts []string
	for _, raw := range [][]byte{receipt, bad} {
		in := Answers{Files: map[string][]Upload{name: {{Name: "receipt.json", MediaType: "application/json", Data: raw}}}}
		sent, err := b.submit(ctx, at, f, f.fill(in), f.send())
		if err != nil {
			return err
		}
		if sent, err = b.follow(ctx, sent); err != nil {
			return err
		}
		if sent.page == nil || sent.status >= 500 {
			r.fault(sent.request, "anyone can verify a file", "status %d", sent.status)
			return nil
		}
		texts = append(texts, textOf(mainOf(sent.page.root)))
	}
	if texts[0] == texts[1] || !strings.Contains(texts[0], reference) {
		r.fault("POST /"+lang+"/verify", "a receipt and a forged one are told apart", "%s", fmt.Sprintf("%.120q and %.120q", texts[0], texts[1]))
	}
	return nil
}

// mainOf is the page's main part, or all of it.
func mainOf(root *html.Node) *html.Node {
	if main := first(root, "main"); main != nil {
		return main
	}
	return root
}
