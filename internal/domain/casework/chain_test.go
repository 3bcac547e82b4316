package casework_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// TestWholeChain walks one application through both zones: filed at the
// portal, taken, opened, a piece asked for and given, granted, and read again
// with the resume code.
func TestWholeChain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()

		rows, _, err := w.office.Queue(ctx, amina, casework.Filter{Open: true, Limit: 20})
		if err != nil || len(rows) != 1 || rows[0].Reference != got.Reference || rows[0].State != casework.StateReview {
			t.Fatalf("queue = %+v, %v", rows, err)
		}
		v, err := w.office.View(ctx, amina, got.Reference)
		if err != nil || v.OpenNow || v.Mention != "deposited" {
			t.Fatalf("view = %+v, %v", v, err)
		}

		op, err := w.office.Open(ctx, amina, got.Reference, "instruct")
		if err != nil {
			t.Fatal(err)
		}
		if op.Reading.Answers["cnie"] != "AB123456" || op.Language != "fr" || len(op.Files) != 1 {
			t.Fatalf("opened = %v, %s, %v", op.Reading.Answers, op.Language, op.Files)
		}
		if pages := op.Shown("fr"); len(pages) == 0 {
			t.Fatal("nothing is shown of the opened case")
		}
		ref, rc, err := w.office.OpenFile(ctx, amina, got.Reference, op.Files[0].Envelope, op.Files[0].ID)
		if err != nil || ref.MediaType != "application/pdf" || !bytes.HasPrefix(w.read(rc), []byte("%PDF")) {
			t.Fatalf("attachment = %+v, %v", ref, err)
		}

		w.correct(got)
		number, own := w.grant(got)
		w.readGrant(got, number, own)
		w.silent(got)
		w.hide(got)
	})
}

// correct asks for a better piece, which the applicant gives.
func (w *world) correct(got *intake.Accepted) {
	w.t.Helper()
	ctx := w.t.Context()
	ask := casework.Request{ID: "request-one", Kind: casework.ActReplacement, Questions: []string{"proof_file"}, Text: "La facture est illisible."}
	for range 2 { // the same again is the same request
		if err := w.office.Ask(ctx, amina, got.Reference, ask); err != nil {
			w.t.Fatal(err)
		}
	}
	w.exchange()
	c := w.mine(got)
	if c.Request == nil || c.Request.Text != ask.Text || len(c.Request.Questions) != 1 || c.State != casework.StateWaiting || c.Request.WindowLast == "" {
		w.t.Fatalf("the applicant is asked %+v in state %s", c.Request, c.State)
	}
	if len(c.Messages) != 2 || !c.Messages[0].Sound || !c.Messages[1].Sound || c.Messages[1].Kind != intake.MessageStatement {
		w.t.Fatalf("messages = %+v, want the request and a statement of the clock", c.Messages)
	}
	if _, err := w.desk.AddAnswerFile(ctx, c, "proof_file", "facture2.pdf", bytes.NewReader(pdfFile)); err != nil {
		w.t.Fatal(err)
	}
	if err := w.desk.Answer(ctx, c, "Voici une meilleure photo."); err != nil {
		w.t.Fatal(err)
	}
	w.exchange()

	op, err := w.office.Reread(ctx, amina, got.Reference)
	if err != nil || op.State != casework.StateReview || len(op.Letters) != 2 {
		w.t.Fatalf("after the answer: %+v, %v", op, err)
	}
	if answer := op.Letters[0]; answer.From != "office" || !answer.Sound || answer.Letter.Request != "replacement" {
		w.t.Fatalf("the office's own letter = %+v", answer)
	}
	answer := op.Letters[1]
	if answer.From != "applicant" || answer.Text != "Voici une meilleure photo." || len(answer.Files) != 1 {
		w.t.Fatalf("answer = %+v", answer)
	}
	if _, rc, err := w.office.OpenFile(ctx, amina, got.Reference, answer.Files[0].Envelope, answer.Files[0].ID); err != nil || !bytes.Equal(w.read(rc), pdfFile) {
		w.t.Fatalf("the answer's file: %v", err)
	}
}

// goodLuck is what the decision says.
const goodLuck = "Bonne continuation."

