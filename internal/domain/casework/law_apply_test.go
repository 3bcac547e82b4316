package casework_test

import (
	"bytes"
	"io/fs"
	"slices"
	"testing"

	"wasl"
	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

// lawWith is the shipped law with a feast more, or in its own version.
func (w *world) lawWith(edited []clock.Holiday) []byte {
	w.t.Helper()
	body, err := fs.ReadFile(wasl.Content, "law/ma.yaml")
	w.must(err)
	if edited != nil {
		body, _, err = clock.MergeHolidays(body, edited)
		w.must(err)
	}
	return body
}

// TestApplyLaw publishes a law, which new cases take, and applies it later to
// the open ones. A case that fails holds up no other.
func TestApplyLaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, broken := w.file("residence-certificate", "bill"), w.file("residence-certificate", "bill")
		w.exchange()
		due, _ := w.dates(a.Reference)
		body := w.lawWith(feast(date(t, due), clock.Confirmed))
		law := intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: body}
		act := casework.LawAct{ID: "apply-one", Reason: "The gazette has it."}

		if _, err := w.office.ApplyLaw(ctx, salma, law.Hash(), act); keyOf(err) != "law.superseded" {
			t.Errorf("a law that is not published: %v", err)
		}
		w.must(w.office.Publish(ctx, law))
		if now, _ := w.dates(a.Reference); now != due {
			t.Errorf("publishing moved the due day of an open case to %s", now)
		}
		fresh := w.filedNow()
		later, _ := w.dates(fresh)
		if later <= due {
			t.Errorf("a new case is due on %s", later)
		}
		w.exec(`UPDATE casefile SET profile = 'gone' WHERE reference = '` + broken.Reference + `'`)

		var moves []casework.Move
		sum, err := w.office.PreviewLaw(ctx, salma, body, func(m casework.Move) error { moves = append(moves, m); return nil })
		if err != nil || sum.Law != sum.InForce || sum.Looked != 1 || !onlyOf(moves, a.Reference) {
			t.Fatalf("preview = %+v, %+v, %v", sum, moves, err)
		}
		if act.Digest = sum.Digest; sum.Digest == "" {
			t.Fatal("no digest")
		}
		done, err := w.office.ApplyLaw(ctx, salma, law.Hash(), act)
		if err != nil || !done.Done || done.Cases != 1 || done.Author != "salma" {
			t.Fatalf("applied %+v, %v", done, err)
		}
		if now, _ := w.dates(a.Reference); now != later {
			t.Errorf("applied, the due day is %s, want %s", now, later)
		}
		w.refuseAgain(law.Hash(), act)
		if _, err := w.office.ProposeHolidays(ctx, salma, nil, ""); keyOf(err) != "law.same" {
			t.Errorf("nothing is edited and nothing would move: %v", err)
		}
		c, err := w.office.Calendar(ctx, salma)
		if err != nil || len(c.Acts) != 1 || c.Acts[0].Cases != 1 || c.Behind != 1 {
			t.Errorf("calendar = %+v, %v; want one act and the broken case behind", c, err)
		}
	})
}

// refuseAgain repeats an act of law, as itself and as others.
func (w *world) refuseAgain(law string, act casework.LawAct) {
	w.t.Helper()
	ctx := w.t.Context()
	if again, err := w.office.ApplyLaw(ctx, salma, law, act); err != nil || again.Cases != 1 {
		w.t.Errorf("the same again: %+v, %v", again, err)
	}
	other := act
	other.Digest = "0"
	someone := *salma
	someone.ID = "someone"
	_, digest := w.office.ApplyLaw(ctx, salma, law, other)
	_, author := w.office.ApplyLaw(ctx, &someone, law, act)
	_, hash := w.office.ApplyLaw(ctx, salma, "0", act)
	for what, err := range map[string]error{"another digest": digest, "another author": author, "another law": hash} {
		if keyOf(err) != "act.again" {
			w.t.Errorf("%s under the same id: %v", what, err)
		}
	}
	if _, err := w.office.PreviewLaw(ctx, salma, []byte("profile: ["), nil); keyOf(err) != "law.unreadable" {
		w.t.Errorf("a text that is no law: %v", err)
	}
	if _, err := w.office.PreviewLaw(ctx, amina, nil, nil); errs.KindOf(err) != errs.Denied {
		w.t.Errorf("a case worker previews: %v", err)
	}
	if n := w.count(`SELECT count(*) FROM action WHERE kind = 'law-changed'`); n != 1 {
		w.t.Errorf("%d law-changed actions, want 1", n)
	}
}

