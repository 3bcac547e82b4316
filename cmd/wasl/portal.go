package main

import "wasl/internal/role/portal"

// portalC is `wasl portal --config FILE`, the same as wasl-portal.
type portalC struct {
	Config string `required:"" type:"existingfile" help:"The portal's configuration file."`
}

func (c portalC) Run() error { return portal.Run(c.Config) }
