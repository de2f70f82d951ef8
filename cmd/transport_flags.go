package cmd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench/wire"
)

// defaultConnectTimeout holds when no flag says otherwise.
const defaultConnectTimeout = 10 * time.Second

// transportFlags say how requests travel.
type transportFlags struct {
	connectTimeout span
	insecure       bool
	caCert         string
	connectTo      string
	unixSocket     string
	http1          bool
	noKeepAlive    bool
}

func (t *transportFlags) add(f *pflag.FlagSet) {
	t.connectTimeout = span{defaultConnectTimeout}
	f.Var(&t.connectTimeout, "connect-timeout", "connecting, TLS included, may take `D`")
	f.BoolVarP(&t.insecure, "insecure", "k", false, "accept any certificate")
	f.StringVar(&t.caCert, "cacert", "", "trust the authorities in `FILE` (PEM)")
	f.StringVar(&t.connectTo, "connect-to", "", "connect to `HOST:PORT` whatever the URL says; Host and TLS name stay")
	f.StringVar(&t.unixSocket, "unix-socket", "", "connect to the socket at `PATH`")
	f.BoolVar(&t.http1, "http1", true, "speak HTTP/1.1")
	f.BoolVar(&t.noKeepAlive, "no-keepalive", false, "a new connection for each request")
}

// settle refuses what contradicts itself, and authorities that cannot be read
// even where none would be asked for.
func (t *transportFlags) settle(*pflag.FlagSet) error {
	switch {
	case t.connectTo != "" && t.unixSocket != "":
		return usage("one of them", "--connect-to and --unix-socket exclude each other")
	case t.insecure && t.caCert != "":
		return usage("one of them", "-k accepts any certificate, so --cacert would not be looked at")
	case !t.http1:
		return usage("leave it out", "--http1=false: HTTP/1.1 is all that is spoken")
	}
	if _, err := t.tls(""); err != nil || t.connectTo == "" {
		return err
	}
	_, port, err := net.SplitHostPort(t.connectTo)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 {
		return usage("--connect-to 127.0.0.1:8000", "--connect-to: %s is not HOST:PORT", quoted(t.connectTo))
	}
	return nil
}

// client makes the HTTP client for an endpoint.
func (t *transportFlags) client(at *endpoint, epoch time.Time) (*wire.Client, error) {
	cfg := wire.Config{
		Epoch: epoch, Address: at.address(), ConnectTo: t.connectTo,
		ConnectTimeout: t.connectTimeout.d, NoKeepAlive: t.noKeepAlive,
	}
	if t.unixSocket != "" {
		cfg.Network, cfg.Address = "unix", t.unixSocket
	}
	if at.secure() {
		var err error
		if cfg.TLS, err = t.tls(at.url.Hostname()); err != nil {
			return nil, err
		}
	}
	return wire.New(cfg), nil
}

// dial gives what connects to an endpoint for a protocol that is no HTTP
// request and answer. Addresses other than the endpoint's are dialled as they
// are.
func (t *transportFlags) dial(at *endpoint) func(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: t.connectTimeout.d}
	place := at.address()
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		switch {
		case address != place:
		case t.unixSocket != "":
			network, address = "unix", t.unixSocket
		case t.connectTo != "":
			address = t.connectTo
		}
		return dialer.DialContext(ctx, network, address)
	}
}

// tls gives the settings for a host with this name.
func (t *transportFlags) tls(host string) (*tls.Config, error) {
	cfg := &tls.Config{
		ServerName: host, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		InsecureSkipVerify: t.insecure, //nolint:gosec // -k asks for exactly that
	}
	if t.caCert == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(t.caCert)
	if err != nil {
		return nil, usage("--cacert FILE with the authority's certificate", "--cacert: %v", err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, usage("a file with -----BEGIN CERTIFICATE-----", "--cacert: %s holds no certificate", t.caCert)
	}
	return cfg, nil
}