// TestCasesBehind brings the law in force to a case that it did not move when it
// was applied, and moves by now: by the same page, without an edit.
func TestCasesBehind(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "later")
		w.exchange()
		complete := w.filedNow()
		due, _ := w.dates(complete)
		w.exec(`UPDATE casefile SET open = 0 WHERE reference = '` + complete + `'`)
		p, err := w.office.PreviewLaw(t.Context(), salma, w.lawWith(feast(date(t, due), clock.Confirmed)), nil)
		if err != nil || p.Cases != 0 {
			t.Fatalf("a case without a due day moves: %+v, %v", p, err)
		}
		w.must(w.office.Publish(t.Context(), intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: w.lawWith(feast(date(t, due), clock.Confirmed))}))
		w.answer(got, "proof_file")
		w.exchange()
		if now, _ := w.dates(got.Reference); now != due {
			t.Fatalf("complete, the file is due on %s, want %s by its own law", now, due)
		}
		sum, moves := w.propose(salma, nil)
		if sum.Law != sum.InForce || !onlyOf(moves, got.Reference) {
			t.Fatalf("preview = %+v, %+v", sum, moves)
		}
		w.apply("bring-up-1", nil)
		if now, _ := w.dates(got.Reference); now == due {
			t.Errorf("the due day is still %s", now)
		}
	})
}

// TestLawSuperseded leaves an act of law unfinished and publishes another law:
// the first goes no further.
func TestLawSuperseded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a := w.file("residence-certificate", "bill")
		w.exchange()
		due, _ := w.dates(a.Reference)
		first := intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: w.lawWith(feast(date(t, due), clock.Expected))}
		second := intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: w.lawWith(feast(date(t, due)+1, clock.Confirmed))}
		w.must(w.office.Publish(ctx, first))
		w.exec(`INSERT INTO lawact (id, law, digest, author, reason, at, after, cases, moves, done_at) VALUES ('half', '` + first.Hash() + `', 'x', 'salma', 'why', 1, '', 0, 0, 0)`)
		w.must(w.office.Publish(ctx, second))
		w.must(w.office.ResumeLaw(ctx))
		if now, _ := w.dates(a.Reference); now != due || w.count(`SELECT count(*) FROM lawact WHERE done_at = 0`) != 0 {
			t.Errorf("an act of a law that was replaced goes on: due %s", now)
		}
	})
}

// TestOlderLawStaysAway publishes a folder whose law is older than the one in
// force.
func TestOlderLawStaysAway(t *testing.T) {
	w := newWorld(t, "sqlite")
	ctx := t.Context()
	older := intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: w.lawWith(nil)}
	book := intake.Publication{Kind: intake.PublishAuthority, ID: "book"}
	if left, newer, err := w.office.WithoutOlderLaw(ctx, book, older); err != nil || newer != 0 || len(left) != 2 {
		t.Errorf("the law in force itself: %d left, %d, %v", len(left), newer, err)
	}
	edited := w.lawWith(feast(date(t, "2027-09-01"), clock.Confirmed))
	w.must(w.office.Publish(ctx, intake.Publication{Kind: intake.PublishLaw, ID: intake.LawID, Body: edited}))
	left, newer, err := w.office.WithoutOlderLaw(ctx, book, older)
	if err != nil || newer == 0 || len(left) != 1 || left[0].Kind != intake.PublishAuthority {
		t.Errorf("an older law: %d left, %d, %v", len(left), newer, err)
	}
	if body, err := w.office.LawInForce(ctx); err != nil || !bytes.Equal(body, edited) {
		t.Errorf("the law in force is another, %v", err)
	}
	c, err := w.office.Calendar(ctx, salma)
	if err != nil || !slices.ContainsFunc(c.Years, func(y casework.CalendarYear) bool {
		return y.Year == 2027 && slices.ContainsFunc(y.Holidays, func(h clock.Holiday) bool { return h.Name == "feast" })
	}) {
		t.Errorf("the calendar lacks the feast, %v", err)
	}
}
