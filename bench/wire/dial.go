package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// connect makes a connection: resolve, dial, secure.
func (c *Client) connect(ctx context.Context) (*link, error) {
	parent := ctx
	if c.cfg.ConnectTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.cfg.ConnectTimeout)
		defer cancel()
	}
	t := Timing{Dial: c.now(), Resolved: Absent, Connected: Absent, Secured: Absent}
	nc, op, err := c.dial(ctx, &t)
	if err != nil {
		return nil, c.connectError(parent, ctx, op, err)
	}
	t.Connected = c.now()
	l := &link{nc: nc, rw: nc, src: newSource(nc, &c.pool, c.cfg.Epoch)}
	if c.cfg.TLS != nil {
		if err := c.secure(ctx, l); err != nil {
			_ = l.close() // err says what matters
			return nil, c.connectError(parent, ctx, OpTLS, err)
		}
		t.Secured = c.now()
	}
	l.timing = t
	return l, nil
}

// connectError says whose patience ended, if it was that.
func (c *Client) connectError(parent, ctx context.Context, op Op, err error) error {
	if over := expired(parent); over != nil {
		err = over
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("%w (%w)", err, os.ErrDeadlineExceeded)
		}
	} else if expired(ctx) != nil {
		err = fmt.Errorf("no connection within %v: %w", c.cfg.ConnectTimeout, os.ErrDeadlineExceeded)
	}
	return &Error{Op: op, Err: err}
}

// expired returns ctx's error, which package net may be ahead of: it sets
// ctx's deadline on the socket too, and that may fire first.
func expired(ctx context.Context) error {
	if end, ok := ctx.Deadline(); ok && ctx.Err() == nil && !time.Now().Before(end) {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

func (c *Client) dial(ctx context.Context, t *Timing) (net.Conn, Op, error) {
	network, address := c.cfg.Network, c.cfg.Address
	if c.cfg.ConnectTo != "" {
		address = c.cfg.ConnectTo
	}
	if c.cfg.Dial != nil {
		nc, err := c.cfg.Dial(ctx, network, address)
		if tcp, ok := nc.(*net.TCPConn); ok && err == nil {
			err = stampThis(tcp)
		}
		return nc, OpDial, err
	}
	d := net.Dialer{
		KeepAlive: -1, // every wait has a deadline already; probes would only add system calls
		Control:   wantStamps,
	}
	if network == "unix" {
		nc, err := d.DialUnix(ctx, network, nil, &net.UnixAddr{Name: address, Net: network})
		if err != nil {
			return nil, OpDial, dialError(err)
		}
		return nc, OpDial, nil
	}
	addrs, resolved, err := resolve(ctx, network, address)
	if resolved {
		t.Resolved = c.now()
	}
	if err != nil {
		return nil, OpResolve, err
	}
	nc, err := dialInTurn(ctx, &d, network, addrs)
	return nc, OpDial, err
}

// stampThis does late what Dialer.Control does before the connection is made.
func stampThis(tcp *net.TCPConn) error {
	rc, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	return wantStamps("", "", rc)
}

// resolve turns host:port into addresses. An IP address needs no resolving.
// Concurrent look-ups of one name share one query, by net.Resolver.
func resolve(ctx context.Context, network, address string) (addrs []netip.AddrPort, resolved bool, err error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, false, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, false, fmt.Errorf("port of %s: %w", address, err)
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.AddrPort{netip.AddrPortFrom(ip, uint16(port))}, false, nil
	}
	var r net.Resolver
	ips, err := r.LookupNetIP(ctx, "ip"+strings.TrimPrefix(network, "tcp"), host)
	for _, ip := range ips {
		addrs = append(addrs, netip.AddrPortFrom(ip.Unmap(), uint16(port)))
	}
	return addrs, true, err
}

// dialInTurn tries one address after the other, in the resolver's order. Each
// gets an even share of the time that is left, so that one that does not
// answer leaves some for the next. Racing them (RFC 8305) would be faster for
// a browser; here it would open connections that the server sees and nobody
// asked for.
func dialInTurn(ctx context.Context, d *net.Dialer, network string, addrs []netip.AddrPort) (net.Conn, error) {
	err := errors.New("the name has no address")
	for i, a := range addrs {
		d.Deadline = share(ctx, len(addrs)-i)
		nc, e := d.DialTCP(ctx, network, netip.AddrPort{}, a)
		if e == nil {
			return nc, nil
		}
		if i == 0 {
			err = dialError(e)
		} else {
			err = fmt.Errorf("%w; %w", err, dialError(e))
		}
		if expired(ctx) != nil {
			break
		}
	}
	return nil, err
}

// dialError leaves of package net's error what is not said already: the
// address and the cause.
func dialError(err error) error {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Addr == nil {
		return err
	}
	if sys, ok := errors.AsType[*os.SyscallError](op.Err); ok {
		return fmt.Errorf("%s: %w", op.Addr, sys.Err)
	}
	return fmt.Errorf("%s: %w", op.Addr, op.Err)
}

// share returns when the first of n tries has to end; zero for no bound.
func share(ctx context.Context, n int) time.Time {
	end, ok := ctx.Deadline()
	if !ok {
		return time.Time{}
	}
	now := time.Now()
	return now.Add(end.Sub(now) / time.Duration(n))
}

// secure puts TLS over l.
func (c *Client) secure(ctx context.Context, l *link) error {
	f := &feed{Conn: l.nc}
	tc := tls.Client(f, c.cfg.TLS)
	if err := tc.HandshakeContext(ctx); err != nil {
		return err
	}
	if p := tc.ConnectionState().NegotiatedProtocol; p != "" && p != "http/1.1" {
		return fmt.Errorf("the server chose %q, which is not spoken here", p)
	}
	l.rw = tc
	l.src = newTLSSource(l.src, f, tc, &c.pool, c.now())
	return nil
}
