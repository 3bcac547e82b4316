package office

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wasl/internal/domain/casework"
	"wasl/test/stack"
)

// attr finds the value of an attribute of the element with an id, "" without.
func attr(p *stack.Page, id, name string) string {
	_, after, ok := strings.Cut(string(p.Body), `id="`+id+`"`)
	if !ok {
		return ""
	}
	element, _, _ := strings.Cut(after, ">")
	_, value, ok := strings.Cut(element, " "+name+`="`)
	if !ok {
		return ""
	}
	value, _, _ = strings.Cut(value, `"`)
	return value
}

// acts are the ids of the page's forms.
func acts(p *stack.Page) map[string]string {
	ids := map[string]string{}
	for _, part := range strings.Split(string(p.Body), `name="act" value="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		form, _, _ := strings.Cut(id, "-")
		ids[form] = id
	}
	return ids
}

// TestWholeCase walks a case from queue to decision as one agent sees it.
func TestWholeCase(t *testing.T) {
	w := newWorld(t)
	got := w.file("bill", nil)
	b, queue := w.signIn(amina, "fr")
	queue.Has(got.Reference, "Certificat de résidence", "En cours d'instruction", "reste")
	closed := queue.Follow("/cases/" + got.Reference)
	closed.Has("Une règle ; personne ne l'a lu", "Le contenu est scellé")
	if strings.Contains(closed.Text(), "Salma") {
		t.Fatal("the content shows before the case is opened")
	}
	opened := closed.Submit("/open", url.Values{"purpose": {"instruct"}}, nil)
	opened.Has("Le dossier est ouvert", "Salma", "AB123456", "facture-eau.pdf", "Amina Tazi · Instruire le dossier")

	noted := opened.Submit("/note", url.Values{"note": {"Appelé le gardien."}}, nil)
	noted.Has("La note est gardée", "Appelé le gardien.")
	asked := noted.Submit("/request", url.Values{"kind": {"request-replacement"}, "pieces": {"proof_file"}, "text": {"Illisible."}}, nil)
	asked.Has("La demande est envoyée", "En attente de l'usager", "Demande de correction", "Illisible.", "Réponse au plus tard le", "Le délai est suspendu")

	w.exchange()
	c, err := w.desk.CaseByCode(t.Context(), got.Reference, got.ResumeCode)
	w.must(err)
	_, err = w.desk.AddAnswerFile(t.Context(), c, "proof_file", "facture2.pdf", bytes.NewReader([]byte("%PDF-1.4\n%%EOF\n")))
	w.must(err)
	w.must(w.desk.Answer(t.Context(), c, "Voilà."))
	w.exchange()
	answered := b.Get(w.base + "/fr/cases/" + got.Reference)
	answered.Has("Réponse à une demande", "Voilà.", "facture2.pdf")
	file := answered.Follow("/files/")
	if file.Status != http.StatusOK || !bytes.HasPrefix(file.Body, []byte("%PDF")) {
		t.Errorf("the file: %d", file.Status)
	}
	b.Get(w.base + "/fr/cases/" + got.Reference).Has("une pièce")

	decided := answered.Submit("/decide", url.Values{"outcome": {"grant"}, "words": {"Bonne continuation."}}, nil)
	decided.Has("Accordé. L'usager a la décision.", "Bonne continuation.", "Documents délivrés")
	if strings.Contains(decided.Text(), "Que demandez-vous") || len(acts(decided)) != 1 {
		t.Error("a decided case still offers acts")
	}
	pdf := decided.Follow("/documents/")
	if pdf.Status != http.StatusOK || !bytes.HasPrefix(pdf.Body, []byte("%PDF")) || !strings.HasPrefix(pdf.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the document: %d, %q", pdf.Status, pdf.Header)
	}
	b.Get(w.base+"/fr/?show=closed").Has(got.Reference, "Accord")
	b.Get(w.base + "/fr/").Has("Aucun dossier en attente")
}

// TestRefusedForms shows each mistake beside its control and in the summary,
// with everything typed kept.
func TestRefusedForms(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	long := strings.Repeat("é", 5001)
	tests := []struct {
		form, at, text string
		values         url.Values
	}{
		{"note", "note", "Écrivez le texte.", url.Values{"note": {" "}}},
		{"note", "note", "Le texte est trop long.", url.Values{"note": {long}}},
		{"request", "kind", "Choisissez une des possibilités.", url.Values{"text": {"Pourquoi ?"}}},
		{"request", "pieces", "Choisissez les pièces à remplacer.", url.Values{"kind": {"request-replacement"}, "text": {"Illisible."}}},
		{"request", "pieces", "Ce dossier n'a pas cette pièce.", url.Values{"kind": {"request-replacement"}, "pieces": {"other"}, "text": {"Illisible."}}},
		{"request", "pieces", "Des informations se demandent sans pièce : choisissez le remplacement, ou décochez les pièces.", url.Values{"kind": {"request-information"}, "pieces": {"proof_file"}, "text": {"Où ?"}}},
		{"request", "text", "Écrivez le texte.", url.Values{"kind": {"request-information"}}},
		{"request", "text", "Le texte contient des caractères illisibles.", url.Values{"kind": {"request-information"}, "text": {"a\xffb"}}},
		{"decide", "outcome", "Choisissez une des possibilités.", url.Values{"words": {"Voilà pourquoi."}}},
		{"decide", "reasons", "Donnez au moins un motif.", url.Values{"outcome": {"refuse"}}},
		{"decide", "reasons", "Ce motif n'est pas prévu pour cette démarche.", url.Values{"outcome": {"refuse"}, "reasons": {"whim"}}},
		{"decide", "reasons", "Vous accordez, et des motifs de refus sont cochés : décochez-les, ou refusez.", url.Values{"outcome": {"grant"}, "reasons": {"address", "proof"}, "words": {"Un\n\ndeux"}}},
		{"decide", "words", "Le texte est trop long.", url.Values{"outcome": {"refuse"}, "words": {long}}},
	}
	for _, tt := range tests {
		name := tt.form + " " + tt.at + ": " + tt.text
		id := acts(page)[tt.form]
		got := page.Submit("/"+tt.form, tt.values, nil)
		if got.Status != http.StatusUnprocessableEntity {
			t.Fatalf("%s: status %d: %s", name, got.Status, got.Text())
		}
		body := string(got.Body)
		if !strings.Contains(body, "<title>Erreur ") && !strings.Contains(body, "<title>Erreur\u00a0") {
			t.Errorf("%s: the title does not begin with the word for error", name)
		}
		if strings.Count(body, `role="alert"`) != 1 || !strings.Contains(body, `<a href="#`+tt.at+`">`) {
			t.Errorf("%s: no summary that leads to %s", name, tt.at)
		}
		if attr(got, tt.at, "aria-invalid") != "true" || attr(got, tt.at, "aria-describedby") != tt.at+"-error" || !strings.Contains(got.ByID(tt.at+"-error"), tt.text) {
			t.Errorf("%s: not beside the control: %q", name, got.ByID(tt.at+"-error"))
		}
		for control, values := range tt.values {
			for _, v := range values {
				if !holdsValue(got, control, v) {
					t.Errorf("%s: %s lost %.40q", name, control, v)
				}
			}
		}
		if again := acts(got); again[tt.form] != id {
			t.Errorf("%s: the act is now %s, was %s", name, again[tt.form], id)
		}
	}
	if n := w.count(`SELECT count(*) FROM action`); n != 1 {
		t.Errorf("refused forms left %d actions", n)
	}
}

// holdsValue tells whether a control of the page has a value, or an option of
// that value is chosen. What this page cannot offer cannot be kept.
func holdsValue(p *stack.Page, control, value string) bool {
	switch control {
	case "note", "text", "words":
		return strings.Join(strings.Fields(p.ByID(control)), " ") == strings.Join(strings.Fields(strings.ToValidUTF8(value, "\ufffd")), " ")
	}
	for _, part := range strings.Split(string(p.Body), `name="`+control+`" id="`)[1:] {
		element, _, _ := strings.Cut(part, ">")
		if strings.Contains(element, `value="`+value+`"`) {
			return strings.Contains(element, " checked")
		}
	}
	return true
}

