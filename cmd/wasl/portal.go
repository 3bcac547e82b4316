package main

import (
	"log/slog"

	"wasl/internal/base/boot"
	"wasl/internal/role/portal"
)

// portalC is `wasl portal --config FILE`, the same as wasl-portal.
type portalC struct {
	Config string `required:"" type:"existingfile" help:"The portal's configuration file."`
}

func (c portalC) Run() error {
	s, err := boot.Load[portal.Settings](c.Config)
	if err != nil {
		return err
	}
	ctx, stop, err := boot.Start(s.Log)
	if err != nil {
		return err
	}
	defer stop()
	return portal.Run(ctx, *s, func() { slog.Info("portal is ready", "address", s.Serve.Listen) })
}
