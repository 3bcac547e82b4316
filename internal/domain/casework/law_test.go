package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/identity"
)

var (
	salma       = &identity.Agent{ID: "salma", Name: "Salma Bennis", Authority: "zitouna", Unit: "citizens", Role: identity.Administrator}
	farSuper    = &identity.Agent{ID: "rachid", Name: "Rachid Amrani", Authority: "roummane", Unit: "citizens", Role: identity.Supervisor}
	noDecisions = []*identity.Agent{amina, otherUnit}
)

// dates are a case's due day and window.
func (w *world) dates(reference string) (due, window string) {
	w.t.Helper()
	v, err := w.office.View(w.t.Context(), amina, reference)
	w.must(err)
	return v.DueOn, v.Clock.WindowLast.String()
}

func date(t *testing.T, text string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// feast is an edited row of the calendar.
func feast(on clock.Date, state string) []clock.Holiday {
	return []clock.Holiday{{On: on, Name: "feast", State: state}}
}

// propose previews edited holidays, and checks that the pages hold every move.
func (w *world) propose(who *identity.Agent, edited []clock.Holiday) (*casework.LawPreview, []casework.Move) {
	w.t.Helper()
	first, err := w.office.ProposeHolidays(w.t.Context(), who, edited, "")
	w.must(err)
	all := first.Page
	for next := first.Next; next != ""; {
		p, err := w.office.ProposeHolidays(w.t.Context(), who, edited, next)
		w.must(err)
		if p.Digest != first.Digest || len(p.Page) == 0 {
			w.t.Fatalf("a later page is of another preview: %+v", p)
		}
		all, next = append(all, p.Page...), p.Next
	}
	return first, all
}

// apply previews edited holidays and applies them.
func (w *world) apply(id string, edited []clock.Holiday) *casework.LawApplied {
	w.t.Helper()
	p, _ := w.propose(salma, edited)
	done, err := w.office.ApplyHolidays(w.t.Context(), salma, edited, casework.LawAct{ID: id, Digest: p.Digest, Reason: "The moon was seen."})
	w.must(err)
	if !done.Done || done.Cases != p.Cases || done.Moves != p.Moves || done.Law != p.Law {
		w.t.Fatalf("applied %+v, previewed %+v", done, p)
	}
	return done
}

// TestLaw confirms a feast a day later than it was expected: the preview lists
// the moved cases and no other, nothing moves before it is applied, and then
// those alone.
func TestLaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, missing := w.file("residence-certificate", "bill"), w.file("residence-certificate", "later")
		w.exchange()
		due, _ := w.dates(a.Reference)
		expected := feast(date(t, due), clock.Expected)

		sum, moves := w.propose(salma, expected)
		if sum.Looked != 2 || sum.Cases != 1 || sum.Moves != len(moves) || !onlyOf(moves, a.Reference) || kindsOf(moves) != "due_on silence_effect_on appeal_last" {
			t.Fatalf("preview = %+v, %+v", sum, moves)
		}
		if now, _ := w.dates(a.Reference); now != due || w.count(`SELECT count(*) FROM lawact`) != 0 {
			t.Fatal("a preview changed something")
		}
		w.refuseLaw(expected, sum.Digest)

		done := w.apply("confirm-one", expected)
		again, err := w.office.ApplyHolidays(ctx, salma, expected, casework.LawAct{ID: "confirm-one", Digest: w.text(`SELECT digest FROM lawact`), Reason: "The moon was seen."})
		if err != nil || again.Cases != done.Cases {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		later, _ := w.dates(a.Reference)
		if later != moves[0].To || later <= due {
			t.Errorf("applied, the due day is %s, want %s", later, moves[0].To)
		}
		w.checkApplied(a.Reference, missing.Reference, done.Law)
		fresh := w.filedNow()
		if now, _ := w.dates(fresh); now != later {
			t.Errorf("a new case is due on %s, want %s by the newest law", now, later)
		}

		// The moon is seen a day later: the due day is a working day again.
		sum, moves = w.propose(salma, feast(date(t, due)+1, clock.Confirmed))
		if sum.Cases != 2 || !onlyOf(moves, a.Reference, fresh) {
			t.Fatalf("the second preview = %+v, %+v", sum, moves)
		}
		w.apply("confirm-two", feast(date(t, due)+1, clock.Confirmed))
		if now, _ := w.dates(a.Reference); now != due {
			t.Errorf("confirmed a day later, the due day is %s, want %s", now, due)
		}
		w.push()
		w.exchange()
		w.audit()
		if c := w.mine(a); c.DueOn != due {
			t.Errorf("the applicant sees the due day %s, the office %s", c.DueOn, due)
		}
	})
}

