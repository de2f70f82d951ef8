package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// Open opens the queue that a spec names:
//
//	sqlite:FILE          an SQLite database, created when it is absent
//	redis://HOST:PORT/DB a Redis server, also rediss:// for TLS; ?prefix= of its keys (aibench:)
//	memory               the memory of this process
//	remote:unix:PATH     a memory that another process serves, see [Serve]
//
// Credentials of a spec never appear in an error.
func Open(ctx context.Context, spec string) (Queue, error) {
	return nil, errors.New("not yet")
}

// Durable says whether the jobs of the queue that a spec names outlive the processes that use it.
func Durable(spec string) bool {
	scheme, _, _ := strings.Cut(spec, ":")
	return scheme == "sqlite" || scheme == "redis" || scheme == "rediss"
}

// Serve lets other processes use a queue as remote:unix:PATH. It returns when the listener is closed, after the calls
// it serves have ended, and leaves the queue open.
func Serve(ln net.Listener, q Queue) error {
	return fmt.Errorf("serve queue: not yet")
}
