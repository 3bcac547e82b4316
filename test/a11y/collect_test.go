package a11y

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"wasl/test/robot"
	"wasl/test/stack"
)

// shot is one page as a browser got it.
type shot struct {
	name string
	body []byte
}

// album collects pages by name.
type album struct {
	lang  string
	shots []shot
}

func (a *album) add(name string, p *stack.Page) *stack.Page {
	a.shots = append(a.shots, shot{a.lang + " " + name, p.Body})
	return p
}

// services whose pages together hold every type of question.
var services = []string{"residence-certificate", "public-space", "commercial-opening", "information-request", "street-complaint", "forsa-call"}

// filled are the services whose forms are read: all of them in the campaign,
// else three that together ask every type of question.
func filled() []string {
	if os.Getenv("WASL_FULL") != "" {
		return services
	}
	return []string{"residence-certificate", "public-space", "forsa-call"}
}

// citizen visits every public page that needs no filing.
func (a *album) citizen(t *testing.T, d *stack.Demo) {
	base := d.Portal + "/" + a.lang
	b := stack.NewBrowser(t)
	for _, path := range []string{"/", "/resume", "/track", "/verify", "/help", "/accessibility", "/privacy", "/about", "/no-such-page"} {
		a.add(path, b.Get(base+path))
	}
	resume := b.Get(base + "/resume")
	a.add("/resume refused", resume.Submit("", url.Values{"resume_code": {"0000"}}, nil))
	track := b.Get(base + "/track")
	a.add("/track refused", track.Submit("", url.Values{"reference": {"0"}, "resume_code": {"0"}}, nil))
	for _, id := range services {
		a.add(id+" card", b.Get(base+"/services/"+id))
	}
}

// recorder keeps each page the robot gets, uncompressed: once as it is asked
// for and once as it comes back refused.
type recorder struct {
	next http.RoundTripper
	into *album

	mu   sync.Mutex // guards seen, and into
	seen map[string]bool
}

func (r *recorder) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	q.Header.Del("Accept-Encoding")
	res, err := r.next.RoundTrip(q)
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	name := fmt.Sprint(q.URL.Path, " ", res.StatusCode)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.seen[name] && len(body) > 0 && strings.HasPrefix(q.URL.Path, "/"+r.into.lang+"/") && (res.StatusCode == http.StatusOK || res.StatusCode == http.StatusUnprocessableEntity) {
		r.seen[name] = true
		r.into.shots = append(r.into.shots, shot{name, body})
	}
	return res, err
}

// forms goes through every page of every service's form with its first valid
// example, making mistakes on the way.
func (a *album) forms(t *testing.T, d *stack.Demo) {
	r := robot.New(d.Portal)
	r.Through(func(next http.RoundTripper) http.RoundTripper {
		return &recorder{next: next, into: a, seen: map[string]bool{}}
	})
	for _, id := range filled() {
		def, err := r.Definition(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range def.Examples {
			if !e.Valid {
				continue
			}
			if _, err := r.File(t.Context(), a.lang, def, e, robot.Options{Probe: true}); err != nil {
				t.Errorf("%s %s: %v", a.lang, id, err)
			}
			break
		}
	}
}

// case walks one case on both sides.
func (a *album) caseOnBothSides(t *testing.T, d *stack.Demo) {
	r := robot.New(d.Portal)
	def, err := r.Definition(t.Context(), "residence-certificate")
	if err != nil {
		t.Fatal(err)
	}
	filed, err := r.File(t.Context(), a.lang, def, def.Examples[0], robot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := stack.NewBrowser(t)
	page := b.Get(d.Portal+"/"+a.lang+"/track").Submit("", url.Values{"reference": {filed.Reference}, "resume_code": {filed.ResumeCode}}, nil)
	a.add("case", page)
	a.add("receipt", page.Follow("/receipt"))
	a.add("answers", page.Follow("/answers"))
	a.add("withdraw", page.Follow("/withdraw"))
	a.office(t, d, filed.Reference)
	page = page.Reload("Texte.")
	a.add("case with a request", page)
	a.add("answer", page.Follow("/answer"))
}

// office visits the agents' pages around a case, which it leaves waiting for
// the applicant.
func (a *album) office(t *testing.T, d *stack.Demo, reference string) {
	b := stack.NewBrowser(t)
	base := d.Office + "/" + a.lang
	in := a.add("office sign-in", b.Get(base+"/signin"))
	a.add("office sign-in refused", in.Submit("", url.Values{"name": {"amina"}, "password": {"wrong"}}, nil))
	queue := in.Submit("", url.Values{"name": {"amina"}, "password": {d.Password("amina")}}, nil)
	queue = queue.Reload(reference)
	a.add("office queue", queue)
	a.add("office queue, decided", b.Get(base+"/?show=closed"))
	a.add("office search refused", queue.Submit("/search", url.Values{"value": {""}}, nil))
	a.add("office not found", b.Get(base+"/cases/0"))
	closed := a.add("office case, closed", queue.Follow("/cases/"+reference))
	a.add("office case, no purpose", closed.Submit("/open", url.Values{"purpose": {"none"}}, nil))
	opened := a.add("office case, open", closed.Submit("/open", url.Values{"purpose": {"instruct"}}, nil))
	a.add("office request refused", opened.Submit("/request", url.Values{"text": {""}}, nil))
	a.add("office decision refused", opened.Submit("/decide", url.Values{"outcome": {"refuse"}}, nil))
	asked := opened.Submit("/request", url.Values{"kind": {"request-replacement"}, "pieces": {"proof_file"}, "text": {strings.Repeat("Texte. ", 3)}}, nil)
	a.add("office case, asked", asked)
	a.add("office step refused", asked.Submit("/step", url.Values{"kind": {"opinion-asked"}, "days": {"x"}}, nil))
	a.add("office readings", b.Get(base+"/cases/"+reference+"?show=readings"))
	a.add("office notices", b.Get(base+"/notices"))
	a.calendar(t, d)
}

// calendar visits the administrator's pages, and changes nothing.
func (a *album) calendar(t *testing.T, d *stack.Demo) {
	b := stack.NewBrowser(t)
	base := d.Office + "/" + a.lang
	b.Get(base+"/signin").Submit("", url.Values{"name": {"salma"}, "password": {d.Password("salma")}}, nil)
	table := a.add("office calendar", b.Get(base+"/calendar?year=2027"))
	a.add("office calendar refused", table.Submit("/calendar/preview", url.Values{"days.0.day": {"99"}}, nil))
	preview := a.add("office calendar, previewed", table.Submit("/calendar/preview", url.Values{"days.0.day": {"2"}}, nil))
	a.add("office calendar, no reason", preview.Submit("/calendar/apply", url.Values{"reason": {""}}, nil))
}
