package boot

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Endpoint is where a role listens: "unix:PATH", or HOST:PORT, with TLS when
// Cert and Key name files. With ClientCA only clients that it certified get in.
type Endpoint struct {
	Listen   string `yaml:"listen"`
	Cert     string `yaml:"cert"`
	Key      string `yaml:"key"`
	ClientCA string `yaml:"client_ca"`
}

const unixPrefix = "unix:"

// OnSocket tells whether it is a Unix socket.
func (e Endpoint) OnSocket() bool { return strings.HasPrefix(e.Listen, unixPrefix) }

// Open listens. A Unix socket left by a process that died is replaced, any
// other file is not; the socket is for the owner and the group alone.
func (e Endpoint) Open() (net.Listener, error) {
	if path, ok := strings.CutPrefix(e.Listen, unixPrefix); ok {
		return openSocket(path)
	}
	ln, err := net.Listen("tcp", e.Listen)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	if e.Cert == "" && e.Key == "" && e.ClientCA == "" {
		return ln, nil
	}
	conf, err := e.tls()
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return tls.NewListener(ln, conf), nil
}

func openSocket(path string) (net.Listener, error) {
	if conn, err := net.DialTimeout("unix", path, time.Second); err == nil {
		conn.Close()
		return nil, fmt.Errorf("listening: %s is in use", path)
	}
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("listening: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("listening: %s is no socket", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listening: %w", err)
		}
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return nil, errors.Join(fmt.Errorf("listening: %w", err), ln.Close())
	}
	return ln, nil
}

func (e Endpoint) tls() (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(e.Cert, e.Key)
	if err != nil {
		return nil, fmt.Errorf("reading the TLS certificate: %w", err)
	}
	conf := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	if e.ClientCA != "" {
		if conf.ClientCAs, err = pool(e.ClientCA); err != nil {
			return nil, err
		}
		conf.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return conf, nil
}

func pool(file string) (*x509.CertPool, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading a certificate authority: %w", err)
	}
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return p, nil
}

// Peer is how to reach another role: "unix:PATH", or an https:// address with
// this side's certificate and the authority that certified the other's.
type Peer struct {
	URL  string `yaml:"url"`
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
	CA   string `yaml:"ca"`
}

// Client is a client for the peer, and the base URL of its requests. Plain
// HTTP is refused: what crosses must be a socket or mutual TLS.
func (p Peer) Client() (*http.Client, string, error) {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	transport := &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second}
	if path, ok := strings.CutPrefix(p.URL, unixPrefix); ok {
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", path)
		}
		return &http.Client{Transport: transport}, "http://portal", nil
	}
	if !strings.HasPrefix(p.URL, "https://") || p.Cert == "" || p.CA == "" {
		return nil, "", errors.New("the peer is neither unix:PATH nor an https:// address with cert, key and ca")
	}
	pair, err := tls.LoadX509KeyPair(p.Cert, p.Key)
	if err != nil {
		return nil, "", fmt.Errorf("reading the TLS certificate: %w", err)
	}
	roots, err := pool(p.CA)
	if err != nil {
		return nil, "", err
	}
	transport.TLSClientConfig = &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots, MinVersion: tls.VersionTLS13}
	return &http.Client{Transport: transport}, strings.TrimSuffix(p.URL, "/"), nil
}
