package robot

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Tour says what a whole visit covers. Zero values mean everything.
type Tour struct {
	Langs   []string
	Service string // only this service
}

// Tour files every valid example of every service in each language: once
// straight through, and for the first example of a service once more with
// mistakes on every page and a resumed draft. Then it tries what must not
// work. The error joins every filing that could not be finished.
func (r *Robot) Tour(ctx context.Context, t Tour) error {
	if t.Langs == nil {
		t.Langs = Langs
	}
	services, err := r.Services(ctx)
	if err != nil {
		return err
	}
	if len(services) == 0 {
		return errors.New("the portal offers no service")
	}
	var failed []error
	for _, lang := range t.Langs {
		var filed *Filed
		for _, s := range services {
			if t.Service != "" && s.ID != t.Service {
				continue
			}
			f, err := r.tourService(ctx, lang, s.ID)
			failed = append(failed, err)
			if f != nil {
				filed = f
			}
		}
		if filed != nil {
			failed = append(failed, r.Strangers(ctx, lang, filed), r.VerifyPage(ctx, lang, filed.Receipt, filed.Reference))
		}
		failed = append(failed, r.Public(ctx, lang, services))
		failed = append(failed, r.Doors(ctx, lang))
	}
	for _, s := range services {
		if t.Service == "" || t.Service == s.ID {
			failed = append(failed, r.Machine(ctx, s.ID))
		}
	}
	return errors.Join(failed...)
}

func (r *Robot) tourService(ctx context.Context, lang, id string) (*Filed, error) {
	d, err := r.Definition(ctx, id)
	if err != nil {
		return nil, err
	}
	var filed *Filed
	var failed []error
	probed := false
	for _, e := range d.Examples {
		if !e.Valid {
			_, err := r.File(ctx, lang, d, e, Options{Wrong: true})
			if back := (refused{}); err != nil && !errors.As(err, &back) {
				failed = append(failed, fmt.Errorf("%s %s invalid example %s: %w", lang, id, e.ID, err))
			}
			continue
		}
		runs := []Options{{}}
		if !probed {
			runs, probed = append(runs, Options{Probe: true, Resume: true}), true
		}
		for _, opts := range runs {
			f, err := r.File(ctx, lang, d, e, opts)
			if err != nil {
				failed = append(failed, fmt.Errorf("%s %s example %s %+v: %w", lang, id, e.ID, opts, err))
				continue
			}
			filed = f
		}
	}
	if !slices.ContainsFunc(d.Examples, func(e Example) bool { return e.Valid }) {
		r.fault("GET /api/v1/services/"+id, "a definition has a valid example", "none of %d", len(d.Examples))
	}
	return filed, errors.Join(failed...)
}
