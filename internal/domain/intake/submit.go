package intake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// Kinds of envelope an applicant hands in.
const (
	KindFiling     = "filing"
	KindAnswer     = "answer"
	KindWithdrawal = "withdrawal"
)

// Sections every envelope has besides the service's own.
const (
	SectionIntake = "intake" // opened by the worker: search fields, fees, notice key
	SectionReply  = "reply"  // opened by units: the key under which the office writes back
	SectionFiles  = "files"  // opened by units: names of the files
	SectionWords  = "words"  // opened by units: what an answer says
)

// Sections lists the sections that every envelope of an applicant has under a
// version of a service, rising: empty or not, each is there.
func Sections(def *service.Definition) []string {
	all := append([]string{SectionIntake, SectionReply, SectionFiles, SectionWords}, def.SectionIDs()...)
	slices.Sort(all)
	return all
}

// IntakeLaw names the legal profile in an intake section, by its hash: the one
// that the receipt's dates were counted by.
const IntakeLaw = "law"

// Refused is why an application could not be filed; nothing of it is lost.
type Refused struct {
	Problems    []service.Problem
	NoAuthority bool
}

func (r *Refused) Error() string { return fmt.Sprintf("refused: %d problems", len(r.Problems)) }

// Channels of filing.
const (
	Online  = "online"
	Machine = "api"
)

// File seals and stores a draft's application and gives its reference. Filing
// again, or twice at once, gives the same reference. An answer kept meanwhile
// from another tab is filed too. *Refused says what is still wrong.
func (d *Desk) File(ctx context.Context, dr *Draft, lang i18n.Lang) (string, error) {
	for dr.Filed == "" {
		f := filing{def: dr.Service, body: dr.body, keys: dr.keys, lang: lang, channel: Online, at: present()}
		sub, err := d.prepare(ctx, f)
		if err != nil {
			return "", err
		}
		done, err := d.addFrom(ctx, sub, dr)
		if err != nil {
			return "", err
		}
		if done {
			dr.Filed = string(sub.reference)
			break
		}
		if err := d.reload(ctx, dr); err != nil {
			return "", err
		}
	}
	return dr.Filed, nil
}

// present is the time now as it rests in the store.
func present() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// filing is one envelope about to be sealed.
type filing struct {
	def     *service.Definition
	body    draftBody
	keys    *seal.Keys
	lang    i18n.Lang
	channel string
	at      time.Time
	words   string    // of an answer or an act
	asked   string    // of an answer: the kind of request
	pieces  []string  // of an answer: those asked for that it brings
	filedAt time.Time // of an answer's case
}

// submission is a sealed envelope with what stands beside it in the store.
type submission struct {
	envelope, kind, locator, step        string
	previous                             string // digest of the envelope before, "" for a filing
	chain                                int64
	reference                            Reference
	service, version, authorityID, unit  string
	at                                   time.Time
	files                                []draftFile
	body, deposit, salt, receipt, clearR []byte
}

// errChanged undoes a transaction because the draft changed meanwhile.
var errChanged = errors.New("the draft changed meanwhile")

// addFrom stores an envelope made from a draft, which goes. It tells false,
// and stores nothing, when the step was taken before or the draft changed since.
func (d *Desk) addFrom(ctx context.Context, s *submission, dr *Draft) (done bool, err error) {
	err = d.db.Update(ctx, func(tx *db.Tx) (err error) {
		done, err = s.add(tx, dr)
		return err
	})
	if errors.Is(err, errChanged) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("storing an envelope: %w", err)
	}
	return done, nil
}

func (s *submission) add(tx *db.Tx, dr *Draft) (bool, error) {
	var revision int64
	row := dr.row()
	err := tx.QueryRow(`SELECT revision FROM draft WHERE locator = $1`, row).Scan(&revision)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	if revision != dr.revision {
		return false, nil
	}
	n, err := s.insert(tx)
	if err != nil || n == 0 {
		return false, err
	}
	if n, err = tx.Exec(`DELETE FROM draft WHERE locator = $1 AND revision = $2`, row, dr.revision); err != nil {
		return false, err
	}
	if dr.revision > 0 && n == 0 {
		return false, errChanged // only PostgreSQL sees this: another transaction committed between
	}
	return true, nil
}