// grant decides, and reads the document as the office keeps it.
func (w *world) grant(got *intake.Accepted) (number string, pdf []byte) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.office.AddNote(ctx, amina, got.Reference, "note-one", "Appelé le gardien."); err != nil {
		w.t.Fatal(err)
	}
	decision := casework.Decision{ID: "decision-one", Outcome: casework.Grant, Text: goodLuck}
	for range 2 {
		if err := w.office.Decide(ctx, amina, got.Reference, decision); err != nil {
			w.t.Fatal(err)
		}
	}
	op, err := w.office.Reread(ctx, amina, got.Reference)
	if err != nil || op.State != casework.StateGranted || len(op.Documents) != 1 || len(op.Notes) != 1 || op.Notes[0].Text != "Appelé le gardien." {
		w.t.Fatalf("after the decision: %+v, %v", op, err)
	}
	_, own, err := w.office.OpenDocument(ctx, amina, got.Reference, op.Documents[0].Number)
	if err != nil {
		w.t.Fatal(err)
	}
	return op.Documents[0].Number, own
}

// readGrant reads the decision as its applicant, and who opened the file.
func (w *world) readGrant(got *intake.Accepted, number string, own []byte) {
	w.t.Helper()
	ctx := w.t.Context()
	w.exchange()

	c := w.mine(got)
	if c.Decision == nil || c.Decision.Outcome != casework.ActGranted || !c.Decision.Sound || !c.Decision.Has || c.Decision.Text != goodLuck {
		w.t.Fatalf("decision = %+v", c.Decision)
	}
	name, pdf, err := w.desk.Document(ctx, c)
	if err != nil || !strings.HasSuffix(name, ".pdf") || !bytes.Equal(pdf, own) {
		w.t.Fatalf("document %q of %d bytes, %v; the office has %d", name, len(pdf), err, len(own))
	}
	w.standing(pdf)
	if c.Gap || len(c.Accesses) != 5 { // indexed, opened, two attachments, the document
		w.t.Fatalf("accesses = %+v, gap %v", c.Accesses, c.Gap)
	}
	for i, a := range c.Accesses {
		if a.N != i+1 || a.Machine != (i == 0) {
			w.t.Errorf("access %d = %+v", i+1, a)
		}
	}
	w.told(c, number)
	if !c.Included {
		w.t.Error("the receipt has no proof of inclusion")
	}
	w.standing(c.ReceiptFile)
}

// told holds what the applicant reads of each opening against what was opened.
func (w *world) told(c *intake.Case, number string) {
	w.t.Helper()
	want := []intake.Part{{Kind: intake.OpenedIntake}, {Kind: intake.OpenedFile}, {Kind: intake.OpenedAttachment, Name: "facture-eau.pdf"},
		{Kind: intake.OpenedAttachment, Name: "facture2.pdf"}, {Kind: intake.OpenedDocument, Name: number}}
	for i, a := range c.Accesses {
		if got := c.Parts(a); len(got) != 1 || got[0] != want[i] {
			w.t.Errorf("opening %d is of %+v, want %+v", a.N, got, want[i])
		}
	}
	hostile := intake.Access{Fields: []string{"attachment/" + strings.Repeat("0", 32), "attachment", "secret/x", "", "document"}}
	if got := c.Parts(hostile); len(got) != 3 || got[0].Name != "" || got[1].Name != "" {
		w.t.Errorf("unknown fields read as %+v", got)
	}
	if c.DueOn != "" || c.WindowLast != "" || c.Open {
		w.t.Errorf("after the decision: due %q, window %q, open %v", c.DueOn, c.WindowLast, c.Open)
	}
	v, err := w.office.View(w.t.Context(), amina, c.Reference)
	if err != nil || v.DueOn != "" {
		w.t.Errorf("the office's due date after the decision: %q, %v", v.DueOn, err)
	}
}

// hide shows that an applicant notices when the portal drops the newest
// entries of who opened the file: the signed decision says how many there were.
func (w *world) hide(got *intake.Accepted) {
	w.t.Helper()
	for _, n := range []string{"5", "4"} {
		w.must(w.public.Update(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`DELETE FROM message WHERE id = $1`, "access/"+got.Reference+"/"+n)
			return err
		}))
	}
	if c := w.mine(got); len(c.Accesses) != 3 || !c.Gap {
		w.t.Errorf("%d entries, gap %v; want 3 and a gap", len(c.Accesses), c.Gap)
	}
}

