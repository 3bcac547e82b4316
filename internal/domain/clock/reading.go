package clock

import (
	"fmt"
	"strconv"
)

// Reading is the reading taken of each rule that allows two: the ambiguity
// policy of the profile. A switch's first value is the default.
type Reading struct {
	Full         bool   `yaml:"full"`          // both end days uncounted (art. 31)
	Roll         bool   `yaml:"roll"`          // a term that ends on a rest day ends on the next working day
	InfoFull     bool   `yaml:"info_full"`     // the terms of law 31-13 are full as well
	Half         string `yaml:"half"`          // floor, ceil
	HalfOf       string `yaml:"half_of"`       // delay, extended
	SuspendsFrom string `yaml:"suspends_from"` // sent, received
	Replacement  string `yaml:"replacement"`   // document, file: once for each
	LatePiece    string `yaml:"late_piece"`    // until-returned, refused
	Answer       string `yaml:"answer"`        // notified, signed: the day a decision counts
	AppealFrom   string `yaml:"appeal_from"`   // due, after
	TenDaysFrom  string `yaml:"ten_days_from"` // president, request: the attestation's ten days
	InfoUrgent   string `yaml:"info_urgent"`   // days, working
}

// Switch is one ambiguous rule: the value taken and all that the law allows.
type Switch struct {
	Name   string
	Value  string
	Values []string
}

// lever gives access to one switch of a reading.
type lever struct {
	name   string
	values []string
	bool   func(*Reading) *bool
	text   func(*Reading) *string
}

var levers = []lever{
	{name: "full", bool: func(r *Reading) *bool { return &r.Full }},
	{name: "roll", bool: func(r *Reading) *bool { return &r.Roll }},
	{name: "info_full", bool: func(r *Reading) *bool { return &r.InfoFull }},
	{name: "half", values: []string{"floor", "ceil"}, text: func(r *Reading) *string { return &r.Half }},
	{name: "half_of", values: []string{"delay", "extended"}, text: func(r *Reading) *string { return &r.HalfOf }},
	{name: "suspends_from", values: []string{"sent", "received"}, text: func(r *Reading) *string { return &r.SuspendsFrom }},
	{name: "replacement", values: []string{"document", "file"}, text: func(r *Reading) *string { return &r.Replacement }},
	{name: "late_piece", values: []string{"until-returned", "refused"}, text: func(r *Reading) *string { return &r.LatePiece }},
	{name: "answer", values: []string{"notified", "signed"}, text: func(r *Reading) *string { return &r.Answer }},
	{name: "appeal_from", values: []string{"due", "after"}, text: func(r *Reading) *string { return &r.AppealFrom }},
	{name: "ten_days_from", values: []string{"president", "request"}, text: func(r *Reading) *string { return &r.TenDaysFrom }},
	{name: "info_urgent", values: []string{"days", "working"}, text: func(r *Reading) *string { return &r.InfoUrgent }},
}

// get is a switch's value as text.
func (l lever) get(r *Reading) string {
	if l.bool != nil {
		return strconv.FormatBool(*l.bool(r))
	}
	return *l.text(r)
}

// set takes a value that the switch knows.
func (l lever) set(r *Reading, value string) error {
	for _, v := range l.all() {
		if v != value {
			continue
		}
		if l.bool != nil {
			*l.bool(r) = value == "true"
		} else {
			*l.text(r) = value
		}
		return nil
	}
	return fmt.Errorf("switch %s: %q is not one of %v", l.name, value, l.all())
}

func (l lever) all() []string {
	if l.bool != nil {
		return []string{"true", "false"}
	}
	return l.values
}

// check gives a switch that the profile does not name its first value, and
// refuses a value that does not exist.
func (r *Reading) check() error {
	for _, l := range levers {
		if l.bool == nil && l.get(r) == "" {
			*l.text(r) = l.values[0]
		}
		if err := l.set(r, l.get(r)); err != nil {
			return err
		}
	}
	return nil
}

// Switches lists the ambiguous rules, the value taken of each, and the others.
func (p *Profile) Switches() []Switch {
	out := make([]Switch, len(levers))
	for i, l := range levers {
		out[i] = Switch{Name: l.name, Value: l.get(&p.Reading), Values: l.all()}
	}
	return out
}

// Set is the profile under another reading of one switch. It keeps its hash:
// it serves comparisons alone.
func (p *Profile) Set(name, value string) (*Profile, error) {
	for _, l := range levers {
		if l.name == name {
			own := *p
			err := l.set(&own.Reading, value)
			return &own, err
		}
	}
	return nil, fmt.Errorf("unknown switch %q", name)
}

// Alternative is the clock under another reading of one switch.
type Alternative struct {
	Switch, Value string
	Clock         Clock
}

// Readings lists the clocks that come out otherwise under another value of one
// switch: what the law does not say.
func Readings(p *Profile, t Terms, events []Event, on Date) []Alternative {
	taken := Compute(p, t, events, on)
	var out []Alternative
	for _, s := range p.Switches() {
		for _, value := range s.Values {
			if value == s.Value {
				continue
			}
			other, err := p.Set(s.Name, value)
			if err != nil {
				continue
			}
			if c := Compute(other, t, events, on); !c.same(&taken) {
				out = append(out, Alternative{Switch: s.Name, Value: value, Clock: c})
			}
		}
	}
	return out
}

// same tells whether two clocks say the same to everybody.
func (c *Clock) same(d *Clock) bool {
	if c.State != d.State || c.HalfLast != d.HalfLast || c.SuspendedDays != d.SuspendedDays || len(c.Refused) != len(d.Refused) || c.OpenRequests != d.OpenRequests || len(c.Requests) != len(d.Requests) {
		return false
	}
	for i := range c.Requests {
		if c.Requests[i].WindowLast != d.Requests[i].WindowLast {
			return false
		}
	}
	mine, theirs := c.Dates(), d.Dates()
	for i := range mine {
		if mine[i].On != theirs[i].On {
			return false
		}
	}
	return true
}

// NamedDate is one date of a clock by its stable name, as law cases write it.
type NamedDate struct {
	Name string
	On   Date
}

// Dates lists every date of a clock in a fixed order, NoDate where none applies.
func (c *Clock) Dates() []NamedDate {
	return []NamedDate{
		{"complete_on", c.CompleteOn}, {"missing_window_last", c.MissingLast}, {"fetch_notice_last", c.FetchNoticeLast}, {"half_last", c.HalfLast},
		{"due_on", c.DueOn}, {"silence_effect_on", c.SilenceOn}, {"act_due", c.ActDue}, {"higher_due", c.HigherDue}, {"attestation_due", c.AttestationDue},
		{"appeal_last", c.AppealLast}, {"appeal_reply_due", c.AppealReplyDue}, {"appeal_silence_last", c.AppealSilenceLast},
		{"president_decision_due", c.PresidentDue}, {"court_last", c.CourtLast}, {"answer_last", c.AnswerLast}, {"complaint_last", c.ComplaintLast},
		{"head_answer_last", c.HeadAnswerLast}, {"commission_complaint_last", c.CommissionComplaintLast}, {"commission_answer_last", c.CommissionAnswerLast},
		{"rectify_last", c.RectifyLast},
	}
}
