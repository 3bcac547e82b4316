package casework

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// Step notes a stage of the review: an opinion asked or given, an inspection, a
// public inquiry, a payment. Each may have a delay of its own; none stops the
// clock (law 55-19 art. 16).
type Step struct {
	ID   string
	Kind string // one of Steps
	Step string // id of the service's step, or ""
	Days int    // its own delay; 0: the service's
	Text string // payment-asked: the letter to the applicant; else a note of the unit, may be empty
}

// Steps are the kinds of a step.
var Steps = []string{ActOpinionAsked, ActOpinionGiven, ActInspection, ActInquiry, ActPaymentAsked, ActPaymentMade}

// Data of a step.
const (
	stepData    = "step"     // id of the service's step
	stepDueData = "step_due" // last day of its own delay
)

// mostStep bounds a step's own delay, in days.
const mostStep = 366

// Step notes a step; a payment is asked under an opening in force, since the
// applicant is written to. errs.Invalid act.kind, act.step, act.days, act.text.
func (o *Office) Step(ctx context.Context, who *identity.Agent, reference string, s Step) error {
	if !who.May(identity.OpenCase) {
		return errs.New(errs.Denied, "act.denied")
	}
	id, err := actionID(reference, s.ID)
	if err != nil {
		return err
	}
	v, err := o.View(ctx, who, reference)
	if err != nil {
		return err
	}
	data, err := s.data(v)
	if err != nil {
		return err
	}
	event := clock.Event{Do: engineAct[s.Kind]}
	if s.Kind == ActPaymentAsked {
		return o.tellOne(ctx, who, reference, notice{client: s.ID, kind: s.Kind, text: s.Text, leaf: leafAct, event: event, data: data,
			letter: func(l *intake.Letter) { l.NewDue = data[stepDueData] }})
	}
	d := newDeed(who, id, s.Kind, event)
	d.action.Data = data
	d.note = o.noted(v, who, s.Text)
	return o.do(ctx, who, reference, d)
}

// data checks a step's form and makes its clear facts.
func (s Step) data(v *View) (map[string]string, error) {
	if !slices.Contains(Steps, s.Kind) {
		return nil, errs.New(errs.Invalid, "act.kind")
	}
	if err := checkWords(s.Text); err != nil {
		return nil, err
	}
	days := s.Days
	if s.Step != "" {
		i := slices.IndexFunc(v.Definition.Steps, func(have service.Step) bool { return have.ID == s.Step })
		if i < 0 {
			return nil, errs.New(errs.Invalid, "act.step")
		}
		if days == 0 {
			days = v.Definition.Steps[i].Days
		}
	}
	if days < 0 || days > mostStep {
		return nil, errs.New(errs.Invalid, "act.days")
	}
	data := map[string]string{}
	if s.Step != "" {
		data[stepData] = s.Step
	}
	if days > 0 {
		data[stepDueData] = (v.on + clock.Date(days)).String()
	}
	return data, nil
}

// noted seals an agent's words to the unit, as a note beside an act; nil where
// there are none.
func (o *Office) noted(v *View, who *identity.Agent, text string) func(time.Time) ([]byte, error) {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return func(at time.Time) ([]byte, error) {
		clear, err := json.Marshal(Note{At: at, By: who.Name, Text: text})
		if err != nil {
			return nil, errs.Wrap(errs.Internal, "internal", err)
		}
		_, body, err := o.own(v.row, kindNote, sectionNote, clear)
		return body, err
	}
}
