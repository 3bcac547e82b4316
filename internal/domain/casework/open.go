package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// Purposes an agent may open a case for.
var Purposes = []string{"instruct", "decide", "answer-question", "check"}

// OpeningLasts is how long one recorded opening serves: the agent may reread
// and act without a new entry.
const OpeningLasts = 15 * time.Minute

// View is what an agent sees of a case without opening it.
type View struct {
	Row
	Definition *service.Definition
	Clock      clock.Clock
	Mention    string
	Missing    []string
	Timeline   []Action // each with the legal ground of the act
	Accesses   []intake.Access
	Rulings    []clock.Ruling // on every act of the office: allowed now, or why not and by which articles
	Earlier    []string       // references of the same applicant's requests for the same act that were refused before
	Documents  []IssuedRef
	OpenNow    bool      // this agent has an opening in force
	Late       bool      // claimed and seen times of a deposit lie over 120 s apart, and no person looked yet
	SeenAt     time.Time // when the office first had the newest late deposit, else zero

	row      *caseRow
	standing Standing
	on       clock.Date
}

// Ruling is the ruling on an act of the office, by the engine's name; one that
// is not the office's is not allowed.
func (v *View) Ruling(do string) clock.Ruling {
	for _, r := range v.Rulings {
		if r.Do == do {
			return r
		}
	}
	return clock.Ruling{Do: do, Why: "unknown"}
}

// Readings lists the clocks of the case under the law's other readings, where
// they differ.
func (v *View) Readings() []clock.Alternative {
	return clock.Readings(v.standing.law, v.standing.terms, v.standing.events, v.on)
}

// Switches are the law's ambiguous rules and the readings taken of this case.
func (v *View) Switches() []clock.Switch { return v.standing.law.Switches() }

// Extended is the clock as an extension would leave it, and whether the law
// allows that extension now.
func (v *View) Extended(e Extend, at time.Time) (clock.Clock, clock.Ruling) {
	act := clock.Event{At: at, Do: clock.Extend, For: e.For, Days: e.Days}
	s := v.standing
	return clock.Compute(s.law, s.terms, append(slices.Clone(s.events), act), v.on), s.judge(act, at)
}

// View reads a case's clear facts; strangers get errs.NotFound.
func (o *Office) View(ctx context.Context, who *identity.Agent, reference string) (*View, error) {
	if !who.May(identity.SeeQueue) {
		return nil, stranger()
	}
	var v *View
	err := o.db.View(ctx, func(tx *db.Tx) (err error) {
		v, _, err = o.view(tx, who, reference)
		return err
	})
	return v, err
}

func (o *Office) view(tx *db.Tx, who *identity.Agent, reference string) (*View, *held, error) {
	c, err := find(tx, who, reference)
	if err != nil {
		return nil, nil, err
	}
	h, err := o.foldCase(tx, c)
	if err != nil {
		return nil, nil, err
	}
	s := h.standing
	v := &View{Row: c.Row, Definition: o.Definition(c.version), Clock: s.Clock, Mention: s.Clock.Mention, Missing: s.Missing,
		Timeline: h.actions, Late: s.late, SeenAt: s.seen, row: c, standing: s, on: h.on}
	v.State, v.Turn, v.DueOn, v.SortOn = s.State, s.Turn, s.dueOn().String(), s.sortOn()
	for i := range v.Timeline {
		v.Timeline[i].Ground = s.ground(v.Timeline[i].Kind)
	}
	if v.Earlier, err = o.earlier(tx, c); err != nil {
		return nil, nil, err
	}
	v.Rulings = s.rulings(h.at, len(v.Earlier) > 0)
	if v.Accesses, err = accessesOf(tx, reference); err != nil {
		return nil, nil, err
	}
	if v.Documents, err = documentsOf(tx, reference); err != nil {
		return nil, nil, err
	}
	purpose, err := o.openingInForce(tx, who, reference)
	v.OpenNow = purpose != ""
	return v, h, err
}

// Opened is a case with its contents, for the time of one request.
type Opened struct {
	View
	Language i18n.Lang // the applicant's
	Reading  service.Reading
	Files    []File
	Letters  []Correspondence
	Notes    []Note // of the unit's agents, oldest first
}

// File is one attachment, by the envelope it came in.
type File struct {
	Envelope string
	service.FileRef
}

// Correspondence is one later exchange, oldest first.
type Correspondence struct {
	At     time.Time
	From   string // applicant or office
	Kind   string
	Text   string
	Letter intake.Letter // of the office's: what was asked or decided
	Sound  bool          // of the office's: the document key signed it, and stands
	Files  []File        // of the applicant's
}