// silent looks for clear text in the office's store.
func (w *world) silent(got *intake.Accepted) {
	w.t.Helper()
	dump := w.dump()
	for _, secret := range []string{"AB123456", "Mithali", "Salma", "المثالي", "0612345678", "612345678", "illisible", "Bonne continuation", "gardien", "meilleure photo", got.ResumeCode} {
		if bytes.Contains(dump, []byte(secret)) {
			w.t.Errorf("the office's store holds %q in clear", secret)
		}
	}
}

// TestOpeningIsRecordedFirst shows that leaf, entry and notice stand before
// anything is decrypted, once for fifteen minutes.
func TestOpeningIsRecordedFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		before := w.count(`SELECT count(*) FROM leaf`)
		if _, err := w.office.Reread(ctx, amina, got.Reference); errs.KindOf(err) != errs.Denied {
			t.Fatalf("reading without opening: %v, want denied", err)
		}
		if _, err := w.office.Open(ctx, amina, got.Reference, "curiosity"); errs.KindOf(err) != errs.Invalid {
			t.Fatalf("an unknown purpose: %v, want invalid", err)
		}
		if _, err := w.office.Open(ctx, omar, got.Reference, "check"); errs.KindOf(err) != errs.Denied {
			t.Fatalf("a supervisor opens: %v, want denied", err)
		}
		if n := w.count(`SELECT count(*) FROM leaf`); n != before {
			t.Fatalf("refused openings left %d leaves", n-before)
		}
		w.spoil(got.Reference) // what is recorded is recorded even where nothing can be decrypted
		if _, err := w.office.Open(ctx, amina, got.Reference, "instruct"); err == nil {
			t.Fatal("a spoilt envelope opened")
		}
		if n := w.count(`SELECT count(*) FROM leaf`); n != before+1 {
			t.Fatalf("%d leaves, want 1", n-before)
		}
		if n := w.count(`SELECT count(*) FROM access WHERE agent = 'amina' AND purpose = 'instruct' AND fields = 'file'`); n != 1 {
			t.Fatalf("%d entries, want 1", n)
		}
		if n := w.count(`SELECT count(*) FROM outbox WHERE kind = 'access'`); n != 1 {
			t.Fatalf("%d notices wait, want 1", n)
		}
		w.mend(got.Reference)
		if _, err := w.office.Open(ctx, amina, got.Reference, "instruct"); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM access WHERE agent = 'amina'`); n != 1 {
			t.Fatalf("%d entries after opening again, want 1", n)
		}
		w.pass(casework.OpeningLasts + 1)
		if _, err := w.office.Reread(ctx, amina, got.Reference); errs.KindOf(err) != errs.Denied {
			t.Fatalf("reading after fifteen minutes: %v, want denied", err)
		}
	})
}

// TestStrangers shows that agents of another unit or authority get the answer
// of a case that does not exist, everywhere.
func TestStrangers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		op, err := w.office.Open(ctx, amina, got.Reference, "instruct")
		if err != nil {
			t.Fatal(err)
		}
		unknown := string(intake.NewReference())
		calls := map[string]func(who *identity.Agent, reference string) error{
			"View": func(who *identity.Agent, r string) error { _, err := w.office.View(ctx, who, r); return err },
			"Open": func(who *identity.Agent, r string) error {
				_, err := w.office.Open(ctx, who, r, "instruct")
				return err
			},
			"Reread": func(who *identity.Agent, r string) error { _, err := w.office.Reread(ctx, who, r); return err },
			"OpenFile": func(who *identity.Agent, r string) error {
				_, _, err := w.office.OpenFile(ctx, who, r, op.Files[0].Envelope, op.Files[0].ID)
				return err
			},
			"OpenDocument": func(who *identity.Agent, r string) error {
				_, _, err := w.office.OpenDocument(ctx, who, r, "none")
				return err
			},
			"Ask": func(who *identity.Agent, r string) error {
				return w.office.Ask(ctx, who, r, casework.Request{ID: "request-x", Kind: casework.ActInformation, Text: "?"})
			},
			"Decide": func(who *identity.Agent, r string) error {
				return w.office.Decide(ctx, who, r, casework.Decision{ID: "decision-x", Outcome: casework.Refuse, Text: "."})
			},
			"AddNote":  func(who *identity.Agent, r string) error { return w.office.AddNote(ctx, who, r, "note-xxx", "x") },
			"SeeTimes": func(who *identity.Agent, r string) error { return w.office.SeeTimes(ctx, who, r, "times-xxx") },
		}
		for _, who := range []*identity.Agent{otherUnit, otherAuthority} {
			for name, call := range calls {
				missing, foreign := call(who, unknown), call(who, got.Reference)
				if errs.KindOf(foreign) != errs.NotFound || foreign.Error() != missing.Error() {
					t.Errorf("%s by %s: %v, for a case that does not exist %v", name, who.ID, foreign, missing)
				}
			}
			rows, _, err := w.office.Queue(ctx, who, casework.Filter{Open: true, Limit: 20})
			if err != nil || len(rows) != 0 {
				t.Errorf("queue of %s = %v, %v", who.ID, rows, err)
			}
			for field, value := range map[string]string{casework.ByReference: got.Reference, casework.ByNumber: "AB123456", casework.ByPhone: "0612345678", casework.ByName: "El Mithali Salma"} {
				rows, err := w.office.Search(ctx, who, field, value)
				if err != nil || len(rows) != 0 {
					t.Errorf("search of %s by %s = %v, %v", who.ID, field, rows, err)
				}
			}
		}
		if n := w.count(`SELECT count(*) FROM access WHERE agent <> 'amina' AND machine = 0`); n != 0 {
			t.Errorf("strangers left %d entries", n)
		}
	})
}

func TestSearch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.file("residence-certificate", "later")
		w.exchange()
		tests := []struct {
			field, value string
			found        bool
		}{
			{casework.ByNumber, "AB123456", true},
			{casework.ByNumber, "ab 123 456", true},
			{casework.ByNumber, "AB12345", false},
			{casework.ByPhone, "0612345678", true},
			{casework.ByPhone, "+212 6 12 34 56 78", true},
			{casework.ByPhone, "00212612345678", true},
			{casework.ByName, "El Mithali Salma", true},
			{casework.ByName, "salma el-mithali", true},
			{casework.ByName, "المثالي سلمى", true},
			{casework.ByName, "سلمي المِثالي", true},
			{casework.ByName, "Salma", false},
			{casework.ByName, "El Mithali", false},
			{casework.ByReference, got.Reference, true},
			{casework.ByReference, strings.ToLower(got.Reference), true},
			{casework.ByReference, string(intake.NewReference()), false},
			{casework.ByNumber, "", false},
		}
		for _, tt := range tests {
			rows, err := w.office.Search(t.Context(), amina, tt.field, tt.value)
			if err != nil {
				t.Fatal(err)
			}
			if found := len(rows) == 1 && rows[0].Reference == got.Reference; found != tt.found || len(rows) > 1 {
				t.Errorf("search %s %q = %v, want found %v", tt.field, tt.value, rows, tt.found)
			}
		}
		if _, err := w.office.Search(t.Context(), amina, "colour", "red"); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an unknown field: %v, want invalid", err)
		}
	})
}

// TestQueuePages walks a queue page by page: every case once, in order.
func TestQueuePages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		want := map[string]bool{}
		for range 5 {
			want[w.file("residence-certificate", "bill").Reference] = true
		}
		w.exchange()
		after, last := "", ""
		for {
			rows, next, err := w.office.Queue(t.Context(), amina, casework.Filter{Open: true, After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if !want[r.Reference] || r.SortOn+r.Reference <= last {
					t.Errorf("row %s after %s", r.SortOn+r.Reference, last)
				}
				delete(want, r.Reference)
				last = r.SortOn + r.Reference
			}
			if after = next; next == "" {
				break
			}
		}
		if len(want) > 0 {
			t.Errorf("not listed: %v", want)
		}
		if _, _, err := w.office.Queue(t.Context(), amina, casework.Filter{After: "!"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a broken cursor: %v, want invalid", err)
		}
	})
}

// TestLedger shows that receipts, openings and decisions come into one tree
// whose files and proofs stand on their own.
func TestLedger(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		if _, err := w.office.Open(t.Context(), amina, got.Reference, "instruct"); err != nil {
			t.Fatal(err)
		}
		w.exchange()
		w.file("residence-certificate", "hosted")
		w.exchange()
		w.standing(w.mine(got).ReceiptFile)
		if n := w.count(`SELECT count(*) FROM leaf WHERE position IS NULL`); n != 0 {
			t.Errorf("%d leaves wait", n)
		}
		w.audit()
	})
}
