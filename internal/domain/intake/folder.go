package intake

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"wasl/verify"
)

// FilesBody packs a folder's files as a publication's body; paths are kept.
func FilesBody(fsys fs.FS, roots ...string) ([]byte, error) {
	files := map[string]any{}
	for _, root := range roots {
		err := fs.WalkDir(fsys, root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := fs.ReadFile(fsys, path)
			files[path] = string(data)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", root, err)
		}
	}
	return verify.Canonical(files)
}

// folder is what FilesBody packed, path → text, as a file system of one level
// of folders: ReadFile, and ReadDir for fs.Glob.
type folder map[string]string

func unpackFiles(body []byte) (folder, error) {
	var files folder
	if err := json.Unmarshal(body, &files); err != nil {
		return nil, fmt.Errorf("unpacking a folder: %w", err)
	}
	for name := range files {
		if !fs.ValidPath(name) {
			return nil, fmt.Errorf("unpacking a folder: bad path %q", name)
		}
	}
	return files, nil
}

// Open opens a file.
func (f folder) Open(name string) (fs.File, error) {
	text, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &packed{Reader: strings.NewReader(text), name: path.Base(name), size: int64(len(text))}, nil
}

// ReadDir lists the files of a folder by name.
func (f folder) ReadDir(dir string) ([]fs.DirEntry, error) {
	var found []fs.DirEntry
	for name, text := range f {
		if path.Dir(name) == dir {
			found = append(found, fs.FileInfoToDirEntry(&packed{name: path.Base(name), size: int64(len(text))}))
		}
	}
	slices.SortFunc(found, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return found, nil
}

// packed is one file, open.
type packed struct {
	io.Reader
	name string
	size int64
}

func (p *packed) Stat() (fs.FileInfo, error) { return p, nil }
func (p *packed) Close() error               { return nil }
func (p *packed) Name() string               { return p.name }
func (p *packed) Size() int64                { return p.size }
func (p *packed) Mode() fs.FileMode          { return 0o444 }
func (p *packed) ModTime() time.Time         { return time.Time{} }
func (p *packed) IsDir() bool                { return false }
func (p *packed) Sys() any                   { return nil }
