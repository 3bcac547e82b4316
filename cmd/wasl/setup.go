package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"wasl/internal/crypt/sign"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/authority"
	"wasl/verify"
)

// certified is how long the demo's keys and those of `wasl keys init` are
// certified for.
const certified = 2 * 365 * 24 * time.Hour

// keyFiles is where an installation's keys rest, below one folder.
type keyFiles struct{ dir string }

func (k keyFiles) root() string     { return filepath.Join(k.dir, "root", "root.key") }
func (k keyFiles) receipt() string  { return filepath.Join(k.dir, "public", "receipt.key") }
func (k keyFiles) document() string { return filepath.Join(k.dir, "office", "document.key") }
func (k keyFiles) ledger() string   { return filepath.Join(k.dir, "office", "ledger.key") }
func (k keyFiles) units() string    { return filepath.Join(k.dir, "office", "units.key") }
func (k keyFiles) trust() string    { return filepath.Join(k.dir, "trust.json") }

// own takes a folder for this process until the file it gives is closed: two
// demos on one folder would fight over its stores.
func own(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is in use by another demo", dir), f.Close())
	}
	return f, nil
}

const lockName = "lock"

// prepareDemo makes the demo's folder when it is not whole yet, and gives the
// root's public key in base64. The trust file is written last: a folder that
// has one is whole. A folder that holds anything else is refused.
func prepareDemo(ctx context.Context, dir string) (string, error) {
	k := keyFiles{dir}
	if _, err := os.Stat(k.trust()); err == nil {
		root, err := sign.LoadRoot(k.root())
		if err != nil {
			return "", err
		}
		return base64.StdEncoding.EncodeToString(root.Public()), os.MkdirAll(filepath.Join(dir, "tmp"), 0o700)
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	for _, e := range entries {
		switch e.Name() {
		case "root", "public", "office", "tmp", lockName:
		default:
			return "", fmt.Errorf("it holds %s, which is not the demo's", e.Name())
		}
	}
	for _, name := range []string{"root", "public", "office", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return "", err
		}
	}
	book, err := authority.Load(exampleContent)
	if err != nil {
		return "", err
	}
	return makeKeys(k, book, "wasl demo (example)")
}

// makeKeys draws every key of an installation, certifies them under a new
// root and writes the trust file. It gives the root's public key in base64.
func makeKeys(k keyFiles, book *authority.Book, name string) (string, error) {
	root, err := sign.NewRoot(name)
	if err != nil {
		return "", err
	}
	if err := root.Save(k.root()); err != nil {
		return "", err
	}
	from := verify.Time{Time: time.Now().Add(-time.Minute).Truncate(time.Second)}
	until := verify.Time{Time: from.Add(certified)}
	var certs []verify.Certificate
	for _, one := range []struct{ role, file string }{
		{verify.RoleReceipt, k.receipt()}, {verify.RoleDocument, k.document()}, {verify.RoleLedger, k.ledger()},
	} {
		s, err := root.NewSigner(verify.Certificate{Role: one.role, NotBefore: from, NotAfter: until})
		if err != nil {
			return "", err
		}
		if err := s.Save(one.file); err != nil {
			return "", err
		}
		certs = append(certs, s.Certificate())
	}
	sealed, err := makeReaders(k.units(), root, book, from, until)
	if err != nil {
		return "", err
	}
	trust, err := root.Trust(time.Now(), append(certs, sealed...), nil)
	if err != nil {
		return "", err
	}
	if err := k.writeTrust(trust); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(root.Public()), nil
}

// writeTrust writes the trust file at once or not at all: a folder that has
// one counts as whole.
func (k keyFiles) writeTrust(trust []byte) error {
	half := filepath.Join(filepath.Dir(k.root()), "trust.half")
	f, err := os.OpenFile(half, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(trust); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(half, k.trust())
}

// makeReaders draws the keys of the worker's intake and of every unit, and
// certifies their public halves.
func makeReaders(file string, root *sign.Root, book *authority.Book, from, until verify.Time) ([]verify.Certificate, error) {
	wanted := []verify.Certificate{{Role: verify.RoleIntake}}
	for _, a := range book.Authorities() {
		for _, u := range a.Units {
			wanted = append(wanted, verify.Certificate{Role: verify.RoleUnit, Authority: a.ID, Unit: u.ID})
		}
	}
	ring := unseal.NewKeyring()
	var certs []verify.Certificate
	for _, c := range wanted {
		reader := unseal.ReaderIntake
		if c.Role == verify.RoleUnit {
			reader = c.Authority + "/" + c.Unit
		}
		if err := ring.Generate(reader); err != nil {
			return nil, err
		}
		c.PublicKey, c.NotBefore, c.NotAfter = ring.Public(reader), from, until
		cert, err := root.Certify(c)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
	}
	return certs, ring.Save(file)
}
