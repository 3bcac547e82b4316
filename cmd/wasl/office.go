package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"wasl/internal/base/blob"
	"wasl/internal/base/boot"
	"wasl/internal/base/db"
	"wasl/internal/base/metric"
	"wasl/internal/base/web"
	"wasl/internal/crypt/ledger"
	"wasl/internal/crypt/sign"
	"wasl/internal/crypt/unseal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/identity"
	"wasl/internal/role/office"
	"wasl/internal/role/worker"
)

// officeSettings is the configuration file of the office and its worker.
type officeSettings struct {
	// Serve is where agents come in.
	Serve boot.Endpoint `yaml:"serve"`
	// Hosts are the names answered; any other gets 421.
	Hosts []string `yaml:"hosts"`
	// Proxies are the networks whose forwarded headers count.
	Proxies []netip.Prefix `yaml:"proxies"`
	// Exchange is how the portal is reached: a Unix socket, or mutual TLS.
	Exchange boot.Peer `yaml:"exchange"`
	// Store is the office's store: sqlite:FILE or postgres://…
	Store string `yaml:"store"`
	// Blobs is the folder of sealed files.
	Blobs string `yaml:"blobs"`
	// Keys is the file of unit, intake and index keys.
	Keys string `yaml:"keys"`
	// DocumentKey is the file of the key that signs documents and letters.
	DocumentKey string `yaml:"document_key"`
	// LedgerKey is the file of the key that signs checkpoints.
	LedgerKey string `yaml:"ledger_key"`
	// Root is the authority root's public key, base64, pinned here.
	Root string `yaml:"root"`
	// Portal is the public address printed on documents, such as https://…
	Portal string `yaml:"portal"`
	// Metrics is a loopback address that shows the process's figures; "" shows
	// none.
	Metrics string `yaml:"metrics"`
	// NoLimits switches rate limits off, for tests and measurements.
	NoLimits bool `yaml:"no_limits"`
	// Dumpable lets core files and the same user's other processes have this
	// one's memory, keys included, for measurements.
	Dumpable bool     `yaml:"dumpable"`
	Log      boot.Log `yaml:"log"`
}

// officeC is `wasl office --config FILE`.
type officeC struct {
	Config   string `required:"" type:"existingfile" help:"The office's configuration file."`
	NoWorker bool   `help:"Leave intake, ledger and legal dates to a wasl worker elsewhere."`
}

func (c officeC) Run() error {
	return withOffice(c.Config, func(ctx context.Context, s *officeSettings, o *openedOffice) error {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		failed := make(chan error, 2)
		running := 1
		go func() { failed <- o.serve(ctx, s) }()
		if !c.NoWorker {
			running++
			go func() { failed <- o.work(ctx, s) }()
		}
		err := <-failed
		stop()
		for range running - 1 {
			err = errors.Join(err, <-failed)
		}
		return err
	})
}

// workerC is `wasl worker --config FILE`.
type workerC struct {
	Config string `required:"" type:"existingfile" help:"The office's configuration file."`
}

func (c workerC) Run() error {
	return withOffice(c.Config, func(ctx context.Context, s *officeSettings, o *openedOffice) error { return o.work(ctx, s) })
}

// openedOffice is the office's store with what reads and writes it.
type openedOffice struct {
	store   *db.DB
	office  *casework.Office
	roll    *identity.Roll
	figures *metric.Registry
}

// withOffice starts the process, opens the office and runs do until it ends.
func withOffice(config string, do func(context.Context, *officeSettings, *openedOffice) error) error {
	s, err := boot.Load[officeSettings](config)
	if err != nil {
		return err
	}
	ctx, stop, err := boot.Start(s.Log)
	if err != nil {
		return err
	}
	defer stop()
	o, err := openOffice(ctx, s)
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, s, o), o.store.Close())
}

// useOffice opens the store of a configuration file for one command.
func useOffice(ctx context.Context, config string, do func(*openedOffice) error) error {
	s, err := boot.Load[officeSettings](config)
	if err != nil {
		return err
	}
	o, err := openOffice(ctx, s)
	if err != nil {
		return err
	}
	return errors.Join(do(o), o.store.Close())
}

func openOffice(ctx context.Context, s *officeSettings) (*openedOffice, error) {
	root, err := base64.StdEncoding.DecodeString(s.Root)
	if err != nil || len(root) != 32 {
		return nil, errors.New("root is not the base64 of a public key of 32 bytes")
	}
	if !s.Dumpable {
		if err := boot.NoDump(); err != nil {
			return nil, err
		}
	}
	ring, err := unseal.Load(s.Keys)
	if err != nil {
		return nil, err
	}
	signer, err := sign.LoadSigner(s.DocumentKey)
	if err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, s.Store, identity.Migrations(), ledger.Migrations(), casework.Migrations())
	if err != nil {
		return nil, err
	}
	blobs, err := blob.Open(s.Blobs)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	desk, err := casework.Open(ctx, casework.Config{DB: store, Blobs: blobs, Keys: ring, Signer: signer, Root: root, Portal: s.Portal, Log: slog.Default()})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &openedOffice{store: store, office: desk, roll: identity.Open(store), figures: metric.New()}, nil
}

// serve answers agents until ctx ends.
func (o *openedOffice) serve(ctx context.Context, s *officeSettings) error {
	secure := s.Serve.Cert != "" || len(s.Proxies) > 0
	if err := o.figures.Serve(ctx, s.Metrics); err != nil {
		return err
	}
	server, err := office.New(office.Config{Observe: o.figures.Observe, Office: o.office, Roll: o.roll, Hosts: s.Hosts, Secure: secure, Proxies: s.Proxies, Log: slog.Default(), NoLimits: s.NoLimits})
	if err != nil {
		return err
	}
	ln, err := s.Serve.Open()
	if err != nil {
		return err
	}
	slog.Info("office is ready", "address", s.Serve.Listen)
	return web.Serve(ctx, ln, server.Handler(), web.ServeOptions{Log: slog.Default()})
}

// work runs the worker until ctx ends.
func (o *openedOffice) work(ctx context.Context, s *officeSettings) error {
	client, base, err := s.Exchange.Client()
	if err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	key, err := sign.LoadNoteSigner(s.LedgerKey)
	if err != nil {
		return err
	}
	w, err := worker.New(worker.Config{Office: o.office, Portal: base, Client: client, Ledger: key, Log: slog.Default()})
	if err != nil {
		return err
	}
	o.figures.Gauge("wasl_worker_ready", func() float64 { return ready(ctx, w) })
	go o.office.Watch(ctx)
	return w.Run(ctx)
}

// ready is 1 while the worker keeps up and its portal answers, else 0.
func ready(ctx context.Context, w *worker.Worker) float64 {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if w.Ready(ctx) != nil {
		return 0
	}
	return 1
}
