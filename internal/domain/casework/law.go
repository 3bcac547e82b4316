package casework

import (
	"context"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
)

// Move is one date of an open case that a law would move. For a supervisor the
// list holds their unit's cases only, the counts those of all.
type Move struct {
	Reference, Service, Authority, Unit string

	Kind     string // of date: one of the Date… names
	From, To string // YYYY-MM-DD; "" where there was none, or will be none
}

// LawPreview is what a law would do to the cases that are open now.
type LawPreview struct {
	Law     string // hash of the law looked at
	InForce string // hash of the law in force
	Version int
	Digest  string // of every move; ApplyLaw refuses another one
	Looked  int    // open cases under another law
	Cases   int    // of them, those with a date that moves
	Moves   int    // dates
	Kept    int    // dates of applicants that would come earlier, and stay
	Settled int    // cases that stay as they are: what they lived through would be undone
	Gaps    []clock.Gap
	Page    []Move // twenty moves after a cursor; none where each is called
	Next    string // cursor of the page after, "" on the last
}

// PreviewLaw tells what a law's text would do to every open case, one move
// after the other to each, in order of reference; memory does not grow with
// their number. It changes nothing. errs.Denied act.denied without the right to
// see it, errs.Invalid law.unreadable for a text that is no legal profile.
func (o *Office) PreviewLaw(ctx context.Context, who *identity.Agent, body []byte, each func(Move) error) (*LawPreview, error) {
	return nil, errs.New(errs.Internal, "internal")
}

// LawAct brings a published law to the open cases whose dates it moves.
type LawAct struct {
	ID     string // the client's: the same again is the same act
	Digest string // of the preview that its author saw
	Reason string // in the author's words; published with their name to nobody, kept
}

// LawApplied is what an act did.
type LawApplied struct {
	Law    string
	Author string
	Reason string
	At     time.Time
	Cases  int
	Moves  int
	Done   bool // else it was cut off: the same act again goes on
}

// ApplyLaw brings a law to the open cases that its preview lists: one
// law-changed action for each, one leaf of the ledger for the act. It goes on
// where the same act was cut off. errs.Denied act.denied without the right,
// errs.NotFound law.unknown for a law not published here, errs.Conflict
// law.preview when the preview is not what it was, errs.Invalid law.reason
// without a reason.
func (o *Office) ApplyLaw(ctx context.Context, who *identity.Agent, law string, a LawAct) (*LawApplied, error) {
	return nil, errs.New(errs.Internal, "internal")
}

// Calendar is the legal calendar in force.
type Calendar struct {
	Law     string
	Version int
	Years   []CalendarYear
	Behind  int          // open cases that keep an earlier law
	Acts    []LawApplied // the newest ten
	MayEdit bool         // this agent may change it
}

// CalendarYear is one year of the calendar. Holidays rise by day.
type CalendarYear struct {
	Year     int
	Holidays []clock.Holiday
	Gaps     []clock.Gap
	Expected int // days that are expected and not confirmed yet
}

// Calendar shows the holidays in force by year, the present one and the next
// at least. errs.Denied act.denied without the right to see it.
func (o *Office) Calendar(ctx context.Context, who *identity.Agent) (*Calendar, error) {
	return nil, errs.New(errs.Internal, "internal")
}

// ProposeHolidays tells what edited holidays would do to the open cases, a page
// of moves after a cursor, "" for the first. The rows of one name and year
// replace all that the table has of that name and year; clock.Dropped takes
// them out. errs.Invalid law.holidays with the reason for a table that cannot
// be, errs.Conflict law.same when nothing changes.
func (o *Office) ProposeHolidays(ctx context.Context, who *identity.Agent, edited []clock.Holiday, after string) (*LawPreview, error) {
	return nil, errs.New(errs.Internal, "internal")
}

// ApplyHolidays publishes the law with edited holidays, for new cases, and
// brings it to the open cases that its preview lists. Errors are those of
// ProposeHolidays and ApplyLaw.
func (o *Office) ApplyHolidays(ctx context.Context, who *identity.Agent, edited []clock.Holiday, a LawAct) (*LawApplied, error) {
	return nil, errs.New(errs.Internal, "internal")
}
