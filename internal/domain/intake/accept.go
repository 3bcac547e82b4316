package intake

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
)

const firstAnswerLabel = "wasl-first-answer-1"

// minKeyLength is the shortest Idempotency-Key: a UUID's 36 characters hold
// the 122 random bits its first answer is sealed under.
const minKeyLength = 36

// Accept files an application that comes whole, through the API. The same key
// and body give the same answer for 24 hours; the same key with another body
// is errs.Invalid "api.keyreused", a short key errs.Invalid "api.key".
// *Refused lists problems.
func (d *Desk) Accept(ctx context.Context, serviceID, idempotencyKey string, raw []byte, in Application) (*Accepted, error) {
	if len(idempotencyKey) < minKeyLength {
		return nil, errs.New(errs.Invalid, "api.key")
	}
	call := newCall(idempotencyKey, serviceID, raw)
	answer, err := d.acceptNew(ctx, call, serviceID, in)
	if err == nil || !call.mayRepeat(err) {
		return answer, err
	}
	first, ferr := d.firstAnswer(ctx, call) // what is refused today may have been filed yesterday
	if first == nil && ferr == nil {
		return nil, err
	}
	return first, ferr
}

// acceptNew files as if the key were new; the transaction that stores the
// filing tells when it is not.
func (d *Desk) acceptNew(ctx context.Context, call call, serviceID string, in Application) (*Accepted, error) {
	def, err := d.Service(serviceID)
	if err != nil {
		return nil, err
	}
	now := present()
	code := seal.NewCode()
	f := filing{def: def, keys: code.Derive(), lang: in.Language, channel: Machine, at: now, body: newBody(def.Hash, now)}
	f.body.Authority = in.Authority
	if err := d.fill(ctx, &f, in.Answers); err != nil {
		return nil, errors.Join(err, d.dropFiles(ctx, f.body))
	}
	sub, err := d.prepare(ctx, f)
	if err != nil {
		return nil, errors.Join(err, d.dropFiles(ctx, f.body))
	}
	answer := &Accepted{Reference: string(sub.reference), ResumeCode: code.String(), Receipt: string(sub.clearR)}
	kept, err := seal.SealTo(call.key, firstAnswerLabel, code[:])
	if err != nil {
		return nil, err
	}
	var first *keptAnswer
	err = d.db.Update(ctx, func(tx *db.Tx) (err error) {
		if first, err = call.claim(tx, kept); err != nil || first != nil {
			return err
		}
		n, err := sub.insert(tx)
		if err == nil && n == 0 { // another case drew the same reference
			err = errs.New(errs.Busy, "busy")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("storing a filing: %w", err)
	}
	if first != nil {
		answer, err = d.repeat(ctx, call, first)
		return answer, errors.Join(err, d.dropFiles(ctx, f.body))
	}
	return answer, nil
}

// Application is the body of an API filing.
type Application struct {
	Authority string          `json:"authority"`
	Language  i18n.Lang       `json:"language"`
	Answers   json.RawMessage `json:"answers"`
}

// fill reads JSON answers as if they had been typed, and seals their files.
func (d *Desk) fill(ctx context.Context, f *filing, answers json.RawMessage) error {
	typed, files, problems := f.def.FromJSON(answers)
	if len(problems) > 0 {
		return &Refused{Problems: problems}
	}
	f.body.Typed = typed
	var names []string
	clears := make([]*bufio.Reader, len(files))
	for i, up := range files {
		q := f.def.Question(up.Question)
		rule := fileRule{question: up.Question, types: q.MediaTypes(), most: q.MaxFiles}
		err := rule.room(f.body.Files)
		sealed := draftFile{FileRef: service.FileRef{ID: randomID(), Question: up.Question, Name: cleanName(up.Name)}}
		if err == nil {
			sealed.MediaType, clears[i], err = inspect(rule.types, bytes.NewReader(up.Data))
		}
		if err == nil && len(up.Data) > MaxFile {
			err = errs.New(errs.Invalid, "file.size", "max", MaxFile>>20)
		}
		if err != nil {
			f.body.Files = nil // nothing is written yet
			return fileRefused(up, err)
		}
		f.body.Files = append(f.body.Files, sealed)
		names = append(names, BlobName(f.body.Envelope, sealed.ID))
	}
	if err := d.expect(ctx, locatorHash(f.keys), names...); err != nil {
		return err
	}
	for i := range f.body.Files {
		if err := d.sealFile(ctx, f.body, &f.body.Files[i], clears[i]); err != nil {
			return err
		}
	}
	return nil
}

// fileRefused turns a refused file into a problem of its field.
func fileRefused(up service.UploadedFile, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid {
		return err
	}
	return &Refused{Problems: []service.Problem{{Control: up.Question, Field: up.Question, Key: e.Key, Args: e.Args}}}
}

// dropFiles deletes the sealed files of an envelope that was not stored.
func (d *Desk) dropFiles(ctx context.Context, b draftBody) error {
	var names []string
	for _, f := range b.Files {
		names = append(names, BlobName(b.Envelope, f.ID))
	}
	return d.dropBlobs(ctx, names)
}

// call is one API request as idempotency sees it: hashes, and the key its
// first answer is sealed under. The store never has the key itself.
type call struct {
	keyHash, bodyHash string
	key               [32]byte
}

func newCall(idempotencyKey, serviceID string, body []byte) call {
	keyHash := keyed("wasl idempotency", []byte(idempotencyKey))
	bodyHash := sha256.Sum256(slices.Concat([]byte(idempotencyKey+"\x00"+serviceID+"\x00"), body))
	return call{keyHash: hex.EncodeToString(keyHash[:]), bodyHash: hex.EncodeToString(bodyHash[:]), key: keyed("wasl first answer", []byte(idempotencyKey))}
}

// mayRepeat tells whether a refusal may hide that the key was used before.
func (c call) mayRepeat(err error) bool {
	var refused *Refused
	kind := errs.KindOf(err)
	return errors.As(err, &refused) || kind == errs.Busy || kind == errs.NotFound
}

// keptAnswer is a first answer as stored: the resume code, sealed under the
// call's key. It opens the filing's own receipt, so nothing is kept twice.
type keptAnswer struct {
	bodyHash string
	sealed   []byte
}

// claim keeps an answer as the key's first, or gives the one that is there.
func (c call) claim(tx *db.Tx, sealed []byte) (*keptAnswer, error) {
	now, ended := db.Micros(tx.Now), db.Micros(tx.Now.Add(-firstAnswerKept))
	n, err := tx.Exec(`INSERT INTO idempotency (key_hash, body_hash, sealed, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key_hash) DO UPDATE SET body_hash = excluded.body_hash, sealed = excluded.sealed, created_at = excluded.created_at
		WHERE idempotency.created_at <= $5`, c.keyHash, c.bodyHash, sealed, now, ended)
	if err != nil || n > 0 {
		return nil, err
	}
	return c.kept(tx)
}

func (c call) kept(tx *db.Tx) (*keptAnswer, error) {
	k := &keptAnswer{}
	err := tx.QueryRow(`SELECT body_hash, sealed FROM idempotency WHERE key_hash = $1 AND created_at > $2`,
		c.keyHash, db.Micros(tx.Now.Add(-firstAnswerKept))).Scan(&k.bodyHash, &k.sealed)
	return k, err
}

// repeat is the first answer once more, for the same body alone.
func (d *Desk) repeat(ctx context.Context, c call, k *keptAnswer) (*Accepted, error) {
	if k.bodyHash != c.bodyHash {
		return nil, errs.New(errs.Invalid, "api.keyreused")
	}
	clear, err := reopen.Open(c.key, firstAnswerLabel, k.sealed)
	if err != nil || len(clear) != len(seal.Code{}) {
		return nil, errs.Wrap(errs.Internal, "internal", errors.New("a first answer does not open"))
	}
	code := seal.Code(clear)
	keys, a := code.Derive(), &Accepted{ResumeCode: code.String()}
	var sealed []byte
	err = d.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT reference, receipt FROM submission WHERE locator = $1 AND step = $2`, locatorHash(keys), KindFiling).Scan(&a.Reference, &sealed)
	})
	if err != nil {
		return nil, fmt.Errorf("looking for a first answer's filing: %w", err)
	}
	receipt, err := reopen.Open(keys.Wrap, receiptLabel, sealed)
	if err != nil {
		return nil, fmt.Errorf("opening a first answer's receipt: %w", err)
	}
	a.Receipt = string(receipt)
	return a, nil
}

// firstAnswer is what an earlier call with the same key was told, or nil.
func (d *Desk) firstAnswer(ctx context.Context, c call) (*Accepted, error) {
	var k *keptAnswer
	err := d.db.View(ctx, func(tx *db.Tx) (err error) {
		k, err = c.kept(tx)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a first answer: %w", err)
	}
	return d.repeat(ctx, c, k)
}
