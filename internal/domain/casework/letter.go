package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// maxWords is the most characters of a text that an agent writes.
const maxWords = 5000

// checkWords refuses a text that is too long or not text at all.
func checkWords(text string) error {
	switch {
	case !utf8.ValidString(text):
		return errs.New(errs.Invalid, "act.encoding")
	case utf8.RuneCountInString(text) > maxWords:
		return errs.New(errs.Invalid, "act.long", "n", maxWords)
	}
	return nil
}

// Kinds of envelope that the office writes for itself, beside its letters.
const kindNote = "note"

// Sections of the office's own envelopes.
const (
	sectionLetter   = "letter"   // the signed act, as the applicant gets it
	sectionDocument = "document" // the issued PDF
	sectionNote     = "note"
)

// own is an envelope that the office seals to a case's unit: its copy of what
// it wrote. The keys that sign it and could reopen it are thrown away: only
// the unit reads it again.
func (o *Office) own(c *caseRow, kind, section string, clear []byte) (id string, body []byte, err error) {
	unit, err := o.unitReader(c)
	if err != nil {
		return "", nil, err
	}
	h := seal.Header{ID: randomID(), Kind: kind, Service: c.Service, Version: c.version, Unit: c.Unit, Authority: c.Authority}
	env, err := seal.Seal(seal.NewContentKey(), h, seal.Content{Sections: map[string][]byte{section: clear}}, []seal.Reader{unit}, seal.NewCode().Derive())
	if err != nil {
		return "", nil, fmt.Errorf("sealing a %s: %w", kind, err)
	}
	body, err = env.Marshal()
	return h.ID, body, err
}

// unitReader is the key of a case's unit that is certified now, the youngest
// where several are.
func (o *Office) unitReader(c *caseRow) (seal.Reader, error) {
	trust, now := o.shelf.Load().trust, o.now()
	id := c.Authority + "/" + c.Unit
	var best *verify.Certificate
	for i, cert := range trust.Certificates {
		ours := cert.Role == verify.RoleUnit && cert.Authority == c.Authority && cert.Unit == c.Unit
		if ours && cert.At(now) && !trust.Revoked(cert.KeyID, now) && (best == nil || cert.NotBefore.After(best.NotBefore.Time)) {
			best = &trust.Certificates[i]
		}
	}
	if best == nil {
		return seal.Reader{}, fmt.Errorf("unit %s has no certified key", id)
	}
	return seal.NewReader(id, best.KeyID, verify.RoleUnit, best.PublicKey)
}

// openOwn opens the one section of an envelope of the office's own.
func (o *Office) openOwn(c *caseRow, body []byte, section string) ([]byte, error) {
	env, err := seal.Unmarshal(body)
	if err != nil {
		return nil, err
	}
	opened, err := o.keys.Open(env, c.Authority+"/"+c.Unit)
	if err != nil {
		return nil, err
	}
	return opened.Sections[section], nil
}

func keepEnvelope(tx *db.Tx, id, reference, kind string, at time.Time, body []byte) error {
	_, err := tx.Exec(`INSERT INTO envelope (id, reference, kind, at, body) VALUES ($1, $2, $3, $4, $5)`, id, reference, kind, db.Micros(at), body)
	return err
}

// sent is a letter ready to leave: sealed to the applicant, and the office's copy.
type sent struct {
	message  intake.SealedMessage
	envelope string
	body     []byte
}

// write signs a letter with the document key and seals it, to the applicant
// under the reply key and to the unit.
func (o *Office) write(c *caseRow, reply [32]byte, l intake.Letter, at time.Time) (*sent, error) {
	act, err := o.signLetter(c, l, at)
	if err != nil {
		return nil, err
	}
	s := &sent{}
	if s.message, err = intake.SealMessage(reply, c.Reference, l.Kind, l.ID, at, act); err != nil {
		return nil, err
	}
	s.envelope, s.body, err = o.own(c, l.Kind, sectionLetter, act)
	return s, err
}

// signLetter is the letter as a signed act: what the applicant can show.
func (o *Office) signLetter(c *caseRow, l intake.Letter, at time.Time) ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, errs.Wrap(errs.Internal, "internal", err)
	}
	act, err := o.signer.SignAct(verify.Act{ID: l.ID, Kind: l.Kind, Reference: c.Reference, Authority: c.Authority, Unit: c.Unit,
		At: verify.Time{Time: at.In(o.shelf.Load().profile.Location()).Truncate(time.Second)}, Text: string(text)})
	if err != nil {
		return nil, fmt.Errorf("signing a letter: %w", err)
	}
	return act, nil
}

// readLetter is a signed act's letter. One whose signature does not stand, or
// no longer (its key was revoked), is read all the same and is not sound.
func (o *Office) readLetter(act []byte) (l intake.Letter, sound bool, err error) {
	var file struct {
		Signed verify.Act `json:"signed"`
	}
	if json.Unmarshal(act, &file) != nil || json.Unmarshal([]byte(file.Signed.Text), &l) != nil {
		return l, false, errors.New("a letter of this office does not decode")
	}
	_, err = verify.CheckAct(act, o.shelf.Load().trust)
	return l, err == nil, nil
}

// send stores the office's copy and queues the message.
func (s *sent) send(tx *db.Tx) error {
	if err := keepEnvelope(tx, s.envelope, s.message.Reference, s.message.Kind, s.message.At, s.body); err != nil {
		return err
	}
	return queue(tx, outMessage, "message/"+s.message.ID, s.message)
}
