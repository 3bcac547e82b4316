package portal

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// actPage asks once more before one of the applicant's acts.
type actPage struct {
	frame
	Reference, Code, Service, Token string
	Back, Action                    string
	About                           string
	To                              string // who hears an appeal
	Until                           template.HTML
	Law                             template.HTML // what the act, or its refusal, rests on
	Barred                          string        // why not now, "" where it is allowed
	Words                           field
	Problems                        []problemLine
	Form                            bool
}

// actOf is the act that the path names.
func actOf(r *http.Request) (string, error) {
	kind := r.PathValue("act")
	if !slices.Contains(intake.Acts, kind) {
		return "", errs.New(errs.NotFound, web.KeyNotFound)
	}
	return kind, nil
}

func (s *Server) actForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	kind, err := actOf(r)
	if err != nil {
		return err
	}
	if c.Did(kind) {
		return web.SeeOther(w, r, casePath(l, c.Reference, ""))
	}
	return s.renderAct(w, r, l, c, http.StatusOK, kind, "", nil)
}

// act hands in one of the applicant's acts. Posting it again hands in nothing.
func (s *Server) act(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	values, err := web.Form(r, wordLimits, nil)
	if err != nil {
		return err
	}
	text := values.Get(wordsControl)
	c, err := s.held(r)
	if gone(err) && strings.TrimSpace(text) != "" {
		return s.askCode(w, r, l, carried{reference: plainReference(r), act: r.PathValue("act"), values: url.Values{wordsControl: {text}}})
	}
	if err != nil {
		return err
	}
	kind, err := actOf(r)
	if err != nil {
		return err
	}
	err = s.desk.Act(r.Context(), c, kind, text)
	var barred *intake.Barred
	switch wrong, ok := answerProblem(err); {
	case err == nil || errs.KindOf(err) == errs.Conflict && !errors.As(err, &barred):
		return web.SeeOther(w, r, casePath(l, c.Reference, ""))
	case ok:
		return s.renderAct(w, r, l, c, http.StatusUnprocessableEntity, kind, text, []service.Problem{wrong})
	case errors.As(err, &barred):
		return s.renderAct(w, r, l, c, http.StatusUnprocessableEntity, kind, text, nil)
	}
	return err
}

// plainReference is the reference of the path as it is filed.
func plainReference(r *http.Request) string {
	reference := r.PathValue("reference")
	if ref, err := intake.ParseReference(reference); err == nil {
		return string(ref)
	}
	return reference
}

func (s *Server) renderAct(w http.ResponseWriter, r *http.Request, l i18n.Lang, c *intake.Case, status int, kind, text string, problems []service.Problem) error {
	ruling, vocabulary := c.May(kind), words.In(l)
	p := actPage{
		frame: frameOf(r, l, texts.T(l, "act."+kind)), Reference: c.Reference, Code: c.Code, Service: c.Service.T(l, "title"), Token: c.Token,
		Back: casePath(l, c.Reference, ""), Action: casePath(l, c.Reference, "/acts/"+kind), About: texts.T(l, "act."+kind+".about"),
		Law: vocabulary.LawHTML(ruling), Form: ruling.OK || status != http.StatusOK,
	}
	if kind == intake.KindAppeal {
		t := &teller{l: l, c: c, k: c.Clock}
		p.Until, p.To = t.last(c.Safe.Appeal, c.Clock.AppealLast), c.Receipt.Appeal.Body
		if c.Authority != nil {
			p.To = c.Authority.Appeal.In(l)
		}
	}
	b := &builder{lang: l, typed: service.Typed{wordsControl: {text}}, def: c.Service, problems: map[string]service.Problem{}}
	for _, wrong := range problems {
		b.problems[wrong.Control] = wrong
	}
	p.Words = field{Shape: "area", ID: wordsControl, Label: texts.T(l, "act.words"), Value: text, Optional: true}
	b.wrong(&p.Words)
	p.Problems = b.lines([]field{p.Words})
	if !ruling.OK {
		p.Barred = vocabulary.Why(ruling.Why)
		if status != http.StatusOK {
			p.Words.Error = p.Barred
		}
	}
	p.Wrong = status == http.StatusUnprocessableEntity
	return s.render(w, r, l, status, "act", p)
}
