package service

import (
	"slices"

	"wasl/internal/domain/authority"
)

// Rules of sense: what reads well and cannot work.
var (
	senseNever    = rule{id: "never-asked", mend: "Correct the condition, or remove the question."}
	senseMaybe    = rule{id: "never-asked", severity: SeverityWarning, mend: "Check the condition: no answers were found for which it holds."}
	senseAlways   = rule{id: "always-asked", severity: SeverityWarning, mend: "Remove the condition: it holds for every answer tried."}
	senseEnd      = rule{id: "path-empty", mend: "Ask at least one question without condition."}
	senseUnused   = rule{id: "unused-question", article: "55-19 art. 4 (6)", severity: SeverityWarning, mend: "Ask only what somebody or something uses: let a step see its section, or remove it."}
	senseSamePage = rule{id: "same-page", severity: SeverityWarning, mend: "Ask it on an earlier page: without scripts it appears only after the page was sent."}
	senseOutcome  = rule{id: "outcome", mend: "Name the document that is given: outcome: {grant: {document: …}}."}
	senseSteps    = rule{id: "steps-delay", severity: SeverityWarning, mend: "Shorten the steps: they never suspend the legal delay."}
	senseNobody   = rule{id: "steps-none", severity: SeverityWarning, mend: "Add the steps of the review."}
	senseOffer    = rule{id: "offer", severity: SeverityWarning, mend: "Add an offer in authorities/, or remove the service."}
	senseOfferBy  = rule{id: "offer-authority", mend: "Correct the offer in authorities/, or offered_by, unit and steps here."}
	senseCovered  = rule{id: "example-coverage", severity: SeverityWarning, mend: "Add an example that answers it."}
)

// lint judges whether a compiled definition makes sense.
func (d *Definition) lint(book *authority.Book) []Finding {
	f := newFindings(d.bundle.path("service.yaml"))
	d.lintConditions(f)
	d.lintDocument(f)
	d.lintUse(f)
	d.lintSteps(f)
	d.lintOffers(book, f)
	d.lintCoverage(book, f)
	return f.sorted()
}

// lintConditions checks that every question can be asked and every route ends.
func (d *Definition) lintConditions(f *findings) {
	always := false
	for _, q := range d.order {
		own := f.in(q.File)
		if q.when == nil {
			always = always || !q.kind.none
			continue
		}
		switch r := d.reach(q); {
		case !r.asked && r.whole:
			own.add(senseNever, q.Line, "%s is never asked: %q holds for no answers", q.ID, q.When.Text)
		case !r.asked:
			own.add(senseMaybe, q.Line, "%s seems never to be asked", q.ID)
		case !r.passed && r.whole:
			own.add(senseAlways, q.Line, "%s is always asked: %q holds for all answers", q.ID, q.When.Text)
		}
		for _, id := range q.when.reads {
			if other := d.Questions[id]; other.Page == q.Page && other.Type != Computed {
				own.add(senseSamePage, q.Line, "the condition of %s reads %s, asked on the same page", q.ID, id)
			}
		}
	}
	if !always {
		f.add(senseEnd, d.lines["form"], "some routes through the form ask nothing")
	}
}

// lintUse checks that every fact asked is used: by an expression, a search, a
// document, or a step that sees its section.
func (d *Definition) lintUse(f *findings) {
	if len(d.Steps) == 0 {
		f.add(senseNobody, d.lines["steps"], "nobody reviews a file")
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
			f.in(q.File).add(senseUnused, q.Line, "%s is asked and nothing uses it: no step sees the section %q", q.ID, q.Section)
		}
	}
}

func (d *Definition) lintSteps(f *findings) {
	days := 0
	for _, s := range d.Steps {
		days += s.Days
	}
	if limit := d.Law.Delay.Days; limit > 0 && days > limit {
		f.add(senseSteps, d.lines["steps"], "the steps take %d days together; the delay is %d", days, limit)
	}
}

// lintOffers checks that those who offer the service can.
func (d *Definition) lintOffers(book *authority.Book, f *findings) {
	if book == nil {
		return
	}
	offers := book.Offers(d.ID)
	if len(offers) == 0 {
		f.add(senseOffer, 1, "no authority offers the service")
	}
	for _, o := range offers {
		a := book.Authority(o.Authority)
		if d.OfferedBy != "any" && d.OfferedBy != "" && a.Kind != d.OfferedBy {
			f.add(senseOfferBy, d.lines["offered_by"], "%s offers it and is of kind %s, not %s", a.ID, a.Kind, d.OfferedBy)
		}
		for _, s := range d.Steps {
			if s.Unit != "" && a.Unit(s.Unit) == nil {
				f.add(senseOfferBy, s.Line, "step %s goes to the unit %q, which %s does not have", s.ID, s.Unit, a.ID)
			}
		}
		for _, id := range keysOf(o.Fees) {
			if !slices.ContainsFunc(d.Fees, func(fee Fee) bool { return fee.ID == id }) {
				f.add(senseOfferBy, d.lines["fees"], "%s sets the fee %q, which the service does not have", a.ID, id)
			}
		}
	}
}

// lintCoverage checks that the examples go through every question.
func (d *Definition) lintCoverage(book *authority.Book, f *findings) {
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
		if len(examples) > 0 && !open[q.ID] {
			f.in(q.File).add(senseCovered, q.Line, "no example asks %s", q.ID)
		}
	}
}
