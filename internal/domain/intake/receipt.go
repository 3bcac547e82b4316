package intake

import (
	"crypto/rand"
	"fmt"
	"time"

	"wasl/internal/base/i18n"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/service"
	"wasl/verify"
)

const receiptLabel = "wasl-receipt-kept-1"

// deposit signs an envelope's deposit record, which it gives, and draws the
// salt under which the ledger's leaf commits to it.
func (d *Desk) deposit(c *catalogue, s *submission, f filing, missing []string, env *seal.Envelope) (dep verify.Deposit, err error) {
	dep = verify.Deposit{Reference: string(s.reference), Channel: f.channel, Envelope: hexDigest(env.Digest), Mention: clock.Deposited, Missing: missing,
		DepositedAt: verify.Time{Time: s.at.In(c.profile.Location()).Truncate(time.Second)}}
	if len(missing) > 0 {
		dep.Mention = clock.BeingDeposited
	}
	s.salt = make([]byte, verify.SaltSize)
	rand.Read(s.salt)
	if s.deposit, err = d.signer.SignDeposit(dep); err != nil {
		return dep, fmt.Errorf("signing the deposit record: %w", err)
	}
	return dep, nil
}

// acknowledge signs deposit record and receipt; the receipt is kept sealed to
// the applicant.
func (d *Desk) acknowledge(c *catalogue, s *submission, f filing, reading service.Reading, env *seal.Envelope) error {
	dep, err := d.deposit(c, s, f, reading.Missing, env)
	if err != nil {
		return err
	}
	facts := c.receiptFacts(s, f, reading)
	facts.Deposit, facts.Salt, facts.Checkpoint = dep, s.salt, *d.checkpoint.Load()
	if s.clearR, err = d.signer.SignReceipt(facts); err != nil {
		return fmt.Errorf("signing the receipt: %w", err)
	}
	s.receipt, err = seal.SealTo(f.keys.Wrap, receiptLabel, s.clearR)
	return err
}

// receiptFacts are the words and dates of a receipt (law 55-19 art. 10 and 12;
// decree 2.22.92 art. 11), in the applicant's language.
func (c *catalogue) receiptFacts(s *submission, f filing, reading service.Reading) verify.ReceiptFacts {
	def, l := f.def, f.lang
	a := c.book.Authority(s.authorityID)
	facts := verify.ReceiptFacts{
		Language: string(l), Version: s.version,
		Service:   verify.Named{ID: def.ID, Name: def.T(l, "title")},
		Authority: verify.Named{ID: a.ID, Name: a.Names.In(l)},
		Unit:      verify.Named{ID: s.unit, Name: s.unit},
		Depositor: depositor(def, reading, l),
		Delay:     verify.Delay{Days: def.Law.Delay.Days, Kind: def.Kind},
		Silence:   def.Law.Silence,
		Appeal:    verify.Appeal{Body: a.Appeal.In(l), Days: c.profile.Rules.Appeal.Days},
		Documents: deposited(def, reading, l),
	}
	if u := a.Unit(s.unit); u != nil {
		facts.Unit.Name = u.Names.In(l)
	}
	for _, id := range reading.Missing {
		facts.Lacking = append(facts.Lacking, verify.Piece{Question: id, Label: label(def, id, l)})
	}
	for _, fee := range reading.Fees {
		facts.Fees = append(facts.Fees, verify.Fee{ID: fee.ID, Label: def.T(l, "fees."+fee.ID), Amount: fee.Centimes})
	}
	for _, b := range def.Law.Basis {
		facts.Basis = append(facts.Basis, verify.Basis{Text: b.Text, Title: def.T(l, "basis."+b.Text), Article: b.Article})
	}
	c.dates(&facts, s, f, reading.Missing)
	return facts
}

