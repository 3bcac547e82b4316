package casework

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// ActLaw brings another law to a case: the author of the act of law is its actor.
const ActLaw = "law-changed"

// Data of ActLaw, beside one for each date that moved: its name, and from/to.
const (
	lawData    = intake.FactLaw // hash of the law from here on
	beforeData = "before"       // and until here
	lawActData = "act"          // id of the act of law
)

// pinned is a profile as a case counts by it: with the authority's closing days
// as they were at filing, and with the days that were told to the applicant
// before a law came to the case later. The profile itself is the one that the
// case started under, or that such an act brought to it: casefile.profile.
func pinned(p *clock.Profile, actions []Action) *clock.Profile {
	var floors []clock.Floor
	for _, a := range actions {
		switch a.Kind {
		case ActFiled:
			p = p.With(list(a.Data[closedData]))
		case ActLaw:
			floors = append(floors, clock.FloorsIn(a.Data)...)
		}
	}
	return p.AtLeast(floors)
}

// Move is one date of an open case that a law would move. For a supervisor the
// list holds their unit's cases only, the counts those of all.
type Move struct {
	Reference, Service, Authority, Unit string

	Kind     string // of date: one of the Date… names
	From, To string // YYYY-MM-DD; "" where there was none, or will be none

	n int // of the case's moves
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

// inForce is the text of the law in force, with its profile.
func (o *Office) inForce(ctx context.Context) ([]byte, *clock.Profile, error) {
	var body []byte
	err := o.db.View(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT body FROM published WHERE kind = $1 AND id = $2 ORDER BY at DESC, hash DESC LIMIT 1`, intake.PublishLaw, intake.LawID).Scan(&body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, errs.New(errs.Busy, "office.notready")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading the law in force: %w", err)
	}
	p, err := clock.ParseProfile(body)
	return body, p, err
}

// LawInForce is the text of the law in force.
func (o *Office) LawInForce(ctx context.Context) ([]byte, error) {
	body, _, err := o.inForce(ctx)
	return body, err
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
	if !who.May(identity.SeeLaw) {
		return nil, errs.New(errs.Denied, "act.denied")
	}
	_, p, err := o.inForce(ctx)
	if err != nil {
		return nil, err
	}
	c := &Calendar{Law: p.Hash(), Version: p.Version, MayEdit: who.May(identity.Law), Years: yearsOf(p.Holidays, p.DateOf(o.now()).Time().Year())}
	err = o.db.View(ctx, func(tx *db.Tx) (err error) {
		if err := tx.QueryRow(`SELECT count(*) FROM casefile WHERE open = 1 AND profile <> $1`, p.Hash()).Scan(&c.Behind); err != nil {
			return err
		}
		c.Acts, err = lawActs(tx, 10)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the calendar: %w", err)
	}
	return c, nil
}

// yearsOf is a table by year, rising; this year and the next are there in any case.
func yearsOf(table []clock.Holiday, now int) []CalendarYear {
	years := map[int]*CalendarYear{}
	for _, year := range []int{now, now + 1} {
		years[year] = &CalendarYear{Year: year}
	}
	for _, h := range table {
		year := h.On.Time().Year()
		y := years[year]
		if y == nil {
			y = &CalendarYear{Year: year}
			years[year] = y
		}
		if y.Holidays = append(y.Holidays, h); h.State == clock.Expected {
			y.Expected++
		}
	}
	var out []CalendarYear
	for _, year := range slices.Sorted(maps.Keys(years)) {
		y := years[year]
		y.Gaps = clock.YearGaps(year, y.Holidays)
		slices.SortStableFunc(y.Holidays, func(a, b clock.Holiday) int { return cmp.Compare(a.On, b.On) })
		out = append(out, *y)
	}
	return out
}

// ProposeHolidays tells what edited holidays would do to the open cases, a page
// of moves after a cursor, "" for the first. The rows of one name and year
// replace all that the table has of that name and year; clock.Dropped takes
// them out. Where nothing is edited, it tells of cases that keep an earlier law
// and would move by now. errs.Invalid law.holidays with the reason for a table
// that cannot be, errs.Conflict law.same when nothing changes.
func (o *Office) ProposeHolidays(ctx context.Context, who *identity.Agent, edited []clock.Holiday, after string) (*LawPreview, error) {
	if !who.May(identity.SeeLaw) {
		return nil, errs.New(errs.Denied, "act.denied")
	}
	body, gaps, same, err := o.merged(ctx, edited)
	if err != nil {
		return nil, err
	}
	var page []Move
	next := ""
	sum, err := o.PreviewLaw(ctx, who, body, func(m Move) error {
		switch at := m.cursor(); {
		case at <= after:
		case len(page) == moveRows:
			next = page[moveRows-1].cursor()
		default:
			page = append(page, m)
		}
		return nil
	})
	if err == nil && same && sum.Moves == 0 {
		err = errs.New(errs.Conflict, "law.same")
	}
	if err != nil {
		return nil, err
	}
	sum.Page, sum.Next, sum.Gaps = page, next, gaps
	return sum, nil
}

// moveRows is the length of one page of moves.
const moveRows = 20

// cursor orders moves as PreviewLaw tells them.
func (m Move) cursor() string { return m.Reference + " " + fmt.Sprintf("%02d", m.n) }

// merged is the law in force with edited holidays; same tells that it is the
// law in force itself.
func (o *Office) merged(ctx context.Context, edited []clock.Holiday) (body []byte, gaps []clock.Gap, same bool, err error) {
	law, _, err := o.inForce(ctx)
	if err != nil {
		return nil, nil, false, err
	}
	if body, gaps, err = clock.MergeHolidays(law, edited); err != nil {
		return nil, nil, false, errs.Wrap(errs.Invalid, "law.holidays", err)
	}
	return body, gaps, string(body) == string(law), nil
}

// ApplyHolidays publishes the law with edited holidays, for new cases, and
// brings it to the open cases that its preview lists. Errors are those of
// ProposeHolidays and ApplyLaw.
func (o *Office) ApplyHolidays(ctx context.Context, who *identity.Agent, edited []clock.Holiday, a LawAct) (*LawApplied, error) {
	if err := a.check(who); err != nil {
		return nil, err
	}
	if done, err := o.resumed(ctx, who, a, ""); done != nil || err != nil {
		return done, err
	}
	body, _, same, err := o.merged(ctx, edited)
	if err != nil {
		return nil, err
	}
	if same {
		switch sum, err := o.PreviewLaw(ctx, who, body, nil); {
		case err != nil:
			return nil, err
		case sum.Moves == 0:
			return nil, errs.New(errs.Conflict, "law.same")
		}
	}
	return o.Enact(ctx, who, body, a)
}

// mostLawReason bounds the reason of an act of law, in characters.
const mostLawReason = 500

// check holds an act of law against its author and its form.
func (a LawAct) check(who *identity.Agent) error {
	if !who.May(identity.Law) {
		return errs.New(errs.Denied, "act.denied")
	}
	if _, err := actionID("law", a.ID); err != nil {
		return err
	}
	if n := len([]rune(strings.TrimSpace(a.Reason))); n == 0 || n > mostLawReason || checkWords(a.Reason) != nil {
		return errs.New(errs.Invalid, "law.reason", "n", mostLawReason)
	}
	return nil
}

// WithoutOlderLaw takes out of publications a law whose version lies below that
// of the law in force: whoever publishes a folder again does not undo a
// calendar that was edited since. It tells the version in force where it took
// one out, else 0.
func (o *Office) WithoutOlderLaw(ctx context.Context, pubs ...intake.Publication) (left []intake.Publication, inForce int, err error) {
	_, p, err := o.inForce(ctx)
	if err != nil {
		if errs.KindOf(err) == errs.Busy {
			return pubs, 0, nil
		}
		return nil, 0, err
	}
	for _, pub := range pubs {
		if pub.Kind == intake.PublishLaw {
			if law, err := clock.ParseProfile(pub.Body); err == nil && law.Version < p.Version {
				inForce = p.Version
				continue
			}
		}
		left = append(left, pub)
	}
	return left, inForce, nil
}
