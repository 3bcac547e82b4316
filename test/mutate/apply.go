package main

import (
	"slices"
	"strings"
)

// apply makes the edits of one file: wrappers go around whatever stands inside,
// the innermost closest to it.
func apply(src []byte, edits []edit) []byte {
	type piece struct {
		at, rank, size int
		text           string
	}
	var pieces []piece
	skip := map[int]int{}
	for _, e := range edits {
		size := e.end - e.start
		if e.whole != "" {
			skip[e.start] = e.end
			pieces = append(pieces, piece{e.start, 2, 0, e.whole})
			continue
		}
		if e.before != "" {
			pieces = append(pieces, piece{e.start, 1, -size, e.before}) // the widest opens first
		}
		if e.after != "" {
			pieces = append(pieces, piece{e.end, 0, size, e.after}) // the narrowest closes first
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		if a.at != b.at {
			return a.at - b.at
		}
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return a.size - b.size
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
