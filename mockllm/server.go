package mockllm

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

var (
	// ErrCrashed is returned by [Server.Serve] after a crash fault.
	ErrCrashed = errors.New("worker crashed, as a fault asked it to")
	// ErrKilled is returned by [Server.Serve] after [Server.Kill], and when a graceful stop took too long.
	ErrKilled = errors.New("worker was killed")
)

// Server is one worker: a [Loop], the connections it serves, and the API that answers them. It serves once.
type Server struct {
	cfg     Config
	worker  int
	loop    *Loop
	clock   clock
	handle  handlerFunc
	ledger  *ledger // nil: none
	metrics *metrics
	tls     *tls.Config   // nil: plain text
	parse   *bufio.Reader // of every connection's requests
	ids     idSource
	counts  *faultCounts
	readers sync.WaitGroup // goroutines that read connections
	helpers sync.WaitGroup // goroutines that write and accept
	onStop  func()         // on the loop, when a graceful stop begins
	onJobs  func()         // on the loop, once: jobs were asked for
	store   *jobStore
	errands *errands
	local   *localJobs    // job workers in this process; nil: they are processes of their own
	done    chan struct{} // closed when Serve is about to return

	// On the loop only:
	accepting   acceptor
	conns       map[*conn]struct{}
	exchanges   map[*exchange]struct{} // neither ended nor aborted
	served      int                    // requests begun
	watchers    map[*exchange]func()   // answers that last until something else ends; each can be told to end now
	jobsAsked   bool                   // onJobs was called
	closing     bool                   // a graceful stop began: no connection is kept alive
	fate        error                  // why the loop was killed
	cause, path string                 // of the block that is going on
	scratch     []byte                 // one write's bytes
	date        []byte
	dateUnix    int64
}

// NewServer returns a worker that serves in this process, for tests and other programs. Of cfg, what concerns processes
// is ignored: Bind, Workers, Timeout, Backlog.
//
// Its job workers are goroutines, and where Queue is empty its jobs are in memory.
func NewServer(cfg Config) *Server {
	atOnce := cfg.jobsAtOnce()
	setDefault(&cfg.Queue, queueMemory)
	s := newServer(cfg, 1, nil)
	s.local = newLocalJobs(s.cfg, s.store, s.counts)
	s.onJobs = s.local.start
	if atOnce {
		s.loop.Post(s.askForJobs)
	}
	return s
}

func newServer(cfg Config, worker int, shared *os.File) *Server {
	s := &Server{
		cfg:       cfg.withDefaults(),
		worker:    worker,
		loop:      newLoop(),
		clock:     newClock(),
		parse:     bufio.NewReader(nil),
		ids:       newIDSource(),
		counts:    newFaultCounts(shared),
		onStop:    func() {},
		onJobs:    func() {},
		watchers:  make(map[*exchange]func()),
		done:      make(chan struct{}),
		conns:     make(map[*conn]struct{}),
		exchanges: make(map[*exchange]struct{}),
	}
	s.store = &jobStore{spec: s.cfg.Queue}
	s.errands = newErrands(s.loop, &s.helpers)
	s.metrics = newMetrics(worker)
	s.loop.onKill, s.loop.onBlock, s.loop.onLag = s.killed, s.blocked, s.metrics.lag
	s.handle = newAPI(s.cfg, s).serve
	return s
}

// Serve accepts connections from ln and answers them until Shutdown, which makes it return nil, or until the worker
// dies: [ErrCrashed] or [ErrKilled]. Any other error means that it could not begin, or that the ledger is incomplete.
// It closes ln, and returns when every goroutine of its own has ended.
func (s *Server) Serve(ln net.Listener) error {
	accepting, err := newAcceptor(ln)
	if err != nil {
		return errors.Join(fmt.Errorf("serve: %w", err), ln.Close())
	}
	return s.serve(accepting)
}

