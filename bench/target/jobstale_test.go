package target

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
)

// A brittle is a connection that can be written to a number of times; then the
// peer has cut it off.
type brittle struct {
	net.Conn
	writes atomic.Int32
}

func (b *brittle) Write(p []byte) (int, error) {
	if b.writes.Add(-1) < 0 {
		return 0, &net.OpError{Op: "write", Net: "memory", Err: syscall.EPIPE}
	}
	return b.Conn.Write(p)
}

// breaking makes each connection to a service break after so many writes.
func (b *bed) breaking(t *testing.T, writes int32) {
	dial := b.cfg.Dial
	b.cfg.Client = wire.New(wire.Config{
		Epoch: b.epoch, Address: "service:80",
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			nc, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			c := &brittle{Conn: nc}
			c.writes.Store(writes)
			return c, nil
		},
	})
	t.Cleanup(func() { _ = b.cfg.Client.Close() })
}

// That a kept connection is gone shows in the write as often as in the read, and
// neither is a failure of the service. It once counted as one.
func TestAStaleConnectionIsNoFailureOfTheService(t *testing.T) {
	for _, wait := range []Wait{Poll, ServerSentEvents} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				accepted := says(202, `{"id":"j1","status":"queued"}`, "Location", "/v1/jobs/j1")
				b := newBed(t, "native", thereafter(accepted, func(w http.ResponseWriter, r *http.Request) {
					if wait == ServerSentEvents && r.Header.Get("Accept") == "text/event-stream" {
						tell(w, r, "data: {\"status\":\"succeeded\",\"result\":1}\n\n")
						return
					}
					says(200, `{"status":"succeeded","result":1}`)(w, r)
				}))
				b.breaking(t, 1)
				b.cfg.Wait, b.cfg.Profile.Poll.TransientMax = wait, 0
				wantOutcome(t, b.do(t), bench.OK)
			})
		})
	}
}
