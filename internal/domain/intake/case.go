package intake

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/service"
	"wasl/verify"
)

// Case is a filed application as its applicant sees it, opened for one request.
type Case struct {
	Reference string
	Code      string // resume code in groups, to show
	Token     string // hidden form token
	Service   *service.Definition
	Authority *authority.Authority
	FiledAt   time.Time

	FirstReceipt  []byte               // the receipt file as first given, byte by byte
	ReceiptFile   []byte               // the same with its proof, once the ledger holds it
	Receipt       verify.ReceiptFacts  // its signed part
	Included      bool                 // the ledger holds it
	Completion    *verify.ReceiptFacts // of the second receipt, given with the last missing piece, or nil
	SecondReceipt []byte               // its file, with its proof once included

	Clock         clock.Clock    // of the law, as things stand today
	Acts          []clock.Ruling // on each of the Acts and a withdrawal, now
	Safe          Safe           // earliest last days of the applicant's own acts
	On            clock.Date     // the day of all this
	IfToday       clock.Date     // the due day if all that is asked came today, where none runs
	State         string         // casework's state; "deposited" or "incomplete" until the office has said one
	DueOn         string         // YYYY-MM-DD, "" while no due date runs and once the case has ended
	WindowLast    string         // YYYY-MM-DD, the applicant's last day, or ""
	SuspendedDays int
	Open          bool // the applicant may still answer or withdraw

	Timeline []Event           // public facts, oldest first
	Messages []Message         // what the office wrote, oldest first
	Accesses []Access          // who opened the file, by number
	Gap      bool              // a number is missing among the accesses: somebody hides one
	Requests []Request         // what the applicant is asked for now, oldest first
	Request  *Request          // the one of them that is being answered, or nil
	Pending  []service.FileRef // files kept for the answer being prepared
	Decision *Decision         // or nil

	code      seal.Code
	keys      *seal.Keys
	reading   service.Reading
	filing    ownEnvelope
	own       []ownEnvelope // the whole chain
	last      ownEnvelope   // the newest of the chain
	document  string        // id of the message that holds the issued document
	answer    *Draft        // the answer being prepared, nil when nothing is asked
	withdrawn bool
	answered  bool           // a request has its answer, whole
	law       *clock.Profile // that the case runs under
	terms     clock.Terms
	events    []clock.Event
}

// Event is one public fact of a case. Kind is deposited, answered or withdrawn
// of the applicant's own acts, else as the office named it.
type Event struct {
	At       time.Time
	Kind     string
	Received bool // the office has it
	Facts    map[string]string
}

// Message is a letter of the office, opened with the code.
type Message struct {
	ID     string
	At     time.Time
	Kind   string // request, decision, statement or notice
	Letter Letter
	Sound  bool   // signed by a document key that the root certified
	Signed []byte // the signed act, as anybody may verify it; nil where nothing signed came
}

// Request is what the applicant is asked for.
type Request struct {
	ID         string
	N          int      // its place among the letters, from 1; 0 for the pieces due since filing
	Kind       string   // replacement, originals, information, or missing: pieces due since filing
	Questions  []string // pieces still to give, may be empty
	Given      []string // pieces given in answers before
	Answers    int      // handed in for it before
	Text       string
	Language   string
	At         time.Time
	WindowLast string // YYYY-MM-DD, or "" where the law sets no term

	all []string // pieces as the office named them
}

// Decision is how the case ended.
type Decision struct {
	Outcome      string // granted or refused
	Reasons      []string
	Text         string
	Language     string
	At           time.Time
	Sound        bool
	DocumentName string
	Has          bool // the issued document can be read
}

// States of a case before the office has said one.
const (
	StateDeposited  = "deposited"
	StateIncomplete = "incomplete"
)

// closed are the states in which nothing is expected of the applicant.
var closed = map[string]bool{"granted": true, "refused": true, "withdrawn": true, "closed": true, "returned": true}

// Shown is what was filed, as people read it.
func (c *Case) Shown(l i18n.Lang) []service.ShownPage { return c.Service.Show(l, c.reading) }