// TestActsAreOnce sends forms twice, and two forms of one page.
func TestActsAreOnce(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	ids := acts(page)
	if len(ids) != 4 || ids["note"] == ids["request"] || ids["request"] == ids["decide"] {
		t.Fatalf("the forms' acts are %v", ids)
	}
	note, ask := url.Values{"note": {"Une note."}}, url.Values{"kind": {"request-information"}, "text": {"Depuis quand ?"}}
	for range 2 {
		page.Submit("/note", note, nil).Has("La note est gardée")
		page.Submit("/request", ask, nil).Has("La demande est envoyée")
	}
	refused := page.Submit("/request", url.Values{"kind": {"request-information"}, "text": {"Again?"}, "act": {"request-other-id"}}, nil)
	if refused.Status != http.StatusConflict {
		t.Errorf("a second request: %d", refused.Status)
	}
	refused.Has("14", "Again?")
	if !strings.Contains(string(refused.Body), `<a href="#text">`) {
		t.Error("the summary does not lead to the text")
	}
	other := page.Submit("/note", url.Values{"note": {"Une autre."}}, nil)
	if other.Status != http.StatusConflict || acts(other)["note"] == ids["note"] || other.ByID("note") != "Une autre." {
		t.Errorf("another note under the same id: %d, %q", other.Status, other.ByID("note"))
	}
	other.Submit("/note", url.Values{}, nil).Has("La note est gardée", "Une autre.")
	if n := w.count(`SELECT count(*) FROM envelope WHERE kind = 'note'`); n != 2 {
		t.Errorf("%d notes, want 2", n)
	}
	if n := w.count(`SELECT count(*) FROM action WHERE kind = 'request-information'`); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestDecidedMeanwhile decides while a colleague writes: what they wrote is
// shown, unsent.
func TestDecidedMeanwhile(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	w.grant(ref)
	late := page.Submit("/decide", url.Values{"outcome": {"refuse"}, "words": {"Un long travail."}}, nil)
	if late.Status != http.StatusConflict {
		t.Errorf("status %d", late.Status)
	}
	late.Has("Le dossier est clos", "Non envoyé", "Un long travail.", "Accordé")
}

// TestSessionEndsWhileWriting loses neither place nor words when a session
// ends: not at sign-in, not at a wrong password, not when opening again.
func TestSessionEndsWhileWriting(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	w.signOutAll()
	w.pass(casework.OpeningLasts + time.Second)
	values := url.Values{"outcome": {"refuse"}, "reasons": {"address", "proof"}, "words": {"Première ligne\nseconde <ligne>"}}
	ended := page.Submit("/decide", values, nil)
	if ended.Status != http.StatusForbidden {
		t.Errorf("status %d", ended.Status)
	}
	ended.Has("Personne n'est connecté", "Ce que vous avez écrit est gardé")
	if strings.Contains(ended.Text(), "Salma") {
		t.Error("the case shows to nobody")
	}
	wrong := ended.Submit("/signin", url.Values{"name": {"amina"}, "password": {"olive"}}, nil)
	if wrong.Status != http.StatusUnprocessableEntity || attr(wrong, "name", "value") != "amina" {
		t.Errorf("a wrong password: %d", wrong.Status)
	}
	back := wrong.Submit("/signin", url.Values{"name": {"amina"}, "password": {password}}, nil)
	if back.Status != http.StatusOK {
		t.Errorf("signed in: %d", back.Status)
	}
	back.Has(ref, "Pas encore envoyé", "seconde <ligne>", "Pourquoi l'ouvrez-vous")
	form := back.Submit("/open", url.Values{"purpose": {"decide"}}, nil)
	form.Has("Votre texte est revenu", "Salma")
	for control, list := range values {
		for _, v := range list {
			if !holdsValue(form, control, v) {
				t.Errorf("%s lost %q", control, v)
			}
		}
	}
	form.Submit("/decide", url.Values{}, nil).Has("Refusé, avec ses motifs.", "seconde <ligne>")

	w.signOutAll()
	stranger := page.Submit("/note", url.Values{"note": {"Secret."}}, nil).Submit("/signin", url.Values{"name": {"brahim"}, "password": {password}}, nil)
	if stranger.Status != http.StatusNotFound || strings.Contains(stranger.Text(), "Secret.") {
		t.Errorf("another unit's agent gets %d: %s", stranger.Status, stranger.Text())
	}
	plain := stack.NewBrowser(t).Get(w.base+"/fr/cases/"+ref).Submit("/signin", url.Values{"name": {"amina"}, "password": {password}}, nil)
	if plain.Status != http.StatusOK || plain.URL.Path != "/fr/cases/"+ref {
		t.Errorf("signing in leads to %s", plain.URL)
	}
}

// TestOpeningEndsWhileWriting asks to open again and brings the words back.
func TestOpeningEndsWhileWriting(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, page := w.opened(ref, "fr")
	w.pass(casework.OpeningLasts + time.Second)
	shut := page.Submit("/note", url.Values{"note": {"À ne pas perdre."}}, nil)
	if shut.Status != http.StatusForbidden {
		t.Errorf("status %d", shut.Status)
	}
	shut.Has("Ouvrez d'abord le dossier", "Pas encore envoyé", "À ne pas perdre.")
	if strings.Contains(shut.Text(), "Salma") {
		t.Error("the content shows after the opening ended")
	}
	open := shut.Submit("/open", url.Values{"purpose": {"instruct"}}, nil)
	if open.ByID("note") != "À ne pas perdre." {
		t.Errorf("the note is %q", open.ByID("note"))
	}
	open.Submit("/note", url.Values{}, nil).Has("La note est gardée", "À ne pas perdre.")
	if bad := shut.Submit("/open", url.Values{"purpose": {"curiosity"}}, nil); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown purpose: %d", bad.Status)
	}
}

