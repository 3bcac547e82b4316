package office

import (
	"context"
	"html/template"
	"slices"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Kinds of control in the forms that one template draws.
const (
	asWords  = "words"  // several lines, in the applicant's language or the unit's
	asNumber = "number" // of days
	asOne    = "one"    // one of some choices
	asSome   = "some"   // any of some choices
	asDay    = "day"    // a date in three parts
	asLine   = "line"   // a reference
)

// control is one thing an agent fills in. Choices are the values of its text
// keys, unless the case itself gives them.
type control struct {
	name, kind string
	choices    []string
}

// form is one act of a case, or several that are filled in alike. It shows
// where the law allows one of its acts and the agent has the right.
type form struct {
	name     string   // the last part of its address
	acts     []string // of the engine; none: always
	right    identity.Permission
	controls []control
	send     func(ctx context.Context, o *casework.Office, a *asked, t typed) error
}

// steps are what the step form records, by the engine's names or ours.
var steps = []string{casework.ActOpinionAsked, casework.ActOpinionGiven, casework.ActInspection, casework.ActInquiry, casework.ActPaymentAsked, casework.ActPaymentMade}

// outcomes of an appeal.
var outcomes = []string{"upheld", "dismissed"}

// forms are the acts that one template draws; note, request and decide have
// templates of their own.
var forms = []form{
	{name: "extend", acts: []string{clock.Extend}, right: identity.Decide,
		controls: []control{{"for", asOne, []string{clock.ForExpertise, clock.ForInquiry}}, {"days", asNumber, nil}, {"text", asWords, nil}}, send: sendExtend},
	{name: "return", acts: []string{clock.Return}, right: identity.Decide, controls: []control{{"text", asWords, nil}}, send: sendReturn},
	{name: "step", acts: []string{clock.OpinionAsked, clock.Inspection, clock.PaymentAsked}, right: identity.OpenCase,
		controls: []control{{"kind", asOne, steps}, {"step", asOne, nil}, {"days", asNumber, nil}, {"text", asWords, nil}}, send: sendStep},
	{name: "unavailable", acts: []string{clock.NoticeUnavailable}, right: identity.OpenCase, controls: []control{{"pieces", asSome, nil}, {"text", asWords, nil}}, send: sendUnavailable},
	{name: "unanswered", acts: []string{clock.LeaveUnanswered}, right: identity.Decide, controls: []control{{"previous", asLine, nil}, {"text", asWords, nil}}, send: sendUnanswered},
	{name: "brought", acts: []string{clock.Answer}, right: identity.OpenCase,
		controls: []control{{"for", asOne, nil}, {"pieces", asSome, nil}}, send: sendBrought},
	{name: "president", acts: []string{clock.PresidentReceived}, right: identity.OpenCase, controls: []control{{"on", asDay, nil}}, send: sendPresident},
	{name: "attested", acts: []string{casework.ActAttested}, right: identity.OpenCase, controls: []control{{"on", asDay, nil}}, send: sendAttested},
	{name: "appeal", acts: []string{clock.HeadAnswer}, right: identity.Decide, controls: []control{{"outcome", asOne, outcomes}, {"text", asWords, nil}}, send: sendAppeal},
	{name: "close", acts: []string{casework.ActClosed}, right: identity.Decide, send: sendClose},
}

// otherStep stands for a step that the service does not name.
const otherStep = "other"

// choices are what a control lets an agent choose.
func (p *casePage) choices(f *form, c control, l i18n.Lang) (out []choice) {
	switch f.name + "." + c.name {
	case "extend.for":
		for _, id := range c.choices {
			out = append(out, choice{id, capital(words.In(l).Ground(id))})
		}
	case "step.kind":
		for _, id := range c.choices {
			out = append(out, choice{id, actName(l, id)})
		}
	case "step.step":
		for _, step := range p.Definition.Steps {
			out = append(out, choice{step.ID, p.Definition.T(l, "steps."+step.ID)})
		}
		if len(out) > 0 {
			out = append(out, choice{otherStep, texts.T(l, "step.step.other")})
		}
	case "unavailable.pieces":
		for _, fetched := range p.Definition.Fetch {
			out = append(out, choice{fetched.ID, p.Definition.T(l, "fetch."+fetched.ID)})
		}
	case "brought.for":
		out = p.waited(l)
	case "brought.pieces":
		for _, q := range p.Definition.Documents() {
			out = append(out, choice{q.ID, q.Label(l)})
		}
	default:
		for _, id := range c.choices {
			out = append(out, choice{id, texts.T(l, f.name+"."+c.name+"."+id)})
		}
	}
	return out
}

// waited lists what the applicant is waited for: the kinds of open requests,
// and the pieces missing since filing.
func (p *casePage) waited(l i18n.Lang) (out []choice) {
	if p.Clock.State == clock.Incomplete || p.Clock.State == clock.ReturnDue && p.Clock.CompleteOn == clock.NoDate {
		out = append(out, choice{intake.Missing, texts.T(l, "case.missing")})
	}
	for _, q := range p.Clock.Requests {
		kind := choice{strings.TrimPrefix(q.Kind, "request-"), actName(l, q.Kind)}
		if q.AnsweredOn == clock.NoDate && !p.Clock.Over() && !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// formOf is the form of a name, or nil.
func formOf(name string) *form {
	for i := range forms {
		if forms[i].name == name {
			return &forms[i]
		}
	}
	return nil
}

// formFor is the form in which an act of the engine is done, "" for none.
func formFor(do string) string {
	switch do {
	case clock.RequestReplacement, clock.RequestOriginals, clock.RequestInformation:
		return "request"
	case clock.Grant, clock.Refuse:
		return "decide"
	}
	for _, f := range forms {
		if slices.Contains(f.acts, do) {
			return f.name
		}
	}
	if slices.Contains(steps, do) {
		return "step"
	}
	return ""
}

// posted are the names of a form's controls in a post; act is the id that
// makes the same form, sent twice, one act.
func (f *form) posted() []string {
	names := []string{"act"}
	for _, c := range f.controls {
		if c.kind == asDay {
			names = append(names, c.name+".day", c.name+".month", c.name+".year")
			continue
		}
		names = append(names, c.name)
	}
	return names
}

// words is the control of a form's free text, "" without one.
func (f *form) words() string {
	for _, c := range f.controls {
		if c.kind == asWords {
			return c.name
		}
	}
	return ""
}

// anchor is the control that an error concerns, by its name: its own id, or
// that of the form's words, or the form itself.
func (f *form) anchor(at string) string {
	for _, name := range []string{at, f.words()} {
		for _, c := range f.controls {
			if c.name == name {
				return f.name + "." + name
			}
		}
	}
	return f.name
}

// formView is a form as the page draws it.
type formView struct {
	Page              *casePage
	Name, ActID       string
	Title, Hint, Do   string
	Ground            template.HTML
	Controls          []controlView
	Open              bool   // it was just refused, or waits to be confirmed
	Confirm, Confirms string // what is being confirmed: in words, and as posted
}

// controlView is one control with what was typed.
type controlView struct {
	Page           *casePage
	ID, Name, Kind string
	Label, Hint    string
	Value          string
	Parts          []partView // of a day
	Choices        []pick
	Tag            string // the language it is to be written in, "" any
	Language       template.HTML
}

// partView is day, month or year.
type partView struct{ ID, Name, Label, Value string }

// pick is one choice.
type pick struct {
	ID, Value, Label string
	Chosen           bool
}

// view draws a form for a case.
func (f *form) view(p *casePage, l i18n.Lang) formView {
	t := p.Typed
	if t.Form != f.name {
		t = typed{}
	}
	v := formView{Page: p, Name: f.name, ActID: p.ActID(f.name), Title: texts.T(l, f.name+".title"), Do: texts.T(l, f.name+".do"), Open: t.Form != ""}
	if key := f.name + ".hint"; texts.Has(key) {
		v.Hint = texts.T(l, key)
	}
	for _, c := range f.controls {
		if cv := c.view(f, p, l, t); c.kind != asOne && c.kind != asSome || len(cv.Choices) > 0 {
			v.Controls = append(v.Controls, cv)
		}
	}
	return v
}

func (c control) view(f *form, p *casePage, l i18n.Lang, t typed) controlView {
	id := f.name + "." + c.name
	v := controlView{Page: p, ID: id, Name: c.name, Kind: c.kind, Label: texts.T(l, id), Value: t.Show(c.name)}
	if key := id + ".hint"; texts.Has(key) {
		v.Hint = texts.T(l, key)
	}
	switch c.kind {
	case asDay:
		for _, part := range []string{"day", "month", "year"} {
			name := c.name + "." + part
			v.Parts = append(v.Parts, partView{ID: f.name + "." + name, Name: name, Label: texts.T(l, "date."+part), Value: t.Show(name)})
		}
	case asOne, asSome:
		for i, choice := range p.choices(f, c, l) {
			v.Choices = append(v.Choices, pick{ID: id + "." + choice.ID, Value: choice.ID, Label: choice.Label, Chosen: t.Has(c.name, choice.ID) || c.kind == asOne && i == 0 && len(c.choices) == 1})
		}
	case asWords:
		if toApplicant(f.name) && p.Opened != nil {
			v.Tag, v.Language = p.Opened.Tag, p.Opened.Language
		}
	}
	return v
}

// toApplicant tells whether a form's words go to the applicant.
func toApplicant(form string) bool { return form != "step" && form != "unanswered" }

// trimmed is a control's value without spaces around it.
func (t typed) trimmed(name string) string { return strings.TrimSpace(t.Get(name)) }
