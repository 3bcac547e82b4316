package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
)

// Kinds of envelope for what an applicant does after a silence or a decision;
// each is the clock's act of that name, and is done once.
const (
	KindClaim       = clock.ClaimAct       // of the act that silence gave (law 55-19 art. 19)
	KindHigher      = clock.GoHigher       // to the authority above, when the act is not handed over (19)
	KindAttestation = clock.AskAttestation // of silence, from the wali or governor, who alone gives it (20)
	KindAppeal      = clock.Appeal         // against a refusal, or a silence that gives nothing (21)
	KindReferral    = clock.ReferToWali    // of an appeal that the president left unanswered (21)
)

// Acts lists those kinds in the order in which they come up.
var Acts = []string{KindClaim, KindHigher, KindAttestation, KindAppeal, KindReferral}

// engineActs are the clock's acts of the envelopes that follow a filing; an
// answer has its own, see AnswerEvent.
var engineActs = map[string]string{KindWithdrawal: clock.Withdraw, KindClaim: clock.ClaimAct, KindHigher: clock.GoHigher,
	KindAttestation: clock.AskAttestation, KindAppeal: clock.Appeal, KindReferral: clock.ReferToWali}

// Barred is why the law does not allow an act now.
type Barred struct{ Ruling clock.Ruling }

func (b *Barred) Error() string {
	return fmt.Sprintf("%s is not allowed: %s, article %v", b.Ruling.Do, b.Ruling.Why, b.Ruling.Articles)
}

// Act seals and hands in one of the Acts, with words that may be empty. Again,
// or twice at once, is nothing. *Barred says why the law does not allow it;
// errs.Invalid: answer.long or answer.text; errs.NotFound: no such act.
func (d *Desk) Act(ctx context.Context, c *Case, kind, text string) error {
	if !slices.Contains(Acts, kind) {
		return errs.New(errs.NotFound, "act.unknown")
	}
	if c.Did(kind) {
		return nil
	}
	switch {
	case !utf8.ValidString(text):
		return errs.New(errs.Invalid, "answer.text")
	case utf8.RuneCountInString(text) > MaxAnswer:
		return errs.New(errs.Invalid, "answer.long", "max", MaxAnswer)
	}
	if r := c.May(kind); !r.OK {
		return &Barred{r}
	}
	return d.handIn(ctx, c, kind, &Draft{Service: c.Service, code: c.code, keys: c.keys, step: kind, body: newBody(c.Service.Hash, time.Now())}, text)
}

// Did tells whether an act was handed in.
func (c *Case) Did(kind string) bool {
	return slices.ContainsFunc(c.own, func(e ownEnvelope) bool { return e.kind == kind })
}

// May is the ruling on one of the applicant's acts.
func (c *Case) May(kind string) clock.Ruling {
	for _, r := range c.Acts {
		if r.Do == kind {
			return r
		}
	}
	return clock.Ruling{Do: kind, Why: "no-clock"}
}

// What an answer's intake section says beside what every one does: the worker
// must know which pieces came without opening anything else.
const (
	IntakeFor    = "for"    // the kind of request it answers: replacement, originals, information or missing
	IntakePieces = "pieces" // ids of the pieces that it brings, of those asked for
)

// AnswerEvent is the clock's event of an answer, from its clear intake section.
// Both zones make it here. A section that says nothing answers all that is
// asked, as did those before sections said it. Its pieces are the applicant's
// word: nobody checked yet that they are what was asked.
func AnswerEvent(section []byte, at time.Time) (clock.Event, error) {
	e := clock.Event{At: at, Do: clock.Answer}
	var said struct {
		For    string   `json:"for"`
		Pieces []string `json:"pieces"`
	}
	if err := json.Unmarshal(section, &said); err != nil {
		return e, errs.Wrap(errs.Invalid, "intake.section", fmt.Errorf("an intake section does not decode: %w", err))
	}
	if len(said.Pieces) > mostPieces || slices.ContainsFunc(said.Pieces, func(id string) bool { return !isName(id) }) {
		return e, errs.New(errs.Invalid, "intake.section")
	}
	switch said.For {
	case Missing:
		e.Do = clock.Supply
	case "", "replacement", "originals", "information":
		e.For = said.For
	default:
		return e, errs.New(errs.Invalid, "intake.section")
	}
	e.Docs = said.Pieces
	return e, nil
}
