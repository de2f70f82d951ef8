package mockllm

import (
	"net/http"
	"time"
)

// Server is one worker: a [Loop], the connections it serves, and the API that answers them.
type Server struct {
	cfg     Config
	worker  int
	loop    *Loop
	clock   clock
	api     *api
	ledger  *ledger // nil: none
	metrics *metrics

	// On the loop only:
	conns    map[*conn]struct{}
	closing  bool   // a graceful stop began: no connection is kept alive
	scratch  []byte // one write's bytes
	date     []byte
	dateUnix int64
}

// NewServer returns a worker for use in this process.
func NewServer(cfg Config) *Server {
	s := &Server{cfg: cfg.withDefaults(), worker: 1, loop: newLoop(), clock: newClock(), conns: make(map[*conn]struct{})}
	s.metrics = newMetrics(s.worker)
	s.api = newAPI(s.cfg, s)
	return s
}

// block holds up the loop for d, and spin does so burning CPU; the ledger gets a block line. path may be empty.
func (s *Server) block(d time.Duration, cause, path string) { s.loop.Block(d) }

func (s *Server) spin(d time.Duration, cause, path string) { s.loop.Spin(d) }

// crash ends the worker as a fatal error would, after the ledger's lines were written. It does not return.
func (s *Server) crash() {}

// serveMetrics answers GET /metrics.
func (s *Server) serveMetrics(x *exchange) {}

// finished books a complete exchange.
func (s *Server) finished(x *exchange) {}

// appendDate appends the date header's value.
func (s *Server) appendDate(b []byte) []byte {
	now := time.Now()
	if unix := now.Unix(); unix != s.dateUnix {
		s.dateUnix = unix
		s.date = now.UTC().AppendFormat(s.date[:0], http.TimeFormat)
	}
	return append(b, s.date...)
}
