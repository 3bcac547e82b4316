package office

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"wasl"
	"wasl/internal/base/db"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

// later writes an act of the applicant into a case's history at the office's
// time: the portal's own time cannot be moved.
func (w *world) later(ref, kind string) {
	w.t.Helper()
	w.exec(`INSERT INTO action (id, reference, n, at, actor, kind, data) SELECT $1, $2, max(n) + 1, $3, 'applicant', $4, '{}' FROM action WHERE reference = $2`,
		kind+"/"+ref, ref, db.Micros(w.now()), kind)
}

// each runs a test in Arabic and in French.
func each(t *testing.T, test func(t *testing.T, w *world, l i18n.Lang)) {
	for _, l := range []i18n.Lang{i18n.AR, i18n.FR} {
		t.Run(string(l), func(t *testing.T) { test(t, newWorld(t), l) })
	}
}

func done(l i18n.Lang, act string) string { return texts.T(l, "done."+act) }

// TestAppealForm answers an appeal against a refusal, once.
func TestAppealForm(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		got := w.file("bill", nil)
		_, page := w.opened(got.Reference, string(l))
		page.Submit("/decide", url.Values{"outcome": {"refuse"}, "reasons": {"proof"}, "words": {"Illisible."}}, nil).Has(done(l, "refused"))
		w.exchange()
		c, err := w.desk.CaseByCode(t.Context(), got.Reference, got.ResumeCode)
		w.must(err)
		w.must(w.desk.Act(t.Context(), c, intake.KindAppeal, "La facture se lit."))
		w.exchange()
		page = page.Reload("La facture se lit.")
		page.Has(stateName(l, casework.StateAppeal))
		lacks := page.Submit("/appeal", url.Values{"outcome": {"dismissed"}}, nil)
		if !strings.Contains(string(lacks.Body), `<a href="#appeal.text">`) {
			t.Errorf("an answer without reasons: %d", lacks.Status)
		}
		page.Submit("/appeal", url.Values{"outcome": {"dismissed"}, "text": {"Elle ne se lit pas."}}, nil).
			Has(done(l, "appeal"), stateName(l, casework.StateDismissed), texts.T(l, "appeal.outcome.dismissed"))
		again := w.raw(&amina)("POST", "/"+string(l)+"/cases/"+got.Reference+"/appeal", url.Values{"act": {"another-answer"}, "outcome": {"upheld"}, "text": {"Si, tout se lit."}})
		refusedByLaw(t, again, l, "21", "Si, tout se lit.")
	})
}

// TestAttestedForm notes that the president was written to, on a day that can
// be, that the attestation came, and closes.
func TestAttestedForm(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		w.permit()
		ref := w.file("bill", nil).Reference
		w.daysIn(60, ref, string(l))
		w.later(ref, intake.KindAttestation)
		page := w.daysIn(3, ref, string(l))
		future := w.now().AddDate(0, 1, 0)
		on := func(at time.Time) url.Values {
			return url.Values{"on.day": {strconv.Itoa(at.Day())}, "on.month": {strconv.Itoa(int(at.Month()))}, "on.year": {strconv.Itoa(at.Year())}}
		}
		if wrong := page.Submit("/president", on(future), nil); !strings.Contains(string(wrong.Body), `<a href="#president.on">`) || wrong.ByID("president.on") == "" {
			t.Errorf("a day to come: %d", wrong.Status)
		}
		page.Submit("/president", on(w.now().AddDate(0, 0, -1)), nil).Has(done(l, "president"), dateName(l, "attestation_due"))
		page = w.daysIn(12, ref, string(l))
		page.Submit("/attested", nil, nil).Has(done(l, "attested"), actName(l, casework.ActAttested))
		page.Reload(actName(l, casework.ActAttested)).Submit("/close", nil, nil).Has(done(l, "close"), stateName(l, casework.StateClosed))
	})
}

// TestConsentForm posts a refusal after silence gave the act.
func TestConsentForm(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		w.permit()
		ref := w.file("bill", nil).Reference
		w.daysIn(60, ref, string(l))
		late := w.raw(&amina)("POST", "/"+string(l)+"/cases/"+ref+"/decide", url.Values{"act": {"late-refusal"}, "outcome": {"refuse"}, "reasons": {"proof"}, "words": {"Trop tard."}})
		refusedByLaw(t, late, l, "19", "Trop tard.")
	})
}

