package office

import (
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wasl"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/test/stack"
)

// permit publishes the residence certificate as an invented act: silence
// consents, the delay may be extended for an inquiry, and the office gets the
// bill by itself.
func (w *world) permit() {
	w.t.Helper()
	tree := fstest.MapFS{}
	for _, dir := range []string{"services/residence-certificate", "blocks"} {
		w.must(fs.WalkDir(wasl.Content, dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(wasl.Content, path)
			tree[path] = &fstest.MapFile{Data: data}
			return err
		}))
	}
	const file = "services/residence-certificate/service.yaml"
	words := strings.NewReplacer("kind: normal", "kind: listed-silence-consent", "silence: appeal", "silence: consent", "version: 1", "version: 9", "extension: false", "extension: inquiry",
		"\nsteps:\n", "\nfetch:\n  - {id: bill, from: water-office, approve: true}\n\nsteps:\n")
	tree[file] = &fstest.MapFile{Data: []byte(words.Replace(string(tree[file].Data)))}
	for _, l := range i18n.Langs {
		name := "services/residence-certificate/" + string(l) + ".yaml"
		tree[name] = &fstest.MapFile{Data: append(tree[name].Data, "\nfetch:\n  bill: \"facture\"\n"...)}
	}
	b, findings := service.ReadBundle(tree, "residence-certificate")
	if b == nil {
		w.t.Fatal(findings)
	}
	body, err := b.Marshal()
	w.must(err)
	w.release(intake.Publication{Kind: intake.PublishService, ID: b.ID, Body: body})
}

// days lets days pass in the office, with all that time does to cases, and
// gives the case as amina opens it then.
func (w *world) days(n int, ref string) *stack.Page { return w.daysIn(n, ref, "fr") }

func (w *world) daysIn(n int, ref, lang string) *stack.Page {
	w.t.Helper()
	w.pass(time.Duration(n) * 24 * time.Hour)
	for {
		done, err := w.office.RunDue(w.t.Context(), w.now())
		w.must(err)
		if done == 0 {
			break
		}
	}
	w.signOutAll()
	_, page := w.opened(ref, lang)
	return page
}

// TestExtendForm shows the new date first, and extends only when that very
// extension is confirmed.
func TestExtendForm(t *testing.T) {
	w := newWorld(t)
	w.permit()
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	typed := url.Values{"for": {"inquiry"}, "days": {"15"}, "text": {"Une enquête publique est ouverte."}}
	shown := page.Submit("/extend", typed, nil)
	shown.Has("La date limite passera du", "Rien n'est encore fait")
	if n := w.count(`SELECT count(*) FROM action WHERE kind = 'extended'`); n != 0 || shown.ByID("extend.text") != "Une enquête publique est ouverte." {
		t.Errorf("%d extensions before it was confirmed; the reasons are %q", n, shown.ByID("extend.text"))
	}
	if other := shown.Submit("/extend", url.Values{"days": {"16"}}, nil); other.Status != http.StatusOK || !strings.Contains(other.Text(), "Rien n'est encore fait") {
		t.Error("another number of days was taken without being shown")
	}
	for range 2 {
		shown.Submit("/extend", nil, nil).Has("Le délai est prorogé", "15 jours")
	}
	if n := w.count(`SELECT count(*) FROM action WHERE kind = 'extended'`); n != 1 {
		t.Errorf("%d extensions, want 1", n)
	}
	if text := shown.Reload("Une enquête publique").Text(); strings.Contains(text, "Voir la nouvelle date") {
		t.Error("a second extension is offered")
	}
}

// TestReturnForm returns a file whose applicant brought nothing in time, and
// not a day before.
func TestReturnForm(t *testing.T) {
	w := newWorld(t)
	ref := w.file("later", nil).Reference
	_, early := w.opened(ref, "fr")
	if strings.Contains(string(early.Body), "/return\"") {
		t.Error("a return is offered while the applicant has time")
	}
	page := w.days(45, ref)
	lacks := page.Submit("/return", url.Values{"text": {" "}}, nil)
	if lacks.Status != http.StatusUnprocessableEntity || !strings.Contains(string(lacks.Body), `<a href="#return.text">`) {
		t.Errorf("no reasons: %d", lacks.Status)
	}
	page.Submit("/return", url.Values{"text": {"La pièce n'est jamais venue."}}, nil).Has("Le dossier est renvoyé", "renvoyé le")
}

// TestHandOver hands over the act that silence has given: it can be granted,
// and no more refused.
func TestHandOver(t *testing.T) {
	w := newWorld(t)
	w.permit()
	ref := w.file("bill", nil).Reference
	page := w.days(60, ref)
	page.Has("Remettre l'acte", "19")
	if strings.Contains(string(page.Body), `value="refuse"`) {
		t.Error("a refusal is still offered")
	}
	page.Submit("/decide", url.Values{"outcome": {"grant"}, "words": {"Remis."}}, nil).Has("Accordé. L'usager a la décision.")
}