// checkApplied looks at what an act of law left in the store.
func (w *world) checkApplied(moved, untouched, law string) {
	w.t.Helper()
	for query, want := range map[string]int64{
		`SELECT count(*) FROM action WHERE kind = 'law-changed' AND actor = 'salma'`:                                  1,
		`SELECT count(*) FROM action WHERE kind = 'law-changed' AND reference = '` + untouched + `'`:                  0,
		`SELECT count(DISTINCT profile) FROM casefile`:                                                                2,
		`SELECT count(*) FROM lawact WHERE done_at > 0 AND author = 'salma' AND reason = 'The moon was seen.'`:        1,
		`SELECT count(*) FROM notice WHERE kind = 'law-changed' AND about = 'due_on' AND reference = '` + moved + `'`: 2,
		`SELECT count(*) FROM outbox WHERE id LIKE 'fact/%.law.confirm-one'`:                                          1,
		`SELECT count(*) FROM published WHERE kind = 'law'`:                                                           2,
		`SELECT count(*) FROM casefile WHERE profile = '` + law + `'`:                                                 1,
		`SELECT count(*) FROM casefile WHERE wake_on = '' `:                                                           0,
	} {
		if n := w.count(query); n != want {
			w.t.Errorf("%s = %d, want %d", query, n, want)
		}
	}
}

// filedNow files a case and brings it in, with what was published since.
func (w *world) filedNow() string {
	w.t.Helper()
	w.push()
	got := w.file("residence-certificate", "bill")
	w.exchange()
	return got.Reference
}

