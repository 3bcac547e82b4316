package portal

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// carried is what a person posted from a browser that no longer holds their
// code, because it lay still too long. The page that asks the code carries it
// on in hidden controls, so that it rests nowhere on our side.
type carried struct {
	service, page string // a page of a draft
	reference     string // of a case:
	request       string // the answer to this one of its requests, "" where it is alone, or
	act           string // one of the applicant's acts
	values        url.Values
}

// Names of the carried controls: where they were typed, and the controls
// themselves behind keptValue.
const (
	keptService   = "_kept.service"
	keptPage      = "_kept.page"
	keptReference = "_kept.reference"
	keptRequest   = "_kept.request"
	keptAct       = "_kept.act"
	keptValue     = "_kept.v."
)

// keptLimits is room for what pageLimits takes, under longer names.
var keptLimits = web.Limits{Body: 8 << 20, Values: 2 << 20}

// hidden is one hidden control.
type hidden struct{ Name, Value string }

// gone tells that a post came from a browser that holds no such code.
func gone(err error) bool {
	var e *errs.Error
	return errors.As(err, &e) && e.Kind == errs.NotFound && (e.Key == "draft.none" || e.Key == "track.unknown")
}

// typedOnly are the controls that people type in.
func typedOnly(posted url.Values) url.Values {
	values := url.Values{}
	for name, v := range posted {
		if !strings.HasPrefix(name, "_") {
			values[name] = v
		}
	}
	return values
}

// carriedIn is what the form that asks the code carries.
func carriedIn(posted url.Values) carried {
	c := carried{service: posted.Get(keptService), page: posted.Get(keptPage), reference: posted.Get(keptReference), request: posted.Get(keptRequest), act: posted.Get(keptAct), values: url.Values{}}
	for name, v := range posted {
		if typed, ok := strings.CutPrefix(name, keptValue); ok {
			c.values[typed] = v
		}
	}
	return c
}

// hidden carries it on, "" where nothing is.
func (c carried) hidden() []hidden {
	var all []hidden
	for _, h := range []hidden{{keptService, c.service}, {keptPage, c.page}, {keptReference, c.reference}, {keptRequest, c.request}, {keptAct, c.act}} {
		if h.Value != "" {
			all = append(all, h)
		}
	}
	if all == nil {
		return nil
	}
	for name, values := range c.values {
		for _, v := range values {
			all = append(all, hidden{keptValue + name, v})
		}
	}
	return all
}

// askCode asks for the code of what was typed.
func (s *Server) askCode(w http.ResponseWriter, r *http.Request, l i18n.Lang, c carried) error {
	return s.renderResume(w, r, l, http.StatusNotFound, codePage{Kept: c.hidden(),
		Problems: []problemLine{{At: "resume_code", Label: texts.T(l, "code.label"), Text: texts.T(l, "resume.gone")}}})
}

// restore puts what was carried back where it was typed, now that the code is
// there. It tells whether it answered.
func (s *Server) restore(w http.ResponseWriter, r *http.Request, l i18n.Lang, dr *intake.Draft, c carried) (bool, error) {
	if c.reference != "" && c.reference == dr.Filed {
		return s.restoreAnswer(w, r, l, dr, c)
	}
	if dr.Filed != "" || c.page == "" || dr.Service.ID != c.service || dr.Service.Page(c.page) == nil {
		return false, nil
	}
	err := s.desk.SavePage(r.Context(), dr, c.page, service.Typed(c.values))
	if errs.KindOf(err) == errs.Conflict { // filed meanwhile
		return false, nil
	}
	return false, err
}

func (s *Server) restoreAnswer(w http.ResponseWriter, r *http.Request, l i18n.Lang, dr *intake.Draft, c carried) (bool, error) {
	found, err := s.desk.CaseByCode(r.Context(), dr.Filed, dr.Code)
	if err != nil {
		return false, err
	}
	found.Token = dr.Token
	text := c.values.Get(wordsControl)
	open, err := s.chooseNamed(r, found, c.request)
	if err != nil {
		return false, err
	}
	switch {
	case slices.Contains(intake.Acts, c.act) && !found.Did(c.act):
		return true, s.renderAct(w, at(r, casePath(l, dr.Filed, "/acts/"+c.act)), l, found, http.StatusOK, c.act, text, nil)
	case c.act == "" && open:
		return true, s.renderAnswer(w, at(r, casePath(l, dr.Filed, "/answer")), l, found, http.StatusOK, text, nil)
	}
	return false, nil
}

// at is a request as if its page lay at another path.
func at(r *http.Request, path string) *http.Request {
	to := *r.URL
	to.Path, to.RawPath, to.RawQuery = path, "", ""
	there := r.WithContext(r.Context())
	there.URL = &to
	return there
}
