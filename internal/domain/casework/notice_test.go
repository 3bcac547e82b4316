package casework_test

import (
	"slices"
	"strings"
	"testing"

	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
)

// notices lists all notices of an agent, and checks the pages.
func (w *world) notices(who *identity.Agent) []casework.Notice {
	w.t.Helper()
	var all []casework.Notice
	for after := ""; ; {
		list, next, err := w.office.Notices(w.t.Context(), who, after)
		w.must(err)
		all = append(all, list...)
		if next == "" {
			return all
		}
		if len(list) != 20 {
			w.t.Fatalf("a page of %d notices", len(list))
		}
		after = next
	}
}

// TestNotices shows what time did to the people whom it concerns, newest first.
func TestNotices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.clones(got.Reference, 11, func(int) int { return 0 })
		w.runDue()
		w.pass(40 * day)
		w.runDue()
		worker, super := w.notices(amina), w.notices(omar)
		if len(worker) != 12*3 || len(super) != 12*4 {
			t.Fatalf("%d and %d notices, want 36 (two warnings and the silence) and 48 (the escalation too)", len(worker), len(super))
		}
		for i, n := range super {
			if i > 0 && n.Effective > super[i-1].Effective {
				t.Fatalf("notice %d of %s comes after one of %s", i, n.Effective, super[i-1].Effective)
			}
			if n.Seen || n.About != casework.DateDue || n.Service != "residence-certificate" || n.LegalOn == "" {
				t.Errorf("notice %+v", n)
			}
		}
		kinds := map[string]int{}
		for _, n := range worker {
			kinds[n.Kind]++
		}
		if kinds[casework.NoticeWarned] != 24 || kinds[casework.NoticeSilence] != 12 {
			t.Errorf("kinds %v", kinds)
		}
		for range 2 { // the same again changes nothing
			w.must(w.office.MarkSeen(ctx, amina, worker[0].ID, super[1].ID, "nothing"))
		}
		for who, want := range map[*identity.Agent]int64{amina: 35, omar: 48, otherUnit: 0, otherAuthority: 0} {
			if n, err := w.office.Unseen(ctx, who); err != nil || n != want {
				t.Errorf("%s has %d unseen, %v, want %d", who.ID, n, err, want)
			}
		}
		if first := w.notices(amina)[0]; !first.Seen {
			t.Error("a seen notice is not marked")
		}
		w.refuseNotices()
		if dump := string(w.dump()); strings.Contains(dump, "AB123456") {
			t.Error("a store holds what the applicant wrote")
		}
	})
}

func (w *world) refuseNotices() {
	w.t.Helper()
	ctx := w.t.Context()
	if _, _, err := w.office.Notices(ctx, amina, "x"); errs.KindOf(err) != errs.Invalid {
		w.t.Errorf("a bad cursor: %v", err)
	}
	if err := w.office.MarkSeen(ctx, amina, slices.Repeat([]string{"x"}, 201)...); errs.KindOf(err) != errs.Invalid {
		w.t.Errorf("too many at once: %v", err)
	}
	_, _, list := w.office.Notices(ctx, salma, "")
	_, unseen := w.office.Unseen(ctx, salma)
	for _, err := range []error{list, unseen, w.office.MarkSeen(ctx, salma, "x")} {
		if errs.KindOf(err) != errs.NotFound {
			w.t.Errorf("an administrator: %v", err)
		}
	}
}