// Shown is the answers as people read them, in a language.
func (op *Opened) Shown(l i18n.Lang) []service.ShownPage { return op.Definition.Show(l, op.Reading) }

// Open is permission, purpose, ledger leaf, then decryption, in this one
// function. Within fifteen minutes the same agent's opening serves again
// without a new entry. errs.Denied: this role opens no case; errs.Invalid
// open.purpose; errs.NotFound: not a case of the agent's unit.
func (o *Office) Open(ctx context.Context, who *identity.Agent, reference, purpose string) (*Opened, error) {
	if !who.May(identity.OpenCase) {
		return nil, errs.New(errs.Denied, "act.denied")
	}
	if !slices.Contains(Purposes, purpose) {
		return nil, errs.New(errs.Invalid, "open.purpose")
	}
	err := o.db.Update(ctx, func(tx *db.Tx) error {
		c, err := find(tx, who, reference)
		if err != nil {
			return err
		}
		if err := tx.Lock("access/" + reference); err != nil {
			return err
		}
		if lately, err := o.openingInForce(tx, who, reference); err != nil || lately != "" {
			return err
		}
		return o.recordPerson(tx, c, who, purpose, []string{intake.OpenedFile})
	})
	if err != nil {
		return nil, err
	}
	return o.Reread(ctx, who, reference)
}

// Reread opens a case again under an opening in force; errs.Denied
// case.notopen without one.
func (o *Office) Reread(ctx context.Context, who *identity.Agent, reference string) (*Opened, error) {
	if !who.May(identity.OpenCase) {
		return nil, errs.New(errs.Denied, "act.denied")
	}
	op := &Opened{}
	var c *caseRow
	var stored []envelopeRow
	err := o.db.View(ctx, func(tx *db.Tx) error {
		v, h, err := o.view(tx, who, reference)
		if err != nil {
			return err
		}
		if !v.OpenNow {
			return errs.New(errs.Denied, "case.notopen")
		}
		op.View, c = *v, h.caseRow
		stored, err = envelopesOf(tx, reference)
		return err
	})
	if err != nil {
		return nil, err
	}
	return op, o.fill(op, c, stored)
}

// material is what an act on a case works with: the case as it stands and the
// applicant's own words and keys, under an opening in force.
type material struct {
	*held
	definition *service.Definition
	content    *content // of the filing
	reading    service.Reading
	pieces     []string // file questions that the application's route asks
	done       bool     // this very act was taken already
}

// material reads a case for one act, errs.Denied without an opening in force.
func (o *Office) material(ctx context.Context, who *identity.Agent, reference, id string, kinds ...string) (*material, error) {
	if !who.May(identity.OpenCase) {
		return nil, errs.New(errs.Denied, "act.denied")
	}
	m := &material{}
	var filing []byte
	err := o.db.View(ctx, func(tx *db.Tx) error {
		c, err := find(tx, who, reference)
		if err != nil {
			return err
		}
		if m.held, err = o.foldCase(tx, c); err != nil {
			return err
		}
		if m.done, err = again(m.actions, id, kinds...); m.done || err != nil {
			return err
		}
		purpose, err := o.openingInForce(tx, who, reference)
		if err != nil {
			return err
		}
		if purpose == "" {
			return errs.New(errs.Denied, "case.notopen")
		}
		return tx.QueryRow(`SELECT body FROM envelope WHERE id = $1`, c.filing).Scan(&filing)
	})
	if err != nil || m.done {
		return m, err
	}
	m.definition = o.Definition(m.version)
	if m.content, err = o.unsealEnvelope(m.caseRow, filing); err != nil {
		return nil, fmt.Errorf("opening the filing of %s: %w", reference, err)
	}
	m.reading = m.definition.Reopen(m.content.answers, refs(m.content.files)).In(o.Book().Territory)
	for _, q := range m.definition.Documents() {
		if m.reading.Open[q.ID] {
			m.pieces = append(m.pieces, q.ID)
		}
	}
	return m, nil
}

type envelopeRow struct {
	id, kind string
	at       time.Time
	body     []byte
}

