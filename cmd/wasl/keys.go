package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"

	"wasl/internal/domain/authority"
	"wasl/verify"
)

// keys is `wasl keys …`.
type keys struct {
	Init keysInit `cmd:"" help:"Draw every key of an installation, under a new root."`
	List keysList `cmd:"" help:"List the certificates of a trust file."`
}

// keysInit draws an installation's keys. The root's file must then go offline.
type keysInit struct {
	Data string `required:"" type:"existingdir" help:"Folder with authorities/ and territory/."`
	Dir  string `required:"" help:"New folder for the keys: root/, public/, office/ and trust.json."`
	Name string `required:"" help:"Name of the installation, as it stands in its certificates."`
}

func (c keysInit) Run() error {
	book, err := authority.Load(os.DirFS(c.Data))
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Dir); err == nil {
		return fmt.Errorf("%s exists: keys are never written over", c.Dir)
	}
	for _, name := range []string{"root", "public", "office"} {
		if err := os.MkdirAll(filepath.Join(c.Dir, name), 0o700); err != nil {
			return err
		}
	}
	root, err := makeKeys(keyFiles{c.Dir}, book, c.Name)
	if err != nil {
		return err
	}
	fmt.Printf("root %s\nKeep %s offline: it certifies every other key. Pin the root above in both configuration files.\n", root, filepath.Join(c.Dir, "root"))
	return nil
}

// keysList is `wasl keys list TRUST`.
type keysList struct {
	Trust string `arg:"" type:"existingfile" help:"Trust file."`
}

func (c keysList) Run() error {
	raw, err := os.ReadFile(c.Trust)
	if err != nil {
		return err
	}
	trust, err := verify.ParseTrust(raw, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, "wasl:", err)
		return errWrong
	}
	fmt.Printf("root %s\n", base64.StdEncoding.EncodeToString(trust.Root))
	for _, cert := range trust.Certificates {
		fmt.Printf("%s %s %s/%s until %s\n", cert.KeyID, cert.Role, cert.Authority, cert.Unit, cert.NotAfter.Format("2006-01-02"))
	}
	return nil
}
