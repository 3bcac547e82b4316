package walk

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wasl/test/robot"
	"wasl/test/stack"
)

func TestWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts both sides")
	}
	t.Run("sqlite", func(t *testing.T) { walk(t, stack.Options{}) })
	t.Run("postgres", func(t *testing.T) { walk(t, stack.Options{Postgres: true}) })
}

func walk(t *testing.T, o stack.Options) {
	d := stack.Start(t, o)
	filed := file(t, d)

	citizen := stack.NewBrowser(t)
	tracked := citizen.Get(d.Portal+"/fr/track").Submit("", url.Values{"reference": {filed.Reference}, "resume_code": {filed.ResumeCode}}, nil)
	tracked.Has(filed.Reference)
	receiptVerifies(t, d, filed.Receipt)

	opened := agentOpens(t, d, filed.Reference)
	opened.Has("Salma", "Douar Zitoun 3", "facture-eau.pdf")
	agentSeesFiles(t, opened)
	asked := opened.Submit("/request", url.Values{"kind": {"request-replacement"}, "pieces": {"proof_file"}, "text": {"La facture est illisible."}}, nil)
	asked.Has("La demande est envoyée", "En attente de l'usager")

	tracked = tracked.Reload("La facture est illisible.")
	tracked.Has("Le délai est suspendu depuis", "loi 55-19 , art. 10")
	statementVerifies(t, d, tracked.Reload("Relevé signé du délai"))
	answered := tracked.Follow("/answer").Submit("/answer", url.Values{"text": {"Voici une meilleure copie."}},
		map[string]stack.File{"piece.proof_file": {Name: "facture.pdf", Data: samplePDF}})
	answered.Has("Vous avez répondu", filed.Reference)

	decided := agentOpens(t, d, filed.Reference).Reload("Voici une meilleure copie.").Submit("/decide", url.Values{"outcome": {"grant"}, "words": {"Accordé."}}, nil)
	decided.Has("Accordé. L'usager a la décision.")

	tracked = tracked.Reload("Accordé.")
	tracked.Has("Amina Mithal (example)", "Pour étudier le dossier")
	pdf := tracked.Follow("/document")
	if !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
		t.Fatalf("the document is no PDF: %.80q", pdf.Body)
	}
	documentVerifies(t, d, citizen, pdf.Body)
	strangersSeeNothing(t, d, filed)
}

// file lets the robot fill the form page by page, going on half-way in another
// browser with the resume code.
func file(t *testing.T, d *stack.Demo) *robot.Filed {
	t.Helper()
	r := robot.New(d.Portal)
	def, err := r.Definition(t.Context(), "residence-certificate")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range def.Examples {
		if e.ID == "bill" {
			filed, err := r.File(t.Context(), "fr", def, e, robot.Options{Resume: true})
			if err != nil {
				t.Fatal(err)
			}
			return filed
		}
	}
	t.Fatal("the service has no example bill")
	return nil
}

// receiptVerifies checks a receipt offline, before and after each change.
func receiptVerifies(t *testing.T, d *stack.Demo, receipt []byte) {
	t.Helper()
	trust := filepath.Join(d.Dir, "trust.json")
	good := keep(t, "receipt.json", receipt)
	if out, code := d.Wasl(t, "verify", "--trust", trust, good); code != 0 {
		t.Errorf("wasl verify: exit %d: %s", code, out)
	}
	if out, code := d.Wasl(t, "verify", good); code != 3 {
		t.Errorf("without a trust file: exit %d: %s", code, out)
	}
	changed := keep(t, "changed.json", bytes.Replace(receipt, []byte("Salma"), []byte("Selma"), 1))
	if out, code := d.Wasl(t, "verify", "--trust", trust, changed); code != 1 {
		t.Errorf("a changed receipt: exit %d: %s", code, out)
	}
	if out, code := d.Wasl(t, "verify", "--trust", trust); code != 2 {
		t.Errorf("no file: exit %d: %s", code, out)
	}
}