// Files lists the files that were filed.
func (c *Case) Files() []service.FileRef { return c.filing.files }

func strangerToCase() error { return errs.New(errs.NotFound, "track.unknown") }

// Track gives this browser a filed case by its reference and code. Whatever is
// wrong is the same errs.NotFound after the same work. The cookie is a new one.
func (d *Desk) Track(ctx context.Context, v *Visit, reference, typedCode string) (string, error) {
	found, err := d.find(ctx, reference, typedCode)
	if err != nil {
		return "", err
	}
	_, _, cookie, err := d.holdAfresh(ctx, v, found.service, found.code, found.keys)
	return cookie, err
}

// CaseByCode opens a case for one request by its reference and code.
func (d *Desk) CaseByCode(ctx context.Context, reference, typedCode string) (*Case, error) {
	found, err := d.find(ctx, reference, typedCode)
	if err != nil {
		return nil, err
	}
	return d.openCase(ctx, found)
}

// Case opens a case whose code this browser holds, else errs.NotFound.
func (d *Desk) Case(ctx context.Context, v *Visit, reference string) (*Case, error) {
	ref, err := ParseReference(reference)
	if err != nil || v == nil {
		return nil, strangerToCase()
	}
	var locator string
	err = d.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT locator FROM submission WHERE reference = $1 AND kind = 'filing'`, string(ref)).Scan(&locator)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, strangerToCase()
	}
	if err != nil {
		return nil, fmt.Errorf("finding a case: %w", err)
	}
	for _, s := range v.slots {
		if s.locator != locator {
			continue
		}
		code, err := v.open(s)
		if err != nil {
			return nil, err
		}
		c, err := d.openCase(ctx, foundCase{reference: ref, code: code, keys: code.Derive()})
		if err != nil {
			return nil, err
		}
		c.Token = v.token(s.id)
		return c, nil
	}
	return nil, strangerToCase()
}

// foundCase is a case whose code was right.
type foundCase struct {
	reference Reference
	service   string
	code      seal.Code
	keys      *seal.Keys
}

// find holds reference and code against the store: one derivation and one
// look-up that gives no row, whichever of the two is wrong.
func (d *Desk) find(ctx context.Context, reference, typedCode string) (foundCase, error) {
	ref, err := ParseReference(reference)
	if err != nil {
		ref = NewReference()
	}
	code, err2 := seal.ParseCode(typedCode)
	if err2 != nil {
		code = seal.NewCode()
	}
	f := foundCase{reference: ref, code: code, keys: code.Derive()}
	lookup := d.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT service FROM submission WHERE reference = $1 AND locator = $2 AND kind = 'filing'`, string(ref), locatorHash(f.keys)).Scan(&f.service)
	})
	if err != nil || err2 != nil || errors.Is(lookup, sql.ErrNoRows) {
		return foundCase{}, strangerToCase()
	}
	if lookup != nil {
		return foundCase{}, fmt.Errorf("finding a case: %w", lookup)
	}
	return f, nil
}

// openCase reads everything of a case and opens it with the code's keys.
func (d *Desk) openCase(ctx context.Context, f foundCase) (*Case, error) {
	c := &Case{Reference: string(f.reference), Code: f.code.String(), code: f.code, keys: f.keys}
	rows, err := d.caseRows(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("reading a case: %w", err)
	}
	if len(rows.own) == 0 {
		return nil, strangerToCase()
	}
	c.own, c.filing, c.last = rows.own, rows.own[0], rows.own[len(rows.own)-1]
	cat := d.catalogue()
	if c.Service = cat.byHash[c.filing.version]; c.Service == nil || cat.book == nil {
		return nil, errs.New(errs.NotFound, "service.unknown")
	}
	c.Authority, c.FiledAt = cat.book.Authority(c.filing.authority), c.filing.at
	if err := c.openReceipts(rows.own, cat.trust); err != nil {
		return nil, err
	}
	if err := c.reread(cat.book.Territory); err != nil {
		return nil, err
	}
	c.own[0] = c.filing // with its files
	c.openMessages(rows.messages, cat.trust)
	c.terms = Terms(c.Service, c.Authority)
	if err := c.tell(cat, rows, present()); err != nil {
		return nil, err
	}
	if err := c.settle(rows); err != nil {
		return nil, err
	}
	return c, d.openAnswer(ctx, c)
}

