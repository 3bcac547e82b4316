package casework

import (
	"context"
	"errors"
	"fmt"
	"io"

	"wasl/internal/base/db"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/intake"
)

// Need is a sealed file that must be fetched before its envelope is taken.
type Need struct {
	Name     string // of the blob
	envelope string
	head     seal.FileHeader
}

// Needs lists the sealed files of an offered envelope that are not here yet.
// An envelope that is known, or that does not stand, needs nothing: Take deals
// with it.
func (o *Office) Needs(ctx context.Context, off intake.Offered) ([]Need, error) {
	known, err := o.Known(ctx, off.Envelope)
	if known || err != nil {
		return nil, err
	}
	in, err := o.check(off)
	if err != nil {
		return nil, nil // no byte is fetched for what Take refuses
	}
	var needs []Need
	for _, f := range in.head.Files {
		needs = append(needs, Need{Name: intake.BlobName(in.head.ID, f.ID), envelope: in.head.ID, head: f})
	}
	return needs, nil
}

// mostSealed is the most bytes of one sealed file: the largest file that the
// portal takes, its padding (12 %) and its chunks' tags.
const mostSealed = intake.MaxFile + intake.MaxFile/4

// ErrFile says that a fetched file is not the one that was sealed.
var ErrFile = errors.New("a sealed file is not the one its envelope names")

// KeepFile stores one sealed file of an envelope in the office's own blobs,
// when its digest is the one the header names; ErrFile otherwise.
func (o *Office) KeepFile(ctx context.Context, need Need, r io.Reader) error {
	w, err := o.blobs.Create(ctx)
	if err != nil {
		return err
	}
	defer w.Abort()
	sum := seal.NewFileCheck(need.head)
	if _, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(r, mostSealed)); err != nil {
		return fmt.Errorf("keeping a sealed file: %w", err)
	}
	if sum.Done() != nil {
		return ErrFile
	}
	return w.Commit(need.Name)
}

// Miss notes a file that the portal could not give, so that its case is not
// held up; Wanted lists it until Found.
func (o *Office) Miss(ctx context.Context, need Need) error {
	return o.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO wanted (name, envelope, file, since) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING`,
			need.Name, need.envelope, need.head.ID, db.Micros(tx.Now))
		return err
	})
}

// Wanted lists files that are still missing, the oldest first, a hundred at most.
func (o *Office) Wanted(ctx context.Context) ([]Need, error) {
	var needs []Need
	err := o.db.View(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT w.file, e.body FROM wanted w JOIN envelope e ON e.id = w.envelope ORDER BY w.since, w.name LIMIT 100`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var file string
			var body []byte
			if err := rows.Scan(&file, &body); err != nil {
				return err
			}
			need, err := needOf(body, file)
			if err != nil {
				return err
			}
			needs = append(needs, need)
		}
		return rows.Err()
	})
	return needs, err
}

func needOf(body []byte, file string) (Need, error) {
	env, err := seal.Unmarshal(body)
	if err != nil {
		return Need{}, err
	}
	h, err := env.ParseHeader()
	if err != nil {
		return Need{}, err
	}
	f := h.File(file)
	if f == nil {
		return Need{}, ErrFile
	}
	return Need{Name: intake.BlobName(h.ID, f.ID), envelope: h.ID, head: *f}, nil
}

// Found takes a file off the list of the wanted.
func (o *Office) Found(ctx context.Context, need Need) error {
	return o.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM wanted WHERE name = $1`, need.Name)
		return err
	})
}
