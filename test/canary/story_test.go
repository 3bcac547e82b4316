package canary

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"wasl/test/robot"
	"wasl/test/stack"
)

// story is what people and an agent do in one demo, in planted words.
type story struct {
	t      *testing.T
	demo   *stack.Demo
	plant  *planter
	defs   []*robot.Definition
	robot  *robot.Robot
	filed  []filed
	drafts []string // their codes
}

// filed is an application with its code.
type filed struct {
	Reference string `json:"reference"`
	Code      string `json:"resume_code"`
}

func begin(t *testing.T, o stack.Options) *story {
	t.Helper()
	s := &story{t: t, demo: stack.Start(t, o), plant: &planter{}}
	s.robot = robot.New(s.demo.Portal)
	s.robot.Through(s.watched)
	services, err := s.robot.Services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range services {
		d, err := s.robot.Definition(t.Context(), one.ID)
		if err != nil {
			t.Fatal(err)
		}
		d.Examples = slices.DeleteFunc(d.Examples, func(e robot.Example) bool { return !e.Valid })
		if len(d.Examples) == 0 {
			t.Fatalf("%s has no valid example", d.ID)
		}
		s.defs = append(s.defs, d)
	}
	return s
}

// watched is a transport that also plants every cookie's value: what is in it
// opens a person's drafts, or an agent's session.
func (s *story) watched(by http.RoundTripper) http.RoundTripper { return &watcher{by, s.plant} }

type watcher struct {
	by    http.RoundTripper
	plant *planter
}

func (w *watcher) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := w.by.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	for _, c := range res.Cookies() {
		if len(c.Value) < 20 {
			continue // ended, or no secret
		}
		w.plant.add(c.Value)
		if secret, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil {
			w.plant.add("bytes:" + hex.EncodeToString(secret))
		}
	}
	return res, nil
}

// people file in every service, by the forms and by the API, and leave drafts
// half-way.
func (s *story) people(defs []*robot.Definition) {
	s.t.Helper()
	for i, d := range defs {
		lang := robot.Langs[i%len(robot.Langs)]
		done, err := s.robot.File(s.t.Context(), lang, d, s.plant.plant(d, d.Examples[0]), robot.Options{Resume: i%2 == 0})
		if err != nil {
			s.t.Fatal(err)
		}
		s.plant.code(s.t, done.ResumeCode)
		s.filed = append(s.filed, filed{done.Reference, done.ResumeCode})
		s.send(d, d.Examples[len(d.Examples)-1])
		for _, pages := range []int{1, 4, 8} {
			code, err := s.robot.Leave(s.t.Context(), lang, d, s.plant.plant(d, d.Examples[0]), pages)
			if err != nil {
				s.t.Fatal(err)
			}
			s.plant.code(s.t, code)
			s.drafts = append(s.drafts, code)
		}
	}
}

// send files an example in planted words through the API.
func (s *story) send(d *robot.Definition, e robot.Example) filed {
	s.t.Helper()
	e = s.plant.plant(d, e)
	body, err := json.Marshal(map[string]any{"authority": e.Authority, "answers": e.Answers, "language": "ar"})
	if err != nil {
		s.t.Fatal(err)
	}
	status, answer := s.post("/api/v1/services/"+d.ID+"/submissions", "application/json", body, "Idempotency-Key", s.plant.add(rand.Text()+rand.Text()))
	var f filed
	if err := json.Unmarshal(answer, &f); err != nil || status != http.StatusCreated {
		s.t.Fatalf("filing example %s of %s: status %d, %v: %.300s", e.ID, d.ID, status, err, answer)
	}
	s.plant.code(s.t, f.Code)
	s.filed = append(s.filed, f)
	return f
}

// post sends bytes to the portal. Headers are pairs.
func (s *story) post(path, kind string, body []byte, headers ...string) (int, []byte) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.demo.Portal+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, answer
}

// What the example agent may open.
const (
	agentName      = "amina"
	agentAuthority = "zitouna"
	agentService   = "residence-certificate"
)

