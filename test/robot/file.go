package robot

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/html"
)

// Options say how an application is filed.
type Options struct {
	Resume bool // half-way, go on in another browser with the resume code
	Probe  bool // on the way, make mistakes and watch the answers
	Wrong  bool // the example is invalid: somewhere it must be refused
}

// Filed is what the robot holds after filing.
type Filed struct {
	Reference, ResumeCode string
	Receipt               []byte // the receipt's JSON as downloaded
	Pages                 int    // form pages gone through
	Sent, Got             int    // bytes of bodies sent; of answers with their headers
}

// maxPages bounds a walk through a form that never ends.
const maxPages = 80

// walk is one application being filed.
type walk struct {
	*browser
	lang, service string
	title         string // of the service
	answers       Answers
	opts          Options
	left          map[string]bool // answers not asked for yet
	texts         []string        // entered texts the last page must show
	filed         Filed
	earlier       *answer // a page gone past, to post again at the end
	probed        map[string]bool
}

// File files an application in one language. An error means the robot could
// not go on; broken promises it could live with are Faults.
func (r *Robot) File(ctx context.Context, lang string, d *Definition, e Example, opts Options) (*Filed, error) {
	answers, err := d.Flatten(e)
	if err != nil {
		return nil, fmt.Errorf("example %s of %s: %w", e.ID, d.ID, err)
	}
	w := &walk{browser: r.browser(), lang: lang, service: d.ID, title: d.Titles[lang], answers: answers, opts: opts, left: map[string]bool{}, probed: map[string]bool{}}
	for name := range answers.Values {
		w.left[name] = true
	}
	for name := range answers.Files {
		w.left[name] = true
	}
	delete(w.left, "authority") // asked only where there is a choice
	at, err := w.get(ctx, "/"+lang+"/services/"+url.PathEscape(d.ID)+"/apply")
	if err != nil {
		return nil, err
	}
	if at.status != http.StatusOK || len(at.header.Values("Set-Cookie")) == 0 {
		r.fault(at.request, "apply answers 200 with the first page and sets the cookie", "status %d, %d cookies", at.status, len(at.header.Values("Set-Cookie")))
	}
	r.checkGzip(ctx, w.browser, at)
	if at, err = w.pages(ctx, at); err != nil {
		return nil, err
	}
	if err := w.finish(ctx, at); err != nil {
		return nil, err
	}
	if w.filed.Sent, w.filed.Got = w.sent, w.got; !opts.Probe {
		r.weigh("filing", w.got)
	}
	r.logf("%s %s %s: %s after %d pages, %d bytes up, %d down", lang, d.ID, e.ID, w.filed.Reference, w.filed.Pages, w.filed.Sent, w.filed.Got)
	return &w.filed, nil
}

func (r *Robot) checkGzip(ctx context.Context, b *browser, at *answer) {
	zipped, err := b.get(ctx, at.url.String(), "Accept-Encoding", "gzip")
	if err == nil && zipped.head+zipped.wire > 7168 {
		r.fault(at.request, "page at most 7,168 bytes with gzip", "%d bytes", zipped.head+zipped.wire)
	}
}

// pages goes through the form and returns the page to check the answers on.
func (w *walk) pages(ctx context.Context, at *answer) (*answer, error) {
	for ; w.filed.Pages < maxPages; w.filed.Pages++ {
		if at.page == nil || at.status != http.StatusOK {
			return nil, fmt.Errorf("%s %s: %s: status %d instead of a form", w.service, w.lang, at.request, at.status)
		}
		f := at.page.main()
		if f == nil {
			return nil, fmt.Errorf("%s %s: %s: no main form", w.service, w.lang, at.request)
		}
		w.draftPage(at)
		if attr(f.node, "id") == "file" {
			return at, nil
		}
		if w.opts.Resume && w.filed.Pages == 1 {
			resumed, err := w.resume(ctx)
			if err != nil {
				return nil, err
			}
			at, w.opts.Resume = resumed, false
			continue
		}
		next, err := w.onePage(ctx, at, f)
		if err != nil {
			return nil, err
		}
		at = next
	}
	return nil, fmt.Errorf("%s %s: no check page after %d pages", w.service, w.lang, maxPages)
}