// settle folds public facts into timeline and state.
func (c *Case) settle(rows *caseRows) error {
	facts := map[string]int{}
	c.State = StateDeposited
	if len(c.Receipt.Missing) > 0 && c.Completion == nil {
		c.State = StateIncomplete
	}
	for i, f := range rows.facts {
		facts[f.ID] = i
		c.State = cmp.Or(f.Data["state"], c.State)
	}
	c.withdrawn = rows.withdrawn()
	c.Open = !closed[c.State] && !c.withdrawn && !c.Clock.Over()
	c.DueOn, c.WindowLast, c.SuspendedDays = "", "", c.Clock.SuspendedDays
	if c.Open { // else nobody has to answer by any day
		c.DueOn, c.WindowLast = c.Clock.DueOn.String(), c.Clock.WindowLast.String()
	}
	own := map[string]bool{}
	for _, e := range rows.own {
		ev := Event{At: e.at, Kind: ownKinds[e.kind]}
		if i, ok := facts["fact/"+e.envelope]; ok {
			ev.Received, ev.Facts = true, rows.facts[i].Data
		}
		own["fact/"+e.envelope] = true
		c.Timeline = append(c.Timeline, ev)
	}
	for _, f := range rows.facts {
		if !own[f.ID] {
			c.Timeline = append(c.Timeline, Event{At: f.At, Kind: f.Kind, Received: true, Facts: f.Data})
		}
	}
	sortEvents(c.Timeline)
	c.asked(rows)
	return nil
}

// ownKinds names the applicant's own acts in the timeline.
var ownKinds = map[string]string{KindFiling: "deposited", KindAnswer: "answered", KindWithdrawal: "withdrawn",
	KindClaim: KindClaim, KindHigher: KindHigher, KindAttestation: KindAttestation, KindAppeal: KindAppeal, KindReferral: KindReferral}

func sortEvents(events []Event) {
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
}

// openMessages opens what the office wrote. What does not open is not of the
// office (only it has the key) and is left out.
func (c *Case) openMessages(sealed []SealedMessage, trust *verify.Trust) {
	for _, m := range sealed {
		switch m.Kind {
		case MessageRequest, MessageDecision, MessageStatement, MessageNotice:
			key := c.keys.Reply
			if m.Kind == MessageStatement {
				key = c.keys.Notice // the worker writes it
			}
			letter, sound, err := OpenLetter(key, m, trust)
			if err != nil {
				continue
			}
			own := Message{ID: m.ID, At: m.At, Kind: m.Kind, Letter: letter, Sound: sound && letter.Reference == c.Reference}
			if own.Sound {
				own.Signed, _ = openMessage(key, m)
			}
			c.Messages = append(c.Messages, own)
		case MessageDocument:
			c.document = m.ID
		case MessageAccess:
			clear, err := openMessage(c.keys.Notice, m)
			if err != nil {
				continue
			}
			var a Access
			if json.Unmarshal(clear, &a) == nil {
				c.Accesses = append(c.Accesses, a)
			}
		}
	}
	slices.SortStableFunc(c.Accesses, func(a, b Access) int { return a.N - b.N })
	for i, a := range c.Accesses {
		if a.N != i+1 {
			c.Gap = true
		}
	}
	for _, m := range c.Messages { // the office signs how many there were
		if m.Sound && m.Letter.Accesses > len(c.Accesses) {
			c.Gap = true
		}
	}
	c.decide()
}

// decide takes the newest sound decision.
func (c *Case) decide() {
	for _, m := range c.Messages {
		if m.Kind == MessageDecision && m.Sound {
			l := m.Letter
			c.Decision = &Decision{Outcome: l.Outcome, Reasons: l.Reasons, Text: l.Text, Language: l.Language, At: m.At,
				Sound: true, DocumentName: l.Document, Has: c.document != ""}
		}
	}
}
