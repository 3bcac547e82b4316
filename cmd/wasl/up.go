package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"strconv"
	"syscall"

	"wasl/internal/base/boot"
	"wasl/internal/role/portal"
)

// up is `wasl up --config FILE`: both sides for real use, the portal as
// another user than the office.
type up struct {
	Config string `required:"" type:"existingfile" help:"File that names the two sides' configuration files and the portal's user."`
}

// upSettings is the file of `wasl up`.
type upSettings struct {
	// Portal is the portal's configuration file.
	Portal string `yaml:"portal"`
	// PortalUser is the user whom the portal runs as; the office's key files
	// must be closed to it.
	PortalUser string `yaml:"portal_user"`
	// Office is the office's configuration file.
	Office string   `yaml:"office"`
	Log    boot.Log `yaml:"log"`
}

func (c up) Run() error {
	s, err := boot.Load[upSettings](c.Config)
	if err != nil {
		return err
	}
	p, err := boot.Load[portal.Settings](s.Portal)
	if err != nil {
		return err
	}
	o, err := boot.Load[officeSettings](s.Office)
	if err != nil {
		return err
	}
	as, err := credential(s.PortalUser)
	if err != nil {
		return err
	}
	for _, key := range []string{o.Keys, o.DocumentKey, o.LedgerKey} {
		if err := closedTo(key, as); err != nil {
			return err
		}
	}
	ctx, stop, err := boot.Start(s.Log)
	if err != nil {
		return err
	}
	defer stop()
	sides := pair{}
	sides.portal = side{name: "portal", command: portalCommand(s.Portal), url: local(p.Serve), as: as}
	sides.office = side{name: "office", command: []string{self(), "office", "--config", s.Office}, url: local(o.Serve)}
	return sides.run(ctx, func() {
		slog.Info("both sides are ready", "portal_pid", sides.portal.pid(), "office_pid", sides.office.pid())
	})
}

// local is where this machine asks a listener whether it is ready.
func local(e boot.Endpoint) string {
	switch {
	case e.OnSocket():
		return e.Listen
	case e.Cert != "":
		return "https://" + e.Listen
	}
	return "http://" + e.Listen
}

// credential is the portal's user, who must not be the one running this.
func credential(name string) (*syscall.Credential, error) {
	if name == "" {
		return nil, errors.New("portal_user is not set: the portal must run as a user who cannot read the office's keys")
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("portal_user: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("portal_user: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("portal_user: %w", err)
	}
	if int(uid) == os.Getuid() {
		return nil, fmt.Errorf("portal_user %s is the user running this: the portal could read the office's keys", name)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// closedTo refuses a key file that the portal's user can read.
func closedTo(file string, portal *syscall.Credential) error {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("looking at a key file: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s: its owner cannot be told on this system", file)
	}
	mode := info.Mode().Perm()
	if st.Uid == portal.Uid || portal.Uid == 0 || st.Gid == portal.Gid && mode&0o040 != 0 || mode&0o007 != 0 {
		return fmt.Errorf("%s can be read by the portal's user: give it to the office's user alone (chmod 600)", file)
	}
	return nil
}
