package portal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"

	"wasl/internal/base/blob"
	"wasl/internal/base/boot"
	"wasl/internal/base/db"
	"wasl/internal/base/metric"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
)

// Settings is the portal's configuration file.
type Settings struct {
	// Serve is where people come in. Without a certificate, HTTPS must end at
	// one of Proxies, also before a Unix socket, or only this machine is served.
	Serve boot.Endpoint `yaml:"serve"`
	// Hosts are the names answered; any other gets 421.
	Hosts []string `yaml:"hosts"`
	// Proxies are the networks whose forwarded headers count, such as 10.0.0.0/8.
	Proxies []netip.Prefix `yaml:"proxies"`
	// Exchange is where the office calls: a Unix socket, or mutual TLS.
	Exchange boot.Endpoint `yaml:"exchange"`
	// Store is the public store: sqlite:FILE or postgres://…
	Store string `yaml:"store"`
	// Blobs is the folder of sealed files.
	Blobs string `yaml:"blobs"`
	// ReceiptKey is the file of the key that signs receipts.
	ReceiptKey string `yaml:"receipt_key"`
	// Root is the authority root's public key, base64: it is pinned here and
	// never taken from the store.
	Root string `yaml:"root"`
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

// secure tells whether people reach the portal by HTTPS.
func (s Settings) secure() bool { return s.Serve.Cert != "" || len(s.Proxies) > 0 }

// Run is the whole process of a portal, by the configuration in a file, until a
// signal ends it.
func Run(file string) error {
	s, err := boot.Load[Settings](file)
	if err != nil {
		return err
	}
	if !s.Dumpable {
		if err := boot.NoDump(); err != nil {
			return err
		}
	}
	ctx, stop, err := boot.Start(s.Log)
	if err != nil {
		return err
	}
	defer stop()
	return run(ctx, *s)
}

// run serves people and the office until ctx ends.
func run(ctx context.Context, s Settings) error {
	key, err := base64.StdEncoding.DecodeString(s.Root)
	if err != nil || len(key) != 32 {
		return errors.New("root is not the base64 of a public key of 32 bytes")
	}
	signer, err := intake.LoadSigner(s.ReceiptKey)
	if err != nil {
		return err
	}
	store, err := db.Open(ctx, s.Store, intake.Migrations())
	if err != nil {
		return err
	}
	defer store.Close()
	blobs, err := blob.Open(s.Blobs)
	if err != nil {
		return err
	}
	log := slog.Default()
	desk, err := intake.Open(ctx, intake.Config{DB: store, Blobs: blobs, Signer: signer, Root: key, Log: log})
	if err != nil {
		return err
	}
	figures := metric.New()
	if err := figures.Serve(ctx, s.Metrics); err != nil {
		return err
	}
	server, err := New(Config{Desk: desk, Hosts: s.Hosts, Secure: s.secure(), Proxies: s.Proxies, Log: log, NoLimits: s.NoLimits, Observe: figures.Observe})
	if err != nil {
		return err
	}
	public, err := s.Serve.Open()
	if err != nil {
		return err
	}
	bridge, err := s.Exchange.Open()
	if err != nil {
		return errors.Join(err, public.Close())
	}
	go desk.Watch(ctx)
	log.Info("portal is ready", "address", s.Serve.Listen)
	return serveBoth(ctx, server, public, bridge, log)
}

// serveBoth ends both listeners when one fails.
func serveBoth(ctx context.Context, server *Server, public, bridge net.Listener, log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 2)
	go func() { failed <- web.Serve(ctx, bridge, server.Exchange(), web.ServeOptions{Log: log}) }()
	go func() { failed <- web.Serve(ctx, public, server.Handler(), web.ServeOptions{Log: log}) }()
	first := <-failed
	stop()
	if err := errors.Join(first, <-failed); err != nil {
		return fmt.Errorf("portal: %w", err)
	}
	return nil
}
