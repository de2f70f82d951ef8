package mockllm

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// certificate writes a certificate for "server" and its key, and returns a client's trust in it.
func certificate(t *testing.T) (certFile, keyFile string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"server"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	roots = x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", keyDER), roots
}

func TestTLS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cert, key, roots := certificate(t)
		w := startWorker(t, Config{CertFile: cert, KeyFile: key}, streamer(3, 20*time.Millisecond))
		c := tls.Client(w.dial(t), &tls.Config{RootCAs: roots, ServerName: "server"})
		start := time.Now()
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(c)
		if err != nil || strings.Count(string(answer), "data: t\n\n") != 3 || time.Since(start) != 60*time.Millisecond {
			t.Errorf("got %q (%v) after %v, want three tokens after 60ms and a proper end", answer, err, time.Since(start))
		}
	})
}

func TestTLSFilesMustFit(t *testing.T) {
	cert, _, _ := certificate(t)
	_, key, _ := certificate(t)
	err := NewServer(Config{CertFile: cert, KeyFile: key}).Serve(NewPipe())
	if err == nil || !strings.Contains(err.Error(), "load certificate") {
		t.Errorf("serve: %v, want that the certificate cannot be loaded", err)
	}
}

// A client that speaks plain text to a TLS port must not take the worker, or a goroutine, with it.
func TestTLSRefusesPlainText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cert, key, _ := certificate(t)
		w := startWorker(t, Config{CertFile: cert, KeyFile: key}, echo)
		c := w.dial(t)
		if _, err := io.WriteString(c, get); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(c); err != nil {
			t.Errorf("read: %v", err)
		}
		silent := w.dial(t)
		start := time.Now()
		if _, err := io.ReadAll(silent); err != nil || time.Since(start) != handshakeTimeout {
			t.Errorf("a silent client is left after %v (%v), want %v", time.Since(start), err, handshakeTimeout)
		}
	})
}
