package lawcase

import (
	"slices"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/clock"
)

var laws = map[string]bool{"": true, clock.LawInformation: true, clock.LawCourt: true, clock.LawCourtNew: true, clock.LawData: true}

// terms reads the service, or the law that runs instead of one.
func (r *reader) terms(n *yaml.Node, t *clock.Terms) {
	if s := n.Get("service"); s != nil && s.Kind != yaml.Nothing {
		if r.keys(s, "service", "delay", "kind", "silence", "authority", "extension", "law", "urgent", "fetch", "appeal") {
			t.Days = r.number(s.Get("delay"), "delay")
			t.Kind = r.word(s.Get("kind"), "kind", clock.KindNormal, clock.KindInvestment, clock.KindConsent, clock.KindInformation, clock.KindOnTheSpot)
			t.Silence = r.word(s.Get("silence"), "silence", clock.MeansConsent, clock.MeansAppeal)
			t.Authority = r.word(s.Get("authority"), "authority", clock.AuthorityState, clock.AuthorityBody, clock.AuthorityDeconcentrated, clock.AuthorityLocal)
			if t.Silence == "" && t.Kind == clock.KindConsent {
				t.Silence = clock.MeansConsent
			}
			t.Extension = r.extension(s.Get("extension"))
			r.aside(s, t)
		}
	}
	if law := n.Get("law"); law != nil && law.Kind == yaml.Table {
		if r.keys(law, "law", "law", "urgent", "fetch", "appeal", "authority") {
			t.Authority = r.word(law.Get("authority"), "authority", clock.AuthorityState, clock.AuthorityBody, clock.AuthorityDeconcentrated, clock.AuthorityLocal)
			r.aside(law, t)
		}
		n = &yaml.Node{Kind: yaml.Table}
	}
	r.aside(n, t)
	if n.Get("service") == nil && t.Law == "" && n.Get("law") == nil {
		r.fail(n.Line, "a case needs a service, or a law")
	}
}

// aside reads what may stand in the service or beside it.
func (r *reader) aside(n *yaml.Node, t *clock.Terms) {
	if law := n.Get("law"); law != nil {
		text := r.text(law, "law")
		if text == "55-19" {
			text = ""
		}
		if !laws[text] {
			r.fail(law.Line, "law must be 55-19, 31-13, 41-90, 58-25 or 09-08")
		}
		t.Law = text
	}
	t.Urgent = t.Urgent || r.yes(n.Get("urgent"), "urgent")
	t.Fetch = t.Fetch || r.yes(n.Get("fetch"), "fetch")
	if a := n.Get("appeal"); a != nil && a.Kind != yaml.Nothing {
		t.Appeal = r.word(a, "appeal", clock.Commission)
	}
}

// extension is false, true, or the ground that allows one.
func (r *reader) extension(n *yaml.Node) string {
	switch text := r.text(n, "extension"); {
	case n == nil || text == "false" || text == "none":
		return ""
	case text == "true":
		return clock.ForAny
	default:
		return text
	}
}

// word is one of the known words.
func (r *reader) word(n *yaml.Node, name string, known ...string) string {
	text := r.text(n, name)
	for _, k := range append(known, "") {
		if text == k {
			return text
		}
	}
	r.fail(n.Line, "%s must be one of %v", name, known)
	return ""
}

func (r *reader) events(n *yaml.Node, name string) []clock.Event {
	var out []clock.Event
	for _, item := range r.list(n, name, mostEvents) {
		out = append(out, r.event(item))
	}
	unnamed := len(out) > 0 && slices.Equal(out[0].Missing, []string{""})
	for i := range out {
		if unnamed && out[i].Do == clock.Supply { // of pieces that have no names it brings all
			out[i].Docs = nil
		}
	}
	return out
}

func (r *reader) event(n *yaml.Node) clock.Event {
	var e clock.Event
	if !r.keys(n, "an event", "at", "do", "docs", "missing", "reason", "days", "for", "received", "notified",
		"changed", "repeat", "same_applicant", "refused_before", "on_the_spot") {
		return e
	}
	if n.Get("at") == nil {
		r.fail(n.Line, "an event without at")
	} else {
		e.At = r.at(n.Get("at"))
	}
	if e.Do = r.text(n.Get("do"), "do"); !clock.Known(e.Do) {
		r.fail(n.Line, "unknown act %q", e.Do)
	}
	if docs := r.texts(n.Get("docs"), "docs"); len(docs) > 0 {
		e.Docs = docs
	}
	e.Missing = r.missing(n.Get("missing"))
	if reason := n.Get("reason"); reason != nil && (reason.Text == "false" || reason.Kind == yaml.Text && reason.Text == "") {
		e.Reason = clock.NoReason
	}
	e.Days = r.number(n.Get("days"), "days")
	e.For = r.text(n.Get("for"), "for")
	e.Received = r.date(n.Get("received"), "received")
	e.Notified = r.date(n.Get("notified"), "notified")
	e.OnTheSpot = r.yes(n.Get("on_the_spot"), "on_the_spot")
	e.Changed, e.Repeat = r.said(n, "changed"), r.said(n, "repeat")
	e.SameApplicant, e.RefusedBefore = r.said(n, "same_applicant"), r.said(n, "refused_before")
	return e
}

// missing is the pieces still to come: their names, or true for some.
func (r *reader) missing(n *yaml.Node) []string {
	if n == nil || n.Text == "false" {
		return nil
	}
	if n.Kind == yaml.Bool {
		return []string{""}
	}
	if all := r.texts(n, "missing"); len(all) > 0 {
		return all
	}
	return nil
}

// said is a yes or no that may be left open.
func (r *reader) said(n *yaml.Node, name string) *bool {
	v := n.Get(name)
	if v == nil || v.Kind == yaml.Nothing {
		return nil
	}
	b := r.yes(v, name)
	return &b
}
