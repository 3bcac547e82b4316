package service

import "wasl/internal/domain/clock"

func lintLaw(b *Bundle, caps map[string]clock.CapRule) []Finding { return nil }
