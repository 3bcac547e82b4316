package portal

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// day is noon of a civil day.
func day(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(12 * time.Hour)
}

// act is an event of a day; rest may change it.
func act(t testing.TB, on, do string, rest ...func(*clock.Event)) clock.Event {
	e := clock.Event{At: day(t, on), Do: do}
	for _, change := range rest {
		change(&e)
	}
	return e
}

func docs(ids ...string) func(*clock.Event) { return func(e *clock.Event) { e.Docs = ids } }

// local is a permit of a commune, thirty days, with silence as named.
func local(silence string) clock.Terms {
	return clock.Terms{Days: 30, Kind: clock.KindNormal, Silence: silence, Authority: clock.AuthorityLocal, Extension: clock.ForAny}
}

// told is what a case's page says of a clock on a day.
type told struct {
	name   string
	terms  clock.Terms
	on     string
	events func(t testing.TB) []clock.Event
	state  string
	fr, ar string // the sentence, spaces as they are drawn
	acts   []string
}

var tellings = []told{
	{"incomplete", local("appeal"), "2026-02-10", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file", func(e *clock.Event) { e.Missing = []string{"proof_file"} })}
	}, clock.Incomplete,
		"Votre dossier est incomplet : fournissez ce qui manque au plus tard le 4 mars 2026 ; le délai de l'administration court du jour où tout est là.",
		"ملفكم ناقص: أدلوا بما ينقص إلى غاية 4 مارس 2026؛ يبتدئ أجل الإدارة من يوم اكتماله.", nil},
	{"running after a correction", local("consent"), "2026-03-02", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-01-19", "file"), act(t, "2026-01-27", "request-replacement", docs("proof_file")), act(t, "2026-02-19", "answer", docs("proof_file"))}
	}, clock.Running,
		"La commune a jusqu'au 16 mars 2026 pour répondre ; 23 jours de suspension pendant que vous corrigiez ; ensuite, le silence vaut accord.",
		"أمام الجماعة إلى غاية 16 مارس 2026 للجواب؛ توقف الأجل مدة 23 يوما في انتظار التصحيح؛ وبعده يكون السكوت بمثابة موافقة.", nil},
	{"running, extended", local("appeal"), "2026-02-20", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-10", "extend", func(e *clock.Event) { e.For, e.Days = clock.ForInquiry, 10 })}
	}, clock.Running,
		"La commune a jusqu'au 16 mars 2026 pour répondre ; le délai a été prorogé de 10 jours ; ensuite, le silence ouvre un recours.",
		"أمام الجماعة إلى غاية 16 مارس 2026 للجواب؛ مدد الأجل بمدة 10 أيام؛ وبعده يفتح السكوت باب الطعن.", nil},
	{"suspended with a window", local("appeal"), "2026-02-12", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-09", "request-replacement", docs("proof_file"))}
	}, clock.Suspended,
		"Le délai est suspendu depuis le 9 février 2026, jusqu'à votre réponse ; répondez au plus tard le 11 mars 2026, sinon le dossier peut être renvoyé ; si vous répondez à tout aujourd'hui, la commune aura jusqu'au 9 mars 2026.",
		"توقف الأجل منذ 9 فبراير 2026 في انتظار جوابكم؛ أجيبوا إلى غاية 11 مارس 2026، وإلا أمكن إرجاع الملف؛ إن أجبتم اليوم بكل ما طلب، فأمام الجماعة إلى غاية 9 مارس 2026.", nil},
	{"suspended without a window, twice", local("appeal"), "2026-02-12", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-09", "request-information"), act(t, "2026-02-10", "request-originals", docs("proof_file"))}
	}, clock.Suspended,
		"Le délai est suspendu depuis le 9 février 2026, jusqu'à votre réponse ; demandes en attente de votre réponse : 2 ; la loi ne vous fixe pas de dernier jour, mais le délai reste suspendu ; si vous répondez à tout aujourd'hui, la commune aura jusqu'au 9 mars 2026.",
		"عدد الطلبات التي تنتظر جوابكم: 2؛ لا يحدد لكم القانون آخر يوم للجواب، لكن الأجل يبقى موقوفا", nil},
	{"return due", local("appeal"), "2026-03-20", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-09", "request-replacement", docs("proof_file"))}
	}, clock.ReturnDue,
		"Votre temps pour répondre a pris fin le 12 mars 2026 et le dossier peut être renvoyé ; ce qui arrive avant le renvoi compte encore.",
		"انتهى أجل جوابكم في 12 مارس 2026 ويمكن إرجاع الملف؛ ما يصل قبل الإرجاع يحتسب.", nil},
	{"returned", local("appeal"), "2026-03-25", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-09", "request-replacement", docs("proof_file")), act(t, "2026-03-19", "return")}
	}, clock.Returned,
		"Le dossier a été renvoyé le 19 mars 2026, faute de ce qui était demandé ; vous pouvez déposer une nouvelle demande.",
		"أرجع الملف في 19 مارس 2026 لأن المطلوب لم يصل في أجله؛ يمكنكم إيداع طلب جديد.", nil},
	{"silent", local("appeal"), "2026-03-10", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file")}
	}, clock.Silent,
		"Le délai a pris fin le 5 mars 2026 sans réponse ; vous pouvez former un recours jusqu'au 3 avril 2026.",
		"انصرم الأجل في 5 مارس 2026 دون جواب؛ يمكنكم الطعن إلى غاية 3 أبريل 2026.", []string{intake.KindAppeal}},
	{"consent", local("consent"), "2026-03-10", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file")}
	}, clock.Consent,
		"Le délai a pris fin le 5 mars 2026 sans réponse ; le silence vaut accord depuis le 6 mars 2026 ; demandez l'acte : il doit vous être remis dans les 7 jours.",
		"انصرم الأجل في 5 مارس 2026 دون جواب؛ السكوت بمثابة موافقة منذ 6 مارس 2026؛ اطلبوا القرار: يجب تسليمه داخل 7 أيام.", []string{intake.KindClaim, intake.KindAttestation}},
	{"claimed", local("consent"), "2026-03-12", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-03-10", "claim-act")}
	}, clock.Consent,
		"vous avez demandé l'acte le 10 mars 2026 ; il doit vous être remis au plus tard le 18 mars 2026.",
		"طلبتم تسليم القرار في 10 مارس 2026؛ يجب تسليمه إلى غاية 18 مارس 2026.", []string{intake.KindAttestation}},
	{"claimed in vain", local("consent"), "2026-03-19", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-03-10", "claim-act")}
	}, clock.Consent,
		"il devait vous être remis au plus tard le 18 mars 2026.",
		"كان يجب تسليمه إلى غاية 18 مارس 2026.", []string{intake.KindAttestation}},
	{"gone higher", clock.Terms{Days: 30, Kind: clock.KindConsent, Silence: "consent", Authority: clock.AuthorityState}, "2026-03-25", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-03-10", "claim-act"), act(t, "2026-03-23", "go-higher")}
	}, clock.Consent,
		"vous vous êtes adressé à l'autorité supérieure le 23 mars 2026 ; il doit vous être remis au plus tard le 8 avril 2026.",
		"رفعتم الأمر إلى السلطة الأعلى في 23 مارس 2026؛ يجب تسليمه إلى غاية 8 أبريل 2026.", nil},
	{"refused", local("appeal"), "2026-02-20", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-16", "refuse")}
	}, clock.Refused,
		"Votre demande a été refusée le 16 février 2026 ; vous pouvez former un recours jusqu'au 18 mars 2026 ; vous pouvez saisir le tribunal jusqu'au 17 avril 2026.",
		"رفض طلبكم في 16 فبراير 2026؛ يمكنكم الطعن إلى غاية 18 مارس 2026", []string{intake.KindAppeal}},
	{"appealed", local("appeal"), "2026-02-25", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-16", "refuse"), act(t, "2026-02-23", "appeal")}
	}, clock.Refused,
		"vous avez formé un recours le 23 février 2026 ; la réponse est due au plus tard le 11 mars 2026",
		"قدمتم طعنا في 23 فبراير 2026؛ يجب الجواب عنه إلى غاية 11 مارس 2026", nil},
	{"appealed in vain", local("appeal"), "2026-03-12", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-16", "refuse"), act(t, "2026-02-23", "appeal")}
	}, clock.Refused, "la réponse était due au plus tard le 11 mars 2026", "كان يجب الجواب عنه إلى غاية 11 مارس 2026", []string{intake.KindReferral}},
	{"granted", local("appeal"), "2026-02-20", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-16", "grant")}
	}, clock.Granted, "Votre demande a été acceptée le 16 février 2026.", "قبل طلبكم في 16 فبراير 2026.", nil},
	{"withdrawn", local("appeal"), "2026-02-20", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file"), act(t, "2026-02-16", "withdraw")}
	}, clock.Withdrawn, "Vous avez retiré la demande le 16 février 2026 : son délai a pris fin.", "سحبتم الطلب في 16 فبراير 2026: انتهى أجله.", nil},
	{"on the spot", clock.Terms{Kind: clock.KindOnTheSpot, Authority: clock.AuthorityLocal}, "2026-02-02", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file")}
	}, clock.NoClock, "Cet acte est délivré sur place : aucun délai ne court.", "يسلم هذا القرار في الحين: لا يجري أي أجل.", nil},
	{"left unanswered", local("appeal"), "2026-02-20", func(t testing.TB) []clock.Event {
		yes := true
		return []clock.Event{act(t, "2026-02-02", "file", func(e *clock.Event) { e.Repeat = &yes }), act(t, "2026-02-16", "leave-unanswered")}
	}, clock.NoClock, "Cette demande répète une demande déjà refusée : l'administration peut ne pas y répondre.", "هذا تكرار لطلب سبق رفضه: يجوز للإدارة ألا تجيب عنه.", nil},
	{"information", clock.Terms{Kind: clock.KindInformation, Silence: "appeal", Authority: clock.AuthorityLocal}, "2026-02-03", func(t testing.TB) []clock.Event {
		return []clock.Event{act(t, "2026-02-02", "file")}
	}, clock.Running, "La commune a jusqu'au 2 mars 2026 pour répondre ; ensuite, sans réponse, vous pouvez saisir son chef d'une réclamation.",
		"أمام الجماعة إلى غاية 2 مارس 2026 للجواب؛ وبعده، إن لم تجب، يمكنكم تقديم شكاية إلى رئيسها.", nil},
}

