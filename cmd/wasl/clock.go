package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/lawcase"
)

// clockC is `wasl clock [--json] [--lang L] FILE`, which prints the cases of a
// file, and `wasl clock --check DIR`, which compares a folder's cases with what
// they expect: 0 when all agree, 1 when one does not, 3 when there is none.
type clockC struct {
	Check   bool   `name:"check" help:"Compare every case below PATH with what it expects."`
	JSON    bool   `name:"json" help:"Print a JSON array."`
	Lang    string `name:"lang" enum:",ar,fr,zgh,en" default:"" help:"Language of the print-out: ar, fr, zgh or en. Unless said, that of the terminal (LC_ALL, LC_MESSAGES, LANG)."`
	Profile string `name:"profile" type:"existingfile" help:"Another legal profile than law/ma.yaml as it is in this program."`
	Path    string `arg:"" type:"path" help:"File of law cases, or a folder of them."`
}

// Validate refuses a path that is not there as misuse.
func (c clockC) Validate() error {
	_, err := os.Stat(c.Path)
	return err
}

func (c clockC) Run() error {
	p, err := c.profile()
	if err != nil {
		return err
	}
	folder, name, err := split(c.Path)
	if err != nil {
		return err
	}
	if c.Check {
		return c.check(p, os.DirFS(folder), name)
	}
	return c.print(p, os.DirFS(folder), name)
}

func (c clockC) profile() (*clock.Profile, error) {
	raw, err := fs.ReadFile(exampleContent, "law/ma.yaml")
	if c.Profile != "" {
		raw, err = os.ReadFile(c.Profile)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the legal profile: %w", err)
	}
	return clock.ParseProfile(raw)
}

// split is a path as the folder to read and the name in it.
func split(path string) (folder, name string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", "", fmt.Errorf("reading cases: %w", err)
	}
	if info.IsDir() {
		return path, ".", nil
	}
	return filepath.Dir(path), filepath.Base(path), nil
}

// check prints a line for each case that is wrong, and how many there are.
func (c clockC) check(p *clock.Profile, fsys fs.FS, name string) error {
	results, err := lawcase.Check(p, fsys, name)
	if err != nil {
		return err
	}
	if len(results) == 0 {
		return fmt.Errorf("%s holds no law cases", c.Path)
	}
	wrong := 0
	for _, r := range results {
		if r.OK {
			continue
		}
		wrong++
		for _, d := range r.Differences {
			if !c.JSON {
				fmt.Printf("%s:%d: %s %s\n", r.File, d.Line, r.ID, d)
			}
		}
	}
	if c.JSON {
		if err := printJSON(results); err != nil {
			return err
		}
	} else {
		fmt.Printf("%d cases, %d wrong\n", len(results), wrong)
	}
	if wrong > 0 {
		return errWrong
	}
	return nil
}

// print writes every case of a file or folder; 1 where a file is no law case,
// or a case expects other dates.
func (c clockC) print(p *clock.Profile, fsys fs.FS, name string) error {
	files, err := lawcase.Files(fsys, name)
	if err != nil {
		return err
	}
	lang := i18n.Lang(cmp.Or(c.Lang, string(terminalLang())))
	reports, wrong := []any{}, false
	for _, file := range files {
		cases, err := lawcase.Read(fsys, file)
		var faults *lawcase.Faults
		if errors.As(err, &faults) {
			fmt.Fprintln(os.Stderr, faults)
			wrong = true
			continue
		}
		if err != nil {
			return err
		}
		for i := range cases {
			r, err := cases[i].Report(p)
			if err != nil {
				return err
			}
			if wrong = wrong || len(r.Differences) > 0; !c.JSON {
				fmt.Println(r.Print(lang))
			}
			reports = append(reports, r.JSON())
		}
	}
	if len(reports) == 0 && !wrong {
		return fmt.Errorf("%s holds no law cases", c.Path)
	}
	if c.JSON {
		if err := printJSON(reports); err != nil {
			return err
		}
	}
	if wrong {
		return errWrong
	}
	return nil
}

func printJSON(v any) error {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}
