package portal

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// endpoint is one machine route and its description: what serves is what
// openapi.json tells.
type endpoint struct {
	method, path string
	rule         web.Rule
	handler      web.Handler
	name         string // operationId: generated clients name their calls by it
	summary      string
	headers      []parameter
	bearer       bool
	takes        any // sample of the request body's type, nil is none
	gives        map[int]any
	media        string // of the good answer; "" is JSON
}

type parameter struct {
	name, about string
	required    bool
}

// endpoints lists the API. A failure is always problem+json.
func (s *Server) endpoints() []endpoint {
	bearer := s.tries.Limited(web.Rule{Name: "resume-code"})
	return []endpoint{
		{method: "GET", path: "/api/v1/services", name: "listServices", rule: web.Public, handler: s.apiServices,
			summary: "Every service that an authority offers", gives: map[int]any{200: apiServices{}}},
		{method: "GET", path: "/api/v1/services/{service}", name: "getService", rule: web.Public, handler: s.apiService,
			summary: "One service: its law, pages, offers, the JSON Schema of its answers, and examples", gives: map[int]any{200: apiDefinition{}, 404: nil}},
		{method: "POST", path: "/api/v1/services/{service}/submissions", name: "submit", rule: s.filings.Limited(web.Public), handler: s.apiSubmit,
			summary: "File an application", takes: apiApplication{}, gives: map[int]any{201: intake.Accepted{}, 400: nil, 404: nil, 413: nil, 422: nil, 429: nil, 503: nil},
			headers: []parameter{{"Idempotency-Key", "A random UUID or longer: the same key and body again within 24 hours give the same answer", true}}},
		{method: "GET", path: "/api/v1/submissions/{reference}", name: "getSubmission", rule: bearer, handler: s.apiSubmission, bearer: true,
			summary: "The public timeline of a filing, for who holds its resume code", gives: map[int]any{200: apiSubmission{}, 404: nil, 429: nil}},
		{method: "GET", path: "/.well-known/wasl-trust.json", name: "getTrust", rule: web.Public, handler: s.trust,
			summary: "The trust file that the authority root signed", gives: map[int]any{200: nil, 404: nil}},
		{method: "GET", path: "/ledger/checkpoint", name: "getCheckpoint", rule: web.Public, handler: s.checkpoint, media: "text/plain",
			summary: "The newest signed checkpoint of the ledger (C2SP tlog-tiles)", gives: map[int]any{200: nil, 404: nil}},
		{method: "GET", path: "/ledger/tile/{path...}", name: "getTile", rule: web.Public, handler: s.tile, media: "application/octet-stream",
			summary: "A tile of the ledger; path is as C2SP tlog-tiles has it, with its slashes", gives: map[int]any{200: nil, 404: nil}},
	}
}

type apiServices struct {
	Services []apiListed `json:"services"`
}

type apiListed struct {
	ID          string   `json:"id"`
	Version     int      `json:"version"`
	Titles      apiTexts `json:"titles"`
	Summaries   apiTexts `json:"summaries"`
	Audience    []string `json:"audience"`
	Example     bool     `json:"example"`
	Authorities int      `json:"authorities"`
	Href        string   `json:"href"`
	Pages       apiTexts `json:"pages"`
}

// apiTexts is one text in the four languages.
type apiTexts map[i18n.Lang]string

func textsOf(d *service.Definition, key string) apiTexts {
	all := apiTexts{}
	for _, l := range i18n.Langs {
		all[l] = d.T(l, key)
	}
	return all
}

func (s *Server) apiServices(w http.ResponseWriter, r *http.Request) error {
	list := apiServices{Services: []apiListed{}}
	for _, d := range s.desk.Services() {
		list.Services = append(list.Services, s.listed(d))
	}
	return web.JSON(w, r, http.StatusOK, list)
}