// insert stores an envelope and makes its files its own; 0 when the step, or
// the place in the case, is taken.
func (s *submission) insert(tx *db.Tx) (int64, error) {
	n, err := tx.Exec(`INSERT INTO submission (envelope, kind, locator, step, chain, reference, service, version, authority, unit, received_at, body, deposit, salt, receipt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
		s.envelope, s.kind, s.locator, s.step, s.chain, string(s.reference), s.service, s.version, s.authorityID, s.unit,
		db.Micros(s.at), s.body, s.deposit, s.salt, s.receipt)
	if err != nil || n == 0 {
		return n, err
	}
	for _, f := range s.files {
		if _, err := tx.Exec(`DELETE FROM loose_blob WHERE name = $1`, BlobName(s.envelope, f.ID)); err != nil {
			return n, err
		}
	}
	return n, nil
}

// prepare checks the answers a last time, seals them and signs the receipt.
func (d *Desk) prepare(ctx context.Context, f filing) (*submission, error) {
	c := d.catalogue()
	if err := d.fileable(c, f.at); err != nil {
		return nil, err
	}
	var s *submission
	err := d.sealing(ctx, func() error {
		offer := chooseOffer(c.book, f.def.ID, f.body.Authority)
		reading := f.def.Read(f.body.Typed, f.body.refs(), c.env(offer, f.at))
		if len(reading.Problems) > 0 || offer == nil {
			return &Refused{Problems: reading.Problems, NoAuthority: offer == nil}
		}
		f.body.Files = askedFiles(f.body.Files, reading)
		s = &submission{envelope: f.body.Envelope, kind: KindFiling, step: KindFiling, locator: locatorHash(f.keys), reference: NewReference(),
			service: f.def.ID, version: f.def.Hash, authorityID: offer.Authority, unit: offer.Unit, at: f.at, files: f.body.Files}
		content, err := c.sealedContent(f, reading)
		if err != nil {
			return err
		}
		env, err := d.sealEnvelope(c, s, f, content)
		if err != nil {
			return err
		}
		return d.acknowledge(c, s, f, reading, env)
	})
	return s, err
}

// fileable refuses to file before everything is published, and under a receipt
// key that the root no longer certifies.
func (d *Desk) fileable(c *catalogue, at time.Time) error {
	if c.book == nil || c.profile == nil || c.trust.Key(verify.RoleReceipt, d.signer.KeyID(), at) == nil {
		return errs.New(errs.Busy, "filing.notready")
	}
	return nil
}

// offer is the offer of a service by an authority, nil when there is none.
func (d *Desk) offer(serviceID, authorityID string) *authority.Offer {
	return chooseOffer(d.Book(), serviceID, authorityID)
}

func (c *catalogue) offers(serviceID string) []authority.Offer {
	if c.book == nil {
		return nil
	}
	return c.book.Offers(serviceID)
}

// chooseOffer finds an offer; "" stands for the only one.
func chooseOffer(book *authority.Book, serviceID, authorityID string) *authority.Offer {
	if book == nil {
		return nil
	}
	if authorityID != "" {
		if o, ok := book.Offer(serviceID, authorityID); ok {
			return &o
		}
		return nil
	}
	if offers := book.Offers(serviceID); len(offers) == 1 {
		return &offers[0]
	}
	return nil
}

// sealedContent is what goes under the seal: every section of the version,
// empty or not, and those every envelope has.
func (c *catalogue) sealedContent(f filing, reading service.Reading) (seal.Content, error) {
	content := seal.Content{Sections: f.def.Sections(reading)}
	intake := f.def.Intake(reading)
	intake["notice"] = base64.StdEncoding.EncodeToString(f.keys.Notice[:])
	intake["language"] = string(f.lang)
	intake[IntakeLaw] = c.profile.Hash()
	if f.asked != "" {
		intake[IntakeFor], intake[IntakePieces] = f.asked, f.pieces
	}
	parts := map[string]any{
		SectionIntake: intake,
		SectionReply:  map[string]any{"key": base64.StdEncoding.EncodeToString(f.keys.Reply[:]), "language": string(f.lang)},
		SectionFiles:  fileList(f.body.Files),
		SectionWords:  map[string]any{"text": f.words},
	}
	for id, v := range parts {
		clear, err := verify.Canonical(v)
		if err != nil {
			return content, fmt.Errorf("encoding section %s: %w", id, err)
		}
		content.Sections[id] = clear
	}
	for _, file := range f.body.Files {
		content.Files = append(content.Files, file.Sealed)
	}
	return content, nil
}

// askedFiles leaves out files of questions that other answers closed since: they are
// not filed, and Sweep deletes what rests of them.
func askedFiles(files []draftFile, reading service.Reading) []draftFile {
	return slices.DeleteFunc(slices.Clone(files), func(f draftFile) bool { return !reading.Open[f.Question] })
}

func fileList(files []draftFile) []any {
	list := []any{}
	for _, f := range files {
		list = append(list, map[string]any{"id": f.ID, "question": f.Question, "name": f.Name, "media_type": f.MediaType, "size": f.Size})
	}
	return list
}

// sealEnvelope seals for the unit, the worker's intake and the applicant.
func (d *Desk) sealEnvelope(c *catalogue, s *submission, f filing, content seal.Content) (*seal.Envelope, error) {
	unit, ok := c.reader(readerUnit(s.authorityID, s.unit), f.at)
	intake, ok2 := c.reader(readerIntake, f.at)
	if !ok || !ok2 {
		return nil, errs.New(errs.Busy, "filing.notready")
	}
	intake.Scope = []string{SectionIntake}
	h := seal.Header{ID: s.envelope, Kind: s.kind, Service: s.service, Version: s.version, Unit: s.unit, Authority: s.authorityID,
		Territory: c.book.Authority(s.authorityID).Territory, Locator: s.locator, Previous: s.previous}
	env, err := seal.Seal(f.body.Key, h, content, []seal.Reader{unit, intake}, f.keys)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	if s.body, err = env.Marshal(); err == nil && len(s.body) > MaxEnvelope {
		err = errs.New(errs.Invalid, "body.large")
	}
	return env, err
}

// MaxEnvelope is the most bytes of a sealed envelope without its files, far
// more than a form's answers: neither zone keeps a larger one.
const MaxEnvelope = 8 << 20

// firstAnswerKept is how long the API repeats its first answer to a key.
const firstAnswerKept = 24 * time.Hour

// Accepted is the API's answer to a filing.
type Accepted struct {
	Reference  string `json:"reference"`
	ResumeCode string `json:"resume_code"`
	Receipt    string `json:"receipt"` // exact bytes of the receipt file
}

func keyed(label string, key []byte) [32]byte {
	return sha256.Sum256(append([]byte(label+"\x00"), key...))
}