// serve is Serve with the listener's accepting side.
func (s *Server) serve(accepting acceptor) error {
	defer close(s.done)
	if err := s.open(); err != nil {
		accepting.stop()
		accepting.accept(s)
		return fmt.Errorf("serve: %w", err)
	}
	s.accepting = accepting
	s.helpers.Go(func() { accepting.accept(s) })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.loop.run()
	}()
	<-ended
	return s.clear()
}

// open checks the configuration and opens what it names.
func (s *Server) open() error {
	if err := s.cfg.Validate(); err != nil {
		return err
	}
	var err error
	if s.tls, err = loadTLS(s.cfg); err != nil {
		return err
	}
	if s.cfg.Ledger != "" {
		s.ledger, err = openLedger(s.cfg.Ledger, s.worker)
	}
	return err
}

// loadTLS returns the TLS configuration, nil for plain text.
func loadTLS(cfg Config) (*tls.Config, error) {
	if cfg.CertFile == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(cfg.CertFile, cfg.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("load certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}, nil
}

// clear ends, after the loop has, what it has left behind.
func (s *Server) clear() error {
	s.accepting.stop()
	for c := range s.conns {
		if !c.dead {
			c.dead = true
			close(c.done)
		}
		c.out.drop()
	}
	s.errands.halt()
	err := s.fate
	if s.local != nil {
		err = errors.Join(err, s.local.end(s.fate != nil))
	}
	s.readers.Wait()
	s.helpers.Wait()
	err = errors.Join(err, s.store.close())
	if s.ledger != nil {
		err = errors.Join(err, s.ledger.close())
	}
	return err
}

// block holds up the loop for d; the ledger gets a block line. path may be empty.
func (s *Server) block(d time.Duration, cause, path string) {
	s.cause, s.path = cause, path
	s.loop.Block(d)
}

// spin is block that burns CPU.
func (s *Server) spin(d time.Duration, cause, path string) {
	s.cause, s.path = cause, path
	s.loop.Spin(d)
}

// blocked books a block.
func (s *Server) blocked(start, end time.Time) {
	s.metrics.blocked(end.Sub(start))
	if s.ledger != nil {
		s.ledger.block(s.clock.stamp(start), s.clock.stamp(end), s.cause, s.path)
	}
}

// newExchange begins one request of c.
func (s *Server) newExchange(c *conn, req *http.Request, body []byte) *exchange {
	x := &exchange{req: req, body: body, id: s.ids.next(), loop: s.loop, srv: s, conn: c, keep: !req.Close && !s.closing}
	x.entry = &requestEntry{id: x.id, method: req.Method, accepted: c.accepted}
	if req.URL != nil {
		x.entry.path = req.URL.Path
	}
	s.exchanges[x] = struct{}{}
	s.served++
	s.metrics.inFlight(len(s.exchanges))
	if s.served == s.cfg.MaxRequests {
		s.Stop()
	}
	return x
}

// finished books an exchange that is over.
func (s *Server) finished(x *exchange) {
	delete(s.exchanges, x)
	delete(s.watchers, x)
	s.metrics.inFlight(len(s.exchanges))
	s.metrics.request(x.route, x.entry.status)
	if s.ledger != nil {
		s.ledger.request(x.entry)
	}
	s.dropped()
}

// serveMetrics answers GET /metrics.
func (s *Server) serveMetrics(x *exchange) {
	body := s.metrics.text()
	x.head(http.StatusOK, http.Header{"Content-Type": {"text/plain; version=0.0.4; charset=utf-8"}, "Content-Length": {itoa(len(body))}})
	x.write(body)
	x.end()
}

// appendDate appends the date header's value.
func (s *Server) appendDate(b []byte) []byte {
	now := time.Now()
	if unix := now.Unix(); unix != s.dateUnix {
		s.dateUnix = unix
		s.date = now.UTC().AppendFormat(s.date[:0], http.TimeFormat)
	}
	return append(b, s.date...)
}

func itoa(n int) string { return strconv.Itoa(n) }
