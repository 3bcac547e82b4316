package service

import (
	"slices"
	"strings"

	"wasl/internal/base/i18n"
)

// Rules of law 55-19 about the card of an act and what it asks for. Those of
// its clock are in lint_delay.go, those of law 09-08 in lint_data.go.
var (
	lawBasis      = rule{id: "law-basis", article: "55-19 art. 3, 6"}
	lawAuthority  = rule{id: "law-authority", article: "55-19 art. 6 (2)"}
	lawFiling     = rule{id: "law-filing", article: "55-19 art. 6 (3), 30"}
	lawSplit      = rule{id: "law-split", article: "55-19 art. 6 (3)"}
	lawFee        = rule{id: "law-fee", article: "55-19 art. 6 (4)"}
	lawAppeal     = rule{id: "law-appeal", article: "55-19 art. 6 (6)"}
	lawAppealBody = rule{id: "law-appeal-body", article: "55-19 art. 21"}
	lawCopies     = rule{id: "law-copies", article: "55-19 art. 7 (1)"}
	lawLegalised  = rule{id: "law-legalised", article: "55-19 art. 7 (2)"}
	lawPublic     = rule{id: "law-public-document", article: "55-19 art. 7 (3)"}
	lawCertified  = rule{id: "law-certified", article: "55-19 art. 7 (4)"}
	lawBesideCNIE = rule{id: "law-beside-cnie", article: "04-20 art. 11"}
	lawHeld       = rule{id: "law-held-elsewhere", article: "55-19 art. 23", severity: SeverityWarning}
	lawHeldListed = rule{id: "law-held-listed", article: "55-19 art. 23"}
	lawOnce       = rule{id: "law-once", article: "55-19 art. 4 (8)", severity: SeverityWarning}
	lawReasons    = rule{id: "law-reasons", article: "55-19 art. 18"}
	lawConsent    = rule{id: "law-fetch-consent", article: "55-19 art. 24"}
	lawApproval   = rule{id: "law-fetch-approval", article: "55-19 art. 24"}
)

// lawLinter judges one service, also where it does not compile.
type lawLinter struct {
	c     *compiler
	f     *findings
	law   *legal
	words map[string]map[Lang]*phrase
}

func (c *compiler) lintLaw(law *legal) []Finding {
	l := &lawLinter{c: c, f: newFindings(c.b.path("service.yaml")), law: law, words: lawWords()}
	l.card()
	l.delay()
	l.silence()
	l.extension()
	l.steps()
	l.data()
	l.fetches()
	l.texts()
	l.marks()
	l.documents()
	return l.f.sorted()
}

// card judges the legal card of the act (art. 6).
func (l *lawLinter) card() {
	src := &l.c.src
	if len(src.Law.Basis) == 0 {
		l.f.add(lawBasis, l.line("basis"), "none")
	}
	for _, a := range src.Law.Basis {
		if a.Text == "" || a.Article == "" {
			l.f.add(lawBasis, a.Line, "incomplete")
		}
	}
	if src.OfferedBy == "" {
		l.f.add(lawAuthority, l.c.line("service"), "decides")
	}
	if len(src.Steps) == 0 && l.c.d.Kind != KindOnTheSpot {
		l.f.addMend(lawAuthority, l.c.line("steps"), lawAuthority.term("mend_steps"), "studies")
	}
	if len(src.Filing) == 0 {
		l.f.add(lawFiling, l.c.line("filing"), "none")
	} else if !slices.Contains(src.Filing, "counter") {
		l.f.add(lawFiling, l.c.line("filing"), "paper")
	}
	for _, fee := range src.Fees {
		if fee.Basis.Text == "" || fee.Basis.Article == "" {
			l.f.add(lawFee, fee.Line, "text", "id", fee.ID)
		}
	}
	if len(src.Outcome.Refuse.Reasons) == 0 {
		l.f.add(lawReasons, l.c.line("outcome"), "none")
	}
	l.appeal()
}

// heardBy lists who hears the appeal against each kind of authority (art. 21).
// Law 47-18 has its own appeal for investment commissions (art. 22).
var heardBy = map[string][]string{
	"commune": {"commune", "47-18"}, "ministry": {"ministry", "47-18"},
	"agency": {"agency", "head", "47-18"}, "deconcentrated": {"deconcentrated", "47-18"},
}

func (l *lawLinter) appeal() {
	law, by := &l.c.src.Law, l.c.src.OfferedBy
	bodies, known := heardBy[by]
	switch {
	case law.Appeal == "":
		l.f.add(lawAppeal, l.line("appeal"), "none")
	case known && l.c.d.Kind != KindInformation && contains(appeals, law.Appeal) && !contains(bodies, law.Appeal):
		mend := lawAppealBody.term("mend_body", "bodies", bodies)
		l.f.addMend(lawAppealBody, l.line("appeal"), mend, "other", "authority", by, "body", law.Appeal)
	}
}

// line is where a key of the legal card stands, or the card itself.
func (l *lawLinter) line(key string) int {
	if line := l.c.src.Law.Keys[key]; line > 0 {
		return line
	}
	return l.c.line("law")
}