func envelopesOf(tx *db.Tx, reference string) ([]envelopeRow, error) {
	rows, err := tx.Query(`SELECT id, kind, at, body FROM envelope WHERE reference = $1 ORDER BY at, id`, reference)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []envelopeRow
	for rows.Next() {
		var e envelopeRow
		var at int64
		if err := rows.Scan(&e.id, &e.kind, &at, &e.body); err != nil {
			return nil, err
		}
		e.at = db.FromMicros(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

// fill decrypts what a case holds.
func (o *Office) fill(op *Opened, c *caseRow, stored []envelopeRow) error {
	for _, e := range stored {
		var err error
		switch e.kind {
		case intake.KindFiling, intake.KindAnswer, intake.KindWithdrawal, intake.KindClaim, intake.KindHigher, intake.KindAttestation, intake.KindAppeal, intake.KindReferral:
			err = o.fillOwn(op, c, e)
		case intake.MessageRequest, intake.MessageDecision, intake.MessageNotice:
			err = o.fillLetter(op, c, e)
		case kindNote:
			err = o.fillNote(op, c, e)
		}
		if err != nil {
			return fmt.Errorf("opening envelope %s: %w", e.id, err)
		}
	}
	return nil
}

func (o *Office) fillOwn(op *Opened, c *caseRow, e envelopeRow) error {
	clear, err := o.unsealEnvelope(c, e.body)
	if err != nil {
		return err
	}
	if e.kind != intake.KindFiling {
		op.Letters = append(op.Letters, Correspondence{At: e.at, From: "applicant", Kind: e.kind, Text: clear.words, Files: clear.files})
		return nil
	}
	op.Language, op.Files = clear.language, clear.files
	op.Reading = op.Definition.Reopen(clear.answers, refs(clear.files)).In(o.Book().Territory)
	return nil
}

func (o *Office) fillLetter(op *Opened, c *caseRow, e envelopeRow) error {
	act, err := o.openOwn(c, e.body, sectionLetter)
	if err != nil {
		return err
	}
	letter, sound, err := o.readLetter(act)
	if err != nil {
		return err
	}
	op.Letters = append(op.Letters, Correspondence{At: e.at, From: "office", Kind: e.kind, Text: letter.Text, Letter: letter, Sound: sound})
	return nil
}

func (o *Office) fillNote(op *Opened, c *caseRow, e envelopeRow) error {
	n, err := o.readNote(c, e.body)
	if err != nil {
		return err
	}
	op.Notes = append(op.Notes, n)
	return nil
}

func refs(files []File) []service.FileRef {
	out := make([]service.FileRef, 0, len(files))
	for _, f := range files {
		out = append(out, f.FileRef)
	}
	return out
}

// content is one envelope's clear content, as far as a unit may read it.
type content struct {
	answers  map[string][]byte
	reply    [32]byte
	language i18n.Lang
	files    []File
	words    string
}

// unsealEnvelope opens an envelope of the applicant with the unit's key.
func (o *Office) unsealEnvelope(c *caseRow, body []byte) (*content, error) {
	env, err := seal.Unmarshal(body)
	if err != nil {
		return nil, err
	}
	opened, err := o.keys.Open(env, c.Authority+"/"+c.Unit)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	if len(opened.Sections) != len(opened.Header.Sections) {
		return nil, errors.New("the unit's wrap opens some sections only")
	}
	if opened.Sections[intake.SectionReply] == nil {
		return nil, errors.New("there is no reply section: nobody could be answered in confidence")
	}
	out := &content{answers: map[string][]byte{}}
	for id, clear := range opened.Sections {
		if err := out.take(opened.Header.ID, id, clear); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// take reads one section.
func (c *content) take(envelope, id string, clear []byte) (err error) {
	switch id {
	case intake.SectionIntake:
	case intake.SectionReply:
		var r struct {
			Key      []byte    `json:"key"`
			Language i18n.Lang `json:"language"`
		}
		if err := json.Unmarshal(clear, &r); err != nil || len(r.Key) != 32 {
			return errors.New("the reply section does not decode")
		}
		c.reply, c.language = [32]byte(r.Key), i18n.AR
		if l, ok := i18n.ParseLang(string(r.Language)); ok {
			c.language = l
		}
	case intake.SectionFiles:
		c.files, err = filesOf(envelope, clear)
	case intake.SectionWords:
		var w struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(clear, &w); err != nil {
			return errors.New("the words section does not decode")
		}
		c.words = w.Text
	default:
		c.answers[id] = clear
	}
	return err
}

func filesOf(envelope string, clear []byte) ([]File, error) {
	listed, err := intake.ParseFiles(clear)
	if err != nil {
		return nil, err
	}
	out := make([]File, 0, len(listed))
	for _, ref := range listed {
		out = append(out, File{Envelope: envelope, FileRef: ref})
	}
	return out, nil
}
