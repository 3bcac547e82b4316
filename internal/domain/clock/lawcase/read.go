package lawcase

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/clock"
)

// mostFiles bounds a folder of cases.
const mostFiles = 5000

// Result is what a check of one case found. A file that cannot be read is one
// result without an id, whose differences are its mistakes.
type Result struct {
	File        string       `json:"file"`
	ID          string       `json:"id"`
	OK          bool         `json:"ok"`
	Differences []Difference `json:"differences"`
}

// Check runs every case below a folder, or of one file, and gives a result for
// each, in order of file and place.
func Check(p *clock.Profile, fsys fs.FS, name string) ([]Result, error) {
	files, err := Files(fsys, name)
	if err != nil {
		return nil, err
	}
	var all []Result
	for _, file := range files {
		cases, err := Read(fsys, file)
		var faults *Faults
		if errors.As(err, &faults) {
			all = append(all, broken(faults))
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range cases {
			found, err := cases[i].Check(p)
			if err != nil {
				found = []Difference{{Key: "weekend", Got: err.Error(), Line: cases[i].Line}}
			}
			all = append(all, Result{File: file, ID: cases[i].ID, OK: len(found) == 0, Differences: append([]Difference{}, found...)})
		}
	}
	return all, nil
}

func broken(faults *Faults) Result {
	r := Result{File: faults.File}
	for _, e := range faults.All {
		r.Differences = append(r.Differences, Difference{Key: "file", Got: e.Said, Want: "a law case", Line: e.Line})
	}
	return r
}

// Files lists the files of cases below a folder, or the one file named.
func Files(fsys fs.FS, name string) ([]string, error) {
	var files []string
	err := fs.WalkDir(fsys, name, func(at string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.Type().IsRegular() && (at == name || path.Ext(at) == ".yaml" || path.Ext(at) == ".yml") {
			files = append(files, at)
		}
		if len(files) > mostFiles {
			return fmt.Errorf("more than %d files of cases", mostFiles)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading cases: %w", err)
	}
	slices.Sort(files)
	return files, nil
}

// Read reads one file of cases. A mistake in it is *Faults.
func Read(fsys fs.FS, name string) ([]Case, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("reading cases: %w", err)
	}
	if info.Size() > MostBytes {
		return nil, &Faults{File: name, All: []*yaml.Error{yaml.Errorf(1, "longer than %d bytes", MostBytes)}}
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("reading cases: %w", err)
	}
	return Parse(name, data)
}
