package a11y

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"wasl/test/stack"
)

// reader is one browser with both readers at hand.
type reader struct {
	ctx      context.Context
	axe, hcs string
	server   *httptest.Server
	shots    []shot
}

func newReader(t *testing.T) *reader {
	t.Helper()
	r := &reader{}
	for file, into := range map[string]*string{"axe-core/axe.min.js": &r.axe, "html_codesniffer/build/HTMLCS.js": &r.hcs} {
		text, err := os.ReadFile(filepath.Join("..", "node_modules", file))
		if err != nil {
			missing(t, "npm package of "+file)
		}
		*into = string(text)
	}
	chromium := "/usr/bin/chromium"
	if _, err := os.Stat(chromium); err != nil {
		missing(t, chromium)
	}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		n, err := strconv.Atoi(strings.TrimPrefix(q.URL.Path, "/"))
		if err != nil || n >= len(r.shots) {
			http.NotFound(w, q)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(r.shots[n].body)
	}))
	t.Cleanup(r.server.Close)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	r.ctx = ctx
	return r
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("WASL_REQUIRE_TOOLS") != "" || os.Getenv("CI") != "" {
		t.Fatalf("%s is not there: run make tools", what)
	}
	t.Skipf("not run without %s: make tools", what)
}

// found is what one reader says about a page.
type found struct {
	Rule string `json:"rule"`
	At   string `json:"at"`
	Why  string `json:"why"`
}

const runAxe = `axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}, resultTypes: ['violations']})
	.then(r => r.violations.flatMap(v => v.nodes.map(n => ({rule: v.id, at: n.target.join(' '), why: v.help}))))`

// runSniffer keeps errors; warnings and notices ask a person to look.
const runSniffer = `new Promise(done => HTMLCS.process('WCAG2AA', document, () => done(HTMLCS.getMessages().filter(m => m.type === HTMLCS.ERROR)
	.map(m => ({rule: m.code, at: m.element.outerHTML ? m.element.outerHTML.slice(0, 160) : '', why: m.msg})))))`

// read opens a page at a width and lets both readers look.
func (r *reader) read(n int, width int64) ([]found, error) {
	if _, err := chromedp.Run(r.ctx, chromedp.EmulateViewport(width, 800)); err != nil {
		return nil, err
	}
	if _, err := chromedp.Run(r.ctx, chromedp.Navigate(fmt.Sprintf("%s/%d", r.server.URL, n))); err != nil {
		return nil, err
	}
	var all []found
	for _, one := range []struct{ source, run string }{{r.axe, runAxe}, {r.hcs, runSniffer}} {
		if _, err := chromedp.Run(r.ctx, chromedp.Evaluate[chromedp.Void](one.source+";undefined")); err != nil {
			return nil, err
		}
		some, err := chromedp.Run(r.ctx, chromedp.Evaluate[[]found](one.run, chromedp.EvalAwaitPromise))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// overflow is by how many pixels a page is wider than its window.
func (r *reader) overflow(n int, width int64) (int, error) {
	if _, err := chromedp.Run(r.ctx, chromedp.EmulateViewport(width, 800)); err != nil {
		return 0, err
	}
	if _, err := chromedp.Run(r.ctx, chromedp.Navigate(fmt.Sprintf("%s/%d", r.server.URL, n))); err != nil {
		return 0, err
	}
	return chromedp.Run(r.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
}

func TestEveryPage(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	r := newReader(t)
	d := stack.Start(t, stack.Options{})
	for _, lang := range []string{"ar", "fr"} {
		a := &album{lang: lang}
		a.citizen(t, d)
		a.forms(t, d)
		a.caseOnBothSides(t, d)
		r.shots = append(r.shots, a.shots...)
	}
	t.Logf("%d pages", len(r.shots))
	if dir := os.Getenv("WASL_ALBUM"); dir != "" {
		for n, s := range r.shots { // to look at, with eyes
			name := strings.NewReplacer("/", "_", " ", "_").Replace(s.name)
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d%s.html", n, name)), s.body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	for n, s := range r.shots {
		for _, width := range []int64{360, 1280} {
			all, err := r.read(n, width)
			if err != nil {
				t.Fatalf("%s at %d: %v", s.name, width, err)
			}
			for _, f := range all {
				t.Errorf("%s at %d px: %s: %s (%s)", s.name, width, f.Rule, f.Why, f.At)
			}
		}
		if by, err := r.overflow(n, 320); err != nil || by > 0 {
			t.Errorf("%s at 320 px is %d px too wide (%v)", s.name, by, err)
		}
	}
}

// Each reader must find what is wrong here, or it sees nothing elsewhere.
func TestReadersFindFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	r := newReader(t)
	r.shots = []shot{{"bad", []byte(`<!doctype html><html><head><title>x</title></head><body><img src="x.png"><form><input name=a></form>
		<p style="color:#aaa;background:#fff">faint</p><div style="width:900px">wide</div></body></html>`)}}
	all, err := r.read(0, 360)
	if err != nil {
		t.Fatal(err)
	}
	axe, sniffer := 0, 0
	for _, f := range all {
		if strings.HasPrefix(f.Rule, "WCAG2") {
			sniffer++
		} else {
			axe++
		}
	}
	if axe < 3 || sniffer < 3 {
		t.Errorf("axe found %d faults and the sniffer %d, want at least 3 each: %v", axe, sniffer, all)
	}
	if by, err := r.overflow(0, 320); err != nil || by <= 0 {
		t.Errorf("a page 900 px wide is %d px too wide (%v)", by, err)
	}
}
