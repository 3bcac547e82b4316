package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
)

// ownEnvelope is one envelope of the applicant as stored, and its proof.
type ownEnvelope struct {
	envelope, kind, step, version, authority, unit string
	chain                                          int64
	at                                             time.Time
	body, receipt, proof                           []byte

	opened *reopen.Opened
	files  []service.FileRef
}

// caseRows is everything the store has of one case.
type caseRows struct {
	own      []ownEnvelope // oldest first; the filing is the first
	facts    []Fact
	messages []SealedMessage // without the bodies of documents
}

func (r *caseRows) withdrawn() bool {
	return slices.ContainsFunc(r.own, func(e ownEnvelope) bool { return e.kind == KindWithdrawal })
}

func (d *Desk) caseRows(ctx context.Context, f foundCase) (*caseRows, error) {
	rows := &caseRows{}
	err := d.db.View(ctx, func(tx *db.Tx) (err error) {
		if rows.own, err = ownEnvelopes(tx, locatorHash(f.keys)); err != nil {
			return err
		}
		if rows.facts, err = factsOf(tx, string(f.reference)); err != nil {
			return err
		}
		rows.messages, err = messagesOf(tx, string(f.reference))
		return err
	})
	return rows, err
}

func ownEnvelopes(tx *db.Tx, locator string) ([]ownEnvelope, error) {
	rows, err := tx.Query(`SELECT s.envelope, s.kind, s.step, s.chain, s.version, s.authority, s.unit, s.received_at, s.body, s.receipt, i.proof
		FROM submission s LEFT JOIN inclusion i ON i.envelope = s.envelope WHERE s.locator = $1 ORDER BY s.chain`, locator)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ownEnvelope
	for rows.Next() {
		var e ownEnvelope
		var at int64
		if err := rows.Scan(&e.envelope, &e.kind, &e.step, &e.chain, &e.version, &e.authority, &e.unit, &at, &e.body, &e.receipt, &e.proof); err != nil {
			return nil, err
		}
		e.at = db.FromMicros(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

func factsOf(tx *db.Tx, reference string) ([]Fact, error) {
	rows, err := tx.Query(`SELECT id, at, kind, data FROM fact WHERE reference = $1 ORDER BY arrival`, reference)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Fact
	for rows.Next() {
		f := Fact{Reference: reference}
		var at int64
		var data string
		if err := rows.Scan(&f.ID, &at, &f.Kind, &data); err != nil {
			return nil, err
		}
		f.At = db.FromMicros(at)
		if f.Data, err = decodeData(data); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

func messagesOf(tx *db.Tx, reference string) ([]SealedMessage, error) {
	rows, err := tx.Query(`SELECT id, at, kind, CASE WHEN kind = 'document' THEN NULL ELSE sealed END FROM message WHERE reference = $1 ORDER BY at, id`, reference)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []SealedMessage
	for rows.Next() {
		m := SealedMessage{Reference: reference}
		var at int64
		if err := rows.Scan(&m.ID, &at, &m.Kind, &m.Sealed); err != nil {
			return nil, err
		}
		m.At = db.FromMicros(at)
		out = append(out, m)
	}
	return out, rows.Err()
}

// Document is the issued document, opened with the code; errs.NotFound while
// there is none.
func (d *Desk) Document(ctx context.Context, c *Case) (string, []byte, error) {
	if c.document == "" || c.Decision == nil {
		return "", nil, errs.New(errs.NotFound, "document.none")
	}
	m := SealedMessage{ID: c.document, Reference: c.Reference, Kind: MessageDocument}
	err := d.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT sealed FROM message WHERE id = $1`, c.document).Scan(&m.Sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, errs.New(errs.NotFound, "document.none")
	}
	if err != nil {
		return "", nil, fmt.Errorf("reading an issued document: %w", err)
	}
	pdf, err := openMessage(c.keys.Reply, m)
	return c.Decision.DocumentName, pdf, err
}

// OpenFiled rereads one of the files that were filed; errs.NotFound when there
// is none such.
func (d *Desk) OpenFiled(_ context.Context, c *Case, fileID string) (service.FileRef, io.ReadCloser, error) {
	i := slices.IndexFunc(c.filing.files, func(f service.FileRef) bool { return f.ID == fileID })
	if i < 0 {
		return service.FileRef{}, nil, errs.New(errs.NotFound, "file.unknown")
	}
	sealed, _, err := d.blobs.Open(BlobName(c.filing.envelope, fileID))
	if err != nil {
		return service.FileRef{}, nil, err
	}
	clear, err := c.filing.opened.File(fileID, sealed)
	if err != nil {
		return service.FileRef{}, nil, errors.Join(err, sealed.Close())
	}
	return c.filing.files[i], fileReader{clear, sealed}, nil
}

// reread opens the applicant's own filing; the territory names its places.
func (c *Case) reread(territory *authority.Territory) error {
	env, err := seal.Unmarshal(c.filing.body)
	if err != nil {
		return fmt.Errorf("reading an envelope: %w", err)
	}
	if c.filing.opened, err = reopen.Envelope(c.keys, env); err != nil {
		return fmt.Errorf("opening an envelope: %w", err)
	}
	if c.filing.files, err = ParseFiles(c.filing.opened.Sections[SectionFiles]); err != nil {
		return err
	}
	c.reading = c.Service.Reopen(c.filing.opened.Sections, c.filing.files).In(territory)
	return nil
}
