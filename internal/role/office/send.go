package office

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
)

// formErr is a control that cannot be read: form.days, form.day.
func formErr(key string) error { return errs.New(errs.Invalid, key) }

// number reads a control of days; empty is 0.
func (t typed) number(name string) (int, error) {
	typed := latinDigits(t.trimmed(name))
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(typed)
	if err != nil || n < 0 {
		return 0, formErr("form.days")
	}
	return n, nil
}

// dayOf reads a control that is a day, today where nothing was typed.
func (t typed) dayOf(name string) (clock.Date, error) {
	if t.trimmed(name+".day") == "" && t.trimmed(name+".month") == "" && t.trimmed(name+".year") == "" {
		return clock.NoDate, nil
	}
	on, ok := t.day(name)
	if !ok {
		return clock.NoDate, formErr("form.day")
	}
	return on, nil
}

// extension reads the form that extends the time limit.
func extension(t typed) (casework.Extend, error) {
	days, err := t.number("days")
	if err == nil && days == 0 {
		err = errs.New(errs.Invalid, "act.days")
	}
	return casework.Extend{ID: t.Get("act"), For: t.Get("for"), Days: days, Text: t.Get("text")}, err
}

func sendExtend(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	e, err := extension(t)
	if err != nil {
		return err
	}
	return o.Extend(ctx, a.who, a.reference, e)
}

func sendReturn(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	return o.Return(ctx, a.who, a.reference, casework.Return{ID: t.Get("act"), Text: t.Get("text")})
}

func sendStep(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	days, err := t.number("days")
	if err != nil {
		return err
	}
	s := casework.Step{ID: t.Get("act"), Kind: t.Get("kind"), Step: t.Get("step"), Days: days, Text: t.Get("text")}
	if s.Step == otherStep {
		s.Step = ""
	}
	return o.Step(ctx, a.who, a.reference, s)
}

func sendUnavailable(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	return o.Unavailable(ctx, a.who, a.reference, casework.Unavailable{ID: t.Get("act"), Questions: t.List("pieces"), Text: t.Get("text")})
}

func sendUnanswered(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	return o.LeaveUnanswered(ctx, a.who, a.reference, casework.LeaveUnanswered{ID: t.Get("act"), Previous: t.trimmed("previous"), Text: t.Get("text")})
}

func sendPresident(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	on, err := t.dayOf("on")
	if err != nil {
		return err
	}
	return o.PresidentReceived(ctx, a.who, a.reference, casework.PresidentReceived{ID: t.Get("act"), On: on})
}

func sendAttested(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	on, err := t.dayOf("on")
	if err != nil {
		return err
	}
	return o.Attested(ctx, a.who, a.reference, casework.Attested{ID: t.Get("act"), On: on})
}

func sendBrought(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	return o.Brought(ctx, a.who, a.reference, casework.Brought{ID: t.Get("act"), For: t.Get("for"), Questions: t.List("pieces")})
}

func sendAppeal(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	return o.AnswerAppeal(ctx, a.who, a.reference, casework.AnswerAppeal{ID: t.Get("act"), Outcome: t.Get("outcome"), Text: t.Get("text")})
}

func sendClose(ctx context.Context, o *casework.Office, a *asked, t typed) error {
	return o.Close(ctx, a.who, a.reference, casework.Close{ID: t.Get("act")})
}

// post takes one form that the one template draws: the act is done, or the
// form comes back with what is wrong and all that was typed. An extension is
// shown with its new date before it is done.
func (s *Server) post(f *form) handler {
	return func(w http.ResponseWriter, r *http.Request, a *asked) error {
		posted, err := web.Form(r, smallForm, nil)
		if err != nil {
			return err
		}
		t := typedIn(f.name, posted)
		if f.name == "extend" {
			shown, err := s.confirmExtension(r.Context(), a, t, posted.Get("confirm"))
			if err == nil && shown != nil {
				return s.casePage(w, r, a, *shown)
			}
			if err != nil {
				return s.answer(w, r, a, t, err, f.name)
			}
		}
		return s.answer(w, r, a, t, f.send(r.Context(), s.office, a, t), f.name)
	}
}

// confirmExtension is the page that says what an extension would do; nil where
// exactly that was confirmed. What cannot be sent anyway is left to be refused.
func (s *Server) confirmExtension(ctx context.Context, a *asked, t typed, confirmed string) (*shown, error) {
	e, err := extension(t)
	if err != nil {
		return nil, err
	}
	sum := strconv.Itoa(e.Days) + " " + e.For
	if confirmed == sum || t.trimmed("text") == "" {
		return nil, nil
	}
	v, err := s.office.View(ctx, a.who, a.reference)
	if err != nil {
		return nil, err
	}
	after, may := v.Extended(e, time.Now())
	if !may.OK {
		return nil, nil
	}
	words := texts.T(a.lang, "extend.later", "days", i18n.Days(a.lang, e.Days))
	if after.DueOn != clock.NoDate {
		words = texts.T(a.lang, "extend.new", "day", i18n.CivilDate(a.lang, after.DueOn.String()), "old", i18n.CivilDate(a.lang, v.Clock.DueOn.String()))
	}
	return &shown{typed: t, confirm: words, confirms: sum}, nil
}

// formControl says which control of a form an error concerns, "" its words.
func formControl(form string, err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return ""
	}
	at := map[string]string{"form.days": "days", "act.days": "days", "form.day": "on", "act.date": "on", "act.step": "step", "act.previous": "previous",
		"act.not-repeat": "previous", "act.ground": "for", "act.pieces": "pieces", "act.unknown-piece": "pieces"}[e.Key]
	if e.Key == "act.kind" {
		at = map[string]string{"step": "kind", "appeal": "outcome", "brought": "for"}[form]
	}
	return at
}
