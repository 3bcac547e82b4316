package robot

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"wasl/internal/base/errs"
	"wasl/internal/base/web"
)

// tiny is a portal of one service, written by hand to the contract, against
// which the robot itself is tested. spoil breaks a promise by rewriting pages.
type tiny struct {
	site  *web.Site
	spoil func(string) string

	mu     sync.Mutex // guards drafts and sent
	drafts map[string]*draft
	sent   map[string]sent // by Idempotency-Key
}

// sent is an answered filing of the API.
type sent struct{ body, reference string }

type draft struct {
	code, reference string
	values          url.Values
	rows            int
	files           []string
}

const tinyCSS = "body{margin:0}"

const tinyDefinition = `{"id":"tea","titles":{"en":"Tea"},"offers":[],
"schema":{"type":"object","properties":{
 "name":{"x-type":"text"},"born":{"x-type":"date"},"honour":{"x-type":"declaration"},"sugar":{"x-type":"yesno"},
 "cups":{"x-type":"rows","items":{"properties":{"kind":{"x-type":"text"},"price":{"x-type":"money"}}}},
 "with":{"x-type":"choices"},"proof":{"x-type":"file"},"total":{"x-type":"computed"}}},
"examples":[{"id":"two","valid":true,"authority":"","answers":{"name":"Zineb of the long name","born":"1990-02-03","honour":true,"sugar":false,
 "cups":[{"kind":"green","price":150},{"kind":"black","price":1000}],"with":["mint","sage"],"proof":{"name":"a.pdf","media_type":"application/pdf","data":"JVBERg=="},"total":1150}},
 {"id":"wrong","valid":false,"authority":"","answers":{"born":"soon"}}]}`

func newTiny(t *testing.T) (*tiny, string) {
	tp := &tiny{drafts: map[string]*draft{}, sent: map[string]sent{}, spoil: func(s string) string { return s }}
	tp.site = web.New(web.Config{Hosts: []string{"127.0.0.1"}, Cookie: "wasl", Style: tinyCSS,
		Token: func(_ *http.Request, token string) bool { return token == "tok" },
		Fail: func(w http.ResponseWriter, r *http.Request, f web.Failure) {
			tp.render(w, r, f.Status, "Error", nil, `<div role=alert><h2>Error</h2></div>`)
		}})
	s := tp.site
	machine := func(path, body string) {
		s.API("GET "+path, web.Public, func(w http.ResponseWriter, r *http.Request) error {
			return web.Bytes(w, r, 200, "application/json", []byte(body))
		})
	}
	machine("/api/v1/services", `{"services":[{"id":"tea","titles":{"en":"Tea"}}]}`)
	machine("/api/v1/services/tea", tinyDefinition)
	machine("/openapi.json", "{}")
	machine("/.well-known/wasl-trust.json", "{}")
	machine("/ledger/checkpoint", "{}")
	s.API("POST /api/v1/services/tea/submissions", web.Public, tp.submit)
	s.Health(nil)
	s.Page("GET /{lang}/{$}", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		tp.render(w, r, 200, "Home", nil, `<a href="services/tea">Tea</a>`)
		return nil
	})
	s.Page("GET /{lang}/services/tea", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		tp.render(w, r, 200, "Tea", nil, `<a href="tea/apply">Apply</a>`)
		return nil
	})
	s.Page("GET /{lang}/verify", web.Public, tp.static("Verify", field("file", "file", "File", "", nil)))
	s.Page("POST /{lang}/verify", web.Public, tp.verify)
	s.Page("GET /{lang}/resume", web.Public, tp.static("Resume", field("text", "resume_code", "Code", "", nil)))
	s.Page("GET /{lang}/track", web.Public, tp.static("Track", field("text", "reference", "Reference", "", nil)+field("text", "resume_code", "Code", "", nil)))
	s.Page("POST /{lang}/resume", web.Public, tp.resume)
	s.Page("POST /{lang}/track", web.Public, tp.track)
	s.Page("GET /{lang}/services/tea/apply", web.Public, tp.apply)
	s.Page("GET /{lang}/draft/{page}", web.Public, tp.show)
	s.Page("POST /{lang}/draft/{page}", web.Public, tp.post)
	s.Page("GET /{lang}/receipt", web.Public, tp.receipt)
	s.Page("GET /receipt.json", web.Public, tp.receiptFile)
	s.API("GET /api/v1/submissions/{reference}", web.Public, tp.timeline)
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return tp, srv.URL
}

func field(kind, name, label, value string, problems map[string]string) string {
	id, more := strings.ReplaceAll(name, ".", "-"), ""
	if p, ok := problems[name]; ok {
		more = fmt.Sprintf(` aria-invalid=true aria-describedby="%s-e"`, id)
		label += fmt.Sprintf(`<span id="%s-e">%s</span>`, id, p)
	}
	return fmt.Sprintf(`<label for="%s">%s</label><input id="%s" type="%s" name="%s" value="%s"%s>`, id, label, id, kind, name, html.EscapeString(value), more)
}

