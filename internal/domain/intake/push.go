package intake

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"wasl/verify"
)

// Bounds of what the office may push. The office is not believed either: who
// takes it over shall not be able to fill this store, or to spoil a page, with
// what no office has reason to send.
const (
	mostEach      = 10_000   // of each kind of thing in one push
	mostName      = 200      // characters of an id
	mostFacts     = 40       // lines of one public fact
	mostPublished = 16 << 20 // bytes of one publication
	mostDocument  = 32 << 20 // bytes of an issued document, sealed
	mostMessage   = 1 << 20  // bytes of another message, sealed
	mostProof     = 64 << 10
	mostTile      = 1 << 20
)

// check refuses a push that is not of the office's making.
func (p Push) check(root ed25519.PublicKey, trust *verify.Trust, now time.Time) error {
	for _, n := range []int{len(p.Publications), len(p.Facts), len(p.Messages), len(p.Inclusions), len(p.Ledger)} {
		if n > mostEach {
			return errors.New("too much at once")
		}
	}
	for _, pub := range p.Publications {
		if err := pub.check(root); err != nil {
			return fmt.Errorf("publication %s: %w", pub.Kind, err)
		}
	}
	for _, f := range p.Facts {
		if err := f.check(); err != nil {
			return fmt.Errorf("fact: %w", err)
		}
	}
	for _, m := range p.Messages {
		if err := m.check(); err != nil {
			return fmt.Errorf("message: %w", err)
		}
	}
	for _, i := range p.Inclusions {
		if !isName(i.Envelope) || len(i.Proof) > mostProof {
			return errors.New("inclusion: bad name or size")
		}
	}
	for _, f := range p.Ledger {
		if err := f.check(trust, now); err != nil {
			return fmt.Errorf("ledger file: %w", err)
		}
	}
	return nil
}

func (p Publication) check(root ed25519.PublicKey) error {
	if len(p.Body) > mostPublished {
		return errors.New("too large")
	}
	known := p.Kind == PublishService && isToken(p.ID) || p.Kind == PublishLaw && isToken(p.ID) ||
		p.Kind == PublishAuthority && p.ID == "book" || p.Kind == PublishTrust && p.ID == "trust"
	if !known {
		return errors.New("nothing of this kind and name is published")
	}
	if p.Kind == PublishTrust {
		if _, err := verify.ParseTrust(p.Body, root); err != nil {
			return fmt.Errorf("it does not stand under the pinned root: %w", err)
		}
	}
	return nil
}

// check holds a fact against what pages show of it as it is.
func (f Fact) check() error {
	if !isName(f.ID) || !isName(f.Reference) || !isToken(f.Kind) || !isTime(f.At) || len(f.Data) > mostFacts {
		return errors.New("bad name, kind, time or size")
	}
	for key, value := range f.Data {
		ok := len(value) <= mostName && strings.IndexFunc(value, func(r rune) bool { return r < ' ' }) < 0
		switch key {
		case "due_on", "window_last":
			_, err := time.Parse(time.DateOnly, value)
			ok = err == nil
		case "suspended_days":
			n, err := strconv.Atoi(value)
			ok = err == nil && n >= 0
		case "state", FactRefused:
			ok = isToken(value)
		case FactEvent:
			_, err := ParseEvent(value)
			ok = err == nil
		case FactLaw:
			ok = isHash(value)
		case FactClosed:
			ok = areDays(value)
		}
		if !ok || !isName(key) {
			return errors.New("a line does not read")
		}
	}
	return nil
}

func (m SealedMessage) check() error {
	most := mostMessage
	switch m.Kind {
	case MessageRequest, MessageDecision, MessageStatement, MessageNotice, MessageAccess:
	case MessageDocument:
		most = mostDocument
	default:
		return errors.New("unknown kind")
	}
	if !isName(m.ID) || !isName(m.Reference) || !isTime(m.At) || len(m.Sealed) > most {
		return errors.New("bad name, time or size")
	}
	return nil
}

// check takes a checkpoint that a certified ledger key signed, and tiles.
func (f LedgerFile) check(trust *verify.Trust, now time.Time) error {
	if f.Path == checkpointPath {
		_, err := verify.ParseCheckpoint(f.Body, trust, now)
		return err
	}
	tile, err := tileOf(f.Path)
	if err != nil || len(f.Body) > mostTile || tile.L >= 0 && len(f.Body) != tile.W*tlog.HashSize {
		return errors.New("not a tile")
	}
	return nil
}

// tileOf reads a C2SP path: a tile of hashes, or of entries (level -1).
func tileOf(path string) (tlog.Tile, error) {
	own, ok := strings.CutPrefix(path, "tile/")
	if rest, entries := strings.CutPrefix(own, "entries/"); entries {
		own = "data/" + rest
	}
	if !ok || len(path) > mostName {
		return tlog.Tile{}, errors.New("not a tile")
	}
	return tlog.ParseTilePath("tile/8/" + own)
}

// isName tells a short id of visible ASCII characters.
func isName(s string) bool {
	return s != "" && len(s) <= mostName && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// isToken tells a short word of small letters, digits and hyphens.
func isToken(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// isTime tells a time that a page can show.
func isTime(t time.Time) bool { return t.Year() >= 2000 && t.Year() < 2200 }
