package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/identity"
)

// Note is what an agent wrote for colleagues of the unit. It rests sealed to
// the unit; the applicant does not get it.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"` // the agent's name
	Text string    `json:"text"`
}

// AddNote keeps a note under an opening in force. The same client id again is
// the same note; with another text it is errs.Conflict act.again.
func (o *Office) AddNote(ctx context.Context, who *identity.Agent, reference, client, text string) error {
	id, err := actionID(reference, client)
	if err != nil {
		return err
	}
	if err := checkWords(text); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return errs.New(errs.Invalid, "act.text")
	}
	m, err := o.material(ctx, who, reference, id)
	if err != nil {
		return err
	}
	clear, err := json.Marshal(Note{At: m.at, By: who.Name, Text: text})
	if err != nil {
		return errs.Wrap(errs.Internal, "internal", err)
	}
	_, body, err := o.own(m.caseRow, kindNote, sectionNote, clear)
	if err != nil {
		return err
	}
	err = o.db.Update(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO envelope (id, reference, kind, at, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			"note/"+id, reference, kindNote, db.Micros(m.at), body)
		if err != nil || n == 1 {
			return err
		}
		return o.sameNote(tx, m.caseRow, "note/"+id, text)
	})
	if err != nil {
		return fmt.Errorf("keeping a note: %w", err)
	}
	return nil
}

// sameNote refuses a text other than the one kept under an id.
func (o *Office) sameNote(tx *db.Tx, c *caseRow, id, text string) error {
	var body []byte
	if err := tx.QueryRow(`SELECT body FROM envelope WHERE id = $1`, id).Scan(&body); err != nil {
		return err
	}
	have, err := o.readNote(c, body)
	if err != nil || have.Text == text {
		return err
	}
	return errs.New(errs.Conflict, "act.again")
}

func (o *Office) readNote(c *caseRow, body []byte) (n Note, err error) {
	clear, err := o.openOwn(c, body, sectionNote)
	if err != nil {
		return n, err
	}
	if json.Unmarshal(clear, &n) != nil {
		return n, errors.New("a note does not decode")
	}
	return n, nil
}