// TestFiles shows images in a sandbox and gives other files to be saved.
func TestFiles(t *testing.T) {
	w := newWorld(t)
	var picture bytes.Buffer
	w.must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	ref := w.file("bill", map[string]any{"proof_file": []any{
		map[string]any{"name": "photo.png", "media_type": "image/png", "data": base64.StdEncoding.EncodeToString(picture.Bytes())},
		map[string]any{"name": "x\"y.pdf", "media_type": "application/pdf", "data": base64.StdEncoding.EncodeToString([]byte("%PDF-1.4\n%%EOF\n"))},
	}}).Reference
	_, page := w.opened(ref, "fr")
	op, err := w.office.Reread(t.Context(), &amina, ref)
	w.must(err)
	for _, f := range op.Files {
		got := page.Follow(f.ID)
		if policy := got.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; sandbox") || !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s: policy %q", f.Name, policy)
		}
		if got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", f.Name, got.Header)
		}
		name := got.Header.Get("Content-Disposition")
		if want := map[string]string{"image/png": "", "application/pdf": `attachment; filename="` + ref + `-proof_file.pdf"`}[f.MediaType]; name != want {
			t.Errorf("%s: saved as %q, want %q", f.Name, name, want)
		}
		if got.Header.Get("Content-Type") != f.MediaType {
			t.Errorf("%s: type %q", f.Name, got.Header.Get("Content-Type"))
		}
	}
	page.Has("photo.png", `x"y.pdf`, "nouvel onglet")
	missing := page.Link(op.Files[0].ID)
	w.must(filepath.WalkDir(w.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return os.Remove(name)
	}))
	if got := page.Follow(op.Files[0].ID); got.Status != http.StatusNotFound || !strings.Contains(got.Text(), "n'est pas encore arrivée du portail") {
		t.Errorf("a file that the portal could not give: %d %s", got.Status, got.Text())
	}
	w.pass(casework.OpeningLasts + time.Second)
	b, _ := w.signIn(amina, "fr")
	if got := b.Get(missing); got.Status != http.StatusForbidden {
		t.Errorf("a file without an opening: %d", got.Status)
	}
}