// dates fills in what the clock says on the day of the receipt.
func (c *catalogue) dates(facts *verify.ReceiptFacts, s *submission, f filing, missing []string) {
	events := []clock.Event{{At: s.at, Do: clock.File, Missing: missing}}
	if s.kind != KindFiling { // the pieces missing at filing are complete now
		events = []clock.Event{{At: f.filedAt, Do: clock.File, Missing: []string{Missing}}, {At: s.at, Do: clock.Supply}}
	}
	k := clock.Compute(c.profile.With(Closed(c.book, f.def.ID, s.authorityID)), Terms(f.def, c.book.Authority(s.authorityID)), events, c.profile.DateOf(s.at))
	facts.CompleteOn, facts.DueOn = k.CompleteOn.String(), k.DueOn.String()
	facts.WindowLast, facts.SilenceOn = k.WindowLast.String(), k.SilenceOn.String()
	facts.Appeal.Days = k.AppealDays
}

func label(def *service.Definition, id string, l i18n.Lang) string {
	if q := def.Question(id); q != nil {
		return q.Label(l)
	}
	return id
}

// depositor is who filed, by the answers that the service names for search.
func depositor(def *service.Definition, reading service.Reading, l i18n.Lang) verify.Depositor {
	var d verify.Depositor
	d.Number, _ = reading.Answers[def.Search["number"]].(string)
	person, ok := reading.Answers[def.Search["name"]].(map[string]any)
	if !ok {
		person = firstPerson(def, reading)
	}
	for _, script := range scripts(l) {
		given, _ := person["given_"+script].(string)
		family, _ := person["family_"+script].(string)
		if given != "" && family != "" {
			d.Name = given + " " + family
			break
		}
	}
	return d
}

// firstPerson is the first name asked, where the service names none for search.
func firstPerson(def *service.Definition, reading service.Reading) map[string]any {
	for _, page := range def.Pages {
		for _, q := range page.Questions {
			if person, ok := reading.Answers[q.ID].(map[string]any); ok && q.Type == service.Person {
				return person
			}
		}
	}
	return nil
}

func scripts(l i18n.Lang) []string {
	if l == i18n.AR {
		return []string{"ar", "latin"}
	}
	return []string{"latin", "ar"}
}

// deposited lists the documents given, a line per file.
func deposited(def *service.Definition, reading service.Reading, l i18n.Lang) []verify.Piece {
	var out []verify.Piece
	for _, q := range def.Documents() {
		files, _ := reading.Answers[q.ID].([]any)
		for _, f := range files {
			file, _ := f.(map[string]any)
			name, _ := file["name"].(string)
			out = append(out, verify.Piece{Question: q.ID, Label: q.Label(l), Name: name})
		}
	}
	return out
}

// openReceipts opens the receipts among a case's envelopes and joins their
// proofs.
func (c *Case) openReceipts(own []ownEnvelope, trust *verify.Trust) error {
	for i, e := range own {
		if len(e.receipt) == 0 {
			continue
		}
		first, facts, err := openReceipt(c.keys, e)
		if err != nil {
			return err
		}
		file, included := joinProof(first, e.proof, trust)
		if i == 0 {
			c.FirstReceipt, c.ReceiptFile, c.Receipt, c.Included = first, file, *facts, included
		} else {
			c.Completion, c.SecondReceipt = facts, file
		}
	}
	return nil
}

func openReceipt(keys *seal.Keys, e ownEnvelope) (first []byte, facts *verify.ReceiptFacts, err error) {
	if first, err = reopen.Open(keys.Wrap, receiptLabel, e.receipt); err != nil {
		return nil, nil, fmt.Errorf("opening a receipt: %w", err)
	}
	if facts, err = verify.ReadReceipt(first); err != nil {
		return nil, nil, fmt.Errorf("reading a receipt: %w", err)
	}
	return first, facts, nil
}

// joinProof is a receipt with its proof of inclusion; one that does not stand
// is left out: the receipt is worth what it was when it was given.
func joinProof(first, proof []byte, trust *verify.Trust) (file []byte, included bool) {
	if len(proof) == 0 {
		return first, false
	}
	file, err := verify.WithProof(first, proof)
	if err != nil {
		return first, false
	}
	if _, err := verify.ParseReceipt(file, trust, time.Now()); verify.CodeOf(err) == verify.CodeProof {
		return first, false
	}
	return file, true
}