// fetches checks that nothing is fetched without the applicant's consent and
// approval, nor asked while it is fetched.
func (l *lawLinter) fetches() {
	for i := range l.c.d.Fetch {
		f := &l.c.d.Fetch[i]
		if !f.Approve {
			l.f.add(lawApproval, f.Line, "none", "id", f.ID)
		}
		if f.when == nil && f.When.Text != "" {
			continue // its condition is a finding already
		}
		if !l.consents(f) {
			l.f.add(lawConsent, f.Line, "none", "id", f.ID)
		}
		l.split(f)
	}
}

func (l *lawLinter) consents(f *Fetch) bool {
	return f.when != nil && slices.ContainsFunc(f.when.reads, func(id string) bool {
		q := l.c.d.Questions[id]
		return q.Type == YesNo || q.Type == Declaration
	})
}

// split checks that a document is either the applicant's to provide or the
// administration's to fetch, for any answers.
func (l *lawLinter) split(f *Fetch) {
	if HasErrors(*l.c.f.list) {
		return // conditions cannot be tried
	}
	for _, q := range l.c.d.order {
		if q.Type == File && l.sameDocument(q, f) && l.c.d.together(q.when, f.when) {
			l.f.add(lawSplit, f.Line, "both", "id", f.ID, "question", q.ID)
		}
	}
}

// sameDocument tells whether a question asks for what is fetched: by its id,
// its words, or the name of a document that another administration holds.
func (l *lawLinter) sameDocument(q *Question, f *Fetch) bool {
	if q.ID == f.ID {
		return true
	}
	for _, lang := range i18n.Langs {
		label, fetched := fold(l.c.places[lang][q.key+".label"].text), fold(l.c.places[lang]["fetch."+f.ID].text)
		said := l.words["held"][lang].demand(label)
		if label != "" && label == fetched || said != "" && strings.Contains(fetched, said) {
			return true
		}
	}
	return false
}

// notAsked are the texts that ask nothing of an applicant.
var notAsked = []string{"basis", "refuse", "steps", "fees", "fetch", "extension"}

// texts looks for forbidden demands in everything an applicant reads.
func (l *lawLinter) texts() {
	rules := []struct {
		word string
		rule rule
	}{{"copies", lawCopies}, {"legalised", lawLegalised}, {"certified", lawCertified}, {"public", lawPublic}}
	for _, lang := range i18n.Langs {
		for _, key := range keysOf(l.c.places[lang]) {
			top, _, _ := strings.Cut(key, ".")
			if contains(notAsked, top) {
				continue
			}
			at := l.c.places[lang][key]
			for _, r := range rules {
				if said := l.words[r.word][lang].demand(at.text); said != "" {
					l.f.in(at.file).add(r.rule, at.line, "asks", "key", key, "said", asWritten(at.text, said))
				}
			}
		}
	}
}

// documents judges what the applicant must bring.
func (l *lawLinter) documents() {
	card := l.card04()
	labels := map[string]string{}
	for _, q := range l.c.d.order {
		if q.Type != File && q.Type != Statement {
			continue
		}
		for _, lang := range i18n.Langs {
			for _, end := range []string{".label", ".hint"} {
				if at, ok := l.c.places[lang][q.key+end]; ok {
					l.document(q, lang, at, card)
				}
			}
		}
		if q.Type != File {
			continue
		}
		label := l.c.d.texts[i18n.FR][q.key+".label"]
		if other := labels[label]; label != "" && other != "" {
			l.f.in(q.File).add(lawOnce, q.Line, "twice", "id", q.ID, "other", other)
		}
		labels[label] = q.ID
	}
}

// document judges one text that asks for a document, beside the card or not.
func (l *lawLinter) document(q *Question, lang Lang, at place, card bool) {
	f := l.f.in(at.file)
	if said := l.words["beside_cnie"][lang].demand(at.text); said != "" && card {
		f.add(lawBesideCNIE, at.line, "beside", "id", q.ID, "said", asWritten(at.text, said))
	}
	if q.Type != File {
		return
	}
	for _, listed := range l.law.lists.Held.Documents {
		if said := listed.phrases[lang].demand(at.text); said != "" && listed.confirmed() {
			f.add(lawHeldListed, at.line, "listed", "id", q.ID, "document", listed.ID, "said", asWritten(at.text, said))
			return
		}
	}
	if said := l.words["held"][lang].demand(at.text); said != "" && !l.fetched(lang, said) {
		f.add(lawHeld, at.line, "held", "id", q.ID, "said", asWritten(at.text, said))
	}
}

// card04 tells whether the applicant shows the national card (law 04-20), by
// its number or a copy, for an act other than the card itself.
func (l *lawLinter) card04() bool {
	if g := l.c.d.Outcome.Grant.Document; strings.Contains(g, "cnie") || strings.Contains(g, "national-card") {
		return false
	}
	return slices.ContainsFunc(l.c.d.order, func(q *Question) bool {
		return q.Type == CNIE || q.Type == File && slices.ContainsFunc(i18n.Langs, func(lang Lang) bool {
			return l.words["card"][lang].demand(l.c.places[lang][q.key+".label"].text) != ""
		})
	})
}

// fetched tells whether the service can get the document itself.
func (l *lawLinter) fetched(lang Lang, said string) bool {
	return slices.ContainsFunc(l.c.d.Fetch, func(f Fetch) bool {
		return strings.Contains(fold(l.c.places[lang]["fetch."+f.ID].text), said)
	})
}
