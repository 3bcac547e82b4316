package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wasl/verify"
)

// verifyC is `wasl verify [--trust FILE] FILE`: 0 and a plain sentence when
// the file stands, 1 and what is wrong otherwise. It asks nobody.
type verifyC struct {
	Trust         string `type:"existingfile" help:"Trust file of the administration, as its portal publishes it at /.well-known/wasl-trust.json."`
	RequireLedger bool   `help:"Refuse a receipt that carries no proof of the ledger yet."`
	File          string `arg:"" type:"existingfile" help:"Receipt, issued document (PDF or its facts), or the text of a document's QR."`
	Other         string `arg:"" optional:"" type:"existingfile" help:"A second receipt: did both see the same ledger?"`
}

// mostVerified bounds a file to verify, in bytes.
const mostVerified = 64 << 20

func (c verifyC) Run() error {
	trust, err := c.trust()
	if err != nil {
		return err
	}
	raw, err := readVerified(c.File)
	if err != nil {
		return err
	}
	report := verify.File(raw, trust, time.Now(), verify.Options{RequireLedger: c.RequireLedger})
	if c.Other != "" {
		other, err := readVerified(c.Other)
		if err != nil {
			return err
		}
		report = verify.Compare(raw, other, trust, time.Now())
	}
	fmt.Println(report.Sentence)
	if report.Valid && report.QR != nil { // its sentence says to compare them
		for _, f := range report.QR.Facts {
			fmt.Printf("  %s: %s\n", f.Label, f.Value)
		}
	}
	for _, n := range report.Notes {
		fmt.Println(n.Sentence)
	}
	if !report.Valid {
		return errWrong
	}
	return nil
}

func readVerified(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, mostVerified+1))
	if err == nil && len(raw) > mostVerified {
		err = fmt.Errorf("%s is larger than any file of ours", file)
	}
	return raw, err
}

// trust reads the trust file named, or the one kept for this user.
func (c verifyC) trust() (*verify.Trust, error) {
	file := c.Trust
	if file == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		file = filepath.Join(home, ".config", "wasl", "trust.json")
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no trust file: get one from the administration's portal at /.well-known/wasl-trust.json, keep it as %s or name it with --trust", file)
	}
	if err != nil {
		return nil, err
	}
	trust, err := verify.ParseTrust(raw, nil)
	if err != nil {
		return nil, fmt.Errorf("the trust file: %w", err)
	}
	return trust, nil
}
