package service

import (
	"cmp"
	"slices"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/lawcase"
)

// authorityKinds are the clock's names for the kinds of authority, which decide
// who is asked after a silence and who hears an appeal (law 55-19 art. 19-21).
var authorityKinds = map[string]string{authority.Commune: clock.AuthorityLocal, authority.Ministry: clock.AuthorityState,
	authority.Agency: clock.AuthorityBody, authority.Deconcentrate: clock.AuthorityDeconcentrated}

// Terms are the clock's terms of this version at an authority of a kind: the
// kind that the version names decides. An authority of any other kind is a
// body: its head answers.
func (d *Definition) Terms(authorityKind string) clock.Terms {
	kind := authorityKinds[d.OfferedBy]
	if kind == "" {
		kind = authorityKinds[authorityKind]
	}
	t := clock.Terms{Days: d.Law.Delay.Days, Kind: d.Kind, Silence: d.Law.Silence, Authority: cmp.Or(kind, clock.AuthorityBody), Fetch: len(d.Fetch) > 0}
	switch d.Law.Extension {
	case clock.ForExpertise, clock.ForInquiry, clock.ForAny:
		t.Extension = d.Law.Extension
	}
	if d.Law.Appeal == clock.Commission {
		t.Appeal = clock.Commission
	}
	return t
}

// checkLaw runs an example's events with the service's own terms and reports
// where its law says something else than the engine. What is missing at filing
// is what the answers lack, unless the event says it.
func (d *Definition) checkLaw(e *Example, r *Reading, p *clock.Profile, b *authority.Book, f *findings) {
	if e.events == nil && e.law == nil {
		return
	}
	if e.events == nil {
		f.add(ruleExample, e.law.line, "law_alone")
		return
	}
	if p == nil { // a tree without law/: nothing to count with
		return
	}
	kind := ""
	if b != nil {
		if a := b.Authority(e.Authority); a != nil {
			kind = a.Kind
		}
		offer, _ := b.Offer(d.ID, e.Authority)
		p = p.With(offer.ClosingDays)
	}
	c, err := lawcase.ParseExample(d.Terms(kind), e.events.positioned(), e.law.positioned())
	if faults, bad := err.(*lawcase.Faults); bad {
		for _, fault := range faults.All {
			f.add(ruleExample, fault.Line, "law_form", "detail", fault.Said)
		}
		return
	}
	for i := range c.Events {
		d.completeEvent(&c.Events[i], e, r, f)
	}
	found, err := c.Check(p)
	if err != nil {
		f.add(ruleExample, e.events.line, "law_form", "detail", err)
	}
	for _, diff := range found {
		f.add(ruleExample, diff.Line, "should_be", "key", "law."+diff.Key, "value", cmp.Or(diff.Got, "null"))
	}
}

// completeEvent gives the filing what its answers lack, and refuses documents
// that the service does not have.
func (d *Definition) completeEvent(act *clock.Event, e *Example, r *Reading, f *findings) {
	if act.Do == clock.File && len(act.Missing) == 0 {
		act.Missing = r.Missing
	}
	for _, doc := range slices.Concat(act.Docs, act.Missing) {
		if q := d.Question(doc); doc != "" && (q == nil || q.Type != File) {
			f.add(ruleExample, e.events.line, "law_document", "id", doc)
		}
	}
}

// positioned is a node as other packages read it.
func (n *node) positioned() *yaml.Node {
	if n == nil {
		return nil
	}
	out := &yaml.Node{Line: n.line, Text: n.text}
	switch n.shape {
	case shapeNothing:
		out.Kind = yaml.Nothing
	case shapeBool:
		out.Kind = yaml.Bool
	case shapeList:
		out.Kind = yaml.List
	case shapeTable:
		out.Kind = yaml.Table
	default:
		out.Kind = yaml.Text
	}
	for _, item := range n.items {
		out.Items = append(out.Items, item.positioned())
	}
	for _, e := range n.keys {
		out.Keys = append(out.Keys, yaml.Entry{Key: e.key, Line: e.line, Value: e.value.positioned()})
	}
	return out
}
