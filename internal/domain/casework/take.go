package casework

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// lateAfter is how far the claimed deposit may lie from when the office first
// saw it before a consent by silence waits for a person's review.
const lateAfter = 120 * time.Second

// Known tells whether the office has taken an envelope already.
func (o *Office) Known(ctx context.Context, envelope string) (bool, error) {
	if !isID(envelope) {
		return false, nil
	}
	var n int64
	err := o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM envelope WHERE id = $1`, envelope).Scan(&n)
	})
	return n > 0, err
}

// Take brings an offered envelope into the office: once, however often it is
// offered. What fails a check is quarantined with an alarm and the cursor
// moves on; only a failure of the store is an error, and errs.Invalid a number
// that is not the next or one of those before: a portal cannot make the office
// pass over what it has not seen.
func (o *Office) Take(ctx context.Context, off intake.Offered) error {
	if s := o.shelf.Load(); s.trust == nil || s.book == nil || s.profile == nil {
		return errs.New(errs.Busy, "office.notready") // nothing can be checked yet; it is not the envelope's fault
	}
	after, err := o.Progress(ctx)
	if err != nil {
		return err
	}
	if off.Seq < 1 || off.Seq > after+1 {
		return errs.New(errs.Invalid, "exchange.gap")
	}
	known, err := o.Known(ctx, off.Envelope)
	if err != nil {
		return err
	}
	if known {
		return o.passed(ctx, off.Seq)
	}
	in, err := o.check(off)
	if err == nil {
		err = o.db.Update(ctx, func(tx *db.Tx) error { return o.admit(tx, in) })
		if errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return o.quarantine(ctx, off, err)
}

// isID tells whether a text has the shape of an envelope's id.
func isID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// Bounds of an envelope, beside those that its format has.
const (
	mostFiles   = 400  // of one envelope
	mostMissing = 100  // pieces due
	mostActions = 2000 // of one case
)

// incoming is an offered envelope that passed every check made on it alone.
type incoming struct {
	off     intake.Offered
	env     *seal.Envelope
	head    *seal.Header
	deposit *verify.Deposit
	leaf    []byte         // commitment to the deposit record, as the applicant's receipt has it
	intake  map[string]any // the intake section, opened by the worker's key
	section []byte         // the same as it came
}

// check treats what comes through exchange as hostile: format, digest,
// receipt key, applicant's signature, readers.
func (o *Office) check(off intake.Offered) (*incoming, error) {
	env, h, err := checkEnvelope(off)
	if err != nil {
		return nil, err
	}
	in := &incoming{off: off, env: env, head: h, intake: map[string]any{}}
	if err := in.checkRecord(o.shelf.Load().trust); err != nil {
		return nil, err
	}
	if !env.HasReader(h.Authority + "/" + h.Unit) {
		return nil, errors.New("its unit could not open it")
	}
	clear, err := o.keys.OpenIntake(env)
	if err != nil {
		return nil, fmt.Errorf("intake section: %w", err)
	}
	if in.section = clear; json.Unmarshal(clear, &in.intake) != nil {
		return nil, errors.New("the intake section does not decode")
	}
	if _, err := noticeKey(clear); err != nil { // else no opening could ever be told to the applicant
		return nil, err
	}
	return in, nil
}

// checkEnvelope reads an envelope that bears its applicant's signature.
func checkEnvelope(off intake.Offered) (*seal.Envelope, *seal.Header, error) {
	if len(off.Body) > intake.MaxEnvelope {
		return nil, nil, errors.New("envelope: too large")
	}
	env, err := seal.Unmarshal(off.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("envelope: %w", err)
	}
	h, err := env.ParseHeader()
	if err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	if len(h.Files) > mostFiles {
		return nil, nil, errors.New("header: too many files")
	}
	if err := env.Verify(); err != nil {
		return nil, nil, fmt.Errorf("applicant's signature: %w", err)
	}
	return env, h, nil
}

// checkRecord takes a deposit record that a receipt key signed for this very
// envelope, and makes the leaf that commits to it.
func (in *incoming) checkRecord(trust *verify.Trust) error {
	off, h := in.off, in.head
	dep, err := verify.CheckDeposit(off.Deposit, h.Authority, trust)
	if err != nil {
		return fmt.Errorf("deposit record: %w", err)
	}
	if h.ID != off.Envelope || h.Kind != off.Kind || dep.Reference != off.Reference || dep.Envelope != hex.EncodeToString(in.env.Digest[:]) {
		return errors.New("the deposit record is of another envelope")
	}
	if !isReference(off.Reference) {
		return errors.New("not a reference")
	}
	if in.leaf, err = verify.Commitment(off.Salt, dep); err != nil {
		return fmt.Errorf("leaf: %w", err)
	}
	in.deposit = dep
	return checkDeposit(dep)
}

// checkDeposit refuses a signed record that no portal of ours writes.
func checkDeposit(d *verify.Deposit) error {
	if d.Channel != intake.Online && d.Channel != intake.Machine || d.Mention != verify.MentionDeposited && d.Mention != verify.MentionBeingDeposited {
		return errors.New("unknown channel or mention")
	}
	if len(d.Missing) > mostMissing || len(d.Missing) > 0 != (d.Mention == verify.MentionBeingDeposited) {
		return errors.New("missing pieces that do not fit the mention")
	}
	return nil
}

// at is the claimed time of an envelope: to the microsecond where the portal's
// word agrees with the second it has signed.
func (in *incoming) at() time.Time {
	signed := in.deposit.DepositedAt.Time
	if in.off.At.Truncate(time.Second).Equal(signed) {
		return in.off.At
	}
	return signed
}

// admit stores a checked envelope: a filing starts a case, anything else joins
// the case it names, when it was signed by the same applicant.
func (o *Office) admit(tx *db.Tx, in *incoming) error {
	if _, err := tx.Exec(`INSERT INTO envelope (id, reference, kind, at, body) VALUES ($1, $2, $3, $4, $5)`,
		in.head.ID, in.off.Reference, in.head.Kind, db.Micros(in.at()), in.off.Body); err != nil {
		return err
	}
	if err := putLeaf(tx, leafReceipt, in.head.ID, in.leaf, []byte{}); err != nil {
		return err
	}
	var err error
	if in.head.Kind == intake.KindFiling {
		err = o.start(tx, in)
	} else {
		err = o.join(tx, in)
	}
	if err != nil {
		return err
	}
	return setProgress(tx, exchangeCursor, in.off.Seq)
}

// startable refuses a filing that no case can be made of: an unknown version,
// authority or unit, pieces that nobody asks, other sections than the version's.
func (in *incoming) startable(s *shelf) error {
	def := s.byHash[in.head.Version]
	if def == nil || def.ID != in.head.Service {
		return errs.New(errs.Conflict, "intake.version")
	}
	a := s.book.Authority(in.head.Authority)
	if a == nil {
		return errs.New(errs.Conflict, "intake.authority")
	}
	if a.Unit(in.head.Unit) == nil { // nobody would see the case, and silence may be consent
		return errs.New(errs.Conflict, "intake.unit")
	}
	for _, id := range in.deposit.Missing {
		if def.Question(id) == nil {
			return errs.New(errs.Conflict, "intake.missing")
		}
	}
	if in.head.Previous != "" {
		return errs.New(errs.Conflict, "intake.chain")
	}
	return in.whole(def)
}

func (o *Office) start(tx *db.Tx, in *incoming) error {
	s := o.shelf.Load()
	if err := in.startable(s); err != nil {
		return err
	}
	law, late := s.lawOf(in.intake), in.late(o.now())
	c := &caseRow{Row: Row{Reference: in.off.Reference, Authority: in.head.Authority, Unit: in.head.Unit, Service: in.head.Service},
		version: in.head.Version, profile: law.Hash(), filing: in.head.ID, locator: in.head.Locator, last: hex.EncodeToString(in.env.Digest[:])}
	n, err := tx.Exec(`INSERT INTO casefile (reference, authority, unit, service, version, profile, filing, locator, signer, last, filed_at, late, state, turn, due_on, sort_on, wake_on, open, actions, accesses)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', $13, '', 1, 0, 0) ON CONFLICT DO NOTHING`,
		c.Reference, c.Authority, c.Unit, c.Service, c.version, c.profile, c.filing, c.locator, []byte(in.head.Signer), c.last,
		db.Micros(in.deposit.DepositedAt.Time), flag(late), farOff)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.New(errs.Conflict, "intake.twice")
	}
	filed := Action{ID: in.head.ID, At: in.deposit.DepositedAt.Time, Actor: applicant, Kind: ActFiled,
		Data: map[string]string{"channel": in.deposit.Channel, "mention": in.deposit.Mention, "missing": strings.Join(in.deposit.Missing, ",")}}
	if closed := intake.Closed(s.book, c.Service, c.Authority); len(closed) > 0 {
		filed.Data["closed"] = strings.Join(closed, ",") // the case keeps those it started under
	}
	if late {
		filed.Data[lateData] = o.now().Format(time.RFC3339)
	}
	if err := o.appendAction(tx, c, nil, filed, law.DateOf(o.now())); err != nil {
		return err
	}
	if err := o.index(tx, c, in.intake); err != nil {
		return err
	}
	return o.recordMachine(tx, c, "system:index", "index", []string{intake.OpenedIntake}, nil)
}