func keep(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// agentOpens signs in and opens the case, once it is in the queue.
func agentOpens(t *testing.T, d *stack.Demo, reference string) *stack.Page {
	t.Helper()
	agent := stack.NewBrowser(t)
	queue := agent.Get(d.Office+"/fr/signin").Submit("", url.Values{"name": {"amina"}, "password": {d.Password("amina")}}, nil)
	found := queue.Reload(reference).Follow("/cases/" + reference)
	if strings.Contains(found.Text(), "Voir le contenu") {
		t.Error("the case is open before it was opened")
	}
	if strings.Contains(found.Text(), "Salma") {
		if !strings.Contains(found.Text(), "Échanges") {
			t.Error("the content shows before the case was opened")
		}
		return found
	}
	return found.Submit("/open", url.Values{"purpose": {"instruct"}}, nil).Has("Le dossier est ouvert")
}

func agentSeesFiles(t *testing.T, opened *stack.Page) {
	t.Helper()
	file := opened.Follow("/files/")
	if file.Status != 200 || !bytes.HasPrefix(file.Body, []byte("%PDF-")) {
		t.Errorf("the attachment: status %d, %.60q", file.Status, file.Body)
	}
}

// documentVerifies checks the issued PDF offline and on the public page.
func documentVerifies(t *testing.T, d *stack.Demo, b *stack.Browser, pdf []byte) {
	t.Helper()
	trust := filepath.Join(d.Dir, "trust.json")
	good := keep(t, "document.pdf", pdf)
	if out, code := d.Wasl(t, "verify", "--trust", trust, good); code != 0 {
		t.Errorf("wasl verify of the document: exit %d: %s", code, out)
	}
	page := b.Get(d.Portal + "/fr/verify")
	ok := page.Submit("", nil, map[string]stack.File{"file": {Name: "document.pdf", Data: pdf}})
	if ok.Status != 200 {
		t.Errorf("the public page refuses the document: status %d: %s", ok.Status, ok.Text())
	}
	pdf = bytes.Clone(pdf)
	pdf[len(pdf)/2] ^= 1
	if out, code := d.Wasl(t, "verify", "--trust", trust, keep(t, "changed.pdf", pdf)); code != 1 {
		t.Errorf("a changed document: exit %d: %s", code, out)
	}
}

// statementVerifies downloads the signed statement of the clock and has it
// verified offline, whole and changed.
func statementVerifies(t *testing.T, d *stack.Demo, tracked *stack.Page) {
	t.Helper()
	trust, signed := filepath.Join(d.Dir, "trust.json"), tracked.Follow("/signed").Body
	if out, code := d.Wasl(t, "verify", "--trust", trust, keep(t, "statement.json", signed)); code != 0 || !bytes.Contains(signed, []byte("55-19")) {
		t.Errorf("wasl verify of the statement: exit %d: %s", code, out)
	}
	changed := bytes.Replace(signed, []byte("55-19"), []byte("55-18"), 1)
	if out, code := d.Wasl(t, "verify", "--trust", trust, keep(t, "changed.json", changed)); code != 1 {
		t.Errorf("a changed statement: exit %d: %s", code, out)
	}
}

// strangersSeeNothing asks for the case as another commune's agent and as a
// visitor without the code.
func strangersSeeNothing(t *testing.T, d *stack.Demo, filed *robot.Filed) {
	t.Helper()
	other := stack.NewBrowser(t)
	other.Get(d.Office+"/fr/signin").Submit("", url.Values{"name": {"hanane"}, "password": {d.Password("hanane")}}, nil)
	if page := other.Get(d.Office + "/fr/cases/" + filed.Reference); page.Status != 404 {
		t.Errorf("another commune's agent gets %d", page.Status)
	}
	if page := stack.NewBrowser(t).Get(d.Portal + "/fr/cases/" + filed.Reference); page.Status != 404 {
		t.Errorf("a stranger gets %d", page.Status)
	}
}

// samplePDF is a PDF of one empty page.
var samplePDF = []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n" +
	"0000000103 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n162\n%%EOF\n")