// tellingCase is a case that has come to a telling's state.
func tellingCase(t testing.TB, s *Server, p *clock.Profile, tt told) *intake.Case {
	t.Helper()
	def, err := s.desk.Service("residence-certificate")
	if err != nil {
		t.Fatal(err)
	}
	events := tt.events(t)
	c := &intake.Case{Reference: "GS4WMX6ZXFV", Code: "7S7E-XNWK-YXT5-0XQW-2CJS-G2E6-3DF", Token: "token", Service: def, Authority: s.desk.Book().Authority("zitouna"),
		FiledAt: events[0].At, State: "under-review", Receipt: verify.ReceiptFacts{Language: "ar", Appeal: verify.Appeal{Days: 30}}}
	for i, e := range events {
		kind := map[string]string{"file": "deposited", "answer": "answered", "grant": "granted", "refuse": "refused", "withdraw": "withdrawn", "return": "returned", "extend": "extended"}[e.Do]
		if kind == "" {
			kind = e.Do
		}
		c.Timeline = append(c.Timeline, intake.Event{At: e.At, Kind: kind, Received: true})
		if n := i + 1; strings.HasPrefix(e.Do, "request-") {
			c.Requests = append(c.Requests, intake.Request{ID: kind, N: n, Kind: strings.TrimPrefix(e.Do, "request-"), Questions: e.Docs, At: e.At, Language: "ar", Text: "يرجى الإدلاء بوثيقة حديثة تثبت العنوان."})
		}
	}
	c.Reckon(p, tt.terms, day(t, tt.on), events...)
	c.Open = !c.Clock.Over()
	if c.Clock.State != clock.Suspended && c.Clock.State != clock.ReturnDue {
		c.Requests = nil
	}
	for i := range c.Requests {
		if r := &c.Requests[i]; r.Kind == "replacement" {
			r.WindowLast = c.Clock.WindowLast.String()
		}
	}
	return c
}

