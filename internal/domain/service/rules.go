package service

import (
	"cmp"
	"slices"
)

// Rule is a rule that findings name. Ids are stable: tools may rely on them.
type Rule struct {
	ID       string
	Article  string // "55-19 art. 16", or ""
	Severity string // of most of its findings
	Mend     string
}

// Rules lists every rule by id.
func Rules() []Rule {
	var all []Rule
	for _, r := range everyRule() {
		if !slices.ContainsFunc(all, func(x Rule) bool { return x.ID == r.id && x.Article == r.article }) {
			all = append(all, Rule{r.id, r.article, cmp.Or(r.severity, SeverityError), r.mend})
		}
	}
	slices.SortStableFunc(all, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// The rules about form: what a definition must be to be read at all. The rules
// of law are in lint_law.go, those of sense in lint.go.
var (
	ruleFile        = rule{id: "file", mend: "Add the file, as UTF-8 text below 1 MiB."}
	ruleYAML        = rule{id: "yaml", mend: "Correct the YAML at this line."}
	ruleKey         = rule{id: "unknown-key", mend: "Remove the key."}
	ruleShape       = rule{id: "shape", mend: "Write the value in the shape the key takes."}
	ruleValue       = rule{id: "value", mend: "Use one of the values the key takes."}
	ruleRequired    = rule{id: "required-key", mend: "Add the key."}
	ruleID          = rule{id: "id", mend: "Use small Latin letters, digits and _, a letter first, at most 40."}
	ruleTwice       = rule{id: "twice", mend: "Give each its own id: ids are stable for ever."}
	ruleType        = rule{id: "type", mend: "Use one of the question types."}
	ruleAttribute   = rule{id: "attribute", mend: "Remove the key: it has no meaning for this type."}
	ruleBlock       = rule{id: "block", mend: "Use a block that exists, as name@version."}
	ruleCEL         = rule{id: "expression", mend: "Correct the expression; it reads the ids of questions asked before."}
	ruleAhead       = rule{id: "looks-ahead", mend: "Ask the question it reads on an earlier page, or earlier on this one."}
	ruleCost        = rule{id: "expression-cost", mend: "Make the expression simpler, or bound the rows and texts it reads."}
	ruleMissing     = rule{id: "missing-text", mend: "Write the text in this language."}
	ruleExtra       = rule{id: "extra-text", mend: "Remove the text, or correct its key."}
	ruleReference   = rule{id: "reference", mend: "Name something that the definition defines."}
	ruleExampleNone = rule{id: "example-none", severity: SeverityWarning, mend: "Write examples/<id>.yaml: answers and what is expected of them."}
	ruleExample     = rule{id: "example", mend: "Correct the example, or the definition it tests."}
)

func everyRule() []rule {
	return []rule{
		ruleFile, ruleYAML, ruleKey, ruleShape, ruleValue, ruleRequired, ruleID, ruleTwice, ruleType, ruleAttribute, ruleBlock, ruleCEL,
		ruleAhead, ruleCost, ruleMissing, ruleExtra, ruleReference, ruleExampleNone, ruleExample, senseNever, senseMaybe, senseAlways,
		senseEnd, senseUnused, senseSamePage, senseOutcome, senseSteps, senseNobody, senseOffer, senseOfferBy, senseCovered, ruleDocument, rulePlaceholder, lawBasis,
		lawAuthority, lawFiling, lawFee, lawDelay, lawCap, lawInfoCap, lawSilence, lawList, lawAppeal, lawExtension, lawCopies,
		lawLegalised, lawPublic, lawCertified, lawCNIE, lawHeld, lawConsent, lawOnce, lawReasons, lawRetention, lawNotice, lawSensitive,
	}
}
