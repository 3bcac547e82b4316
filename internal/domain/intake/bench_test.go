package intake

import (
	"context"
	"runtime"
	"testing"
	"time"

	"wasl/internal/base/db"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
)

// atOnce is how many filings the benchmarks keep under way.
const atOnce = 64

// BenchmarkAccept is the API's filing path below HTTP.
func BenchmarkAccept(b *testing.B) {
	d := benchDesk(b)
	in, raw := application(b, d, "later")
	b.SetParallelism(atOnce / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := d.Accept(context.Background(), residence, newKey(), raw, in); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkFloor is the least a sealed filing can cost: the same seals and
// signatures of content made beforehand, and one row in the same store.
func BenchmarkFloor(b *testing.B) {
	d := benchDesk(b)
	in, _ := application(b, d, "later")
	def, err := d.Service(residence)
	if err != nil {
		b.Fatal(err)
	}
	c := d.catalogue()
	offer := chooseOffer(c.book, residence, in.Authority)
	typed, _, _ := def.FromJSON(in.Answers)
	reading := def.Read(typed, nil, service.Env{Today: "2026-06-01", Territory: c.book.Territory})
	b.SetParallelism(atOnce / runtime.GOMAXPROCS(0))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := d.floor(c, def, offer.Authority, offer.Unit, typed, reading, in); err != nil {
				b.Error(err)
			}
		}
	})
}

func (d *Desk) floor(c *catalogue, def *service.Definition, authority, unit string, typed service.Typed, reading service.Reading, in Application) error {
	code := seal.NewCode()
	f := filing{def: def, keys: code.Derive(), lang: in.Language, channel: Machine, at: time.Now(), body: newBody(def.Hash, time.Now())}
	s := &submission{envelope: f.body.Envelope, kind: KindFiling, step: KindFiling, locator: locatorHash(f.keys), reference: NewReference(),
		service: def.ID, version: def.Hash, authorityID: authority, unit: unit, at: f.at}
	content, err := c.sealedContent(f, reading)
	if err != nil {
		return err
	}
	env, err := d.sealEnvelope(c, s, f, content)
	if err != nil {
		return err
	}
	if err := d.acknowledge(c, s, f, reading, env); err != nil {
		return err
	}
	if _, err := seal.SealTo(f.keys.Wrap, "first answer", s.clearR); err != nil {
		return err
	}
	return d.db.Update(context.Background(), func(tx *db.Tx) error {
		_, err := s.insert(tx)
		return err
	})
}

// BenchmarkCatalogue is what a portal needs before it serves: everything that
// is published, read and compiled.
func BenchmarkCatalogue(b *testing.B) {
	d := benchDesk(b)
	for b.Loop() {
		d.current.Store(&catalogue{})
		if err := d.refresh(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