// agents sign in, search, open, note, ask, refuse and grant; applicants read
// and answer.
func (s *story) agents() {
	s.t.Helper()
	office := stack.NewBrowser(s.t).Through(s.watched)
	wrong := url.Values{"name": {s.plant.latin()}, "password": {s.plant.latin()}}
	office.Get(s.demo.Office+"/fr/signin").Submit("", wrong, nil)
	in := office.Get(s.demo.Office+"/fr/signin").Submit("", url.Values{"name": {agentName}, "password": {s.demo.Password(agentName)}}, nil)
	if !strings.HasSuffix(in.URL.Path, "/fr/") {
		s.t.Fatalf("%s cannot sign in: %s", agentName, in.Text())
	}
	for field, value := range map[string]string{"number": s.plant.cnie(), "phone": s.plant.phone(), "name": s.plant.words2()} {
		in.Submit("/search", url.Values{"field": {field}, "value": {value}}, nil)
	}
	d, e := s.example()
	granted, refused := s.send(d, e), s.send(d, e)
	s.act(office, granted, "/note", url.Values{"note": {s.plant.words2()}}, "done=noted")
	s.act(office, granted, "/request", url.Values{"kind": {"request-replacement"}, "pieces": {"proof_file"}, "text": {s.plant.words2()}}, "done=asked")
	s.answers(granted)
	s.act(office, granted, "/request", url.Values{"kind": {"request-information"}, "text": {s.plant.words2()}}, "done=asked")
	s.answers(granted)
	s.act(office, granted, "/decide", url.Values{"outcome": {"grant"}, "words": {s.plant.words2()}}, "done=granted")
	s.act(office, refused, "/decide", url.Values{"outcome": {"refuse"}, "reasons": {"proof"}, "words": {s.plant.words2()}}, "done=refused")
	own := s.track(granted)
	for _, page := range []string{"/document", "/answers", "/letters/1", "/accesses", "/receipt"} {
		if p := own.Get(s.demo.Portal + "/fr/cases/" + granted.Reference + page); p.Status != http.StatusOK && page != "/document" {
			s.t.Errorf("%s of %s: status %d", page, granted.Reference, p.Status)
		}
	}
	s.until(s.track(refused), s.demo.Portal+"/fr/cases/"+refused.Reference, "Refus")
}

// example is a complete application that the agent may open.
func (s *story) example() (*robot.Definition, robot.Example) {
	for _, d := range s.defs {
		for _, e := range d.Examples {
			if d.ID == agentService && e.Authority == agentAuthority && e.Answers["proof_file"] != nil {
				return d, e
			}
		}
	}
	s.t.Fatalf("no example of %s for %s", agentService, agentAuthority)
	return nil, robot.Example{}
}

// act opens a case where need be and takes one step in it.
func (s *story) act(office *stack.Browser, f filed, action string, values url.Values, done string) {
	s.t.Helper()
	page := s.until(office, s.demo.Office+"/fr/cases/"+f.Reference, "<h1>")
	if strings.Contains(string(page.Body), `/open"`) {
		page.Submit("/open", nil, nil)
	}
	page = s.until(office, s.demo.Office+"/fr/cases/"+f.Reference, action+`"`)
	if page = page.Submit(action, values, nil); !strings.Contains(page.URL.String(), done) {
		s.t.Fatalf("%s: status %d at %s: %s", action, page.Status, page.URL.Path, page.Text())
	}
}

// track is the browser of an applicant who typed reference and code.
func (s *story) track(f filed) *stack.Browser {
	s.t.Helper()
	own := stack.NewBrowser(s.t).Through(s.watched)
	own.Get(s.demo.Portal+"/fr/track").Submit("/track", url.Values{"reference": {f.Reference}, "resume_code": {f.Code}}, nil)
	return own
}

// answers gives what the office asked for, in planted words and a planted file.
func (s *story) answers(f filed) {
	s.t.Helper()
	own, at := s.track(f), s.demo.Portal+"/fr/cases/"+f.Reference
	s.until(own, at, `/answer?`)
	file := stack.File{Name: s.plant.add("q"+draw(consonants, 9)) + ".pdf", Data: s.plant.pdf(2)}
	form := own.Get(at + "/answer")
	part := "attached"
	if strings.Contains(string(form.Body), `name="piece.proof_file"`) {
		part = "piece.proof_file"
	}
	page := form.Submit("/answer", url.Values{"text": {s.plant.words2()}}, map[string]stack.File{part: file})
	if !strings.HasSuffix(page.URL.Path, "/cases/"+f.Reference) {
		s.t.Fatalf("answering: status %d at %s: %s", page.Status, page.URL.Path, page.Text())
	}
}

// until asks for a page until it holds a text in its HTML.
func (s *story) until(b *stack.Browser, address, text string) *stack.Page {
	s.t.Helper()
	for limit := time.Now().Add(30 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		p := b.Get(address)
		if p.Status == http.StatusOK && strings.Contains(string(p.Body), text) {
			return p
		}
		if time.Now().After(limit) {
			s.t.Fatalf("%s never showed %q: status %d, %s", p.URL.Path, text, p.Status, p.Text())
		}
	}
}
