package service

import "wasl/internal/domain/authority"

func (d *Definition) lint(book *authority.Book) []Finding { return nil }
