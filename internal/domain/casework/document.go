package casework

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/document"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// IssuedRef names an issued document.
type IssuedRef struct {
	Number string
	Name   string // file name
	At     time.Time
	Digest string // hex SHA-256 that the signed facts name
}

// issued is a document ready to leave: sealed to the applicant, and the
// office's copy.
type issued struct {
	number, name, digest string
	message              intake.SealedMessage
	envelope             string
	body                 []byte
}

// keep stores the office's copy and queues the applicant's.
func (d *issued) keep(tx *db.Tx, reference string, at time.Time) error {
	if err := keepEnvelope(tx, d.envelope, reference, intake.MessageDocument, at, d.body); err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO document (number, reference, envelope, name, at, digest) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.number, reference, d.envelope, d.name, db.Micros(at), d.digest); err != nil {
		return err
	}
	return queue(tx, outMessage, "message/"+d.message.ID, d.message)
}

func documentsOf(tx *db.Tx, reference string) ([]IssuedRef, error) {
	rows, err := tx.Query(`SELECT number, name, at, digest FROM document WHERE reference = $1 ORDER BY at, number`, reference)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []IssuedRef
	for rows.Next() {
		var d IssuedRef
		var at int64
		if err := rows.Scan(&d.Number, &d.Name, &at, &d.Digest); err != nil {
			return nil, err
		}
		d.At = db.FromMicros(at)
		out = append(out, d)
	}
	return out, rows.Err()
}

// OpenDocument reads an issued document under an opening in force, with a
// ledger leaf of its own.
func (o *Office) OpenDocument(ctx context.Context, who *identity.Agent, reference, number string) (IssuedRef, []byte, error) {
	if !who.May(identity.OpenCase) {
		return IssuedRef{}, nil, errs.New(errs.Denied, "act.denied")
	}
	ref := IssuedRef{Number: number}
	var c *caseRow
	var body []byte
	err := o.db.Update(ctx, func(tx *db.Tx) (err error) {
		var purpose string
		if c, purpose, err = o.underOpening(tx, who, reference); err != nil {
			return err
		}
		if n, err := document.ParseNumber(number); err != nil || string(n) != number {
			return stranger()
		}
		var at int64
		err = tx.QueryRow(`SELECT d.name, d.at, d.digest, e.body FROM document d JOIN envelope e ON e.id = d.envelope WHERE d.number = $1 AND d.reference = $2`,
			number, reference).Scan(&ref.Name, &at, &ref.Digest, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return stranger()
		}
		if err != nil {
			return err
		}
		ref.At = db.FromMicros(at)
		return o.recordPerson(tx, c, who, purpose, []string{intake.OpenedDocument + "/" + number})
	})
	if err != nil {
		return IssuedRef{}, nil, err
	}
	pdf, err := o.openOwn(c, body, sectionDocument)
	return ref, pdf, err
}
