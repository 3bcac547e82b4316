package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/crypt/seal"
	"wasl/internal/crypt/sign"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// floor is the least a filing can cost when it is sealed for a unit, the
// worker's intake and the applicant, signed, acknowledged with a signed
// receipt and on disk, in the same rows. It does nothing that a procedure
// needs: it judges no answer, looks nothing up, counts no delay, and fills its
// signed files in from forms made beforehand.
type floor struct {
	store            *db.DB
	key              ed25519.PrivateKey
	readers          []seal.Reader
	deposit, receipt form
	seals            chan struct{} // bounds concurrent sealing, as the portal does
}

func openFloor(ctx context.Context, dsn string) (*floor, error) {
	f := &floor{seals: make(chan struct{}, max(2, runtime.NumCPU()))}
	for _, one := range []struct {
		id, role string
		scope    []string
	}{{"zitouna/citizens", "unit", nil}, {"intake", seal.RoleIntake, []string{"intake"}}} {
		key, err := seal.KEM().GenerateKey()
		if err != nil {
			return nil, err
		}
		r, err := seal.NewReader(one.id, verify.KeyID(verify.XWing, key.PublicKey().Bytes()), one.role, key.PublicKey().Bytes())
		if err != nil {
			return nil, err
		}
		r.Scope = one.scope
		f.readers = append(f.readers, r)
	}
	err := f.prepare()
	if err != nil {
		return nil, err
	}
	f.store, err = db.Open(ctx, dsn, intake.Migrations())
	return f, err
}

// prepare makes the signing key and the forms of what it signs.
func (f *floor) prepare() error {
	root, err := sign.NewRoot("bench")
	if err != nil {
		return err
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	f.key = key
	now := time.Now().Truncate(time.Second)
	cert, err := root.Certify(verify.Certificate{Role: verify.RoleReceipt, PublicKey: public,
		NotBefore: verify.Time{Time: now.Add(-time.Minute)}, NotAfter: verify.Time{Time: now.Add(24 * time.Hour)}})
	if err != nil {
		return err
	}
	facts := fixedFacts()
	if f.deposit, err = newForm(verify.FormatDeposit, facts.Deposit, cert); err != nil {
		return err
	}
	f.receipt, err = newForm(verify.FormatReceipt, facts, cert)
	return err
}

// fixedFacts are as long as what the portal writes on a receipt.
func fixedFacts() verify.ReceiptFacts {
	return verify.ReceiptFacts{
		Deposit: verify.Deposit{Reference: referenceMark, Channel: "api", Envelope: digestMark, DepositedAt: verify.Time{Time: timeMark},
			Mention: verify.MentionBeingDeposited, Missing: []string{"proof_file"}},
		Language: "fr", Version: version, Salt: make(verify.Hex, verify.SaltSize),
		Service:   verify.Named{ID: "residence-certificate", Name: "Certificat de résidence"},
		Authority: verify.Named{ID: "zitouna", Name: "Commune de Zitouna (exemple)"},
		Unit:      verify.Named{ID: "citizens", Name: "Bureau des affaires des citoyens"},
		Depositor: verify.Depositor{Name: "Fadma Ait Mital", Number: "JE7654321"},
		Lacking:   []verify.Piece{{Question: "proof_file", Label: "Justificatif de domicile (facture, titre ou contrat)"}},
		DueOn:     "2026-01-05", WindowLast: "2026-01-12", Silence: "appeal", SilenceOn: "2026-01-05",
		Delay:  verify.Delay{Days: 10, Kind: "normal"},
		Appeal: verify.Appeal{Body: "Le président du conseil communal de Zitouna (exemple)", Days: 30},
		Basis:  []verify.Basis{{Text: "example-residence-order", Title: "Arrêté d'exemple sur les certificats de résidence", Article: "1"}},
	}
}

var version = hexOf(sha256.New().Sum(nil))

func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := f.file(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer(w, out)
}

func (f *floor) file(r *http.Request) (*intake.Accepted, error) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in application
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	row := &filed{at: time.Now().In(timeMark.Location()).Truncate(time.Second), reference: string(intake.NewReference()), idempotencyKey: r.Header.Get("Idempotency-Key"), raw: raw}
	f.seals <- struct{}{}
	err = f.seal(row, in)
	<-f.seals
	if err != nil {
		return nil, err
	}
	if err := f.store.Update(r.Context(), row.insert); err != nil {
		return nil, err
	}
	return &row.out, nil
}

// filed is one filing as it goes into the store.
type filed struct {
	at                           time.Time
	reference, envelope, locator string
	idempotencyKey               string
	raw, body, deposit, salt     []byte
	receipt, firstAnswer         []byte
	out                          intake.Accepted
}

func (f *floor) seal(row *filed, in application) error {
	code := seal.NewCode()
	keys := code.Derive()
	key := seal.NewContentKey()
	var id [16]byte
	rand.Read(id[:])
	row.envelope, row.locator = hexOf(id[:]), hexOf(keys.LocatorHash[:])
	search := append(append(make([]byte, 0, 300), `{"fees":[],"language":"fr","notice":"`...), row.locator...)
	content := seal.Content{Sections: map[string][]byte{
		"main": in.Answers, "intake": append(search, `","search":{}}`...), "files": []byte(`[]`), "words": []byte(`{"text":""}`),
		"reply": []byte(`{"key":"` + row.locator + `","language":"fr"}`),
	}}
	h := seal.Header{ID: row.envelope, Kind: "filing", Service: "residence-certificate", Version: version, Authority: "zitouna", Unit: "citizens", Territory: "03.999.01"}
	env, err := seal.Seal(key, h, content, f.readers, keys)
	if err != nil {
		return err
	}
	if row.body, err = env.Marshal(); err != nil {
		return err
	}
	return f.sign(row, code, keys, hexOf(env.Digest[:]))
}

func (f *floor) sign(row *filed, code seal.Code, keys *seal.Keys, digest string) error {
	row.salt = make([]byte, verify.SaltSize)
	rand.Read(row.salt)
	now := row.at.Format(time.RFC3339)
	_, row.deposit = f.deposit.fill(f.key, row.reference, digest, now, "")
	_, receipt := f.receipt.fill(f.key, row.reference, digest, now, hexOf(row.salt))
	var err error
	if row.receipt, err = seal.SealTo(keys.Wrap, "receipt", receipt); err != nil {
		return err
	}
	row.out = intake.Accepted{Reference: row.reference, ResumeCode: code.String(), Receipt: string(receipt)}
	row.firstAnswer, err = seal.SealTo(sha256.Sum256([]byte(row.idempotencyKey)), "first answer", code[:])
	return err
}

func (row *filed) insert(tx *db.Tx) error {
	key, body := sha256.Sum256([]byte("key"+row.idempotencyKey)), sha256.Sum256(row.raw)
	if _, err := tx.Exec(`INSERT INTO idempotency (key_hash, body_hash, sealed, created_at) VALUES ($1, $2, $3, $4)`,
		hexOf(key[:]), hexOf(body[:]), row.firstAnswer, db.Micros(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO submission (envelope, kind, locator, step, chain, reference, service, version, authority, unit, received_at, body, deposit, salt, receipt)
		VALUES ($1, 'filing', $2, 'filing', 0, $3, 'residence-certificate', $4, 'zitouna', 'citizens', $5, $6, $7, $8, $9)`,
		row.envelope, row.locator, row.reference, version, db.Micros(row.at), row.body, row.deposit, row.salt, row.receipt)
	return err
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