// TestLateDeposit shows both times of a deposit that came late, and takes a
// case worker's word that they were compared, once.
func TestLateDeposit(t *testing.T) {
	w := newWorld(t)
	w.pass(5 * time.Minute)
	ref := w.file("bill", nil).Reference
	b, _ := w.signIn(amina, "fr")
	page := b.Get(w.base + "/fr/cases/" + ref)
	page.Has("Vu ici d'abord le", "Comparez les deux heures")
	sup, _ := w.signIn(nadia, "fr")
	if strings.Contains(sup.Get(w.base+"/fr/cases/"+ref).Text(), "J'ai comparé") {
		t.Error("a supervisor may say that times were compared")
	}
	for range 2 {
		seen := page.Submit("/times", nil, nil)
		seen.Has("Noté : les deux heures ont été comparées.", "Heures comparées", "Vu ici d'abord le")
	}
	again := page.Submit("/times", url.Values{"act": {"times-other"}}, nil)
	if again.Status != http.StatusConflict || !strings.Contains(again.Text(), "Il n'y a pas d'heures à comparer") {
		t.Errorf("comparing twice: %d", again.Status)
	}
}

// TestSearch finds by exact values, which stand in no address.
func TestSearch(t *testing.T) {
	w := newWorld(t)
	ref := w.file("bill", nil).Reference
	_, queue := w.signIn(nadia, "fr")
	for field, value := range map[string]string{"reference": strings.ToLower(ref), "number": "ab 123456", "phone": "+212 612 345 678", "name": "El Mithali Salma"} {
		found := queue.Submit("/search", url.Values{"field": {field}, "value": {value}}, nil)
		found.Has(ref, "Dossiers trouvés")
		if found.URL.RawQuery != "" {
			t.Errorf("the address is %s", found.URL)
		}
	}
	queue.Submit("/search", url.Values{"field": {"name"}, "value": {"Salma"}}, nil).Has("Aucun dossier de votre service")
	empty := queue.Submit("/search", url.Values{"field": {"phone"}, "value": {" "}}, nil)
	if empty.Status != http.StatusUnprocessableEntity || attr(empty, "value", "aria-describedby") != "value-error value-hint" || !strings.Contains(string(empty.Body), `value="phone" selected`) {
		t.Errorf("an empty search: %d", empty.Status)
	}
}

