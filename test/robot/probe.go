package robot

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// control is the first control of a name, or nil.
func (f *form) control(name string) *html.Node {
	for _, c := range f.controls {
		if attr(c, "name") == name {
			return c
		}
	}
	return nil
}

// comparable says whether what a control shows must equal what was typed:
// files are not shown, and choices are shown by what is checked.
func (r *Robot) comparable(f *form, name string) bool {
	c := f.control(name)
	return c != nil && attr(c, "type") != "file" && attr(c, "type") != "hidden" && attr(c, "type") != "password"
}

// mistakes posts the page wrongly in several ways and returns it as it stands
// afterwards.
func (w *walk) mistakes(ctx context.Context, at *answer, f *form) (*answer, *form, error) {
	if err := w.forged(ctx, at, f); err != nil {
		return nil, nil, err
	}
	sent, err := w.submit(ctx, at, f, f.blank(), f.send())
	if err != nil {
		return nil, nil, err
	}
	if sent.status != http.StatusUnprocessableEntity && sent.status != http.StatusSeeOther {
		w.robot.fault(sent.request+" left empty", "a refused page is 422", "status %d", sent.status)
	}
	if err := w.wrongValues(ctx, at, f); err != nil {
		return nil, nil, err
	}
	if err := w.oddities(ctx, at, f); err != nil {
		return nil, nil, err
	}
	back, err := w.get(ctx, at.url.String())
	if err != nil {
		return nil, nil, err
	}
	if back.page == nil || back.page.main() == nil {
		return nil, nil, fmt.Errorf("%s: after mistakes: status %d without a form", back.request, back.status)
	}
	if back, err = w.dropFiles(ctx, back); err != nil {
		return nil, nil, err
	}
	return w.rows(ctx, back, back.page.main()) // an empty post may have taken rows
}

// dropFiles removes the files that wrong posts left, with the buttons shown.
func (w *walk) dropFiles(ctx context.Context, at *answer) (*answer, error) {
	for range maxPages {
		f := at.page.main()
		var button *html.Node
		for value, b := range f.helpers("_remove") {
			if id, _, _ := cutLast(value); len(w.answers.Files[id]) > 0 {
				button = b
			}
		}
		if button == nil {
			return at, nil
		}
		sent, err := w.submit(ctx, at, f, f.fill(Answers{}), button)
		if err != nil {
			return nil, err
		}
		if at, err = w.follow(ctx, sent); err != nil {
			return nil, err
		}
		if at.page == nil || at.page.main() == nil {
			return nil, w.refusal(at)
		}
	}
	return nil, fmt.Errorf("%s %s: %s: files cannot be removed", w.service, w.lang, at.request)
}

// wrongValues types what cannot be right into one field of each kind, the rest
// right, and expects everything back.
func (w *walk) wrongValues(ctx context.Context, at *answer, f *form) error {
	for _, name := range f.names() {
		c := f.control(name)
		if len(w.answers.Values[name]) == 0 {
			continue
		}
		wrong := ""
		switch {
		case attr(c, "type") == "hidden":
			continue
		case strings.HasSuffix(name, ".day") || attr(c, "inputmode") == "numeric" || attr(c, "inputmode") == "decimal":
			wrong = "12x<"
		case c.Data == "textarea", c.Data == "input" && slices.Contains([]string{"", "text", "email", "tel"}, attr(c, "type")):
			wrong = strings.Repeat("ⵣص é ", 10_000)
		default:
			continue
		}
		in := Answers{Values: map[string][]string{}, Files: w.answers.Files}
		for k, v := range w.answers.Values {
			in.Values[k] = v
		}
		in.Values[name] = []string{wrong}
		sent, err := w.submit(ctx, at, f, f.fill(in), f.send())
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%s with a wrong %s", sent.request, name)
		if sent.status != http.StatusUnprocessableEntity || sent.page == nil || sent.page.main() == nil {
			w.robot.fault(what, "a wrong value is refused with 422", "status %d", sent.status)
			continue
		}
		back := sent.page.main()
		for _, other := range back.names() {
			want, known := in.Values[other]
			if known && w.robot.comparable(back, other) && !sameText(back.shown(other), want) {
				w.robot.fault(what, "all values are kept, the wrong one too", "%s is not as typed", other)
			}
		}
	}
	return nil
}

// oddities posts what no browser of a patient person would: broken UTF-8, a
// control that is not asked, far too much text and too many files. The page
// must not fail, and too much must be refused.
func (w *walk) oddities(ctx context.Context, at *answer, f *form) error {
	data := f.fill(w.answers)
	odd := slices.Clone(data)
	for i, p := range odd {
		if c := f.control(p.name); p.upload == nil && (c.Data == "textarea" || attr(c, "type") == "text") {
			odd[i].value = "a\x00\xff\xfe\u202e" + p.value
		}
	}
	for _, c := range []struct {
		name string
		data []pair
		want int
	}{
		{"with broken UTF-8", odd, 0},
		{"with controls that are not asked", append(slices.Clone(data), pair{name: "no_such_question", value: "x"}, pair{name: "_unknown", value: "x"}), http.StatusSeeOther},
		{"with 20 MB of text", append(slices.Clone(data), pair{name: "no_such_question", value: strings.Repeat("x", 20<<20)}), http.StatusRequestEntityTooLarge},
		{"with 3,000 values of a name", append(slices.Clone(data), slices.Repeat([]pair{{name: f.anyName(), value: "x"}}, 3000)...), 0},
	} {
		sent, err := w.submit(ctx, at, f, c.data, f.send())
		if err != nil {
			return err
		}
		if c.want == http.StatusSeeOther && len(f.fileNames()) > 0 {
			c.want = 0 // the files sent before may be one too many now
		}
		if sent.status >= 500 || c.want > 0 && sent.status != c.want {
			w.robot.fault(sent.request+" "+c.name, "odd forms are answered in order", "status %d, want %d", sent.status, c.want)
		}
		if c.want == http.StatusRequestEntityTooLarge {
			w.robot.expectAlert(sent, c.want)
		}
	}
	return w.tooManyFiles(ctx, at, f)
}

