package casework

import (
	"context"
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
// of its own. errs.Denied "case.notopen" without an opening.
func (o *Office) OpenFile(ctx context.Context, who *identity.Agent, reference, envelope, fileID string) (service.FileRef, io.ReadCloser, error) {
	none := service.FileRef{}
	if !who.May(identity.OpenCase) {
		return none, nil, errs.New(errs.Denied, "act.denied")
	}
	var c *caseRow
	var body []byte
	err := o.db.Update(ctx, func(tx *db.Tx) (err error) {
		if c, err = find(tx, who, reference); err != nil {
			return err
		}
		purpose, err := o.openingInForce(tx, who, reference)
		if err != nil {
			return err
		}
		if purpose == "" {
			return errs.New(errs.Denied, "case.notopen")
		}
		if err := tx.QueryRow(`SELECT body FROM envelope WHERE id = $1 AND reference = $2`, envelope, reference).Scan(&body); err != nil {
			return errs.Wrap(errs.NotFound, "case.unknown", err)
		}
		env, err := seal.Unmarshal(body)
		if err != nil {
			return err
		}
		h, err := env.ParseHeader()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(h.Files, func(f seal.FileHeader) bool { return f.ID == fileID }) {
			return stranger()
		}
		return o.recordPerson(tx, c, who, purpose, []string{"attachment/" + fileID})
	})
	if err != nil {
		return none, nil, err
	}
	clear, err := o.unsealEnvelope(c, body)
	if err != nil {
		return none, nil, err
	}
	i := slices.IndexFunc(clear.files, func(f File) bool { return f.ID == fileID })
	if i < 0 {
		return none, nil, stranger()
	}
	rc, err := o.openBlob(c, body, fileID)
	return clear.files[i].FileRef, rc, err
}

func (o *Office) openBlob(c *caseRow, body []byte, fileID string) (io.ReadCloser, error) {
	env, err := seal.Unmarshal(body)
	if err != nil {
		return nil, err
	}
	opened, err := o.keys.Open(env, c.Authority+"/"+c.Unit)
	if err != nil {
		return nil, err
	}
	sealed, _, err := o.blobs.Open(intake.BlobName(opened.Header.ID, fileID))
	if err != nil {
		return nil, err
	}
	clear, err := opened.File(fileID, sealed)
	if err != nil {
		return nil, errors.Join(err, sealed.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{clear, sealed}, nil
}
