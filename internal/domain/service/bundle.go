package service

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"wasl/verify"
)

// Bundle is the files of one service version: its folder and the blocks it
// uses, as path → text. It is what is published, hashed and handed on.
type Bundle struct {
	ID    string
	files map[string]string
}

// List returns the ids of the services below fsys, sorted.
func List(fsys fs.FS) []string {
	found, _ := fs.Glob(fsys, "services/*/service.yaml") // the pattern is well formed
	ids := make([]string, 0, len(found))
	for _, f := range found {
		ids = append(ids, path.Base(path.Dir(f)))
	}
	slices.Sort(ids)
	return ids
}

// ReadBundle reads services/<id> and the blocks it uses from fsys. The bundle
// is nil when a file cannot be read; otherwise Compile judges it.
func ReadBundle(fsys fs.FS, id string) (*Bundle, []Finding) {
	b := &Bundle{ID: id, files: map[string]string{}}
	f := newFindings(b.path("service.yaml"))
	if !fs.ValidPath(b.path("")) {
		f.add(ruleFile, 1, "no_folder", "id", id)
		return nil, *f.list
	}
	b.readFolder(fsys, "services/"+id, f)
	if _, ok := b.files[b.path("service.yaml")]; !ok {
		f.add(ruleFile, 1, "none")
		return nil, *f.list
	}
	for _, block := range b.uses() {
		if _, err := fs.Stat(fsys, "blocks/"+block+"/block.yaml"); err == nil {
			b.readFolder(fsys, "blocks/"+block, f)
		}
	}
	if HasErrors(*f.list) {
		return nil, *f.list
	}
	return b, nil
}

func (b *Bundle) readFolder(fsys fs.FS, folder string, f *findings) {
	err := fs.WalkDir(fsys, folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if len(data) > maxYAML || !utf8.Valid(data) {
			f.in(name).add(ruleFile, 1, "unreadable")
			return nil
		}
		b.files[name] = string(data)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.add(ruleFile, 1, "folder", "detail", err)
	}
}

// uses lists the blocks that service.yaml names, without their versions.
func (b *Bundle) uses() []string {
	var found []string
	form := parseYAML(b.files[b.path("service.yaml")], newFindings("")).get("form")
	if form == nil {
		return nil
	}
	for _, page := range form.items {
		ask := page.get("ask")
		if ask == nil {
			continue
		}
		for _, q := range ask.items {
			if use := q.get("use"); use != nil {
				name, _, _ := strings.Cut(use.text, "@")
				if fs.ValidPath("blocks/"+name) && !slices.Contains(found, name) {
					found = append(found, name)
				}
			}
		}
	}
	return found
}

func (b *Bundle) path(name string) string {
	return strings.TrimSuffix("services/"+b.ID+"/"+name, "/")
}

// File returns the text of a file of the bundle by its path, such as
// "services/<id>/examples/<example>.yaml", and whether there is one.
func (b *Bundle) File(name string) (string, bool) {
	text, ok := b.files[name]
	return text, ok
}

// Files lists the paths of the bundle's files, sorted.
func (b *Bundle) Files() []string { return slices.Sorted(maps.Keys(b.files)) }

// Marshal returns the bundle's canonical bytes: a JSON object of path and
// text. They are what Hash hashes.
func (b *Bundle) Marshal() ([]byte, error) {
	all := make(map[string]any, len(b.files))
	for name, text := range b.files {
		all[name] = text
	}
	return verify.Canonical(all)
}

// Hash returns the hex SHA-256 of Marshal: the name of this version for ever.
func (b *Bundle) Hash() string {
	raw, err := b.Marshal()
	if err != nil {
		return "" // unreachable: ReadBundle and UnmarshalBundle take only UTF-8 texts
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// UnmarshalBundle reads what Marshal wrote; the service is the one folder
// below services/.
func UnmarshalBundle(raw []byte) (*Bundle, error) {
	b := &Bundle{}
	if err := json.Unmarshal(raw, &b.files); err != nil {
		return nil, fmt.Errorf("reading a service bundle: %w", err)
	}
	for name, text := range b.files {
		if !fs.ValidPath(name) || len(text) > maxYAML || !utf8.ValidString(text) {
			return nil, fmt.Errorf("reading a service bundle: bad file %q", name)
		}
		parts := strings.Split(name, "/")
		switch {
		case parts[0] == "blocks" && len(parts) > 2:
		case parts[0] == "services" && len(parts) > 2 && (b.ID == "" || b.ID == parts[1]):
			b.ID = parts[1]
		default:
			return nil, fmt.Errorf("reading a service bundle: %q lies outside the service", name)
		}
	}
	if b.ID == "" {
		return nil, errors.New("reading a service bundle: it has no service")
	}
	return b, nil
}
