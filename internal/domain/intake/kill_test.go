package intake

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/reopen"
	"wasl/internal/crypt/seal"
)

const killFolder = "WASL_TEST_KILL_FOLDER"

// TestKilled is the process that TestKillLosesNothing kills: it files without
// end and says what it was told.
func TestKilled(t *testing.T) {
	dir := os.Getenv(killFolder)
	if dir == "" {
		t.Skip("run by TestKillLosesNothing")
	}
	w := worldOf(t)
	blobs, err := blob.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	store := dbtest.Open(t, "sqlite:"+filepath.Join(dir, "store.db"), Migrations())
	d, err := Open(context.Background(), Config{DB: store, Blobs: blobs, Signer: w.receipt, Root: w.root.Public()})
	if err != nil {
		t.Fatal(err)
	}
	push(t, d, Push{Publications: w.pubs})
	in, raw := application(t, d, "bill")
	for range 4 {
		go func() {
			for {
				a, err := d.Accept(context.Background(), residence, newKey(), raw, in)
				if err != nil {
					panic(err)
				}
				fmt.Fprintf(os.Stderr, "filed %s %s\n", a.Reference, a.ResumeCode)
			}
		}()
	}
	select {}
}

func TestKillLosesNothing(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), killFolder+"="+dir)
	out, err := child.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var ref, code string
		if _, err := fmt.Sscanf(lines.Text(), "filed %s %s", &ref, &code); err == nil {
			told[ref] = code
		}
		if len(told) == 40 {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait() // it was killed
	if len(told) < 40 {
		t.Fatalf("only %d filings were told", len(told))
	}
	store := dbtest.Open(t, "sqlite:"+filepath.Join(dir, "store.db"), Migrations())
	for ref, typed := range told {
		code, err := seal.ParseCode(typed)
		if err != nil {
			t.Fatal(err)
		}
		keys := code.Derive()
		var body, receipt []byte
		err = store.View(context.Background(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT body, receipt FROM submission WHERE reference = $1 AND locator = $2`, ref, locatorHash(keys)).Scan(&body, &receipt)
		})
		if err != nil {
			t.Fatalf("an acknowledged filing is lost: %v", err)
		}
		clear, err := reopen.Open(keys.Wrap, receiptLabel, receipt)
		if err != nil || !strings.Contains(string(clear), ref) {
			t.Errorf("an acknowledged receipt is lost: %v", err)
		}
		env, err := seal.Unmarshal(body)
		if err != nil {
			t.Fatal(err)
		}
		h, err := env.ParseHeader()
		if err != nil || len(h.Files) != 1 {
			t.Fatalf("%d files, %v", len(h.Files), err)
		}
		if _, err := os.Stat(filepath.Join(dir, "blobs", BlobName(h.ID, h.Files[0].ID))); err != nil {
			t.Errorf("an acknowledged file is lost: %v", err)
		}
	}
}
