// Package robot files applications the way a person with a plain browser does:
// it knows HTML forms, their labels and the public API, and nothing of the
// program behind them. It reads what services there are, files their examples
// page by page in any language without scripts, checks the promises of the
// contract on every page it sees, and verifies the receipt it is given. What
// breaks a promise is a Fault with the exact request. It is for tests, of this
// program or of any other that keeps the same contract.
package robot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"golang.org/x/net/html"
)

// Langs are the four languages of every page.
var Langs = []string{"ar", "fr", "zgh", "en"}

// Robot visits one portal. Its methods may run at the same time.
type Robot struct {
	// Base is the portal's address, such as http://127.0.0.1:8080.
	Base string
	// Verify checks a receipt file against the published trust file; nil
	// leaves it unchecked.
	Verify func(receipt, trust []byte) error
	// Logf, when set, is told of each step.
	Logf func(format string, args ...any)

	transport http.RoundTripper

	mu     sync.Mutex // guards what follows
	faults []Fault
	seen   map[string]bool
	pages  int
	weight map[string]int // the heaviest page, headers and filing seen, in bytes
}

// Fault is a broken promise: what was asked, which rule, and what was seen.
type Fault struct {
	Request, Rule, Saw string
}

func (f Fault) String() string { return f.Request + "\n\t" + f.Rule + ": " + f.Saw }

// New is a robot for the portal at base.
func New(base string) *Robot {
	return &Robot{Base: strings.TrimSuffix(base, "/"), seen: map[string]bool{}, weight: map[string]int{},
		transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8}}
}

// Faults lists the broken promises seen so far, each once.
func (r *Robot) Faults() []Fault {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Fault(nil), r.faults...)
}

// Pages is how many HTML pages were checked.
func (r *Robot) Pages() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pages
}

// Heaviest are the most bytes seen of "page" (headers and body), "headers" and
// "filing" (all that came down, the robot's own repeats counted).
func (r *Robot) Heaviest() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.weight)
}

func (r *Robot) weigh(what string, bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weight[what] = max(r.weight[what], bytes)
}

func (r *Robot) fault(request, rule, format string, args ...any) {
	f := Fault{request, rule, fmt.Sprintf(format, args...)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if key := f.String(); !r.seen[key] {
		r.seen[key] = true
		r.faults = append(r.faults, f)
	}
}

func (r *Robot) logf(format string, args ...any) {
	if r.Logf != nil {
		r.Logf(format, args...)
	}
}

// browser is one cookie jar: one person on one phone.
type browser struct {
	robot  *Robot
	client *http.Client
	code   string // the resume code seen last, to look for in addresses
	sent   int    // bytes of bodies sent
	got    int    // bytes of headers and bodies received
}

func (r *Robot) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &browser{robot: r, client: &http.Client{
		Transport: r.transport, Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is one response, read whole.
type answer struct {
	request string // "POST /path", as faults name it
	url     *url.URL
	status  int
	header  http.Header
	head    int // bytes of status line and headers
	wire    int // bytes of the body as sent
	body    []byte
	page    *page // nil unless HTML
}

// get asks for a path or address of the portal.
func (b *browser) get(ctx context.Context, ref string, headers ...string) (*answer, error) {
	return b.do(ctx, http.MethodGet, ref, "", nil, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
}

// do sends one request. Headers are pairs; an empty value leaves the header
// out.
func (b *browser) do(ctx context.Context, method, ref, contentType string, body []byte, headers ...string) (*answer, error) {
	base, err := url.Parse(b.robot.Base)
	if err != nil {
		return nil, err
	}
	target, err := base.Parse(ref)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("Accept-Encoding", "br")
	req.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Del(headers[i])
		if headers[i+1] != "" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	b.sent += len(body)
	resp, err := b.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, target.Path, err)
	}
	defer resp.Body.Close()
	return b.read(method, target, resp)
}

func (b *browser) read(method string, target *url.URL, resp *http.Response) (*answer, error) {
	a := &answer{request: method + " " + target.RequestURI(), url: target, status: resp.StatusCode, header: resp.Header}
	if head, err := httputil.DumpResponse(resp, false); err == nil {
		a.head = len(head)
	}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: reading the answer: %w", a.request, err)
	}
	a.wire, a.body = len(raw), raw
	b.got += a.head + a.wire
	if resp.Header.Get("Content-Encoding") == "br" && len(raw) > 0 {
		if a.body, err = io.ReadAll(brotli.NewReader(bytes.NewReader(raw))); err != nil {
			return nil, fmt.Errorf("%s: brotli: %w", a.request, err)
		}
	}
	plain := resp.Header.Get("Content-Encoding") != "gzip" // asked for only to weigh it
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && len(a.body) > 0 && plain {
		root, err := html.Parse(bytes.NewReader(a.body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.request, err)
		}
		a.page = newPage(root)
		if code := a.page.byID("resume-code"); code != nil {
			b.code = textOf(code)
		}
		b.robot.mu.Lock()
		b.robot.pages++
		b.robot.mu.Unlock()
		b.robot.check(a)
	}
	b.robot.secret(a, b.code)
	return a, nil
}

// follow goes where redirects lead, as a browser does: with GET.
func (b *browser) follow(ctx context.Context, a *answer) (*answer, error) {
	for hops := 0; a.status == http.StatusSeeOther; hops++ {
		to, err := a.url.Parse(a.header.Get("Location"))
		if err != nil || hops == 5 {
			return nil, fmt.Errorf("%s: lost on the way to %q", a.request, a.header.Get("Location"))
		}
		if a, err = b.get(ctx, to.String()); err != nil {
			return nil, err
		}
	}
	return a, nil
}
