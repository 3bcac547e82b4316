package intake

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/ledger"
	"wasl/internal/domain/service"
	"wasl/verify"
)

func TestReceiptSaysWhatTheLawWants(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		in, raw := application(t, d, "later")
		in.Language = i18n.AR
		a, err := d.Accept(ctx, residence, newKey(), raw, in)
		if err != nil {
			t.Fatal(err)
		}
		r, err := verify.ParseReceipt([]byte(a.Receipt), d.catalogue().trust, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		f := r.Facts
		if f.Reference != a.Reference || f.Mention != "being-deposited" || !slices.Equal(f.Missing, []string{"proof_file"}) || f.Channel != Machine {
			t.Errorf("deposit %+v", f.Deposit)
		}
		if f.Depositor != (verify.Depositor{Name: "فاضمة أيت مثال", Number: "JE7654321"}) || f.Service.Name == "" || f.Authority.ID != "zitouna" || f.Unit.Name == "" {
			t.Errorf("who: %+v, %+v, %+v, %+v", f.Depositor, f.Service, f.Authority, f.Unit)
		}
		if len(f.Lacking) != 1 || f.Lacking[0].Label == "" || len(f.Documents) != 0 || len(f.Basis) == 0 || f.Basis[0].Title == "" {
			t.Errorf("pieces %+v and %+v, basis %+v", f.Documents, f.Lacking, f.Basis)
		}
		if f.WindowLast == "" || f.DueOn != "" || f.CompleteOn != "" || f.Silence != "appeal" || f.Appeal.Body == "" || f.Appeal.Days != 30 || f.Delay.Days != 10 {
			t.Errorf("dates %q %q %q, silence %q, appeal %+v, delay %+v", f.WindowLast, f.DueOn, f.CompleteOn, f.Silence, f.Appeal, f.Delay)
		}
		if since := time.Since(f.DepositedAt.Time); since < 0 || since > time.Minute {
			t.Errorf("deposited %v ago", since)
		}
		if _, offset := f.DepositedAt.Zone(); offset != 3600 && offset != 0 {
			t.Errorf("offset %d s", offset)
		}
	})
}

func TestCompleteReceiptHasDeadlineAndFees(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, _ := filedCase(t, d, "bill")
		f := c.Receipt
		if f.Mention != "deposited" || f.DueOn == "" || f.CompleteOn == "" || f.SilenceOn == "" || f.WindowLast != "" || len(f.Documents) != 1 || f.Documents[0].Name != "facture-eau.pdf" || f.Depositor.Name != "Salma El Mithali" {
			t.Errorf("facts %+v", f)
		}
		if !bytes.Equal(c.FirstReceipt, c.ReceiptFile) || !strings.Contains(string(c.ReceiptFile), `"reference":"`+c.Reference+`"`) {
			t.Error("the receipt is not the one first given")
		}
		def, err := d.Service("commercial-opening")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(def.Examples(), func(e service.Example) bool { return e.Valid })
		if i < 0 {
			t.Fatal("the service has no valid example")
		}
		ex := def.Examples()[i]
		a, err := d.Accept(ctx, def.ID, newKey(), ex.Answers, Application{Authority: ex.Authority, Language: i18n.FR, Answers: ex.Answers})
		if err != nil {
			t.Fatal(err)
		}
		r, err := verify.ReadReceipt([]byte(a.Receipt))
		if err != nil || len(r.Fees) != 1 || r.Fees[0].Amount == 0 || r.Fees[0].Label == "" {
			t.Errorf("fees %+v, %v", r.Fees, err)
		}
	})
}

// A receipt carries its proof once the ledger has its leaf, and the signed
// part stays as it was.
func TestReceiptGetsItsProof(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, cookie := filedCase(t, d, "bill")
		offered, err := d.Offer(ctx, 0, 1)
		if err != nil || len(offered) != 1 {
			t.Fatal(err)
		}
		deposit, err := verify.CheckDeposit(offered[0].Deposit, "", d.catalogue().trust)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := verify.Commitment(offered[0].Salt, deposit)
		if err != nil {
			t.Fatal(err)
		}
		var p Push
		tree := dbtest.Open(t, dbtest.SQLite(t), ledger.Migrations())
		note, err := worldOf(t).ledger.Note()
		if err != nil {
			t.Fatal(err)
		}
		err = tree.Update(ctx, func(tx *db.Tx) error {
			index, err := ledger.Append(tx, []ledger.Leaf{{Type: verify.LeafReceipt, Commitment: leaf}})
			if err != nil {
				return err
			}
			checkpoint, err := ledger.Checkpoint(tx, note)
			if err != nil {
				return err
			}
			proof, err := ledger.Prove(tx, index)
			p = Push{Inclusions: []Inclusion{{Envelope: offered[0].Envelope, Proof: proof}}, Ledger: []LedgerFile{{Path: "checkpoint", Body: checkpoint}}}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		push(t, d, p)
		again := caseOf(t, d, cookie, c.Reference)
		r, err := verify.ParseReceipt(again.ReceiptFile, d.catalogue().trust, time.Now())
		if err != nil || !r.Included || !again.Included {
			t.Errorf("with its proof: included %v and %v, %v", r != nil && r.Included, again.Included, err)
		}
		if !bytes.Equal(again.FirstReceipt, c.FirstReceipt) {
			t.Error("the receipt first given changed")
		}
		next, _ := filedCase(t, d, "bill")
		if next.Receipt.Checkpoint != string(p.Ledger[0].Body) {
			t.Error("a receipt does not name the last checkpoint the portal saw")
		}
	})
}
