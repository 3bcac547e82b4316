package robot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Strangers tries doors that must not open: wrong codes and references, other
// host names, unknown paths, a body over the limit. filed is an application
// whose reference is real.
func (r *Robot) Strangers(ctx context.Context, lang string, filed *Filed) error {
	b := r.browser()
	never, err := b.posted(ctx, "/"+lang+"/resume", "resume_code", turned(filed.ResumeCode))
	if err != nil {
		return err
	}
	r.expectAlert(never, http.StatusNotFound)
	broken, err := b.posted(ctx, "/"+lang+"/resume", "resume_code", "nonsense")
	if err != nil {
		return err
	}
	r.sameAnswer("a wrong and a malformed resume code", never, broken)
	owner := r.browser()
	right, err := owner.posted(ctx, "/"+lang+"/track", "reference", careless(filed.Reference), "resume_code", careless(filed.ResumeCode))
	if err != nil {
		return err
	}
	if right, err = owner.follow(ctx, right); err != nil {
		return err
	}
	if right.status != http.StatusOK || right.page == nil || !strings.Contains(textOf(right.page.root), filed.Reference) {
		r.fault(right.request, "tracking shows the application to its owner", "status %d", right.status)
	}
	stranger, err := b.posted(ctx, "/"+lang+"/track", "reference", filed.Reference, "resume_code", turned(filed.ResumeCode))
	if err != nil {
		return err
	}
	r.expectAlert(stranger, http.StatusNotFound)
	wrong, err := b.posted(ctx, "/"+lang+"/track", "reference", turned(filed.Reference), "resume_code", filed.ResumeCode)
	if err != nil {
		return err
	}
	r.sameAnswer("a stranger and a wrong reference when tracking", stranger, wrong)
	if err := r.strangerPages(ctx, right, filed.Reference); err != nil {
		return err
	}
	return r.strangerAPI(ctx, b, filed)
}

// careless is a code as someone types it: lower case, odd spaces and hyphens.
func careless(code string) string {
	plain := strings.ToLower(strings.ReplaceAll(code, "-", ""))
	half := len(plain) / 2
	return " " + plain[:half] + " -" + plain[half:]
}

// strangerPages asks for the owner's pages and files without the cookie: each
// is the same 404 as one that never was.
func (r *Robot) strangerPages(ctx context.Context, own *answer, reference string) error {
	if own.page == nil || !strings.Contains(own.url.Path, reference) {
		return nil
	}
	paths := []string{own.url.Path}
	for _, n := range all(own.page.root, "a", "link", "form") {
		to, err := own.url.Parse(attr(n, "href") + attr(n, "action"))
		if err == nil && strings.HasPrefix(to.Path, own.url.Path+"/") {
			paths = append(paths, to.Path)
		}
	}
	for _, path := range paths {
		stranger, err := r.browser().get(ctx, path)
		if err != nil {
			return err
		}
		if stranger.status != http.StatusNotFound {
			r.fault(stranger.request+" without the cookie", "404 to anyone else", "status %d", stranger.status)
		}
		wrong, err := r.browser().get(ctx, strings.Replace(path, reference, turned(reference), 1))
		if err != nil {
			return err
		}
		for _, a := range []*answer{stranger, wrong} {
			a.body = bytes.ReplaceAll(bytes.ReplaceAll(a.body, []byte(reference), nil), []byte(turned(reference)), nil)
		}
		r.sameAnswer(path+" for a stranger and under a wrong reference", stranger, wrong)
	}
	return nil
}

func (r *Robot) strangerAPI(ctx context.Context, b *browser, filed *Filed) error {
	path := "/api/v1/submissions/"
	own, err := b.get(ctx, path+filed.Reference, "Authorization", "Bearer "+filed.ResumeCode)
	if err != nil {
		return err
	}
	if own.status != http.StatusOK {
		r.fault(own.request+" with its code", "the API shows the timeline to its owner", "status %d", own.status)
	}
	stranger, err := b.get(ctx, path+filed.Reference, "Authorization", "Bearer "+turned(filed.ResumeCode))
	if err != nil {
		return err
	}
	wrong, err := b.get(ctx, path+turned(filed.Reference), "Authorization", "Bearer "+filed.ResumeCode)
	if err != nil {
		return err
	}
	none, err := b.get(ctx, path+filed.Reference)
	if err != nil {
		return err
	}
	if stranger.status != http.StatusNotFound {
		r.fault(stranger.request+" with another code", "404 for a stranger", "status %d", stranger.status)
	}
	r.sameAnswer("a stranger and a wrong reference at the API", stranger, wrong)
	r.sameAnswer("a wrong code and none at the API", stranger, none)
	return nil
}

// turned is the text with its last letter or digit changed.
func turned(s string) string {
	i := strings.LastIndexFunc(s, func(c rune) bool { return c != '-' && c != ' ' })
	if i < 0 {
		return "X"
	}
	other := "7"
	if s[i] == '7' {
		other = "8"
	}
	return s[:i] + other + s[i+1:]
}

