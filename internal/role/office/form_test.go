package office

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/domain/clock/words"
	"wasl/internal/domain/identity"
	"wasl/test/stack"
)

// TestFormsRefusedByLaw posts every act that the law refuses at the time: the
// page says why, with its article, and keeps what was typed.
func TestFormsRefusedByLaw(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	before := w.file("bill", nil).Reference
	w.opened(ref, "fr")
	do := w.raw(&amina)
	const said = "Le long travail."
	for _, tt := range []struct {
		form, article string
		typed         url.Values
	}{
		{"extend", "17", url.Values{"for": {"inquiry"}, "days": {"12"}, "text": {said}}},
		{"return", "10", url.Values{"text": {said}}},
		{"unavailable", "24", url.Values{"pieces": {"proof_file"}, "text": {said}}},
		{"unanswered", "15", url.Values{"previous": {before}, "text": {said}}},
		{"appeal", "21", url.Values{"outcome": {"upheld"}, "text": {said}}},
		{"president", "21", url.Values{}},
		{"attested", "20", url.Values{}},
		{"close", "21", url.Values{}},
		{"brought", "10", url.Values{"for": {"originals"}}},
	} {
		for _, l := range []i18n.Lang{i18n.AR, i18n.FR} {
			t.Run(string(l)+" "+tt.form, func(t *testing.T) {
				tt.typed.Set("act", tt.form+"-of-the-test")
				refusedByLaw(t, do("POST", "/"+string(l)+"/cases/"+ref+"/"+tt.form, tt.typed), l, tt.article, tt.typed.Get("text"))
			})
		}
	}
}

// refusedByLaw checks the page of an act that the law refuses: its summary
// cites the article, and what was typed is there.
func refusedByLaw(t *testing.T, got answer, l i18n.Lang, article, typed string) {
	t.Helper()
	if got.status != http.StatusConflict {
		t.Errorf("status %d", got.status)
	}
	_, summary, _ := strings.Cut(got.body, `role="alert"`)
	summary, _, _ = strings.Cut(summary, "</div>")
	cited := strings.NewReplacer(`<bdi dir="ltr">`, "", "</bdi>", "", "\u2066", "", "\u2069", "", ")", " ").Replace(summary) + " "
	if _, after, law := strings.Cut(cited, "55-19"); !law || !strings.Contains(after, " "+article+" ") && !strings.Contains(after, " \u0648"+article+" ") {
		t.Errorf("%s: the summary cites no article %s: %s", l, article, summary)
	}
	if !strings.Contains(got.body, typed) {
		t.Error("what was typed is gone")
	}
}

// TestStep records steps: none stops the clock, a mistake comes back beside
// its control, the same form twice is one step.
func TestStep(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	b, page := w.opened(ref, "fr")
	wrong := page.Submit("/step", url.Values{"kind": {"opinion-asked"}, "days": {"dix"}, "text": {"À la gendarmerie."}}, nil)
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(string(wrong.Body), `<a href="#step.days">`) || wrong.ByID("step.text") != "À la gendarmerie." {
		t.Errorf("a word for a number: %d, %q", wrong.Status, wrong.ByID("step.text"))
	}
	if got := wrong.ByID("text") + wrong.ByID("words") + wrong.ByID("note"); got != "" {
		t.Errorf("the step's words come up in another form: %q", got)
	}
	typed := url.Values{"kind": {"opinion-asked"}, "days": {"١٠"}, "text": {"À la gendarmerie."}}
	for range 2 {
		page.Submit("/step", typed, nil).Has("L'étape est consignée", "À la gendarmerie.", "Amina Tazi")
	}
	if n := w.count(`SELECT count(*) FROM action WHERE kind = 'opinion-asked'`); n != 1 {
		t.Errorf("%d steps, want 1", n)
	}
	b.Get(w.base+"/fr/cases/"+ref).Has("En cours d'instruction", "n'est pas")
}

