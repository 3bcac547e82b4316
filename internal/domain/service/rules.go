package service

import (
	"cmp"
	"slices"

	"wasl/internal/base/i18n"
)

// Rule is a rule that findings name. Ids are stable: tools may rely on them.
type Rule struct {
	ID       string
	Article  string // "55-19 art. 16", or ""
	Severity string // of most of its findings

	mend term
}

// Mend is how to mend most of its findings, in l.
func (r Rule) Mend(l Lang) string { return r.mend.in(l) }

// Rules lists every rule by id; a rule that two laws lay down is there twice.
func Rules() []Rule {
	var all []Rule
	for _, r := range everyRule() {
		if !slices.ContainsFunc(all, func(x Rule) bool { return x.ID == r.id && x.Article == r.article }) {
			all = append(all, Rule{r.id, r.article, cmp.Or(r.severity, SeverityError), r.term(cmp.Or(r.mend, "mend"))})
		}
	}
	slices.SortStableFunc(all, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// The rules about form: what a definition must be to be read at all. The rules
// of law are in lint_law.go and lint_data.go, those of sense in lint.go.
var (
	ruleFile        = rule{id: "file"}
	ruleYAML        = rule{id: "yaml"}
	ruleKey         = rule{id: "unknown-key"}
	ruleShape       = rule{id: "shape"}
	ruleValue       = rule{id: "value"}
	ruleRequired    = rule{id: "required-key"}
	ruleID          = rule{id: "id"}
	ruleTwice       = rule{id: "twice"}
	ruleType        = rule{id: "type"}
	ruleAttribute   = rule{id: "attribute"}
	ruleBlock       = rule{id: "block"}
	ruleCEL         = rule{id: "expression"}
	ruleAhead       = rule{id: "looks-ahead"}
	ruleCost        = rule{id: "expression-cost"}
	ruleMissing     = rule{id: "missing-text"}
	ruleExtra       = rule{id: "extra-text"}
	ruleReference   = rule{id: "reference"}
	ruleExampleNone = rule{id: "example-none", severity: SeverityWarning}
	ruleExample     = rule{id: "example"}
	ruleLayout      = rule{id: "document-layout"}
)

func everyRule() []rule {
	return []rule{
		ruleFile, ruleYAML, ruleKey, ruleShape, ruleValue, ruleRequired, ruleID, ruleTwice, ruleType, ruleAttribute, ruleBlock, ruleCEL,
		ruleAhead, ruleCost, ruleMissing, ruleExtra, ruleReference, ruleExampleNone, ruleExample, ruleLayout, ruleDocument, rulePlaceholder,
		senseNever, senseMaybe, senseAlways, senseEnd, senseUnused, senseSamePage, senseOutcome, senseNobody, senseOffer, senseOfferBy, senseCovered,
		lawBasis, lawAuthority, lawFiling, lawSplit, lawFee, lawDelay, lawCap, lawInfoCap, lawSteps, lawInfoSteps, lawStepSuspends, lawStepAsks,
		lawSilence, lawSilenceList, lawAppeal, lawAppealBody, lawExtension, lawExtensionList, lawUnconfirmed, lawWindow, lawReturn,
		lawCopies, lawLegalised, lawPublic, lawCertified, lawBesideCNIE, lawHeld, lawHeldListed, lawOnce, lawReasons, lawConsent, lawApproval,
		lawRetention, lawNotice, lawMarks, lawSensitive, lawCNIE, lawInterconnection, lawAutomatic,
	}
}

// LayoutFinding is what is wrong in the page of a document, which package
// document lays out: the text "document-layout.<said>" filled with args.
func LayoutFinding(file string, line int, said string, args ...any) Finding {
	f := newFindings(file)
	f.add(ruleLayout, line, said, args...)
	return (*f.list)[0].In(i18n.EN)
}
