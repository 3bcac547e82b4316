package boot

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func serveHello(t *testing.T, e Endpoint) net.Addr {
	t.Helper()
	ln, err := e.Open()
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })}
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return ln.Addr()
}

func hello(p Peer) (string, error) {
	c, base, err := p.Client()
	if err != nil {
		return "", err
	}
	res, err := c.Get(base + "/")
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return string(b), err
}

func TestSocketEndpoint(t *testing.T) {
	dir, err := os.MkdirTemp("", "wasl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "x.sock")
	dead, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	dead.SetUnlinkOnClose(false) // as a process that died leaves it
	dead.Close()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Endpoint{Listen: "unix:" + file}).Open(); err == nil {
		t.Error("a file that is no socket was replaced")
	}
	if got, err := os.ReadFile(file); string(got) != "kept" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	serveHello(t, Endpoint{Listen: "unix:" + path})
	if got, err := hello(Peer{URL: "unix:" + path}); err != nil || got != "hello" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := (Endpoint{Listen: "unix:" + path}).Open(); err == nil {
		t.Error("a socket in use was taken over")
	}
}

// pairFor writes a certificate and its key, signed by its parent or by itself.
func pairFor(t *testing.T, dir, name string, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: parent == nil,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	signer, with := c, key
	if parent != nil {
		signer, with = parent, parentKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, signer, &key.PublicKey, with)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".crt": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c, key
}

func TestMutualTLS(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	ca, caKey := pairFor(t, dir, "ca", nil, nil)
	pairFor(t, dir, "portal", ca, caKey)
	pairFor(t, dir, "office", ca, caKey)
	other, otherKey := pairFor(t, dir, "otherca", nil, nil)
	pairFor(t, dir, "stranger", other, otherKey)
	addr := serveHello(t, Endpoint{Listen: "127.0.0.1:0", Cert: at("portal.crt"), Key: at("portal.key"), ClientCA: at("ca.crt")})
	url := "https://" + addr.String()
	if got, err := hello(Peer{URL: url, Cert: at("office.crt"), Key: at("office.key"), CA: at("ca.crt")}); err != nil || got != "hello" {
		t.Errorf("the office got %q, %v", got, err)
	}
	if _, err := hello(Peer{URL: url, Cert: at("stranger.crt"), Key: at("stranger.key"), CA: at("ca.crt")}); err == nil {
		t.Error("a stranger's certificate was let in")
	}
	if _, _, err := (Peer{URL: "http://" + addr.String()}).Client(); err == nil {
		t.Error("plain HTTP was accepted")
	}
}