func (tp *tiny) render(w http.ResponseWriter, r *http.Request, status int, title string, d *draft, main string) {
	lang, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	dir := map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"]
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="%s" dir="%s"><head><title>%s</title><style>%s</style>`, lang, dir, title, tinyCSS)
	if d != nil && d.reference != "" {
		b.WriteString(`<link rel="alternate" type="application/json" href="/receipt.json">`)
	}
	b.WriteString("</head><body>")
	for _, l := range Langs {
		fmt.Fprintf(&b, `<a hreflang="%s" href="/%s/%s">%s</a>`, l, l, rest, l)
	}
	fmt.Fprintf(&b, "<main><h1>%s</h1>%s", title, main)
	if d != nil {
		fmt.Fprintf(&b, `<p>Tea, <time datetime="2026-01-02">2 January</time>. Code <bdi dir=ltr id="resume-code">%s</bdi>`, d.code)
	}
	b.WriteString("</main></body></html>")
	tp.site.HTML(w, r, status, []byte(tp.spoil(b.String())))
}

func formOf(id, fields string) string {
	return `<form method=post enctype="multipart/form-data"` + id + `><input type=hidden name="_token" value="tok">` + fields + `<button>Go on</button></form>`
}

func (tp *tiny) static(title, fields string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		main := ""
		if fields != "" {
			main = formOf("", fields)
		}
		tp.render(w, r, 200, title, nil, main)
		return nil
	}
}

func (tp *tiny) draft(r *http.Request) *draft { return tp.drafts[tp.site.ReadCookie(r)] }

func (tp *tiny) apply(w http.ResponseWriter, r *http.Request) error {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	d := tp.draft(r)
	if d == nil {
		d = &draft{code: "ABCD-" + rand.Text()[:4], values: url.Values{}, rows: 1}
		key := rand.Text()
		tp.drafts[key] = d
		tp.site.SetCookie(w, key, 0)
	}
	tp.form(w, r, 200, d, "who", nil)
	return nil
}

func (tp *tiny) show(w http.ResponseWriter, r *http.Request) error {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	d := tp.draft(r)
	if d == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	tp.form(w, r, 200, d, r.PathValue("page"), nil)
	return nil
}

// form renders a page of the draft with its problems.
func (tp *tiny) form(w http.ResponseWriter, r *http.Request, status int, d *draft, page string, problems map[string]string) {
	one := func(kind, name string) string { return field(kind, name, name, d.values.Get(name), problems) }
	box := func(kind, name, value string) string {
		checked := ""
		if slices.Contains(d.values[name], value) {
			checked = " checked"
		}
		return fmt.Sprintf(`<label><input type=%s name=%s value=%s%s>%s</label>`, kind, name, value, checked, value)
	}
	fields, id := "", ""
	switch page {
	case "who":
		fields = one("text", "name") + `<fieldset id=born><legend>Born</legend>` + one("text", "born.day") + one("text", "born.month") + one("text", "born.year") + "</fieldset>" +
			box("checkbox", "honour", "yes") + `<fieldset><legend>Sugar</legend>` + box("radio", "sugar", "yes") + box("radio", "sugar", "no") + "</fieldset>"
		fields = strings.ReplaceAll(fields, `name="born.day"`, `name="born.day" inputmode="numeric"`)
	case "cups":
		for i := range d.rows {
			fields += one("text", fmt.Sprintf("cups.%d.kind", i)) + one("text", fmt.Sprintf("cups.%d.price", i)) +
				fmt.Sprintf(`<button name="_remove" value="cups.%d" formnovalidate>Remove</button>`, i)
		}
		fields += `<button name="_add" value="cups" formnovalidate>Add</button>`
	case "papers":
		fields = `<fieldset><legend>With</legend>` + box("checkbox", "with", "mint") + box("checkbox", "with", "sage") + "</fieldset>" + one("file", "proof")
	case "check":
		id, fields = " id=file", html.EscapeString(d.values.Get("name"))
	}
	action := " action=\"/" + r.PathValue("lang") + "/draft/" + page + "\""
	title, summary := page, ""
	if len(problems) > 0 {
		title = map[string]string{"ar": "خطأ", "fr": "Erreur", "zgh": "ⵜⴰⵣⴳⵍⵜ", "en": "Error"}[r.PathValue("lang")] + ": " + page
		summary = "<div role=alert>"
		for name, p := range problems {
			summary += fmt.Sprintf(`<a href="#%s">%s</a>`, strings.ReplaceAll(name, ".", "-"), p)
		}
		summary += "</div>"
	}
	tp.render(w, r, status, title, d, summary+formOf(id+action, fields))
}

func (tp *tiny) post(w http.ResponseWriter, r *http.Request) error {
	var files []string
	values, err := web.Form(r, web.Limits{Body: 1 << 20}, func(name, filename string, r io.Reader) error {
		files = append(files, filename)
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if err != nil {
		return err
	}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	d, lang := tp.draft(r), r.PathValue("lang")
	if d == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	if d.reference != "" {
		return web.SeeOther(w, r, "/"+lang+"/receipt")
	}
	for name, v := range values {
		d.values[name] = v
	}
	page := r.PathValue("page")
	problems := map[string]string{}
	need := func(name string) {
		if values.Get(name) == "" {
			problems[name] = "Enter " + name
		}
	}
	switch page {
	case "who":
		need("name")
		if len(values.Get("name")) > 5000 {
			problems["name"] = "Shorten name"
		}
		for _, part := range []string{"born.day", "born.month", "born.year"} {
			if _, err := strconv.Atoi(values.Get(part)); err != nil {
				problems[part] = "Enter a number"
			}
		}
	case "cups":
		for name := range values {
			if _, err := strconv.ParseFloat(values.Get(name), 64); len(values.Get(name)) > 5000 || strings.HasSuffix(name, "price") && err != nil {
				problems[name] = "Correct " + name
			}
		}
		if values.Get("_add") == "cups" {
			d.rows++
			return web.SeeOther(w, r, r.URL.Path)
		}
	case "papers":
		if len(files) > 40 {
			problems["proof"] = "Choose fewer files"
		}
		d.files = append(d.files[:0], files...)
	case "check":
		d.reference = "R" + rand.Text()[:7]
		return web.SeeOther(w, r, "/"+lang+"/receipt")
	}
	if len(problems) > 0 {
		tp.form(w, r, 422, d, page, problems)
		return nil
	}
	next := map[string]string{"who": "cups", "cups": "papers", "papers": "check"}[page]
	return web.SeeOther(w, r, "/"+lang+"/draft/"+next)
}

func (tp *tiny) receipt(w http.ResponseWriter, r *http.Request) error {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	d := tp.draft(r)
	if d == nil || d.reference == "" {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	tp.render(w, r, 200, "Receipt", d, `<bdi dir=ltr id="reference">`+d.reference+`</bdi><a href="/`+r.PathValue("lang")+`/track">Track</a>`)
	return nil
}

func (tp *tiny) receiptFile(w http.ResponseWriter, r *http.Request) error {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	d := tp.draft(r)
	if d == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	return web.JSON(w, r, 200, map[string]any{"reference": d.reference, "values": d.values, "files": d.files})
}

// submit is the API's filing, by the contract's rules of keys and bodies.
func (tp *tiny) submit(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Body(r, 1<<20)
	if err != nil {
		return err
	}
	key := r.Header.Get("Idempotency-Key")
	var in struct {
		Language, Authority string
		Answers             map[string]any
	}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	old := tp.sent[key]
	switch {
	case key == "" || json.Unmarshal(raw, &in) != nil:
		return &web.Problem{Status: 400}
	case old.body != "" && old.body != string(raw) || in.Language != "fr" || in.Authority != "" || in.Answers["name"] == nil:
		return &web.Problem{Status: 422, Errors: []web.FieldError{{Field: "name", Message: "Enter a name"}}}
	case old.body == "":
		old = sent{string(raw), rand.Text()[:8]}
		tp.sent[key] = old
	}
	return web.JSON(w, r, 201, map[string]any{"reference": old.reference, "resume_code": "C" + old.reference, "receipt": `{"r":"` + old.reference + `"}`})
}

// verify calls a receipt good when it holds a reference given out.
func (tp *tiny) verify(w http.ResponseWriter, r *http.Request) error {
	var raw []byte
	if _, err := web.Form(r, web.Limits{}, func(_, _ string, in io.Reader) (err error) { raw, err = io.ReadAll(in); return err }); err != nil {
		return err
	}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	said := "It does not stand."
	for _, d := range tp.drafts {
		if d.reference != "" && strings.Contains(string(raw), d.reference) {
			said = "<bdi dir=ltr>" + d.reference + "</bdi> stands."
		}
	}
	tp.render(w, r, 200, "Verify", nil, said)
	return nil
}

func tidy(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

// find looks for the draft of a code. The caller holds mu.
func (tp *tiny) find(code string) (string, *draft) {
	for key, d := range tp.drafts {
		if tidy(d.code) == tidy(code) {
			return key, d
		}
	}
	return "", nil
}

func (tp *tiny) resume(w http.ResponseWriter, r *http.Request) error {
	values, err := web.Form(r, web.Limits{}, nil)
	if err != nil {
		return err
	}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	key, d := tp.find(values.Get("resume_code"))
	if d == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	tp.site.SetCookie(w, key, 0)
	return web.SeeOther(w, r, "/"+r.PathValue("lang")+"/draft/cups")
}

func (tp *tiny) track(w http.ResponseWriter, r *http.Request) error {
	values, err := web.Form(r, web.Limits{}, nil)
	if err != nil {
		return err
	}
	tp.mu.Lock()
	defer tp.mu.Unlock()
	_, d := tp.find(values.Get("resume_code"))
	if d == nil || tidy(d.reference) != tidy(values.Get("reference")) {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	tp.render(w, r, 200, "Track", nil, "<bdi dir=ltr>"+d.reference+"</bdi>")
	return nil
}

func (tp *tiny) timeline(w http.ResponseWriter, r *http.Request) error {
	tp.mu.Lock()
	defer tp.mu.Unlock()
	_, d := tp.find(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if d == nil || d.reference != r.PathValue("reference") {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	return web.JSON(w, r, 200, []string{})
}
