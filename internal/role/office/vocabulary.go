package office

import (
	"unicode"
	"unicode/utf8"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
)

// engineNames are the engine's names of actions that casework calls otherwise.
var engineNames = map[string]string{
	casework.ActFiled: clock.File, casework.ActAnswered: clock.Answer, casework.ActGranted: clock.Grant, casework.ActRefused: clock.Refuse,
	casework.ActWithdrawn: clock.Withdraw, casework.ActExtended: clock.Extend, casework.ActReturned: clock.Return,
}

// actName names an act, of the law's or of casework's own, in the words that
// the portal and the print-out use.
func actName(l i18n.Lang, kind string) string {
	if key := "act." + kind; texts.Has(key) {
		return texts.T(l, key)
	}
	if do := engineNames[kind]; do != "" {
		kind = do
	}
	return words.In(l).Act(kind)
}

// stateName names a state: casework's own, else the clock's.
func stateName(l i18n.Lang, state string) string {
	if key := "state." + state; texts.Has(key) {
		return texts.T(l, key)
	}
	if state == casework.StateConsent {
		state = clock.Consent
	}
	return words.In(l).State(state)
}

// turnName says who has to act.
func turnName(l i18n.Lang, turn string) string { return capital(words.In(l).Turn(turn)) }

// mentionName is the mention of a receipt.
func mentionName(l i18n.Lang, mention string) string {
	if mention == "" {
		return texts.T(l, "mention.none")
	}
	return capital(words.In(l).Mention(mention))
}

// dateName labels a date by its name in law cases.
func dateName(l i18n.Lang, name string) string { return words.In(l).Date(name) }

// capital is a text with its first letter large, where the script has such.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// whyNot is why the law refuses an act, in words.
func whyNot(l i18n.Lang, why string) string {
	if key := "why." + why; texts.Has(key) {
		return texts.T(l, key)
	}
	return words.In(l).Why(why)
}
