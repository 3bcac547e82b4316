package main

import (
	"cmp"
	"slices"
	"strings"
)

// apply makes the edits of one file: wrappers go around whatever stands inside,
// the innermost closest to it; of two around the same text, the one told first
// is the outer.
func apply(src []byte, edits []edit) []byte {
	type piece struct {
		at, rank, size, nth int
		text                string
	}
	var pieces []piece
	skip := map[int]int{}
	for i, e := range edits {
		size := e.end - e.start
		if e.whole != "" {
			skip[e.start] = e.end
			pieces = append(pieces, piece{e.start, 2, 0, i, e.whole})
			continue
		}
		if e.before != "" {
			pieces = append(pieces, piece{e.start, 1, -size, i, e.before}) // the widest opens first
		}
		if e.after != "" {
			pieces = append(pieces, piece{e.end, 0, size, -i, e.after}) // the narrowest closes first
		}
	}
	slices.SortFunc(pieces, func(a, b piece) int {
		return cmp.Or(a.at-b.at, a.rank-b.rank, a.size-b.size, a.nth-b.nth)
	})
	var b strings.Builder
	pos := 0
	for _, p := range pieces {
		b.Write(src[pos:max(pos, p.at)])
		pos = max(pos, p.at)
		b.WriteString(p.text)
		if end, ok := skip[p.at]; ok && p.rank == 2 {
			pos = end
		}
	}
	b.Write(src[pos:])
	return []byte(b.String())
}
