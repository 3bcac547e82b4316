//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// cluster is one temporary server. Its folder holds the data, the socket and
// the log, and belongs to the user it runs as.
type cluster struct {
	dir    string
	as     *syscall.Credential // nil: ourselves
	server *exec.Cmd
	ended  chan error // the server's end
}

// start makes and starts a cluster, and waits until it answers.
func start() (*cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	c := &cluster{ended: make(chan error, 1)}
	if os.Geteuid() == 0 {
		if c.as, err = unprivileged(); err != nil {
			return nil, err
		}
	}
	if c.dir, err = os.MkdirTemp("", "wasl-pg-"); err != nil {
		return nil, err
	}
	if c.as != nil {
		err = os.Chown(c.dir, int(c.as.Uid), int(c.as.Gid))
	}
	if err == nil {
		err = c.launch(bin)
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		return nil, errors.Join(fmt.Errorf("starting PostgreSQL: %w\n%s", err, log), c.stop())
	}
	return c, nil
}

func (c *cluster) launch(bin string) error {
	data := filepath.Join(c.dir, "data")
	initdb := c.command(filepath.Join(bin, "initdb"), "-D", data, "-U", "wasl", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(c.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	server := c.command(filepath.Join(bin, "postgres"), "-D", data, "-k", c.dir, "-c", "listen_addresses=",
		"-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_connections=300", "-c", "shared_buffers=64MB")
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return err
	}
	c.server = server
	go func() { c.ended <- server.Wait() }()
	return c.await(filepath.Join(bin, "pg_isready"))
}

// command runs a program as the cluster's user, in a process group of its own
// (a Ctrl-C is ours to handle), and asks it to stop if we die.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as, Setpgid: true, Pdeathsig: syscall.SIGINT}
	return cmd
}

// await asks the server until it answers, for at most a minute.
func (c *cluster) await(isready string) error {
	for range 600 {
		if c.command(isready, "-q", "-h", c.dir, "-U", "wasl").Run() == nil {
			return nil
		}
		select {
		case err := <-c.ended:
			c.server = nil
			return fmt.Errorf("the server ended by itself: %v", err)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.New("the server does not answer")
}

// stop ends the server (its "fast" way, then the hard one) and removes the folder.
func (c *cluster) stop() error {
	if c.server != nil {
		c.server.Process.Signal(syscall.SIGINT)
		select {
		case <-c.ended:
		case <-time.After(10 * time.Second):
			c.server.Process.Signal(syscall.SIGQUIT)
			<-c.ended
		}
	}
	return os.RemoveAll(c.dir)
}

// dsn is the address of the cluster's one database.
func (c *cluster) dsn() string {
	u := url.URL{Scheme: "postgres", User: url.User("wasl"), Path: "/postgres", RawQuery: url.Values{"host": {c.dir}}.Encode()}
	return u.String()
}

// programs is the folder of the newest PostgreSQL installed: Debian's place,
// else where the search path leads.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed: no initdb under /usr/lib/postgresql nor on the path")
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

// version is the 15 of /usr/lib/postgresql/15/bin/initdb.
func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // an odd name counts as oldest
	return n
}

func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}
