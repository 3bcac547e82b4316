package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"wasl/internal/base/db"
	"wasl/internal/base/i18n"
	"wasl/internal/domain/service"
)

// planted are words that only applicants type; one word, so that every
// encoding is searched on its own.
var planted = []string{"Qanaryzed", "كنارية", "ZX918273", "0655443322", "qanary-bill"}

// encodings are the ways a word may lie on a disk.
func encodings(word string) map[string][]byte {
	le, be := []byte{}, []byte{}
	for _, u := range utf16.Encode([]rune(word)) {
		le = binary.LittleEndian.AppendUint16(le, u)
		be = binary.BigEndian.AppendUint16(be, u)
	}
	escaped := ""
	for _, u := range utf16.Encode([]rune(word)) {
		escaped += fmt.Sprintf(`\u%04x`, u)
	}
	out := map[string][]byte{
		"raw": []byte(word), "UTF-16LE": le, "UTF-16BE": be, "percent": []byte(url.QueryEscape(word)),
		"JSON": []byte(escaped), "hex": []byte(hex.EncodeToString([]byte(word))),
	}
	for shift := range 3 { // base64 at each alignment, without the characters its neighbours change
		b := base64.StdEncoding.EncodeToString(append(make([]byte, shift), word...))
		from, to := (shift*8+5)/6, (shift+len(word))*8/6
		out[fmt.Sprint("base64+", shift)] = []byte(b[from:to])
		out[fmt.Sprint("base64url+", shift)] = []byte(strings.NewReplacer("+", "-", "/", "_").Replace(b[from:to]))
	}
	return out
}

// found lists which planted words lie in data, and how.
func found(data []byte) []string {
	var hits []string
	lower := bytes.ToLower(data)
	for _, word := range planted {
		for how, pattern := range encodings(word) {
			if bytes.Contains(data, pattern) || strings.HasPrefix(how, "base64") == false && bytes.Contains(lower, bytes.ToLower(pattern)) {
				hits = append(hits, word+" as "+how)
			}
		}
	}
	slices.Sort(hits)
	return hits
}

// onDisk is everything a thief of the store has: rows, blobs and, on SQLite,
// the files themselves.
func onDisk(t *testing.T, d *Desk) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, table := range []string{"publication", "visit", "visit_code", "draft", "loose_blob", "submission", "idempotency", "fact", "message", "inclusion", "ledger_file"} {
		err := d.db.View(context.Background(), func(tx *db.Tx) error {
			rows, err := tx.Query(`SELECT * FROM ` + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			for err == nil && rows.Next() {
				cells := make([]any, len(columns))
				for i := range cells {
					cells[i] = new(any)
				}
				err = rows.Scan(cells...)
				for _, c := range cells {
					fmt.Fprintf(&all, "%s\n", *c.(*any))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range placesOf(d) {
		err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(name)
			all.Write(data)
			all.WriteString(name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.Bytes()
}

func TestNoPlantedWordOnDisk(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		dr, cookie := filled(t, d, "lease")
		plant := func(dr *Draft) {
			t.Helper()
			for page, typed := range map[string]service.Typed{
				"you":   {"cnie": {planted[2]}, "name.given_ar": {planted[1]}, "name.family_ar": {planted[1]}, "name.given_latin": {planted[0]}, "name.family_latin": {planted[0]}, "born.day": {"1"}, "born.month": {"1"}, "born.year": {"1990"}},
				"reach": {"phone": {planted[3]}},
				"home":  {"home.place": {planted[0]}, "home.landmark": {planted[1]}, "since.day": {"1"}, "since.month": {"1"}, "since.year": {"2020"}},
			} {
				if err := d.SavePage(ctx, dr, page, typed); err != nil {
					t.Fatal(err)
				}
			}
			if len(dr.Files) > 0 {
				if err := d.RemoveFile(ctx, dr, dr.Files[0].ID); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := d.AddFile(ctx, dr, "proof_file", planted[4]+".pdf", reader(append(slices.Clone(pdf), strings.Join(planted, " ")...))); err != nil {
				t.Fatal(err)
			}
		}
		plant(dr)
		if _, err := d.File(ctx, dr, i18n.AR); err != nil {
			t.Fatal(err)
		}
		c, err := d.Case(ctx, visitOf(t, d, cookie), dr.Filed)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(c.ReceiptFile, []byte(planted[2])) {
			t.Fatal("the receipt does not hold the planted words: this test proves nothing")
		}
		open, _, err := d.Begin(ctx, visitOf(t, d, cookie), residence)
		if err != nil {
			t.Fatal(err)
		}
		plant(open)
		in, raw := application(t, d, "bill")
		in.Answers = bytes.ReplaceAll(in.Answers, []byte("AB123456"), []byte(planted[2]))
		in.Answers = bytes.ReplaceAll(in.Answers, []byte("Salma"), []byte(planted[0]))
		if _, err := d.Accept(ctx, residence, newKey(), raw, in); err != nil {
			t.Fatal(err)
		}
		if hits := found(onDisk(t, d)); len(hits) > 0 {
			t.Errorf("on disk: %v", hits)
		}
	})
}

// The control: the same search finds every word in a store that seals nothing,
// in each encoding.
func TestPlantedWordsWouldBeFound(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		clear, err := json.Marshal(draftBody{Typed: service.Typed{"a": planted}})
		if err != nil {
			t.Fatal(err)
		}
		err = d.db.Update(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO draft (locator, service, revision, sealed, started_at, updated_at) VALUES ('x', 'y', 1, $1, 0, 0)`, clear)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		hits := found(onDisk(t, d))
		for _, word := range planted {
			if !slices.Contains(hits, word+" as raw") {
				t.Errorf("%s in clear was not found", word)
			}
		}
	})
	for _, word := range planted {
		for how, pattern := range encodings(word) {
			if hits := found(slices.Concat([]byte("before"), pattern, []byte("after"))); !slices.Contains(hits, word+" as "+how) {
				t.Errorf("%s as %s was not found", word, how)
			}
		}
		for shift := range 3 {
			whole := base64.StdEncoding.EncodeToString([]byte("abc"[:shift] + word + "xyz"))
			if hits := found([]byte(whole)); len(hits) == 0 {
				t.Errorf("%s inside a base64 text was not found", word)
			}
		}
	}
}
