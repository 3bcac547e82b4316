package intake

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"wasl/internal/base/errs"
	"wasl/internal/domain/service"
)

// variant is a PDF of its own.
func variant(n byte) []byte { return append(bytes.Clone(pdf), '%', n) }

// pageOf posts a page's files as a new request of the same browser would.
func pageOf(t *testing.T, d *Desk, cookie string, files map[string][]byte) error {
	t.Helper()
	dr := draftOf(t, d, cookie, "")
	for name, data := range files {
		if _, err := d.AddFile(context.Background(), dr, "proof_file", name, reader(data)); err != nil {
			return err
		}
	}
	return nil
}

// TestPageWithFilesAgain posts the same page again and again, at once too.
func TestPageWithFilesAgain(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		dr, cookie, err := d.Begin(t.Context(), nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SavePage(t.Context(), dr, "proof", service.Typed{"proof": {"bill"}}); err != nil {
			t.Fatal(err)
		}
		page := map[string][]byte{"a.pdf": pdf, "b.pdf": variant('b')}
		for range 3 {
			if err := pageOf(t, d, cookie, page); err != nil {
				t.Errorf("the page again: %v", err)
			}
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := pageOf(t, d, cookie, page); err != nil {
					t.Errorf("the page at once: %v", err)
				}
			})
		}
		wg.Wait()
		if n := len(draftOf(t, d, cookie, "").Files); n != 2 || len(blobsOf(t, d)) != 2 || count(t, d, "loose_blob") != 2 {
			t.Errorf("%d files, %d blobs, %d noted; want 2 of each", n, len(blobsOf(t, d)), count(t, d, "loose_blob"))
		}
		tests := []struct {
			name string
			data []byte
		}{{"c.pdf", variant('c')}, {"c.pdf", pdf}, {"a.pdf", variant('b')}}
		for _, tt := range tests {
			var e *errs.Error
			err := pageOf(t, d, cookie, map[string][]byte{tt.name: tt.data})
			if !errors.As(err, &e) || e.Key != "file.count" {
				t.Errorf("another file, %s: %v; want file.count", tt.name, err)
			}
		}
		if len(blobsOf(t, d)) != 2 || count(t, d, "loose_blob") != 2 {
			t.Error("bytes of a refused file were kept")
		}
	})
}

// TestMarksTellNothing compares the marks of one file in two drafts.
func TestMarksTellNothing(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		seen := map[string]bool{}
		for range 2 {
			dr, cookie, err := d.Begin(t.Context(), nil, residence)
			if err != nil {
				t.Fatal(err)
			}
			if err := pageOf(t, d, cookie, map[string][]byte{"a.pdf": pdf}); err != nil {
				t.Fatal(err)
			}
			if err := d.reload(t.Context(), dr); err != nil {
				t.Fatal(err)
			}
			seen[string(dr.body.Files[0].Mark)] = true
		}
		if len(seen) != 2 {
			t.Error("the same file has the same mark in two drafts")
		}
	})
}

// TestUndo refuses a page whole after some of its files had come.
func TestUndo(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		dr, cookie, err := d.Begin(t.Context(), nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := d.AddFile(t.Context(), dr, "proof_file", "a.pdf", reader(pdf))
		if err != nil {
			t.Fatal(err)
		}
		add := func(dr *Draft, name string, data []byte) {
			t.Helper()
			if _, err := d.AddFile(t.Context(), dr, "proof_file", name, reader(data)); err != nil {
				t.Fatal(err)
			}
		}
		refused := draftOf(t, d, cookie, "")
		add(refused, "a.pdf", pdf)
		add(refused, "b.pdf", variant('b'))
		if err := d.Undo(t.Context(), refused); err != nil {
			t.Fatal(err)
		}
		left := draftOf(t, d, cookie, "").Files
		if len(left) != 1 || left[0] != kept || len(blobsOf(t, d)) != 1 {
			t.Errorf("after undoing, %+v and %d blobs are left, want %+v", left, len(blobsOf(t, d)), kept)
		}
		slow, quick := draftOf(t, d, cookie, ""), draftOf(t, d, cookie, "")
		add(slow, "b.pdf", variant('b'))
		add(quick, "b.pdf", variant('b')) // the retry, which is told that the file is kept
		if err := d.Undo(t.Context(), slow); err != nil {
			t.Fatal(err)
		}
		if left := draftOf(t, d, cookie, "").Files; len(left) != 2 || len(blobsOf(t, d)) != 2 {
			t.Errorf("undoing the first try took the retry's file: %+v", left)
		}
	})
}

// TestRowsAgain posts a page of rows with its buttons again and again.
func TestRowsAgain(t *testing.T) {
	const id = "budget"
	eachDesk(t, func(t *testing.T, d *Desk) {
		dr, _, err := d.Begin(t.Context(), nil, "forsa-call")
		if err != nil {
			t.Fatal(err)
		}
		rows := func() service.Typed {
			return service.Typed{id + ".0.item": {"oven"}, id + ".1.item": {"table"}}
		}
		post := func(typed service.Typed) int {
			t.Helper()
			if err := d.SavePage(t.Context(), dr, "budget", typed); err != nil {
				t.Fatal(err)
			}
			return dr.Service.Question(id).Count(dr.Typed)
		}
		for range 3 {
			if n := post(service.AddRow(rows(), id)); n != 3 {
				t.Errorf("_add again: %d rows, want 3", n)
			}
		}
		for range 3 {
			n := post(service.RemoveRow(rows(), id, 0))
			if got := dr.Typed[id+".0.item"]; n != 1 || len(got) != 1 || got[0] != "table" {
				t.Errorf("_remove again: %d rows, the first %q; want the table alone", n, got)
			}
		}
		typed := rows()
		for range 1000 {
			typed = service.AddRow(typed, id)
		}
		if n := post(typed); n > dr.Service.Question(id).RowsMax+1 {
			t.Errorf("%d rows", n)
		}
	})
}

// TestAnswerFileAgain sends the page of an answer again.
func TestAnswerFileAgain(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, _ := filedCase(t, d, "later")
		open := func() *Case {
			t.Helper()
			c, err := d.CaseByCode(t.Context(), c.Reference, c.Code)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		for range 3 {
			c := open()
			for _, question := range []string{"proof_file", ""} {
				if _, err := d.AddAnswerFile(t.Context(), c, question, "a.pdf", reader(pdf)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if c := open(); len(c.Pending) != 2 || len(blobsOf(t, d)) != 2 {
			t.Errorf("kept %+v and %d blobs; want one file for the piece and one beside", c.Pending, len(blobsOf(t, d)))
		}
	})
}
