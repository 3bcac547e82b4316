package casework_test

import (
	"testing"

	"wasl/internal/base/errs"
	"wasl/internal/domain/casework"
)

// TestUnread shows that lists point out an answer until somebody opens it.
func TestUnread(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.file("residence-certificate", "hosted")
		w.exchange()
		unread := func() (n int) {
			t.Helper()
			rows, _, err := w.office.Queue(t.Context(), amina, casework.Filter{Open: true, Limit: 10})
			w.must(err)
			found, err := w.office.Search(t.Context(), amina, casework.ByNumber, "AB123456")
			w.must(err)
			for i, r := range append(rows, found...) {
				if r.Unread {
					n++
				}
				if r.Unread && r.Reference != got.Reference {
					t.Errorf("row %d, %s, has no answer", i, r.Reference)
				}
			}
			return n
		}
		w.open(got.Reference)
		w.must(w.office.Ask(t.Context(), amina, got.Reference, casework.Request{ID: "request-a", Kind: casework.ActInformation, Text: "?"}))
		w.exchange()
		if n := unread(); n != 0 {
			t.Errorf("%d unread answers before there is one", n)
		}
		w.pass(casework.OpeningLasts + 1)
		w.answer(got, "")
		w.exchange()
		if n := unread(); n != 2 {
			t.Errorf("queue and search show %d unread answers, want one each", n)
		}
		w.open(got.Reference)
		if n := unread(); n != 0 {
			t.Errorf("%d unread answers after it was opened", n)
		}
	})
}

// TestNoteTwice sends a note again, and another under its id.
func TestNoteTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.file("residence-certificate", "bill")
		w.exchange()
		w.open(got.Reference)
		for range 2 {
			w.must(w.office.AddNote(t.Context(), amina, got.Reference, "note-one", "Appelé le gardien."))
		}
		if err := w.office.AddNote(t.Context(), amina, got.Reference, "note-one", "Autre chose."); errs.KindOf(err) != errs.Conflict {
			t.Errorf("another note under the same id: %v, want a conflict", err)
		}
		op, err := w.office.Reread(t.Context(), amina, got.Reference)
		w.must(err)
		if len(op.Notes) != 1 || op.Notes[0].Text != "Appelé le gardien." {
			t.Errorf("notes = %v", op.Notes)
		}
	})
}