// TestSignIn treats a wrong name and a wrong password alike and ends the
// session that a browser had before.
func TestSignIn(t *testing.T) {
	w := newWorld(t)
	b := stack.NewBrowser(t)
	form := b.Get(w.base + "/fr/signin")
	for _, who := range []url.Values{{"name": {"amina"}, "password": {"x"}}, {"name": {"nobody"}, "password": {password}}, {}} {
		got := form.Submit("/signin", who, nil)
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.ByID("name-error"), "L'identifiant ou le mot de passe est faux.") {
			t.Errorf("%v: %d %s", who, got.Status, got.Text())
		}
		if strings.Contains(string(got.Body), password) {
			t.Error("the password comes back in the page")
		}
	}
	form.Submit("/signin", url.Values{"name": {" AMINA "}, "password": {password}}, nil).Has("Amina Tazi")
	form.Submit("/signin", url.Values{"name": {"salim"}, "password": {password}}, nil).Has("Salim Naji")
	if n := w.count(`SELECT count(*) FROM agent_session`); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
	out := b.Get(w.base+"/fr/").Submit("/signout", nil, nil)
	if out.URL.Path != "/fr/signin" || b.Get(w.base+"/fr/").URL.Path != "/fr/signin" {
		t.Errorf("signing out leads to %s", out.URL)
	}
}

// TestTooManyTries asks for patience and keeps what the page carried on.
func TestTooManyTries(t *testing.T) {
	w := newWorld(t)
	s, err := New(Config{Office: w.office, Roll: w.roll, Hosts: []string{"127.0.0.1"}})
	w.must(err)
	listener := httptest.NewServer(s.Handler())
	defer listener.Close()
	page := stack.NewBrowser(t).Get(listener.URL + "/fr/signin")
	values := url.Values{"name": {"amina"}, "password": {"x"}, "_kept.form": {"note"}, "_kept.note": {"Une note."}}
	for range 90 {
		page = page.Submit("/signin", values, nil)
		if page.Status == http.StatusTooManyRequests {
			break
		}
	}
	if page.Status != http.StatusTooManyRequests || page.Header.Get("Retry-After") == "" {
		t.Fatalf("ninety tries: %d", page.Status)
	}
	page.Has("Trop d'essais.")
	if attr(page, "name", "value") != "amina" || !strings.Contains(string(page.Body), `name="_kept.note" value="Une note."`) {
		t.Error("what was typed is lost")
	}
}
