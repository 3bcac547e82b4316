package service

import (
	"slices"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
)

// Rules of law. The articles are of law 55-19 unless they name another.
var (
	lawBasis     = rule{id: "law-basis", article: "55-19 art. 3, 6", mend: "Name the text and the article that provide for this act."}
	lawAuthority = rule{id: "law-authority", article: "55-19 art. 6 (2)", mend: "Say which kind of authority decides: offered_by."}
	lawFiling    = rule{id: "law-filing", article: "55-19 art. 6 (3), 30", mend: "Write filing: [online, counter]."}
	lawFee       = rule{id: "law-fee", article: "55-19 art. 6 (4)", mend: "Name the text that sets the fee: basis: {text, article}."}
	lawDelay     = rule{id: "law-delay", article: "55-19 art. 16", mend: "Write law: {delay: {days: …}}."}
	lawCap       = rule{id: "law-delay-cap", article: "55-19 art. 16", mend: "Shorten the delay to the cap."}
	lawInfoCap   = rule{id: "law-delay-cap", article: "31-13 art. 16", mend: "Shorten the delay to the cap; it is in working days."}
	lawSilence   = rule{id: "law-silence", article: "55-19 art. 6 (6)", mend: "Write silence: appeal, or consent where the act is listed."}
	lawList      = rule{id: "law-silence-list", article: "55-19 art. 19", mend: "Silence is consent for the listed acts alone: kind: listed-silence-consent."}
	lawAppeal    = rule{id: "law-appeal", article: "55-19 art. 6 (6), 21", mend: "Say who hears the appeal: appeal."}
	lawExtension = rule{id: "law-extension", article: "55-19 art. 6 (7), 17", mend: "Name its case: expertise or inquiry; false where the act is not listed."}
	lawCopies    = rule{id: "law-copies", article: "55-19 art. 7 (1)", mend: "Ask for one copy."}
	lawLegalised = rule{id: "law-legalised", article: "55-19 art. 7 (2)", mend: "Ask for a plain signature."}
	lawPublic    = rule{id: "law-public-document", article: "55-19 art. 7 (3)", severity: SeverityWarning, mend: "Do not ask for what is public and does not concern the person."}
	lawCertified = rule{id: "law-certified", article: "55-19 art. 7 (4)", mend: "Ask for a plain copy; originals may be inspected later, once, for a reason."}
	lawCNIE      = rule{id: "law-beside-cnie", article: "04-20 art. 11", mend: "Remove the document: the national card proves it."}
	lawHeld      = rule{id: "law-held-elsewhere", article: "55-19 art. 23", severity: SeverityWarning, mend: "Let the administration get it, with consent: fetch."}
	lawConsent   = rule{id: "law-fetch-consent", article: "55-19 art. 24", mend: "Ask the applicant's consent with a yesno and name it in when."}
	lawOnce      = rule{id: "law-once", article: "55-19 art. 4 (8)", severity: SeverityWarning, mend: "Ask for a document once."}
	lawReasons   = rule{id: "law-reasons", article: "55-19 art. 18", mend: "List the reasons of a refusal: outcome: {refuse: {reasons: […]}}."}
	lawRetention = rule{id: "law-retention", article: "09-08 art. 3", mend: "Say how long a file is kept: retention: {years, after}."}
	lawNotice    = rule{id: "law-notice", article: "09-08 art. 5", mend: "Name the data notice: data: {notice: …}."}
	lawSensitive = rule{id: "law-sensitive", article: "09-08 art. 12", severity: SeverityWarning, mend: "Get the prior authorisation and name it in data.notice."}
)

// lawLinter judges one service, also where it does not compile.
type lawLinter struct {
	c     *compiler
	f     *findings
	words map[string]map[Lang]*phrase
}

func (c *compiler) lintLaw(caps map[string]clock.CapRule) []Finding {
	l := &lawLinter{c: c, f: newFindings(c.b.path("service.yaml")), words: lawWords()}
	l.card(caps)
	l.delay(caps)
	l.fetches()
	l.texts()
	l.documents()
	return l.f.sorted()
}

// card judges the legal card of the act (art. 6).
func (l *lawLinter) card(map[string]clock.CapRule) {
	law, line := l.c.src.Law, l.c.line("law")
	if len(law.Basis) == 0 {
		l.f.add(lawBasis, line, "the act has no legal basis")
	}
	for _, a := range law.Basis {
		if a.Text == "" || a.Article == "" {
			l.f.add(lawBasis, a.Line, "the legal basis names no text or no article")
		}
	}
	if l.c.src.OfferedBy == "" {
		l.f.add(lawAuthority, l.c.line("service"), "the authority that decides is not said")
	}
	if len(l.c.src.Filing) == 0 {
		l.f.add(lawFiling, l.c.line("filing"), "the ways of filing are not said")
	} else if !slices.Contains(l.c.src.Filing, "counter") {
		l.f.add(lawFiling, l.c.line("filing"), "filing on paper is not offered; it stays a right")
	}
	for _, fee := range l.c.src.Fees {
		if fee.Basis.Text == "" || fee.Basis.Article == "" {
			l.f.add(lawFee, fee.Line, "the fee %s has no legal text", fee.ID)
		}
	}
	if law.Appeal == "" {
		l.f.add(lawAppeal, line, "the appeal is not said")
	}
	if len(l.c.src.Outcome.Refuse.Reasons) == 0 {
		l.f.add(lawReasons, l.c.line("outcome"), "a refusal would have no reasons")
	}
	if law.Retention.Years <= 0 || law.Retention.After == "" {
		l.f.add(lawRetention, line, "the time a file is kept is not said")
	}
	if law.Data.Notice == "" {
		l.f.add(lawNotice, line, "the data notice is not named")
	}
	if law.Data.Sensitive {
		l.f.add(lawSensitive, line, "the answers hold sensitive data")
	}
}

