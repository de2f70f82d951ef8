package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"time"
)

// counter is what a client has received. The client adds, the measuring
// goroutine reads.
type counter struct {
	ready atomic.Int64 // streams whose head has come
	reads atomic.Int64
	bytes atomic.Int64 // on the wire, or of the body where the client removes the framing
}

func (c *counter) add(n int) {
	c.reads.Add(1)
	c.bytes.Add(int64(n))
}

// measure is a client process: it opens the streams, waits for them, and
// measures itself for the window.
func (p plan) measure(out io.Writer) error {
	var c counter
	runtime.GC()
	before := resident()
	fail := make(chan error, p.streams+1) // a stream that ends early ends the measurement
	each, err := p.client(&c, fail)
	if err != nil {
		return err
	}
	if err := p.settle(&c, fail); err != nil {
		return err
	}
	a, err := look(&c)
	if err != nil {
		return err
	}
	select {
	case err := <-fail:
		return fmt.Errorf("stream ended: %w", err)
	case <-time.After(p.window):
	}
	b, err := look(&c)
	if err != nil {
		return err
	}
	r := b.since(a)
	r.Events = (b.bytes - a.bytes) / int64(each)
	r.Grown = resident() - before
	return json.NewEncoder(out).Encode(r)
}

// settle waits until all streams run, and the warm-up.
func (p plan) settle(c *counter, fail chan error) error {
	limit := time.After(30 * time.Second)
	for c.ready.Load() < int64(p.streams) {
		select {
		case err := <-fail:
			return fmt.Errorf("open stream: %w", err)
		case <-limit:
			return fmt.Errorf("%d of %d streams after 30 s", c.ready.Load(), p.streams)
		case <-time.After(10 * time.Millisecond):
		}
	}
	time.Sleep(p.warmup)
	return nil
}
