package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/sse"
)

// client opens the streams of the client that p names and returns how many
// counted bytes make an event. They are never closed: the process ends.
func (p plan) client(c *counter, fail chan<- error) (each int, err error) {
	each = len(payload)
	switch p.role {
	case "floor":
		return len(packet()), p.epollFloor(c, fail)
	case "conn":
		each = len(packet())
		p.spawn(c, fail, p.plainConn)
	case "nethttp+sse":
		p.spawn(c, fail, p.netHTTP())
	case "wire+sse":
		p.spawn(c, fail, p.wire(true))
	default:
		p.spawn(c, fail, p.wire(false))
	}
	return each, nil
}

// spawn runs one goroutine per stream, a few of them connecting at once.
func (p plan) spawn(c *counter, fail chan<- error, stream func(*counter) error) {
	for i := range p.streams {
		go func() { fail <- stream(c) }()
		for i-int(c.ready.Load()) > 16 && len(fail) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

func (p plan) wire(parse bool) func(*counter) error {
	client := wire.New(wire.Config{Address: p.address})
	return func(c *counter) error {
		conn, _, err := client.Get(context.Background())
		if err != nil {
			return err
		}
		defer conn.Close()
		if _, _, err := conn.Write([]byte(request)); err != nil {
			return err
		}
		if _, _, err := conn.ReadHead(); err != nil {
			return err
		}
		c.ready.Add(1)
		if parse {
			return parseWire(conn, c)
		}
		for {
			b, _, err := conn.ReadBody()
			if err != nil {
				return err
			}
			c.add(len(b))
		}
	}
}

func parseWire(conn *wire.Conn, c *counter) error {
	var p sse.Parser
	for {
		b, at, err := conn.ReadBody()
		if err != nil {
			return err
		}
		p.Feed(b, at.At())
		events := drain(&p)
		c.reads.Add(1)
		c.bytes.Add(int64(events * len(payload)))
	}
}

// drain counts the events that the bytes fed have completed.
func drain(p *sse.Parser) (events int) {
	for p.Next() {
		events++
	}
	return events
}

// plainConn reads as most programs do: a goroutine, its buffer, net.Conn.
func (p plan) plainConn(c *counter) error {
	nc, err := net.Dial("tcp", p.address)
	if err != nil {
		return err
	}
	defer nc.Close()
	if _, err := io.WriteString(nc, request); err != nil {
		return err
	}
	c.ready.Add(1)
	buf := make([]byte, 4<<10)
	for {
		n, err := nc.Read(buf)
		if err != nil {
			return err
		}
		c.add(n)
	}
}

func (p plan) netHTTP() func(*counter) error {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxConnsPerHost: 0}}
	epoch := time.Now()
	return func(c *counter) error {
		resp, err := client.Get(fmt.Sprintf("http://%s/stream", p.address))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		c.ready.Add(1)
		var p sse.Parser
		buf := make([]byte, 4<<10)
		for {
			n, err := resp.Body.Read(buf)
			if err != nil {
				return err
			}
			p.Feed(buf[:n], time.Since(epoch))
			events := drain(&p)
			c.reads.Add(1)
			c.bytes.Add(int64(events * len(payload)))
		}
	}
}
