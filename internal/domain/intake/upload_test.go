package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"wasl/internal/base/errs"
)

func TestCleanName(t *testing.T) {
	tests := []struct{ in, want string }{
		{`C:\photos\bill.pdf`, "bill.pdf"},
		{"../../etc/passwd", "passwd"},
		{"فاتورة الماء.jpg", "فاتورة الماء.jpg"},
		{"gpj.\u202efdp.exe", "gpj.fdp.exe"},
		{"\x00\n", "file"},
		{"", "file"},
	}
	for _, tt := range tests {
		if got := cleanName(tt.in); got != tt.want {
			t.Errorf("cleanName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

var pdf = []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")

func reader(b []byte) io.Reader { return bytes.NewReader(b) }

// elf is the beginning of a program.
var elf = append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 200)...)

var uploads = []struct {
	name, question string
	data           func() io.Reader
	want           string // key, "" = taken
}{
	{"bill.pdf", "proof_file", func() io.Reader { return reader(pdf) }, ""},
	{"program.pdf", "proof_file", func() io.Reader { return reader(elf) }, "file.type"},
	{"page.pdf", "proof_file", func() io.Reader { return reader([]byte("<html><script>1</script></html>")) }, "file.type"},
	{"script.jpg", "proof_file", func() io.Reader { return reader([]byte("#!/bin/sh\necho\n")) }, "file.type"},
	{"archive.pdf", "proof_file", func() io.Reader { return reader([]byte("PK\x03\x04\x14\x00")) }, "file.type"},
	{"empty.pdf", "proof_file", func() io.Reader { return reader(nil) }, "file.empty"},
	{"big.pdf", "proof_file", func() io.Reader { return io.MultiReader(reader(pdf), zeros(MaxFile)) }, "file.size"},
	{"big.jpg", "proof_file", func() io.Reader { return io.MultiReader(reader(hugeTale), zeros(MaxFile-1000)) }, "file.size"},
	{"cut.pdf", "proof_file", func() io.Reader { return io.MultiReader(reader(pdf), zeros(9000), broken{}) }, "file.cut"},
	{"bill.pdf", "cnie", func() io.Reader { return reader(pdf) }, "file.question"},
	{"bill.pdf", "nothing", func() io.Reader { return reader(pdf) }, "file.question"},
}

func TestAddFile(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		dr, cookie, err := d.Begin(ctx, nil, residence)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range uploads {
			_, err := d.AddFile(ctx, dr, tt.question, tt.name, tt.data())
			var e *errs.Error
			switch errors.As(err, &e); {
			case tt.want == "" && err != nil:
				t.Errorf("%s: %v", tt.name, err)
			case tt.want != "" && (e == nil || e.Key != tt.want || e.Kind != errs.Invalid):
				t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
			}
		}
		other := func(n byte) io.Reader { return reader(append(bytes.Clone(pdf), '%', n)) }
		first := dr.Files[0]
		if f, err := d.AddFile(ctx, dr, "proof_file", "bill.pdf", reader(pdf)); err != nil || f != first {
			t.Errorf("the same file again, with room: %+v, %v; want %+v", f, err, first)
		}
		if _, err := d.AddFile(ctx, dr, "proof_file", "two.pdf", other('2')); err != nil {
			t.Fatal(err)
		}
		if f, err := d.AddFile(ctx, dr, "proof_file", "bill.pdf", reader(pdf)); err != nil || f != first {
			t.Errorf("the same file again, without room: %+v, %v; want %+v", f, err, first)
		}
		var e *errs.Error
		if _, err := d.AddFile(ctx, dr, "proof_file", "three.pdf", other('3')); !errors.As(err, &e) || e.Key != "file.count" {
			t.Errorf("a file too many: %v", err)
		}
		again := draftOf(t, d, cookie, "")
		if len(again.Files) != 2 || again.Files[0].Name != "bill.pdf" || again.Files[0].Size != int64(len(pdf)) {
			t.Fatalf("kept %+v", again.Files)
		}
		if n := count(t, d, "loose_blob"); n != 2 || len(blobsOf(t, d)) != 2 {
			t.Errorf("%d noted and %d stored blobs, want 2", n, len(blobsOf(t, d)))
		}
		_, rc, err := d.OpenFile(ctx, again, again.Files[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(rc)
		if rc.Close(); err != nil || !bytes.Equal(got, pdf) {
			t.Errorf("reread %d bytes, %v", len(got), err)
		}
		for _, f := range again.Files {
			if err := d.RemoveFile(ctx, again, f.ID); err != nil {
				t.Fatal(err)
			}
		}
		if left := draftOf(t, d, cookie, "").Files; len(left) != 0 || len(blobsOf(t, d)) != 0 || count(t, d, "loose_blob") != 0 {
			t.Errorf("after removing, %d files and %d blobs are left", len(left), len(blobsOf(t, d)))
		}
	})
}

func TestRoomForFortyFiles(t *testing.T) {
	rule := fileRule{question: "q", most: 40}
	files := make([]draftFile, 40)
	for i := range files {
		files[i].Question = "q"
	}
	if err := rule.room(files[:39]); err != nil {
		t.Errorf("the fortieth: %v", err)
	}
	if err := rule.room(files); errs.KindOf(err) != errs.Invalid {
		t.Errorf("the forty-first: %v", err)
	}
}

// hugeTale is the start of a photo that is too large with its metadata, and
// would not be without.
var hugeTale = append([]byte("\xff\xd8\xff\xe1\xff\xff"), make([]byte, 65533)...)

func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
