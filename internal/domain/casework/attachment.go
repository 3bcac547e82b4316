package casework

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"slices"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// OpenFile reads one attachment under an opening in force, with a ledger leaf
// of its own. errs.Denied case.notopen without an opening; errs.NotFound where
// the case has no such file, or the portal could not give it yet.
func (o *Office) OpenFile(ctx context.Context, who *identity.Agent, reference, envelope, fileID string) (service.FileRef, io.ReadCloser, error) {
	none := service.FileRef{}
	if !who.May(identity.OpenCase) {
		return none, nil, errs.New(errs.Denied, "act.denied")
	}
	var c *caseRow
	var env *seal.Envelope
	err := o.db.Update(ctx, func(tx *db.Tx) (err error) {
		var purpose string
		if c, purpose, err = o.underOpening(tx, who, reference); err != nil {
			return err
		}
		if env, err = envelopeWith(tx, reference, envelope, fileID); err != nil {
			return err
		}
		return o.recordPerson(tx, c, who, purpose, []string{intake.OpenedAttachment + "/" + fileID})
	})
	if err != nil {
		return none, nil, err
	}
	return o.openBlob(c, env, fileID)
}

// envelopeWith reads a case's envelope that names a file.
func envelopeWith(tx *db.Tx, reference, envelope, fileID string) (*seal.Envelope, error) {
	if !isID(envelope) || !isID(fileID) {
		return nil, stranger()
	}
	var body []byte
	err := tx.QueryRow(`SELECT body FROM envelope WHERE id = $1 AND reference = $2`, envelope, reference).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, stranger()
	}
	if err != nil {
		return nil, err
	}
	env, err := seal.Unmarshal(body)
	if err != nil {
		return nil, err
	}
	h, err := env.ParseHeader()
	if err != nil {
		return nil, err
	}
	if h.File(fileID) == nil {
		return nil, stranger()
	}
	return env, nil
}

// openBlob decrypts a file as it is read.
func (o *Office) openBlob(c *caseRow, env *seal.Envelope, fileID string) (service.FileRef, io.ReadCloser, error) {
	none := service.FileRef{}
	opened, err := o.keys.Open(env, c.Authority+"/"+c.Unit)
	if err != nil {
		return none, nil, err
	}
	defer opened.Close()
	refs, err := intake.ParseFiles(opened.Sections[intake.SectionFiles])
	if err != nil {
		return none, nil, err
	}
	i := slices.IndexFunc(refs, func(r service.FileRef) bool { return r.ID == fileID })
	if i < 0 {
		return none, nil, stranger()
	}
	sealed, _, err := o.blobs.Open(intake.BlobName(opened.Header.ID, fileID))
	if err != nil {
		return none, nil, err
	}
	clear, err := opened.File(fileID, sealed)
	if err != nil {
		return none, nil, errors.Join(err, sealed.Close())
	}
	return refs[i], struct {
		io.Reader
		io.Closer
	}{clear, sealed}, nil
}