// TestRequestTooLate asks for information after the half, and for the same
// piece twice.
func TestRequestTooLate(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		ref := w.file("bill", nil).Reference
		w.opened(ref, string(l))
		do := w.raw(&amina)
		ask := func(id, kind string, pieces ...string) answer {
			return do("POST", "/"+string(l)+"/cases/"+ref+"/request", url.Values{"act": {id}, "kind": {kind}, "pieces": pieces, "text": {"Une question."}})
		}
		if first := ask("first-request", clock.RequestReplacement, "proof_file"); first.status != http.StatusSeeOther {
			t.Fatalf("a first request: %d", first.status)
		}
		refusedByLaw(t, ask("second-request", clock.RequestReplacement, "proof_file"), l, "10", "Une question.")
		w.later(ref, casework.ActAnswered)
		w.daysIn(8, ref, string(l))
		do = w.raw(&amina)
		refusedByLaw(t, ask("late-request", clock.RequestInformation), l, "14", "Une question.")
	})
}

// TestUnansweredForm leaves a request unanswered that repeats a refused one.
func TestUnansweredForm(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		before := w.file("bill", nil).Reference
		_, page := w.opened(before, string(l))
		page.Submit("/decide", url.Values{"outcome": {"refuse"}, "reasons": {"proof"}, "words": {"Illisible."}}, nil).Has(done(l, "refused"))
		ref := w.file("bill", nil).Reference
		_, page = w.opened(ref, string(l))
		unknown := page.Submit("/unanswered", url.Values{"previous": {"XXXXXXXXXXX"}, "text": {"Rien de neuf."}}, nil)
		if !strings.Contains(string(unknown.Body), `<a href="#unanswered.previous">`) || unknown.ByID("unanswered.text") != "Rien de neuf." {
			t.Errorf("an unknown reference: %d", unknown.Status)
		}
		page.Submit("/unanswered", url.Values{"previous": {before}, "text": {"Rien de neuf."}}, nil).Has(done(l, "unanswered"), stateName(l, casework.StateUnanswered))
	})
}

// TestUnavailableForm tells the applicant what the office cannot get by itself.
func TestUnavailableForm(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		w.permit()
		ref := w.file("bill", nil).Reference
		_, page := w.opened(ref, string(l))
		none := page.Submit("/unavailable", url.Values{"text": {"Le registre est fermé."}}, nil)
		if !strings.Contains(string(none.Body), `<a href="#unavailable.pieces">`) || none.ByID("unavailable.text") != "Le registre est fermé." {
			t.Errorf("no piece: %d", none.Status)
		}
		page.Submit("/unavailable", url.Values{"pieces": {"bill"}, "text": {"Le registre est fermé."}}, nil).Has(done(l, "unavailable"), "Le registre est fermé.")
	})
}

// TestCloseForm closes a silence that nobody can appeal against any more, and
// not before.
func TestCloseForm(t *testing.T) {
	each(t, func(t *testing.T, w *world, l i18n.Lang) {
		ref := w.file("bill", nil).Reference
		early := w.daysIn(20, ref, string(l))
		if strings.Contains(string(early.Body), fmt.Sprintf("/cases/%s/close", ref)) {
			t.Error("a case is offered to be closed while the applicant may appeal")
		}
		w.daysIn(100, ref, string(l)).Submit("/close", nil, nil).Has(done(l, "close"), stateName(l, casework.StateClosed))
	})
}

// TestStop names the days that a request stopped as the reading taken counts
// them: from its sending, or from its receipt.
func TestStop(t *testing.T) {
	for from, want := range map[string]string{"sent": "2026-09-04 2026-09-10 7", "received": "2026-09-09 2026-09-10 2"} {
		w := newWorld(t)
		law, err := fs.ReadFile(wasl.Content, "law/ma.yaml")
		w.must(err)
		w.release(intake.Publication{Kind: intake.PublishLaw, ID: "ma", Body: bytes.Replace(law, []byte("suspends_from: sent"), []byte("suspends_from: "+from), 1)})
		v, err := w.office.View(t.Context(), &amina, w.file("bill", nil).Reference)
		w.must(err)
		date := func(s string) clock.Date {
			d, err := clock.ParseDate(s)
			w.must(err)
			return d
		}
		v.Clock.CompleteOn = date("2026-09-01")
		row := stop(i18n.FR, v, clock.Request{Kind: clock.RequestReplacement, SentOn: date("2026-09-03"), ReceivedOn: date("2026-09-08"), AnsweredOn: date("2026-09-10")})
		if got := strings.Join([]string{row.From, row.To, strconv.Itoa(row.Days)}, " "); got != want {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}