// draftPage checks what every page of a draft holds.
func (w *walk) draftPage(at *answer) {
	code := at.page.byID("resume-code")
	switch {
	case code == nil:
		w.robot.fault(at.request, "every page of a draft holds #resume-code", "none")
	case code.Data != "bdi" || attr(code, "dir") != "ltr":
		w.robot.fault(at.request, "#resume-code is <bdi dir=ltr>", "<%s dir=%q>", code.Data, attr(code, "dir"))
	}
}

// onePage enters the answers of a page, sends it and returns the next.
func (w *walk) onePage(ctx context.Context, at *answer, f *form) (*answer, error) {
	at, f, err := w.rows(ctx, at, f)
	if err != nil {
		return nil, err
	}
	if key := at.url.Path; w.opts.Probe && !w.probed[key] {
		w.probed[key] = true
		if at, f, err = w.mistakes(ctx, at, f); err != nil {
			return nil, err
		}
	}
	w.enter(at, f)
	sent, err := w.submit(ctx, at, f, f.fill(w.answers), f.send())
	if err != nil {
		return nil, err
	}
	if sent.status != http.StatusSeeOther {
		return nil, w.refusal(sent)
	}
	if w.earlier == nil && len(f.names()) > 0 {
		w.earlier = at
	}
	if w.opts.Probe {
		w.kept(ctx, at, f)
	}
	return w.follow(ctx, sent)
}

// enter notes which answers this page asks for.
func (w *walk) enter(at *answer, f *form) {
	for _, name := range f.names() {
		if w.left[name] {
			delete(w.left, name)
			for _, v := range w.answers.Values[name] {
				if c := f.control(name); c != nil && (c.Data == "textarea" || attr(c, "type") == "text" || attr(c, "type") == "") && len(v) > 12 {
					w.texts = append(w.texts, v)
				}
			}
		}
	}
}

// refusal explains a page that came back.
func (w *walk) refusal(a *answer) error {
	why := ""
	if a.page != nil {
		for _, n := range all(a.page.root, "*") {
			if attr(n, "role") == "alert" {
				why = textOf(n)
			}
		}
	}
	err := fmt.Errorf("%s %s: %s: status %d instead of the next page: %s", w.service, w.lang, a.request, a.status, why)
	if a.status == http.StatusUnprocessableEntity {
		return refused{err}
	}
	return err
}

// refused is a page that came back with its errors.
type refused struct{ error }

// rows adds or removes rows until the page has as many as the answers.
func (w *walk) rows(ctx context.Context, at *answer, f *form) (*answer, *form, error) {
	for range maxPages {
		button, data := w.rowButton(f)
		if button == "" {
			return at, f, nil
		}
		name, value, _ := strings.Cut(button, "=")
		sent, err := w.submit(ctx, at, f, data, f.helpers(name)[value])
		if err != nil {
			return nil, nil, err
		}
		next, err := w.follow(ctx, sent)
		if err != nil {
			return nil, nil, err
		}
		if next.page == nil || next.page.main() == nil {
			return nil, nil, w.refusal(next)
		}
		after := next.page.main()
		for _, c := range f.names() {
			if want, known := w.answers.Values[c]; known && after.control(c) != nil && !slices.Equal(after.shown(c), want) && w.robot.comparable(after, c) {
				w.robot.fault(sent.request+" "+button, "_add and _remove keep everything typed", "%s lost what was typed", c)
			}
		}
		at, f = next, after
	}
	return nil, nil, fmt.Errorf("%s %s: %s: rows cannot be added", w.service, w.lang, at.request)
}

