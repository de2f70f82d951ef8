package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// patience is how long the other end of a socket may take to accept what it is sent.
const patience = 10 * time.Second

// Serve lets other processes use a queue as remote:unix:PATH. It returns when the listener is closed, after the calls
// it serves have ended, and leaves the queue open.
func Serve(ln net.Listener, q Queue) error {
	ctx, cancel := context.WithCancel(context.Background())
	var calls sync.WaitGroup
	defer calls.Wait()
	defer cancel()
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("serve queue: %w", err)
		}
		calls.Go(func() { serveConn(ctx, conn, q) })
	}
}

// serveConn answers the requests of a connection, one after the other. A client that closes its side, or dies, while a
// call is under way cancels that call.
func serveConn(serving context.Context, conn net.Conn, q Queue) {
	stop := context.AfterFunc(serving, func() { conn.Close() })
	defer stop()
	ctx, cancel := context.WithCancel(serving)
	requests := make(chan request) // handed over, so that the end of the connection is seen during a call
	var reader sync.WaitGroup
	defer reader.Wait()
	defer conn.Close()
	defer cancel()
	reader.Go(func() {
		defer close(requests)
		defer cancel()
		readRequests(ctx, conn, requests)
	})
	for req := range requests {
		if answer(ctx, conn, q, req) != nil {
			return
		}
	}
}

func readRequests(ctx context.Context, conn net.Conn, requests chan<- request) {
	for {
		var req request
		if readFrame(conn, &req) != nil {
			return
		}
		select {
		case requests <- req:
		case <-ctx.Done():
			return
		}
	}
}

// answer performs a call and writes what it returned.
func answer(ctx context.Context, conn net.Conn, q Queue, req request) error {
	send := func(res response) error {
		if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		return writeFrame(conn, res)
	}
	if req.Method == "Events" {
		return stream(ctx, send, q, req)
	}
	res, err := call(ctx, q, req)
	res.Error, res.Code = errorText(err)
	err = send(res)
	if err != nil && res.Claim != nil { // it never arrived: let somebody else have the job at once
		_ = q.Extend(context.WithoutCancel(ctx), res.Claim, time.Nanosecond)
	}
	return err
}

func call(ctx context.Context, q Queue, req request) (res response, err error) {
	req.complete()
	switch req.Method {
	case "Submit":
		res.ID, res.Dup, err = q.Submit(ctx, *req.New)
	case "Claim":
		res.Claim, err = q.Claim(ctx, req.Worker, req.Lease)
	case "Extend":
		err = q.Extend(ctx, req.Claim, req.Lease)
	case "Progress":
		err = q.Progress(ctx, req.Claim, *req.Event)
	case "Finish":
		res.At, err = q.Finish(ctx, req.Claim, *req.Result)
	case "Cancel":
		res.State, err = q.Cancel(ctx, req.ID)
	case "Get":
		var j Job
		j, err = q.Get(ctx, req.ID)
		res.Job = &j
	case "Drop":
		err = q.Drop(ctx, req.ID)
	case "Stats":
		var s Stats
		s, err = q.Stats(ctx)
		res.Stats = &s
	default:
		err = fmt.Errorf("a queue has no method %q", req.Method)
	}
	return res, err
}

// complete lets a request that lacks what its method needs be one with zero values.
func (r *request) complete() {
	if r.New == nil {
		r.New = &NewJob{}
	}
	if r.Claim == nil {
		r.Claim = &Claim{}
	}
	if r.Event == nil {
		r.Event = &Event{}
	}
	if r.Result == nil {
		r.Result = &Result{}
	}
}

// stream answers with a response for each event, after a first one that says whether there are any.
func stream(ctx context.Context, send func(response) error, q Queue, req request) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events, err := q.Events(ctx, req.ID, req.After)
	var first response
	first.Error, first.Code = errorText(err)
	if sent := send(first); sent != nil || err != nil {
		return sent
	}
	for ev := range events {
		if err := send(response{Event: &ev}); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return send(response{})
}

// codes are the spellings of errors that callers tell apart.
func codes() []struct {
	code string
	err  error
} {
	return []struct {
		code string
		err  error
	}{
		{"not_found", ErrNotFound}, {"expired", ErrExpired}, {"lost", ErrLost}, {"canceled", ErrCanceled},
		{"closed", ErrClosed}, {"exists", ErrExists}, {"too_large", ErrTooLarge},
	}
}

func errorText(err error) (text, code string) {
	if err == nil {
		return "", ""
	}
	for _, c := range codes() {
		if errors.Is(err, c.err) {
			return err.Error(), c.code
		}
	}
	return err.Error(), ""
}

// failure is an error that another process has told of. It is what errorText was given, for errors.Is.
func (r *response) failure() error {
	if r.Error == "" {
		return nil
	}
	for _, c := range codes() {
		if c.code == r.Code {
			return &remoteError{r.Error, c.err}
		}
	}
	return errors.New(r.Error)
}

type remoteError struct {
	text string
	kind error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }
