package verify

import (
	"bytes"
	"slices"
	"time"
)

// Mentions of a receipt.
const (
	MentionDeposited      = "deposited"
	MentionBeingDeposited = "being-deposited"
)

// lateAfter is how far claimed and ledger time may lie apart.
const lateAfter = 120 * time.Second

// CheckDeposit checks a deposit record that was just handed in, for an authority
// ("" where the reader does not know whose it is). A receipt key with any
// revocation signs none: nothing shows when it really signed.
func CheckDeposit(raw []byte, authority string, t *Trust) (*Deposit, error) {
	f, err := unpack[Deposit](raw, FormatDeposit)
	if err != nil {
		return nil, err
	}
	if _, err := checkSignatures(claim{format: FormatDeposit, role: RoleReceipt, authority: authority, facts: f.Signed, at: f.Signed.DepositedAt.Time}, f.Signatures, t); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(f.Signatures, func(s Signature) bool { return t.everRevoked(s.Certificate.KeyID) }) {
		return nil, failed(CodeRevoked, "its receipt key was revoked")
	}
	return &f.Signed, nil
}

// Receipt is a receipt that stands.
type Receipt struct {
	Facts    ReceiptFacts
	Signer   Certificate
	Included bool // the ledger holds it; the rest is zero otherwise
	LedgerAt Time // the sequencer's own time
	Index    int64
	Late     bool // ledger and claimed time are over 120 s apart
}

// ParseReceipt checks a receipt file, and its proof if it has one. After a
// receipt key was revoked, only what the ledger had before counts; now says
// which revocations have come.
func ParseReceipt(raw []byte, t *Trust, now time.Time) (*Receipt, error) {
	f, err := unpack[ReceiptFacts](raw, FormatReceipt)
	if err != nil {
		return nil, err
	}
	at := f.Signed.DepositedAt.Time
	cert, err := checkSignatures(claim{format: FormatReceipt, role: RoleReceipt, authority: f.Signed.Authority.ID, facts: f.Signed, at: at}, f.Signatures, t)
	if err != nil {
		return nil, err
	}
	r := &Receipt{Facts: f.Signed, Signer: *cert}
	if err := r.Facts.Check(); err != nil {
		return nil, err
	}
	if f.Proof != nil {
		if err := r.include(f.Proof, t); err != nil {
			return nil, err
		}
		now = r.LedgerAt.Time
	}
	for _, s := range f.Signatures {
		if t.Revoked(s.Certificate.KeyID, now) {
			return nil, failed(CodeRevoked, "its key was revoked, and the ledger did not have it before")
		}
	}
	return r, nil
}

func (r *Receipt) include(p *Proof, t *Trust) error {
	commitment, err := Commitment(r.Facts.Salt, r.Facts.Deposit)
	if err != nil {
		return err
	}
	if err := p.check(LeafReceipt, commitment, t); err != nil {
		return err
	}
	r.Included, r.LedgerAt, r.Index = true, p.At, p.Index
	r.Late = p.At.Sub(r.Facts.DepositedAt.Time).Abs() > lateAfter
	return nil
}

// Check refuses a receipt without what the law wants on it.
func (f *ReceiptFacts) Check() error {
	switch {
	case f.Reference == "" || f.DepositedAt.IsZero():
		return failed(CodeForm, "it has no reference or no time of deposit")
	case len(f.Salt) != SaltSize:
		return failed(CodeForm, "its salt has the wrong size")
	case f.Mention != MentionDeposited && f.Mention != MentionBeingDeposited:
		return failed(CodeForm, "it has neither of the law's two mentions")
	case (f.Mention == MentionBeingDeposited) != (len(f.Missing) > 0):
		return failed(CodeForm, "its mention does not fit the list of missing pieces")
	}
	return nil
}

// ReadReceipt reads the facts of a receipt file whose signature was checked
// when it was kept, or is of no interest.
func ReadReceipt(raw []byte) (*ReceiptFacts, error) {
	f, err := unpack[ReceiptFacts](raw, FormatReceipt)
	if err != nil {
		return nil, err
	}
	return &f.Signed, nil
}

// WithProof joins a receipt file and the proof of its leaf (Proof, as the
// ledger made it). The signed part and the signatures stay byte by byte.
func WithProof(raw, proof []byte) ([]byte, error) {
	f, err := unpack[ReceiptFacts](raw, FormatReceipt)
	if err != nil {
		return nil, err
	}
	f.Proof = &Proof{}
	if err := Decode(proof, f.Proof); err != nil {
		return nil, err
	}
	out, err := Canonical(f)
	if err != nil {
		return nil, failed(CodeForm, "a proof has no canonical form")
	}
	// The proof stands between two members that stay as they were.
	if i := bytes.Index(raw, []byte(`"signatures":`)); i < 0 || !bytes.HasSuffix(out, raw[i:]) {
		return nil, failed(CodeForm, "joining a proof would change the receipt")
	}
	return out, nil
}