// rowButton is the row button to press next, as "_add=id", or "".
func (w *walk) rowButton(f *form) (string, []pair) {
	for _, id := range slices.Sorted(maps.Keys(f.helpers("_add"))) {
		if have, want := countRows(f.names(), id), countRows(slices.Collect(maps.Keys(w.left)), id); have < want {
			return "_add=" + id, f.fill(w.answers)
		}
	}
	for _, at := range slices.Sorted(maps.Keys(f.helpers("_remove"))) {
		id, index, _ := cutLast(at)
		n, err := strconv.Atoi(index)
		if want := countRows(slices.Collect(maps.Keys(w.left)), id); err == nil && n >= want && want > 0 {
			return "_remove=" + at, f.fill(w.answers)
		}
	}
	return "", nil
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// countRows is one more than the highest index of id's rows among names.
func countRows(names []string, id string) int {
	n := 0
	for _, name := range names {
		rest, ok := strings.CutPrefix(name, id+".")
		if !ok {
			continue
		}
		index, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(index); err == nil {
			n = max(n, i+1)
		}
	}
	return n
}

// resume goes on in a new browser with the code, typed carelessly.
func (w *walk) resume(ctx context.Context) (*answer, error) {
	fresh := w.robot.browser()
	at, err := fresh.get(ctx, "/"+w.lang+"/resume")
	if err != nil {
		return nil, err
	}
	if at.page == nil || at.page.main() == nil {
		return nil, fmt.Errorf("%s: no form", at.request)
	}
	f := at.page.main()
	if names := f.names(); !slices.Equal(names, []string{"resume_code"}) {
		w.robot.fault(at.request, "the resume form asks resume_code alone", "%q", names)
	}
	typed := " " + strings.ToLower(strings.ReplaceAll(w.code, "-", " ")) + " "
	sent, err := fresh.submit(ctx, at, f, f.fill(Answers{Values: map[string][]string{"resume_code": {typed}}}), f.send())
	if err != nil {
		return nil, err
	}
	if sent.status != http.StatusSeeOther {
		return nil, w.refusal(sent)
	}
	fresh.code = w.code
	w.browser = fresh
	if at, err = w.follow(ctx, sent); err == nil && at.page != nil {
		dated := slices.ContainsFunc(all(at.page.root, "time"), func(n *html.Node) bool { return attr(n, "datetime") != "" })
		if !dated || !strings.Contains(textOf(at.page.root), strings.Join(strings.Fields(w.title), " ")) {
			w.robot.fault(at.request+" after resuming", "the page names the service and the start date", "%q, dated %v", w.title, dated)
		}
	}
	return at, err
}

// finish files from the check page and reads the receipt.
func (w *walk) finish(ctx context.Context, at *answer) error {
	if w.opts.Wrong {
		return w.mustRefuse(ctx, at)
	}
	if len(w.left) > 0 {
		w.robot.fault(w.service+" "+w.lang, "every answer of a valid example is asked", "never asked: %q", slices.Sorted(maps.Keys(w.left)))
	}
	page := textOf(at.page.root)
	for _, text := range w.texts {
		if !strings.Contains(page, strings.Join(strings.Fields(text), " ")) {
			w.robot.fault(at.request, "the check page shows the answers", "%q is not there", text)
		}
	}
	sent, err := w.fileOften(ctx, at)
	if err != nil {
		return err
	}
	receipt, err := w.follow(ctx, sent)
	if err != nil {
		return err
	}
	if receipt.status != http.StatusOK || receipt.page == nil {
		return w.refusal(receipt)
	}
	if err := w.receipt(ctx, receipt); err != nil {
		return err
	}
	return w.afterFiling(ctx, sent)
}

// mustRefuse files an invalid example that no page refused. One that a form
// cannot express may pass.
func (w *walk) mustRefuse(ctx context.Context, at *answer) error {
	f := at.page.main()
	sent, err := w.submit(ctx, at, f, f.fill(Answers{}), f.send())
	if err != nil {
		return err
	}
	if sent.status == http.StatusSeeOther && len(w.left) == 0 {
		w.robot.fault(w.service+" "+w.lang, "an invalid example is refused", "it was filed")
	}
	return nil
}

// fileOften posts the check page three times at once and once more after.
func (w *walk) fileOften(ctx context.Context, at *answer) (*answer, error) {
	f := at.page.main()
	answers := make([]*answer, 3)
	failed := make([]error, len(answers))
	var wg sync.WaitGroup
	for i := range answers {
		one := *w.browser // its own code field; the jar is shared
		wg.Go(func() { answers[i], failed[i] = one.submit(ctx, at, f, f.fill(Answers{}), f.send()) })
	}
	wg.Wait()
	for i, err := range failed {
		if err != nil {
			return nil, err
		}
		if answers[i].status != http.StatusSeeOther {
			return nil, w.refusal(answers[i])
		}
	}
	again, err := w.submit(ctx, at, f, f.fill(Answers{}), f.send())
	if err != nil {
		return nil, err
	}
	for _, a := range append(answers, again) {
		if got, want := a.header.Get("Location"), answers[0].header.Get("Location"); got != want || a.status != http.StatusSeeOther {
			w.robot.fault(a.request, "filing again leads to the same receipt", "status %d to %s, first to %s", a.status, got, want)
		}
	}
	return answers[0], nil
}