// TestReadings says what another reading of the law would change: dates, the
// applicant's window, or that nothing would.
func TestReadings(t *testing.T) {
	w := newWorld(t)
	for _, l := range []string{"ar", "fr"} {
		ref := w.file("bill", nil).Reference
		b, page := w.opened(ref, l)
		if l == "fr" {
			page.Submit("/request", url.Values{"kind": {"request-replacement"}, "pieces": {"proof_file"}, "text": {"Illisible."}}, nil)
		}
		got := b.Get(w.base + "/" + l + "/cases/" + ref + "?show=readings")
		if got.Status != http.StatusOK {
			t.Fatalf("%s: %d", l, got.Status)
		}
		got.Has(texts.T(i18n.Lang(l), "readings.title"), words.In(i18n.Lang(l)).Switch("full"), words.In(i18n.Lang(l)).Reading("full", "false"))
		_, after, _ := strings.Cut(string(got.Body), `id="readings"`)
		list, _, _ := strings.Cut(after, "</ul>")
		if !strings.Contains(list, "<time") {
			t.Errorf("%s: another reading names no date: %s", l, list)
		}
	}
}

// TestOriginals asks for originals and notes at the counter that they came.
func TestOriginals(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	asked := page.Submit("/request", url.Values{"kind": {"request-originals"}, "pieces": {"proof_file"}, "text": {"Un doute."}}, nil)
	asked.Has("La demande est envoyée", "En attente de l'usager")
	shown := asked.Submit("/brought", url.Values{"for": {"originals"}}, nil)
	shown.Has("l'usager l'a apporté", "En cours d'instruction")
	again := shown.Submit("/request", url.Values{"kind": {"request-originals"}, "pieces": {"proof_file"}, "text": {"Encore."}}, nil)
	if again.Status != http.StatusConflict {
		t.Errorf("originals twice: %d", again.Status)
	}
	again.Has("7(4)", "Encore.")
}

// TestNotices lists what time did, and marks it seen.
func TestNotices(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	b, _ := w.signIn(amina, "fr")
	b.Get(w.base + "/fr/notices").Has("Aucune alerte")
	w.pass(100 * 24 * time.Hour)
	for {
		n, err := w.office.RunDue(t.Context(), w.now())
		w.must(err)
		if n == 0 {
			break
		}
	}
	w.signOutAll()
	b, queue := w.signIn(amina, "fr")
	queue.Has(ref, "Nouvelles alertes")
	queue.Submit("/notices/seen", url.Values{}, nil)
	if text := b.Get(w.base + "/fr/").Text(); strings.Contains(text, "Nouvelles alertes") {
		t.Error("what was seen is told again")
	}
	b.Get(w.base+"/fr/notices").Has(ref, "effet")
}

// TestCalendar edits a feast, sees what would move, and applies it.
func TestCalendar(t *testing.T) {
	w := newWorld(t)
	for _, who := range []identity.Agent{amina, brahim} {
		b, _ := w.signIn(who, "fr")
		if got := b.Get(w.base + "/fr/calendar"); got.Status != http.StatusNotFound {
			t.Errorf("%s gets %d", who.ID, got.Status)
		}
	}
	b, _ := w.signIn(nadia, "ar")
	if read := b.Get(w.base + "/ar/calendar?year=2027"); read.Status != http.StatusOK || strings.Contains(string(read.Body), "<button type=\"submit\">"+page.Plain(texts.T(i18n.AR, "calendar.preview"))) {
		t.Errorf("the supervisor: %d", read.Status)
	}
	b = stack.NewBrowser(t)
	home := b.Get(w.base+"/fr/signin").Submit("", url.Values{"name": {"malika"}, "password": {password}}, nil)
	home.Has("Jours fériés")
	table := b.Get(w.base + "/fr/calendar?year=2027")
	wrong := table.Submit("/calendar/preview", url.Values{"days.0.day": {"31"}, "days.0.month": {"2"}}, nil)
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("31 February: %d", wrong.Status)
	}
	preview := table.Submit("/calendar/preview", url.Values{"days.0.day": {"2"}}, nil)
	preview.Has("Ce qui change", "2 janvier 2027")
	if got := w.raw(&malika)("POST", "/fr/calendar/preview", url.Values{"year": {"2027"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a form without rows: %d", got.status)
	}
	lacks := preview.Submit("/calendar/apply", url.Values{"reason": {""}}, nil)
	if lacks.Status != http.StatusUnprocessableEntity {
		t.Errorf("no reason: %d", lacks.Status)
	}
	preview.Submit("/calendar/apply", url.Values{"reason": {"Décret publié."}}, nil).Has("Décret publié.", "Malika Sebti · dossiers")
}