// whole refuses an envelope that lacks one of its version's sections, or has
// another: without its reply section nobody could be answered in confidence.
func (in *incoming) whole(def *service.Definition) error {
	have := make([]string, 0, len(in.head.Sections))
	for _, s := range in.head.Sections {
		have = append(have, s.ID)
	}
	if !slices.Equal(have, intake.Sections(def)) { // a header's rise by id
		return errs.New(errs.Conflict, "intake.sections")
	}
	return nil
}

// late tells that the claimed time lies too far from when the office sees it.
func (in *incoming) late(now time.Time) bool {
	return now.Sub(in.deposit.DepositedAt.Time).Abs() > lateAfter
}

// applicant is the actor of what the applicant hands in.
const applicant = "applicant"

// join adds an answer or a withdrawal to its case.
func (o *Office) join(tx *db.Tx, in *incoming) error {
	if err := tx.Lock("case/" + in.off.Reference); err != nil {
		return err
	}
	c, err := scanCase(tx.QueryRow(`SELECT `+caseColumns+` FROM casefile WHERE reference = $1`, in.off.Reference))
	if errors.Is(err, sql.ErrNoRows) {
		return errs.New(errs.Conflict, "intake.nocase")
	}
	if err != nil {
		return err
	}
	if !ed25519.PublicKey(c.signer).Equal(ed25519.PublicKey(in.head.Signer)) || c.locator != in.head.Locator {
		return errs.New(errs.Conflict, "intake.signer")
	}
	if in.head.Previous != c.last || in.head.Version != c.version || in.head.Authority != c.Authority || in.head.Unit != c.Unit {
		return errs.New(errs.Conflict, "intake.chain")
	}
	if c.actions >= mostActions {
		return errs.New(errs.Conflict, "intake.many")
	}
	if ownActs[in.head.Kind] == "" {
		return errs.New(errs.Conflict, "intake.kind")
	}
	if _, err := o.catchUp(tx, c.Reference, o.shelf.Load().profile.DateOf(in.deposit.DepositedAt.Time)); err != nil {
		return err
	}
	h, err := o.foldCase(tx, c)
	if err != nil {
		return err
	}
	if err := in.whole(o.Definition(c.version)); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE casefile SET last = $1 WHERE reference = $2`, hex.EncodeToString(in.env.Digest[:]), c.Reference); err != nil {
		return err
	}
	a, err := in.action(o.Definition(c.version), h)
	if err != nil {
		return err
	}
	return o.appendAction(tx, c, h.actions, a, h.on)
}

// ownActs are the kinds of action of what the applicant hands in.
var ownActs = map[string]string{intake.KindAnswer: ActAnswered, intake.KindWithdrawal: ActWithdrawn, intake.KindClaim: ActClaim, intake.KindHigher: ActHigher,
	intake.KindAttestation: ActAttestation, intake.KindAppeal: ActAppeal, intake.KindReferral: ActReferral}

// action is the applicant's act as the case's history takes it: what the law
// gives no effect is kept all the same, with the reason.
func (in *incoming) action(def *service.Definition, h *held) (Action, error) {
	a := Action{ID: in.head.ID, At: in.deposit.DepositedAt.Time, Actor: applicant, Kind: ownActs[in.head.Kind], Data: map[string]string{}}
	if in.late(h.at) {
		a.Data[lateData] = h.at.Format(time.RFC3339)
	}
	if a.Kind == ActAnswered {
		if err := in.answer(def, &a); err != nil {
			return a, err
		}
	}
	e, _ := h.standing.event(a)
	if r := clock.Try(h.standing.law, h.standing.terms, h.standing.events, e); !r.OK {
		a.Data[refusedData] = r.Why
	}
	return a, nil
}

// answer reads which pieces an answer brings, and for what.
func (in *incoming) answer(def *service.Definition, a *Action) error {
	e, err := intake.AnswerEvent(in.section, a.At)
	if err != nil {
		return errs.New(errs.Conflict, "intake.section")
	}
	for _, id := range e.Docs {
		if q := def.Question(id); q == nil || q.Type != service.File {
			return errs.New(errs.Conflict, "intake.pieces")
		}
	}
	if len(e.Docs) > 0 {
		a.Data[docsData] = strings.Join(e.Docs, ",")
	}
	if e.Do == clock.Supply {
		e.For = intake.Missing
	}
	if e.For != "" {
		a.Data[forData] = e.For
	}
	return nil
}

// index writes the blind indexes of what the intake section names for search.
func (o *Office) index(tx *db.Tx, c *caseRow, section map[string]any) error {
	search, _ := section["search"].(map[string]any)
	for _, field := range searchFields {
		for _, value := range searchValues(field, search[field]) {
			if _, err := tx.Exec(`INSERT INTO blind (field, mac, reference) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
				field, o.mac(c.Authority, c.Unit, field, value), c.Reference); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *Office) mac(authority, unit, field, value string) string {
	return o.keys.Blind(authority+"/"+unit, field, value)
}

func (o *Office) passed(ctx context.Context, seq int64) error {
	return o.db.Update(ctx, func(tx *db.Tx) error { return setProgress(tx, exchangeCursor, seq) })
}

// Names of progress.
const (
	exchangeCursor = "exchange" // the last envelope dealt with
	ledgerCursor   = "ledger"   // the size of the tree that the portal shows
)

func setProgress(tx *db.Tx, name string, seq int64) error {
	_, err := tx.Exec(`INSERT INTO progress (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE progress.seq < excluded.seq`, name, seq)
	return err
}

// Progress is the cursor of exchange: the last envelope dealt with.
func (o *Office) Progress(ctx context.Context) (int64, error) {
	var seq int64
	err := o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT coalesce(max(seq), 0) FROM progress WHERE name = $1`, exchangeCursor).Scan(&seq)
	})
	return seq, err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