// refuseLaw tries what may not be done.
func (w *world) refuseLaw(edited []clock.Holiday, digest string) {
	w.t.Helper()
	ctx := w.t.Context()
	act := casework.LawAct{ID: "not-this-one", Digest: digest, Reason: "why"}
	for _, who := range append(noDecisions, omar) {
		if _, err := w.office.ApplyHolidays(ctx, who, edited, act); errs.KindOf(err) != errs.Denied {
			w.t.Errorf("%s applies: %v", who.ID, err)
		}
	}
	for _, who := range noDecisions {
		if _, err := w.office.ProposeHolidays(ctx, who, edited, ""); errs.KindOf(err) != errs.Denied {
			w.t.Errorf("%s previews: %v", who.ID, err)
		}
		if _, err := w.office.Calendar(ctx, who); errs.KindOf(err) != errs.Denied {
			w.t.Errorf("%s sees the calendar: %v", who.ID, err)
		}
	}
	if _, moves := w.propose(farSuper, edited); len(moves) != 0 {
		w.t.Errorf("another unit's supervisor sees %+v", moves)
	}
	if _, moves := w.propose(omar, edited); len(moves) == 0 {
		w.t.Error("the unit's supervisor sees nothing")
	}
	tests := []struct {
		name   string
		edited []clock.Holiday
		act    casework.LawAct
		want   string
	}{
		{"without a reason", edited, casework.LawAct{ID: act.ID, Digest: digest}, "law.reason"},
		{"without an id", edited, casework.LawAct{Digest: digest, Reason: "why"}, "act.id"},
		{"another preview", edited, casework.LawAct{ID: act.ID, Digest: strings.Repeat("0", 64), Reason: "why"}, "law.preview"},
		{"no change", nil, act, "law.same"},
		{"an unknown state", []clock.Holiday{{On: edited[0].On, Name: "feast", State: "perhaps"}}, act, "law.holidays"},
		{"no date", []clock.Holiday{{Name: "feast"}}, act, "law.holidays"},
	}
	for _, tt := range tests {
		if _, err := w.office.ApplyHolidays(ctx, salma, tt.edited, tt.act); keyOf(err) != tt.want {
			w.t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if n := w.count(`SELECT count(*) FROM lawact`) + w.count(`SELECT count(*) FROM published WHERE kind = 'law'`); n != 1 {
		w.t.Errorf("a refused act left something: %d", n)
	}
}

func keyOf(err error) string {
	key, _, _ := strings.Cut(refused(err), " ")
	return key
}

func onlyOf(moves []casework.Move, references ...string) bool {
	seen := map[string]bool{}
	for _, m := range moves {
		seen[m.Reference] = true
		if !slices.Contains(references, m.Reference) {
			return false
		}
	}
	return len(seen) == len(references)
}

func kindsOf(moves []casework.Move) string {
	var kinds []string
	for _, m := range moves {
		kinds = append(kinds, m.Kind)
	}
	return strings.Join(kinds, " ")
}

// TestLawMeanwhile lets a case join between preview and act: the act is refused.
func TestLawMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.file("residence-certificate", "bill")
		w.exchange()
		due, _ := w.dates(a.Reference)
		edited := feast(date(t, due), clock.Confirmed)
		sum, _ := w.propose(salma, edited)
		w.filedNow()
		if _, err := w.office.ApplyHolidays(t.Context(), salma, edited, casework.LawAct{ID: "meanwhile", Digest: sum.Digest, Reason: "why"}); keyOf(err) != "law.preview" {
			t.Fatalf("applied though another case joined: %v", err)
		}
		if n := w.count(`SELECT count(*) FROM published WHERE kind = 'law'`); n != 1 {
			t.Errorf("%d laws are published, want 1", n)
		}
		if done := w.apply("meanwhile-2", edited); done.Cases != 2 {
			t.Errorf("applied to %d cases, want 2", done.Cases)
		}
	})
}

// TestFloor brings an applicant's window forward: the day that was told stays,
// on the page, for the return and for the timer.
func TestFloor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "later")
		w.exchange()
		_, told := w.dates(got.Reference)
		w.apply("feast-one", feast(date(t, told), clock.Expected))
		_, later := w.dates(got.Reference)
		if later <= told {
			t.Fatalf("with a feast on %s the window ends on %s", told, later)
		}
		sum, moves := w.propose(salma, feast(date(t, told), clock.Dropped))
		if sum.Kept != 1 || len(moves) != 0 {
			t.Errorf("without the feast: %+v, %+v; want the day kept", sum, moves)
		}
		// The feast falls on the very day that was told: it moves on, not back.
		w.apply("feast-two", feast(date(t, later), clock.Confirmed))
		_, last := w.dates(got.Reference)
		if last <= later {
			t.Errorf("the window ends on %s, want a day after %s", last, later)
		}
		w.push()
		w.exchange()
		if c := w.mine(got); c.WindowLast != last {
			t.Errorf("the applicant sees the window end on %s, the office on %s", c.WindowLast, last)
		}
		data := w.text(`SELECT data FROM action WHERE kind = 'law-changed' AND id LIKE '%feast-two'`)
		if !strings.Contains(data, "floor_1") || !strings.Contains(data, `"missing_window_last":"`+later+`/`+last) {
			t.Errorf("the action says %s", data)
		}
		w.pass(time.Duration(date(t, last)-date(t, time.Now().Format(time.DateOnly))) * day)
		w.runDue()
		if n := w.count(`SELECT count(*) FROM action WHERE kind = 'return-due'`); n != 0 {
			t.Error("the window expired before the day that was told")
		}
		w.pass(2 * day)
		w.runDue()
		if got := w.effects(); len(got) != 1 || got[0].kind != casework.ActReturnDue || got[0].effective != (date(t, last)+1).String() {
			t.Errorf("effects = %+v, want the window expired on the day after %s", got, last)
		}
	})
}