// One plain sentence for each state, with its dates, in Arabic and French; the
// same page is whole and within its budget in every language.
func TestSentences(t *testing.T) {
	s, p := newServer(t), law(t)
	for _, tt := range tellings {
		t.Run(tt.name, func(t *testing.T) {
			c := tellingCase(t, s, p, tt)
			if c.Clock.State != tt.state {
				t.Fatalf("state %s, want %s", c.Clock.State, tt.state)
			}
			for _, l := range i18n.Langs {
				a := render(t, func(w http.ResponseWriter, r *http.Request) error {
					return s.render(w, r, l, http.StatusOK, "case", caseOf(r, l, c))
				})
				checkTelling(t, l, tt, c, a)
			}
		})
	}
}

func checkTelling(t *testing.T, l i18n.Lang, tt told, c *intake.Case, a *answer) {
	t.Helper()
	if a.wire > pageBudget || strings.Contains(a.body, "⟦") {
		t.Errorf("%s: %d bytes on the wire, or a text is missing", l, a.wire)
	}
	note := a.id("clock")
	if note == nil {
		t.Fatalf("%s: no clock on the page", l)
	}
	said := drawn(textOf(note))
	if !strings.Contains(said, drawn(words.In(l).State(tt.state))) {
		t.Errorf("%s: the state is not named: %s", l, said)
	}
	if want := map[i18n.Lang]string{i18n.FR: tt.fr, i18n.AR: tt.ar}[l]; !strings.Contains(said, drawn(want)) {
		t.Errorf("%s: says\n%s\nwant\n%s", l, said, want)
	}
	unmarked := timeTag.ReplaceAllString(a.body, "")
	for _, d := range c.Clock.Dates() { // every date said is marked up, never bare
		if bare := i18n.CivilDate(l, d.On.String()); d.On != clock.NoDate && strings.Contains(unmarked, bare) {
			t.Errorf("%s: a bare date %s", l, bare)
		}
	}
	var acts []string
	for _, do := range intake.Acts {
		if strings.Contains(a.body, "/acts/"+do+`"`) {
			acts = append(acts, do)
		}
	}
	if !slices.Equal(acts, tt.acts) {
		t.Errorf("%s: offers %v, want %v", l, acts, tt.acts)
	}
}

var timeTag = regexp.MustCompile(`<time[^>]*>[^<]*</time>`)

// drawn is a text without its spaces.
func drawn(text string) string { return strings.Join(strings.Fields(text), "") }

// What may still move is said: a feast of the moon, a year without a table.
func TestNotes(t *testing.T) {
	s, p := newServer(t), law(t)
	for _, tt := range []struct{ filed, key string }{{"2027-02-08", "clock.tentative"}, {"2027-12-10", "clock.uncovered"}} {
		c := tellingCase(t, s, p, told{terms: local("appeal"), on: tt.filed, events: func(t testing.TB) []clock.Event { return []clock.Event{act(t, tt.filed, "file")} }})
		for _, l := range i18n.Langs {
			a := render(t, func(w http.ResponseWriter, r *http.Request) error {
				return s.render(w, r, l, http.StatusOK, "case", caseOf(r, l, c))
			})
			if !strings.Contains(a.text(), texts.T(l, tt.key)) {
				t.Errorf("%s: filed on %s, the page lacks %s", l, tt.filed, tt.key)
			}
		}
	}
}
