package service

import (
	"fmt"
	"slices"
	"strings"
)

// Rules of law 55-19 about the clock of an act: its delay, extension, silence,
// and what may stop it.
var (
	lawDelay         = rule{id: "law-delay", article: "55-19 art. 16"}
	lawCap           = rule{id: "law-delay-cap", article: "55-19 art. 16"}
	lawInfoCap       = rule{id: "law-delay-cap", article: "31-13 art. 16", mend: "mend_working"}
	lawSteps         = rule{id: "steps-delay", article: "55-19 art. 16"}
	lawInfoSteps     = rule{id: "steps-delay", article: "31-13 art. 16"}
	lawStepSuspends  = rule{id: "law-step-suspends", article: "55-19 art. 16"}
	lawStepAsks      = rule{id: "law-step-asks", article: "55-19 art. 7, 10, 14"}
	lawSilence       = rule{id: "law-silence", article: "55-19 art. 6 (6)"}
	lawSilenceList   = rule{id: "law-silence-list", article: "55-19 art. 19"}
	lawExtension     = rule{id: "law-extension", article: "55-19 art. 6 (7)"}
	lawExtensionList = rule{id: "law-extension-list", article: "55-19 art. 17"}
	lawUnconfirmed   = rule{id: "law-list-unconfirmed", article: "55-19 art. 16, 17, 19", severity: SeverityWarning}
	lawWindow        = rule{id: "law-window", article: "55-19 art. 10"}
	lawReturn        = rule{id: "law-return", article: "55-19 art. 7 (4), 14"}
)

// limit is the longest delay that the act may have, 0 where there is none, and
// the list that says so, or nil.
func (l *lawLinter) limit() (int, *listed) {
	longest := l.law.caps[l.c.d.Kind].Days
	if act := l.law.lists.Investment.act(l.c.src.Law.Act); act != nil && l.c.d.Kind != KindInvestment {
		if short := l.law.caps[KindInvestment].Days; longest == 0 || short < longest {
			return short, act
		}
	}
	return longest, nil
}

// delay judges the delay, the applicant's window and the grounds of a return.
func (l *lawLinter) delay() {
	law, kind := &l.c.src.Law, l.c.d.Kind
	longest, list := l.limit()
	over := lawCap
	if kind == KindInformation {
		over = lawInfoCap
	}
	switch {
	case kind == KindOnTheSpot:
	case law.Delay.Days <= 0:
		l.f.add(lawDelay, l.line("delay"), "none")
	case longest == 0 || law.Delay.Days <= longest:
	case list != nil:
		l.f.add(over, law.Delay.Line, "listed", "days", law.Delay.Days, "act", law.Act, "max", longest)
		l.unconfirmed(list, "investment")
	default:
		l.f.add(over, law.Delay.Line, "over", "days", law.Delay.Days, "kind", kind, "max", longest)
	}
	if own := law.Correction; own.Line > 0 && own.Days != l.law.window {
		l.f.add(lawWindow, own.Line, "other", "days", own.Days, "window", l.law.window)
	}
	for _, r := range law.Returns {
		if r == "originals" || r == "information" {
			l.f.add(lawReturn, l.line("returns"), r)
		}
	}
}

// silence judges what silence means against the kind of the act and the list.
func (l *lawLinter) silence() {
	law, line := &l.c.src.Law, l.line("silence")
	kind := l.c.d.Kind
	act := l.law.lists.Silence.act(law.Act)
	switch {
	case law.Silence == "":
		l.f.add(lawSilence, line, "none")
	case law.Silence == "consent" && kind != KindListedSilence, law.Silence == "appeal" && kind == KindListedSilence:
		l.f.add(lawSilenceList, line, "kind", "silence", law.Silence, "kind", kind)
	case law.Silence == "consent" && law.Act == "":
		l.f.addMend(lawSilenceList, line, lawSilenceList.term("mend_act"), "unnamed")
	case law.Silence == "consent" && act == nil:
		l.f.addMend(lawSilenceList, line, lawSilenceList.term("mend_act"), "unlisted", "act", law.Act)
	case law.Silence == "appeal" && act != nil:
		l.f.addMend(lawSilenceList, line, lawSilenceList.term("mend_consent"), "listed", "act", law.Act)
		l.unconfirmed(act, "silence")
	case law.Silence == "consent":
		l.unconfirmed(act, "silence")
	}
}

// extension judges the case in which the delay may be extended (art. 6 (7), 17).
func (l *lawLinter) extension() {
	law, line := &l.c.src.Law, l.line("extension")
	if law.Extension == "any" {
		l.f.add(lawExtension, line, "any")
	}
	if extends(law.Extension) {
		ground := word("extension." + law.Extension)
		if l.c.d.texts["fr"]["extension"] == "" && l.c.d.texts["ar"]["extension"] == "" {
			l.f.addMend(lawExtension, line, lawExtension.term("mend_conditions"), "conditions", "ground", ground)
		}
		act := l.law.lists.Extension.act(law.Act)
		switch {
		case law.Act == "":
			l.f.add(lawExtensionList, line, "unnamed", "ground", ground)
		case act == nil || !slices.Contains(act.For, law.Extension):
			l.f.add(lawExtensionList, line, "unlisted", "act", law.Act, "ground", ground)
		default:
			l.unconfirmed(act, "extension")
		}
	} else if law.Act != "" && !l.law.lists.knows(law.Act) && law.Silence != "consent" {
		l.f.addMend(ruleReference, l.line("act"), suggest(law.Act, l.law.lists.ids()), "act", "act", law.Act)
	}
}

// unconfirmed warns that a list relied on was not read in the gazette.
func (l *lawLinter) unconfirmed(act *listed, list string) {
	if !act.confirmed() {
		l.f.add(lawUnconfirmed, l.line("act"), "reported", "act", act.ID, "list", word("list."+list), "source", act.Source)
	}
}

// steps checks that the review fits in the delay, by its arithmetic, and that
// no step stops the clock or asks the applicant.
func (l *lawLinter) steps() {
	var terms []string
	days := 0
	for _, s := range l.c.d.Steps {
		if s.Suspends {
			l.f.add(lawStepSuspends, s.Line, "suspends", "id", s.ID)
		}
		if len(s.Asks) > 0 {
			l.f.add(lawStepAsks, s.Line, "asks", "id", s.ID, "asked", s.Asks)
		}
		if s.Days > 0 && !(extends(s.Kind) && s.Kind == l.c.src.Law.Extension) { // such a step runs in the extension
			days += s.Days
			terms = append(terms, fmt.Sprintf("%s %d", s.ID, s.Days))
		}
	}
	said, allowed := "delay", l.c.src.Law.Delay.Days
	if longest, _ := l.limit(); longest > 0 && (allowed <= 0 || longest < allowed) {
		said, allowed = "cap", longest
	}
	if allowed <= 0 || days <= allowed {
		return
	}
	r := lawSteps
	if l.c.d.Kind == KindInformation {
		r = lawInfoSteps
	}
	l.f.add(r, l.c.line("steps"), said, "sum", fmt.Sprintf("%s = %d", strings.Join(terms, " + "), days), "days", allowed, "over", days-allowed)
}