// TestLawAfterSilence changes the law when silence has taken effect: it is not
// undone.
func TestLawAfterSilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		due, _ := w.dates(got.Reference)
		w.pass(13 * day)
		sum, moves := w.propose(salma, feast(date(t, due), clock.Confirmed)) // not even where nobody recorded it yet
		if sum.Settled != 1 || len(moves) != 0 {
			t.Errorf("preview = %+v, %+v", sum, moves)
		}
		w.runDue()
		w.apply("too-late-1", feast(date(t, due), clock.Confirmed))
		v, err := w.office.View(t.Context(), amina, got.Reference)
		if err != nil || v.State != casework.StateSilent || w.count(`SELECT count(*) FROM action WHERE kind = 'law-changed'`) != 0 {
			t.Errorf("state %s, %v", v.State, err)
		}
	})
}

// TestLawCutOff kills an act of law half way, lets two workers go on with it,
// and finds it done once.
func TestLawCutOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.clones(got.Reference, 299, func(int) int { return 0 })
		w.runDue()
		due, _ := w.dates(got.Reference)
		edited := feast(date(t, due), clock.Confirmed)
		sum, moves := w.propose(salma, edited)
		if sum.Cases != 300 || len(moves) != sum.Moves {
			t.Fatalf("preview = %+v, %d moves", sum, len(moves))
		}
		ctx, kill := context.WithCancel(t.Context())
		go func() {
			for ctx.Err() == nil && w.count(`SELECT count(*) FROM action WHERE kind = 'law-changed'`) == 0 {
			}
			kill()
		}()
		act := casework.LawAct{ID: "cut-off-1", Digest: sum.Digest, Reason: "why"}
		_, err := w.office.ApplyHolidays(ctx, salma, edited, act)
		t.Logf("killed after %d cases: %v", w.count(`SELECT count(*) FROM action WHERE kind = 'law-changed'`), err)
		kill()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := w.office.ResumeLaw(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		done, err := w.office.ApplyHolidays(t.Context(), salma, edited, act)
		if err != nil || !done.Done || done.Cases != 300 || done.Moves != sum.Moves {
			t.Errorf("done = %+v, %v", done, err)
		}
		for query, want := range map[string]int64{
			`SELECT count(*) FROM action WHERE kind = 'law-changed'`:                                                                           300,
			`SELECT count(*) FROM casefile WHERE profile = '` + sum.Law + `'`:                                                                  300,
			`SELECT count(*) FROM (SELECT reference FROM action WHERE kind = 'law-changed' GROUP BY reference HAVING count(*) > 1) AS doubled`: 0,
			`SELECT count(*) FROM lawact`: 1,
		} {
			if n := w.count(query); n != want {
				t.Errorf("%s = %d, want %d", query, n, want)
			}
		}
	})
}

// TestCalendar shows the holidays by year, with what is not sure.
func TestCalendar(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.office.Calendar(t.Context(), omar)
		if err != nil || c.MayEdit || len(c.Years) < 2 || c.Behind != 0 {
			t.Fatalf("calendar = %+v, %v", c, err)
		}
		this := time.Now().Year()
		year := c.Years[slices.IndexFunc(c.Years, func(y casework.CalendarYear) bool { return y.Year == this })]
		if len(year.Holidays) < 16 || len(year.Gaps) != 0 {
			t.Errorf("%d: %d holidays, gaps %v", this, len(year.Holidays), year.Gaps)
		}
		w.pass(1000 * day)
		if c, err = w.office.Calendar(t.Context(), salma); err != nil || !c.MayEdit {
			t.Fatal(err)
		}
		last := c.Years[len(c.Years)-1]
		if fmt.Sprint(last.Gaps) != fmt.Sprintf("[%d: no holidays]", last.Year) {
			t.Errorf("of a year that nobody has entered yet: %v", last.Gaps)
		}
	})
}
