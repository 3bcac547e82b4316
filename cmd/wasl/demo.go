package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"

	"wasl/internal/base/boot"
	"wasl/internal/role/portal"
)

// demo is `wasl demo`: both sides on SQLite with examples. It shows the shape
// and protects nothing, since one user runs all and the root's key lies there.
type demo struct {
	Portal string `default:"127.0.0.1:8080" help:"Where citizens come in."`
	Office string `default:"127.0.0.1:8081" help:"Where agents come in."`
	Data   string `default:"demo" help:"Folder that holds everything, temporary files included."`
	Limits string `default:"on" enum:"on,off" help:"Rate limits, on or off."`

	PublicStore string `help:"The portal's store, such as postgres://…; SQLite in the folder by default."`
	OfficeStore string `help:"The office's store, such as postgres://…; SQLite in the folder by default."`
}

func (d demo) Run() error {
	dir, err := filepath.Abs(d.Data)
	if err != nil {
		return err
	}
	if err := free(d.Portal, d.Office); err != nil {
		return err
	}
	ctx, stop, err := boot.Start(boot.Log{Level: slog.LevelWarn})
	if err != nil {
		return err
	}
	defer stop()
	lock, err := own(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	root, err := prepareDemo(ctx, dir)
	if err != nil {
		return fmt.Errorf("preparing %s: %w", dir, err)
	}
	portalConfig, officeConfig := filepath.Join(dir, "public", "portal.yaml"), filepath.Join(dir, "office", "office.yaml")
	if err := writeYAML(portalConfig, d.portalSettings(dir, root)); err != nil {
		return err
	}
	if err := writeYAML(officeConfig, d.officeSettings(dir, root)); err != nil {
		return err
	}
	if err := publishContent(ctx, officeConfig, dir); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "This demo runs both sides as one user and keeps every key in one folder: it shows the shape and protects nothing.")
	sides := pair{env: []string{"TMPDIR=" + filepath.Join(dir, "tmp")}}
	sides.portal = side{name: "portal", command: portalCommand(portalConfig), url: "http://" + d.Portal}
	sides.office = side{name: "office", command: []string{self(), "office", "--config", officeConfig}, url: "http://" + d.Office}
	return sides.run(ctx, func() {
		fmt.Printf("ready portal_pid=%d office_pid=%d\n", sides.portal.pid(), sides.office.pid())
		fmt.Printf("portal http://%s\noffice http://%s\n", d.Portal, d.Office)
		for _, a := range accounts {
			fmt.Printf("sign-in %s %s %s\n", a.ID, a.password, a.Role)
		}
	})
}

// free refuses addresses that somebody listens on.
func free(addrs ...string) error {
	for _, addr := range addrs {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return err
		}
		ln.Close()
	}
	return nil
}

// self is this program's own file.
func self() string {
	file, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return file
}

// portalCommand runs wasl-portal when it lies beside wasl: it holds nothing
// that opens filings.
func portalCommand(config string) []string {
	alone := filepath.Join(filepath.Dir(self()), "wasl-portal")
	if _, err := os.Stat(alone); err == nil {
		return []string{alone, "--config", config}
	}
	return []string{self(), "portal", "--config", config}
}

// names are the names a listener of the demo answers: its address, and
// localhost on any port.
func names(addr string) []string { return []string{addr, "localhost"} }

func (d demo) portalSettings(dir, root string) portal.Settings {
	public := filepath.Join(dir, "public")
	return portal.Settings{Serve: boot.Endpoint{Listen: d.Portal}, Hosts: names(d.Portal), Exchange: boot.Endpoint{Listen: "unix:" + filepath.Join(dir, "exchange.sock")},
		Store: cmp.Or(d.PublicStore, "sqlite:"+filepath.Join(public, "store.db")), Blobs: filepath.Join(public, "blobs"), ReceiptKey: filepath.Join(public, "receipt.key"),
		Root: root, NoLimits: d.Limits == "off", Dumpable: true, Log: boot.Log{Level: slog.LevelWarn}}
}

func (d demo) officeSettings(dir, root string) officeSettings {
	own := filepath.Join(dir, "office")
	return officeSettings{Serve: boot.Endpoint{Listen: d.Office}, Hosts: names(d.Office), Exchange: boot.Peer{URL: "unix:" + filepath.Join(dir, "exchange.sock")},
		Store: cmp.Or(d.OfficeStore, "sqlite:"+filepath.Join(own, "store.db")), Blobs: filepath.Join(own, "blobs"), Keys: filepath.Join(own, "units.key"),
		DocumentKey: filepath.Join(own, "document.key"), LedgerKey: filepath.Join(own, "ledger.key"), Root: root, Portal: "http://" + d.Portal,
		NoLimits: d.Limits == "off", Dumpable: true, Log: boot.Log{Level: slog.LevelWarn}}
}

func writeYAML(file string, v any) error {
	data, err := yaml.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return os.WriteFile(file, data, 0o600)
}

// publishContent publishes the repository's examples into the office's store;
// what is there already stays.
func publishContent(ctx context.Context, officeConfig, dir string) error {
	trust, err := os.ReadFile(filepath.Join(dir, "trust.json"))
	if err != nil {
		return err
	}
	pubs, err := contentOf(exampleContent, trust)
	if err != nil {
		return err
	}
	return useOffice(ctx, officeConfig, func(o *openedOffice) error {
		pubs, _, err := o.office.WithoutOlderLaw(ctx, pubs...) // a calendar edited in an earlier run stays
		if err == nil {
			err = o.office.Publish(ctx, pubs...)
		}
		for _, a := range accounts {
			if err == nil {
				err = o.roll.Add(ctx, a.Agent, a.hash)
			}
		}
		return err
	})
}