// delay judges the delay, its extension and what silence means.
func (l *lawLinter) delay(caps map[string]clock.CapRule) {
	law, line, kind := l.c.src.Law, l.c.line("law"), l.c.d.Kind
	limit, capped := caps[kind]
	over := lawCap
	if kind == KindInformation {
		over = lawInfoCap
	}
	switch {
	case kind == KindOnTheSpot:
	case law.Delay.Days <= 0:
		l.f.add(lawDelay, line, "the delay is not said")
	case capped && law.Delay.Days > limit.Days:
		l.f.add(over, law.Delay.Line, "the delay is %d days; for a %s act it is %d at most", law.Delay.Days, kind, limit.Days)
	}
	listed := kind == KindListedSilence
	switch {
	case law.Silence == "":
		l.f.add(lawSilence, line, "what silence means is not said")
	case law.Silence == "consent" && !listed, law.Silence == "appeal" && listed:
		l.f.add(lawList, line, "silence means %s, but the kind of the act is %s", law.Silence, kind)
	}
	if law.Extension == "any" {
		l.f.add(lawExtension, line, "the delay can be extended without a case")
	}
}

// fetches checks that nothing is fetched without consent.
func (l *lawLinter) fetches() {
	for _, f := range l.c.d.Fetch {
		consent := false
		if f.when != nil {
			for _, id := range f.when.reads {
				q := l.c.d.Questions[id]
				consent = consent || q.Type == YesNo || q.Type == Declaration
			}
		} else if f.When.Text != "" {
			continue // its condition is a finding already
		}
		if !consent {
			l.f.add(lawConsent, f.Line, "%s is fetched without asking the applicant", f.ID)
		}
	}
}

// texts looks for forbidden demands in everything an applicant reads.
func (l *lawLinter) texts() {
	rules := []struct {
		word string
		rule rule
		what string
	}{
		{"copies", lawCopies, "asks for more than one copy"},
		{"legalised", lawLegalised, "asks for a legalised signature"},
		{"certified", lawCertified, "asks for a certified copy"},
		{"public", lawPublic, "asks for a document that is public"},
	}
	for _, lang := range i18n.Langs {
		for _, key := range keysOf(l.c.places[lang]) {
			top, _, _ := strings.Cut(key, ".")
			if contains([]string{"basis", "refuse", "steps", "fees", "fetch"}, top) {
				continue
			}
			at := l.c.places[lang][key]
			for _, r := range rules {
				if said := l.words[r.word][lang].demand(at.text); said != "" {
					l.f.in(at.file).add(r.rule, at.line, "%q %s: %s", key, r.what, said)
				}
			}
		}
	}
}

// documents judges what the applicant must bring.
func (l *lawLinter) documents() {
	d := l.c.d
	card := slices.ContainsFunc(d.order, func(q *Question) bool { return q.Type == CNIE })
	if g := d.Outcome.Grant.Document; strings.Contains(g, "cnie") || strings.Contains(g, "national-card") {
		card = false // the act delivered is the card itself
	}
	labels := map[string]string{}
	for _, q := range d.order {
		if q.Type != File && q.Type != Statement {
			continue
		}
		for _, lang := range i18n.Langs {
			for _, end := range []string{".label", ".hint"} {
				at, ok := l.c.places[lang][q.key+end]
				if !ok {
					continue
				}
				if said := l.words["beside_cnie"][lang].demand(at.text); said != "" && card {
					l.f.in(at.file).add(lawCNIE, at.line, "%s asks for a document beside the national card: %s", q.ID, said)
				}
				if said := l.words["held"][lang].demand(at.text); said != "" && q.Type == File && !l.fetched(lang, said) {
					l.f.in(at.file).add(lawHeld, at.line, "%s asks for a document that another administration holds: %s", q.ID, said)
				}
			}
		}
		label := d.texts[i18n.FR][q.key+".label"]
		if other := labels[label]; q.Type == File && label != "" && other != "" {
			l.f.in(q.File).add(lawOnce, q.Line, "%s and %s ask for the same document", other, q.ID)
		}
		if q.Type == File {
			labels[label] = q.ID
		}
	}
}

// fetched tells whether the service can get the document itself.
func (l *lawLinter) fetched(lang Lang, said string) bool {
	for _, f := range l.c.d.Fetch {
		if strings.Contains(fold(l.c.places[lang]["fetch."+f.ID].text), said) {
			return true
		}
	}
	return false
}