// posted fills the form of a path with pairs of name and value and sends it.
func (b *browser) posted(ctx context.Context, path string, pairs ...string) (*answer, error) {
	at, err := b.get(ctx, path)
	if err != nil {
		return nil, err
	}
	if at.page == nil || at.page.main() == nil {
		return nil, fmt.Errorf("%s: status %d without a form", at.request, at.status)
	}
	in := Answers{Values: map[string][]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		in.Values[pairs[i]] = []string{pairs[i+1]}
	}
	f := at.page.main()
	return b.submit(ctx, at, f, f.fill(in), f.send())
}

// expectAlert wants a page with a status and one error summary.
func (r *Robot) expectAlert(a *answer, status int) {
	alerts := 0
	if a.page != nil {
		for _, n := range all(a.page.root, "*") {
			if attr(n, "role") == "alert" {
				alerts++
			}
		}
	}
	if a.status != status || alerts != 1 {
		r.fault(a.request, fmt.Sprintf("%d with one error summary", status), "status %d, %d role=alert", a.status, alerts)
	}
}

var tokenField = regexp.MustCompile(`(name="?_token"? value="?)[^">]*`)

// sameAnswer wants two answers that cannot be told apart, but for what was
// typed and the token.
func (r *Robot) sameAnswer(what string, one, two *answer) {
	if one.status != two.status {
		r.fault(what, "the same answer", "status %d and %d", one.status, two.status)
	}
	for _, name := range slices.Sorted(maps.Keys(one.header)) {
		if name != "Date" && name != "Content-Length" && name != "Set-Cookie" && one.header.Get(name) != two.header.Get(name) {
			r.fault(what, "the same answer", "%s: %q and %q", name, one.header.Get(name), two.header.Get(name))
		}
	}
	if len(one.header) != len(two.header) {
		r.fault(what, "the same answer", "headers %v and %v", slices.Sorted(maps.Keys(one.header)), slices.Sorted(maps.Keys(two.header)))
	}
	if a, b := plainBody(one), plainBody(two); !bytes.Equal(a, b) {
		r.fault(what, "the same answer", "bodies of %d and %d bytes differ at %s", len(a), len(b), difference(a, b))
	}
}

// plainBody is the body without tokens and typed values.
func plainBody(a *answer) []byte {
	if a.page == nil {
		return a.body
	}
	body := tokenField.ReplaceAll(a.body, []byte("$1"))
	for _, f := range a.page.forms() {
		for _, c := range f.controls {
			if v := attr(c, "value"); v != "" && attr(c, "type") != "hidden" {
				body = bytes.ReplaceAll(body, []byte(html.EscapeString(v)), nil)
			}
		}
	}
	return body
}

func difference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	near := func(s []byte) string { return string(s[max(0, min(i, len(s))-20):min(len(s), i+20)]) }
	return fmt.Sprintf("%d: %q and %q", i, near(a), near(b))
}

// Doors checks what a listener does with requests that are none of its own:
// another host, an unknown path, another method, and a body over any limit.
func (r *Robot) Doors(ctx context.Context, lang string) error {
	if err := r.otherHost(ctx, lang); err != nil {
		return err
	}
	b := r.browser()
	for _, path := range []string{"/" + lang + "/no-such-page", "/no/such/page"} {
		a, err := b.get(ctx, path)
		if err != nil {
			return err
		}
		if a.status != http.StatusNotFound || a.page == nil {
			r.fault(a.request, "an unknown path is a 404 page", "status %d %s", a.status, a.header.Get("Content-Type"))
		}
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/openapi.json": 200, "/.well-known/wasl-trust.json": 200, "/ledger/checkpoint": 200, "/api/v1/nothing": 404} {
		a, err := b.get(ctx, path)
		if err != nil {
			return err
		}
		if a.status != want {
			r.fault(a.request, "public machine routes", "status %d, want %d", a.status, want)
		}
	}
	for _, page := range []string{"/", "/resume", "/track"} {
		a, err := b.get(ctx, "/"+lang+page)
		if err != nil {
			return err
		}
		if a.status != http.StatusOK {
			r.fault(a.request, "public pages", "status %d", a.status)
		}
	}
	return r.tooLarge(ctx, lang)
}

func (r *Robot) otherHost(ctx context.Context, lang string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Base+"/"+lang+"/", nil)
	if err != nil {
		return err
	}
	req.Host = "elsewhere.example"
	resp, err := r.transport.RoundTrip(req)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusMisdirectedRequest {
		r.fault("GET /"+lang+"/ with Host: elsewhere.example", "another host gets 421", "status %d", resp.StatusCode)
	}
	return nil
}

// tooLarge posts 24 MB of text to the resume form.
func (r *Robot) tooLarge(ctx context.Context, lang string) error {
	a, err := r.browser().posted(ctx, "/"+lang+"/resume", "resume_code", strings.Repeat("x", 24<<20))
	if err != nil {
		r.fault("POST /"+lang+"/resume with 24 MB", "a body over the limit is a 413 page", "%v", err)
		return nil
	}
	r.expectAlert(a, http.StatusRequestEntityTooLarge)
	return nil
}
