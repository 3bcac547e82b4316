package service

import (
	"slices"

	"wasl/internal/domain/authority"
)

// Rules of sense: what reads well and cannot work.
var (
	senseNever    = rule{id: "never-asked"}
	senseMaybe    = rule{id: "never-asked", severity: SeverityWarning, mend: "mend_maybe"}
	senseAlways   = rule{id: "always-asked", severity: SeverityWarning}
	senseEnd      = rule{id: "path-empty"}
	senseUnused   = rule{id: "unused-question", article: "55-19 art. 4 (6)", severity: SeverityWarning}
	senseSamePage = rule{id: "same-page", severity: SeverityWarning}
	senseOutcome  = rule{id: "outcome"}
	senseNobody   = rule{id: "steps-none", severity: SeverityWarning}
	senseOffer    = rule{id: "offer", severity: SeverityWarning}
	senseOfferBy  = rule{id: "offer-authority"}
	senseCovered  = rule{id: "example-coverage", severity: SeverityWarning}
)

// lint judges whether a compiled definition makes sense.
func (d *Definition) lint(book *authority.Book) []Finding {
	f := newFindings(d.bundle.path("service.yaml"))
	never := d.lintConditions(f)
	d.lintDocument(f)
	d.lintUse(f)
	d.lintOffers(book, f)
	d.lintCoverage(book, never, f)
	return f.sorted()
}

// lintConditions checks that every question can be asked and every route ends;
// it lists those that seem never to be asked.
func (d *Definition) lintConditions(f *findings) (never []*Question) {
	always := false
	for _, q := range d.order {
		own := f.in(q.File)
		if q.when == nil {
			always = always || !q.kind.none
			continue
		}
		switch r := d.reach(q); {
		case !r.asked && r.whole:
			own.add(senseNever, q.Line, "proven", "id", q.ID, "when", q.When.Text)
		case !r.asked:
			own.add(senseMaybe, q.Line, "seems", "id", q.ID)
			never = append(never, q)
		case !r.passed && r.whole:
			own.add(senseAlways, q.Line, "proven", "id", q.ID, "when", q.When.Text)
		}
		for _, id := range q.when.reads {
			if other := d.Questions[id]; other.Page == q.Page && other.Type != Computed {
				own.add(senseSamePage, q.Line, "reads", "id", q.ID, "other", id)
			}
		}
	}
	if !always {
		f.add(senseEnd, d.lines["form"], "routes")
	}
	return never
}

// lintUse checks that every fact asked is used: by an expression, a search, a
// document, or a step that sees its section.
func (d *Definition) lintUse(f *findings) {
	if len(d.Steps) == 0 {
		if d.Kind != KindOnTheSpot {
			return // lawAuthority says so
		}
		f.add(senseNobody, d.lines["steps"], "nobody")
		return
	}
	seen := map[string]bool{}
	for _, s := range d.Steps {
		if len(s.Sees) == 0 { // the unit's own steps see the whole file
			return
		}
		for _, section := range s.Sees {
			seen[section] = true
		}
	}
	for _, q := range d.order {
		if !q.kind.none && q.Type != Declaration && !q.used && !seen[q.Section] {
			f.in(q.File).add(senseUnused, q.Line, "unused", "id", q.ID, "section", q.Section)
		}
	}
}

// lintOffers checks that those who offer the service can.
func (d *Definition) lintOffers(book *authority.Book, f *findings) {
	if book == nil {
		return
	}
	offers := book.Offers(d.ID)
	if len(offers) == 0 {
		f.add(senseOffer, 1, "none")
	}
	for _, o := range offers {
		a := book.Authority(o.Authority)
		if d.OfferedBy != "any" && d.OfferedBy != "" && a.Kind != d.OfferedBy {
			f.add(senseOfferBy, d.lines["offered_by"], "kind", "authority", a.ID, "kind", a.Kind, "wanted", d.OfferedBy)
		}
		for _, s := range d.Steps {
			if s.Unit != "" && a.Unit(s.Unit) == nil {
				f.add(senseOfferBy, s.Line, "unit", "id", s.ID, "unit", s.Unit, "authority", a.ID)
			}
		}
		for _, id := range keysOf(o.Fees) {
			if !slices.ContainsFunc(d.Fees, func(fee Fee) bool { return fee.ID == id }) {
				f.add(senseOfferBy, d.lines["fees"], "fee", "authority", a.ID, "fee", id)
			}
		}
	}
}

// lintCoverage checks that the examples go through every question that can be
// asked.
func (d *Definition) lintCoverage(book *authority.Book, never []*Question, f *findings) {
	var t *authority.Territory
	if book != nil {
		t = book.Territory
	}
	open := map[string]bool{}
	examples := d.Examples()
	for i := range examples {
		for id := range examples[i].run(d, t).Open {
			open[id] = true
		}
	}
	for _, q := range d.order {
		if len(examples) > 0 && !open[q.ID] && !slices.Contains(never, q) {
			f.in(q.File).add(senseCovered, q.Line, "unasked", "id", q.ID)
		}
	}
}
