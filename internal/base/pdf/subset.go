package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// glyphs reads the outlines of a TrueType file.
type glyphs struct {
	tables     map[string][]byte
	long       bool // loca in 32 bits
	count      int
	longHor    int // entries of hmtx with an advance
	upem       int
	bounds     [4]int
	asc, desc  int
	hmtx, glyf []byte
	loca       []byte
}

var errFont = errors.New("the font file is damaged")

// readGlyphs finds the tables of a TrueType file.
func readGlyphs(raw []byte) (*glyphs, error) {
	if len(raw) < 12 {
		return nil, errFont
	}
	g := &glyphs{tables: map[string][]byte{}}
	n := int(binary.BigEndian.Uint16(raw[4:]))
	if len(raw) < 12+16*n {
		return nil, errFont
	}
	for i := range n {
		e := raw[12+16*i:]
		offset, length := uint64(binary.BigEndian.Uint32(e[8:])), uint64(binary.BigEndian.Uint32(e[12:]))
		if offset+length > uint64(len(raw)) {
			return nil, errFont
		}
		g.tables[string(e[:4])] = raw[offset : offset+length]
	}
	head, hhea, maxp := g.tables["head"], g.tables["hhea"], g.tables["maxp"]
	if len(head) < 54 || len(hhea) < 36 || len(maxp) < 6 {
		return nil, errFont
	}
	g.upem = int(binary.BigEndian.Uint16(head[18:]))
	for i := range g.bounds {
		g.bounds[i] = int(int16(binary.BigEndian.Uint16(head[36+2*i:])))
	}
	g.long = binary.BigEndian.Uint16(head[50:]) == 1
	g.asc, g.desc = int(int16(binary.BigEndian.Uint16(hhea[4:]))), int(int16(binary.BigEndian.Uint16(hhea[6:])))
	g.longHor = int(binary.BigEndian.Uint16(hhea[34:]))
	g.count = int(binary.BigEndian.Uint16(maxp[4:]))
	g.hmtx, g.glyf, g.loca = g.tables["hmtx"], g.tables["glyf"], g.tables["loca"]
	entry := 2
	if g.long {
		entry = 4
	}
	if g.upem == 0 || g.longHor == 0 || g.longHor > g.count || len(g.hmtx) < 4*g.longHor+2*(g.count-g.longHor) || len(g.loca) < entry*(g.count+1) {
		return nil, errFont
	}
	return g, nil
}

// outline is the bytes of a glyph; nothing for a blank one.
func (g *glyphs) outline(id int) ([]byte, error) {
	if id < 0 || id >= g.count {
		return nil, errFont
	}
	var from, to int
	if g.long {
		from, to = int(binary.BigEndian.Uint32(g.loca[4*id:])), int(binary.BigEndian.Uint32(g.loca[4*id+4:]))
	} else {
		from, to = 2*int(binary.BigEndian.Uint16(g.loca[2*id:])), 2*int(binary.BigEndian.Uint16(g.loca[2*id+2:]))
	}
	if from > to || to > len(g.glyf) {
		return nil, errFont
	}
	return g.glyf[from:to], nil
}

// metric is a glyph's advance and left bearing.
func (g *glyphs) metric(id int) (advance, bearing uint16) {
	if id < g.longHor {
		return binary.BigEndian.Uint16(g.hmtx[4*id:]), binary.BigEndian.Uint16(g.hmtx[4*id+2:])
	}
	return binary.BigEndian.Uint16(g.hmtx[4*g.longHor-4:]), binary.BigEndian.Uint16(g.hmtx[4*g.longHor+2*(id-g.longHor):])
}

// Flags of a part of a composed glyph.
const (
	partWords    = 1 << 0
	partScale    = 1 << 3
	partMore     = 1 << 5
	partXYScale  = 1 << 6
	partMatrix   = 1 << 7
	composedHead = 10
)

// parts calls f with the place of each part's glyph index in a composed
// outline.
func parts(outline []byte, f func(at int)) error {
	if len(outline) < composedHead || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	for at := composedHead; ; {
		if at+4 > len(outline) {
			return errFont
		}
		flags := binary.BigEndian.Uint16(outline[at:])
		f(at + 2)
		at += 6
		if flags&partWords != 0 {
			at += 2
		}
		switch {
		case flags&partScale != 0:
			at += 2
		case flags&partXYScale != 0:
			at += 4
		case flags&partMatrix != 0:
			at += 8
		}
		if flags&partMore == 0 {
			return nil
		}
	}
}

// subset writes a font file of these glyphs and what they are composed of, in
// this order, the box of a missing letter first. It returns the file and each
// old index's new one.
func (g *glyphs) subset(used []int) ([]byte, map[int]int, error) {
	order, index := []int{0}, map[int]int{0: 0}
	keep := func(id int) {
		if _, ok := index[id]; !ok {
			index[id] = len(order)
			order = append(order, id)
		}
	}
	for _, id := range used {
		keep(id)
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(order); i++ { // grows while composed glyphs name their parts
		outline, err := g.outline(order[i])
		if err != nil {
			return nil, nil, fmt.Errorf("glyph %d: %w", order[i], err)
		}
		outline = append([]byte(nil), outline...)
		if err := parts(outline, func(at int) {
			id := int(binary.BigEndian.Uint16(outline[at:]))
			keep(id)
			binary.BigEndian.PutUint16(outline[at:], uint16(index[id]))
		}); err != nil {
			return nil, nil, err
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, outline...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		advance, bearing := g.metric(order[i])
		hmtx = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(hmtx, advance), bearing)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	return g.assemble(len(order), glyf, loca, hmtx), index, nil
}

// assemble writes the tables a PDF reader needs.
func (g *glyphs) assemble(count int, glyf, loca, hmtx []byte) []byte {
	head := append([]byte(nil), g.tables["head"]...)
	binary.BigEndian.PutUint32(head[8:], 0) // checksum of the whole file: no reader of PDF asks for it
	binary.BigEndian.PutUint16(head[50:], 1)
	hhea := append([]byte(nil), g.tables["hhea"]...)
	binary.BigEndian.PutUint16(hhea[34:], uint16(count))
	maxp := append([]byte(nil), g.tables["maxp"]...)
	binary.BigEndian.PutUint16(maxp[4:], uint16(count))
	tables := []struct {
		tag  string
		body []byte
	}{{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}}
	out := []byte{0, 1, 0, 0, 0, byte(len(tables)), 0, 64, 0, 2, 0, 32}
	offset := len(out) + 16*len(tables)
	var body []byte
	for _, t := range tables {
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, sum32(t.body))
		out = binary.BigEndian.AppendUint32(out, uint32(offset+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.body)))
		body = append(body, t.body...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

// sum32 is a table's checksum.
func sum32(table []byte) uint32 {
	var sum uint32
	for len(table) > 0 {
		var word [4]byte
		table = table[copy(word[:], table):]
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
