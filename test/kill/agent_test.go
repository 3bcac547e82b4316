package kill

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"wasl/test/stack"
)

// handled is a case as far as the agent and its applicant brought it; each
// step counts once it was acknowledged.
type handled struct {
	*filing
	asked, answered, granted bool
}

// What the agent of this authority and service asks, answers and grants.
const (
	agentName      = "amina"
	agentAuthority = "zitouna"
	agentService   = "residence-certificate"
)

// agent takes acknowledged filings one after the other through a request, its
// answer and a decision with a document, over kills of either side. A step that
// never comes ends it through testing's own means.
func (t *trial) agent() {
	office := stack.NewBrowser(t.t).Through(patiently)
	in := office.Get(t.demo.Office+"/fr/signin").Submit("", url.Values{"name": {agentName}, "password": {t.demo.Password(agentName)}}, nil)
	if in.Status != http.StatusOK || !strings.HasSuffix(in.URL.Path, "/fr/") {
		t.fault("%s cannot sign in: status %d at %s", agentName, in.Status, in.URL.Path)
		return
	}
	for !t.ended() {
		f := t.next()
		if f == nil {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		h := &handled{filing: f}
		t.mu.Lock()
		t.handled = append(t.handled, h)
		t.mu.Unlock()
		if !t.handle(office, h) {
			return
		}
	}
}

func patiently(by http.RoundTripper) http.RoundTripper { return patient{by} }

// next is the next acknowledged filing that the agent may take, or nil.
func (t *trial) next() *filing {
	t.mu.Lock()
	defer t.mu.Unlock()
	for ; t.untaken < len(t.filings); t.untaken++ {
		if f := t.filings[t.untaken]; f.service == agentService && f.authority == agentAuthority {
			t.untaken++
			return f
		}
	}
	return nil
}

// handle brings one case to its document.
func (t *trial) handle(office *stack.Browser, h *handled) bool {
	address := t.demo.Office + "/fr/cases/" + h.Reference
	if _, ok := t.await(office, address, h, "/open"); !ok {
		return false
	}
	page := office.Get(address).Submit("/open", nil, nil)
	page = page.Submit("/request", url.Values{"kind": {"request-information"}, "text": {"Quel étage ?"}}, nil)
	if !t.stepped(page, h, "asking", "done=asked") {
		return false
	}
	h.asked = true
	own := stack.NewBrowser(t.t).Through(patiently)
	own.Get(t.demo.Portal+"/fr/track").Submit("/track", url.Values{"reference": {h.Reference}, "resume_code": {h.Code}}, nil)
	mine := t.demo.Portal + "/fr/cases/" + h.Reference
	asked, ok := t.await(own, mine, h, "/answer?")
	if !ok {
		return false
	}
	page = asked.Follow("/answer?").Submit("/answer", url.Values{"text": {"Le troisième."}}, nil)
	if !t.stepped(page, h, "answering", "/cases/"+h.Reference) {
		return false
	}
	h.answered = true
	page, ok = t.await(office, address, h, "Le troisième.")
	if !ok {
		return false
	}
	page = page.Submit("/decide", url.Values{"outcome": {"grant"}}, nil)
	if !t.stepped(page, h, "granting", "done=granted") {
		return false
	}
	h.granted = true
	if _, ok = t.await(own, mine, h, "/document"); !ok {
		return false
	}
	if pdf := own.Get(mine + "/document"); pdf.Status != http.StatusOK || !strings.HasPrefix(string(pdf.Body), "%PDF-") {
		t.fault("%s: the document cannot be fetched: status %d", h.Reference, pdf.Status)
	}
	return true
}

// stepped wants a step to have ended at an address with this part.
func (t *trial) stepped(p *stack.Page, h *handled, step, part string) bool {
	ok := p.Status == http.StatusOK && strings.Contains(p.URL.String(), part)
	if !ok {
		t.fault("%s: %s ended with status %d at %s: %.600s", h.Reference, step, p.Status, p.URL.Path, p.Text())
	}
	return ok
}

// await asks for a page until it holds a text in its HTML.
func (t *trial) await(b *stack.Browser, address string, h *handled, text string) (*stack.Page, bool) {
	limit := time.Now().Add(answerWithin)
	for {
		p := b.Get(address)
		if strings.Contains(string(p.Body), text) {
			return p, true
		}
		if time.Now().After(limit) {
			t.fault("%s: %s never showed %q: status %d, %.600s", h.Reference, p.URL.Path, text, p.Status, p.Text())
			return nil, false
		}
		time.Sleep(30 * time.Millisecond)
	}
}