func (f *form) fileNames() []string {
	return slices.DeleteFunc(f.names(), func(name string) bool { return attr(f.control(name), "type") != "file" })
}

func (f *form) anyName() string {
	if names := f.names(); len(names) > 0 {
		return names[0]
	}
	return "none"
}

// tooManyFiles chooses 41 files where 40 are the limit.
func (w *walk) tooManyFiles(ctx context.Context, at *answer, f *form) error {
	for _, name := range f.names() {
		if len(w.answers.Files[name]) == 0 || attr(f.control(name), "type") != "file" {
			continue
		}
		in := Answers{Values: w.answers.Values, Files: map[string][]Upload{name: slices.Repeat(w.answers.Files[name][:1], 41)}}
		sent, err := w.submit(ctx, at, f, f.fill(in), f.send())
		if err != nil {
			return err
		}
		if sent.status != http.StatusUnprocessableEntity {
			w.robot.fault(sent.request+" with 41 files of "+name, "file limits are 422", "status %d", sent.status)
		}
		return nil
	}
	return nil
}

func sameText(got, want []string) bool {
	clean := func(list []string) []string {
		var out []string
		for _, s := range list {
			out = append(out, strings.Join(strings.Fields(s), " "))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(clean(got), clean(want))
}

// forged posts the page as another site would, and as an old browser without
// and with the hidden token.
func (w *walk) forged(ctx context.Context, at *answer, f *form) error {
	data := f.fill(w.answers)
	token := slices.IndexFunc(data, func(p pair) bool { return p.name == "_token" })
	if token < 0 {
		w.robot.fault(at.request, "forms hold the hidden _token", "none")
		return nil
	}
	without := slices.Delete(slices.Clone(data), token, token+1)
	wrong := slices.Clone(data)
	wrong[token].value = strings.Repeat("A", len(wrong[token].value))
	for _, c := range []struct {
		name    string
		data    []pair
		headers []string
	}{
		{"from another site", data, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example"}},
		{"from a sibling site", data, []string{"Sec-Fetch-Site", "same-site"}},
		{"with a foreign Origin", data, []string{"Sec-Fetch-Site", "", "Origin", "https://elsewhere.example"}},
		{"with Origin null", data, []string{"Sec-Fetch-Site", "", "Origin", "null"}},
		{"without token and origin", without, []string{"Sec-Fetch-Site", "", "Origin", ""}},
		{"with a wrong token", wrong, []string{"Sec-Fetch-Site", "", "Origin", ""}},
	} {
		sent, err := w.submit(ctx, at, f, c.data, f.send(), c.headers...)
		if err != nil {
			return err
		}
		if sent.status != http.StatusForbidden || sent.header.Get("Set-Cookie") != "" {
			w.robot.fault(sent.request+" "+c.name, "403 without a cookie", "status %d, Set-Cookie %v", sent.status, sent.header.Get("Set-Cookie") != "")
		}
	}
	sent, err := w.submit(ctx, at, f, f.blank(), f.send(), "Sec-Fetch-Site", "", "Origin", "")
	if err == nil && sent.status == http.StatusForbidden {
		w.robot.fault(sent.request+" with only the hidden token", "the token lets old browsers post", "status 403")
	}
	return err
}

// kept looks at a page again after it was sent: it shows what is stored.
func (w *walk) kept(ctx context.Context, at *answer, f *form) {
	again, err := w.get(ctx, at.url.String())
	if err != nil || again.page == nil || again.page.main() == nil {
		w.robot.fault(at.request+" again", "GET of a draft's page shows what is stored", "no form: %v", err)
		return
	}
	form := again.page.main()
	for _, name := range f.names() {
		want := w.answers.Values[name]
		if len(want) > 0 && want[0] != "" && w.robot.comparable(f, name) && len(form.shown(name)) == 0 {
			w.robot.fault(at.request+" again", "GET of a draft's page shows what is stored", "%s is empty", name)
		}
	}
	for _, other := range Langs {
		path := "/" + other + strings.TrimPrefix(at.url.Path, "/"+w.lang)
		turned, err := w.get(ctx, path)
		if err != nil || turned.page == nil || turned.page.main() == nil {
			w.robot.fault("GET "+path, "language links keep the draft", "no form: %v", err)
			continue
		}
		there := turned.page.main()
		for _, name := range form.names() {
			c := there.control(name)
			if c != nil && c.Data != "select" && w.robot.comparable(there, name) && !sameText(there.shown(name), form.shown(name)) {
				w.robot.fault("GET "+path, "language links keep the draft", "%s differs from the page in %s", name, w.lang)
			}
		}
	}
}