func (s *Server) listed(d *service.Definition) apiListed {
	pages := apiTexts{}
	for _, l := range i18n.Langs {
		pages[l] = servicePath(l, d.ID, "")
	}
	return apiListed{ID: d.ID, Version: d.Version, Titles: textsOf(d, "title"), Summaries: textsOf(d, "summary"), Audience: d.Audience,
		Example: d.Example, Authorities: len(s.desk.Book().Offers(d.ID)), Href: "/api/v1/services/" + d.ID, Pages: pages}
}

// apiSubmission is what may be told of a filing without opening it.
type apiSubmission struct {
	Reference     string     `json:"reference"`
	Service       string     `json:"service"`
	Version       int        `json:"version"`
	Authority     string     `json:"authority"`
	FiledAt       string     `json:"filed_at"`
	State         string     `json:"state"`
	Open          bool       `json:"open"`
	DueOn         string     `json:"due_on,omitempty"`
	WindowLast    string     `json:"window_last,omitempty"`
	SuspendedDays int        `json:"suspended_days"`
	Included      bool       `json:"in_ledger"`
	Receipt       string     `json:"receipt"`
	Completion    string     `json:"completion_receipt,omitempty"` // given with the last missing piece
	Clock         apiClock   `json:"clock"`
	Timeline      []apiEvent `json:"timeline"`
}

type apiEvent struct {
	At       string            `json:"at"`
	Kind     string            `json:"kind"`
	Received bool              `json:"received"`
	Facts    map[string]string `json:"facts,omitempty"`
}

// apiSubmission answers who holds the code. A stranger, a wrong reference and
// no code are one 404.
func (s *Server) apiSubmission(w http.ResponseWriter, r *http.Request) error {
	scheme, code, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		code = ""
	}
	c, err := s.desk.CaseByCode(r.Context(), r.PathValue("reference"), code)
	if err != nil {
		return err
	}
	out := apiSubmission{Reference: c.Reference, Service: c.Service.ID, Version: c.Service.Version, FiledAt: rfc3339(c.FiledAt), State: c.State, Open: c.Open,
		DueOn: c.DueOn, WindowLast: c.WindowLast, SuspendedDays: c.SuspendedDays, Included: c.Included, Receipt: string(c.ReceiptFile), Timeline: []apiEvent{}}
	if c.Authority != nil {
		out.Authority = c.Authority.ID
	}
	out.Completion, out.Clock = string(c.SecondReceipt), apiClockOf(c)
	for _, e := range c.Timeline {
		out.Timeline = append(out.Timeline, apiEvent{rfc3339(e.At), e.Kind, e.Received, e.Facts})
	}
	return web.JSON(w, r, http.StatusOK, out)
}

func rfc3339(t time.Time) string { return i18n.Civil(t).Format(time.RFC3339) }

func (s *Server) trust(w http.ResponseWriter, r *http.Request) error {
	raw := s.desk.TrustFile()
	if raw == nil {
		return errs.New(errs.NotFound, "trust.none")
	}
	w.Header().Set("Cache-Control", "no-cache")
	return web.Bytes(w, r, http.StatusOK, "application/json", raw)
}

func (s *Server) checkpoint(w http.ResponseWriter, r *http.Request) error {
	raw, err := s.desk.Ledger(r.Context(), "checkpoint")
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	return web.Bytes(w, r, http.StatusOK, "text/plain; charset=utf-8", raw)
}

// tile serves the ledger's hashes and entries; what is complete never changes.
func (s *Server) tile(w http.ResponseWriter, r *http.Request) error {
	path := "tile/" + r.PathValue("path")
	raw, err := s.desk.Ledger(r.Context(), path)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	if !strings.Contains(path, ".p/") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return web.Bytes(w, r, http.StatusOK, "application/octet-stream", raw)
}

func (s *Server) openapi(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-cache")
	return web.Bytes(w, r, http.StatusOK, "application/json", s.open)
}

// apiApplication is the body of a submission.
type apiApplication struct {
	Authority string          `json:"authority"`
	Answers   json.RawMessage `json:"answers"`
	Language  string          `json:"language"`
}
