package cmd

import (
	"math"
	"net"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/mockllm"
)

// serveFlags say what to serve and how; settle makes a configuration of them.
type serveFlags struct {
	config      mockllm.Config
	workers     workers
	class       string
	timeout     span
	graceful    span
	maxRequests count
	backlog     count
	ttft        span
	itl         span
	jitter      float64
	tokens      count
	maxSeqs     count
	maxWaiting  count
	jobs        jobFlagsOfServe
	child       bool
}

func (s *serveFlags) addProcesses(f *pflag.FlagSet) {
	s.workers = workers{1}
	s.timeout, s.graceful = span{mockllm.DefaultTimeout}, span{mockllm.DefaultGracefulTimeout}
	s.maxRequests = count{most: math.MaxInt32}
	s.backlog = count{n: mockllm.DefaultBacklog, least: 1, most: math.MaxInt32}
	f.StringVar(&s.config.Bind, "bind", mockllm.DefaultBind, "listen on `ADDR`: HOST:PORT or unix:PATH; port 0 takes a free one")
	f.VarP(&s.workers, "workers", "w", "`N` worker processes; auto: 2 x cores + 1")
	f.StringVarP(&s.class, "worker-class", "k", string(mockllm.Async), "`CLASS` of worker; async: one event loop each")
	f.Var(&s.timeout, "timeout", "kill and replace a worker whose loop gives no heartbeat for `D`")
	f.Var(&s.graceful, "graceful-timeout", "on a graceful stop, let requests in flight go on for `D`")
	f.Var(&s.maxRequests, "max-requests", "replace a worker after `N` requests")
	f.Var(&s.backlog, "backlog", "`N` connections may wait to be accepted")
	f.StringVar(&s.config.CertFile, "certfile", "", "certificate `FILE` (PEM), for TLS")
	f.StringVar(&s.config.KeyFile, "keyfile", "", "its private key `FILE` (PEM)")
	f.BoolVar(&s.child, "child", false, "print the URL on standard output, and end with standard input")
	if hidden := f.Lookup("child"); hidden != nil {
		hidden.Hidden = true
	}
}

func (s *serveFlags) addModel(f *pflag.FlagSet) {
	s.ttft, s.itl = span{mockllm.DefaultTTFT}, span{mockllm.DefaultITL}
	s.tokens = count{n: mockllm.DefaultTokens, least: 1, most: 10_000_000}
	s.maxSeqs, s.maxWaiting = count{most: math.MaxInt32}, count{most: math.MaxInt32}
	f.StringVar(&s.config.Model, "model", mockllm.DefaultModel, "serve `NAME`, and no other")
	f.StringVar(&s.config.APIKey, "api-key", "", "ask for this `KEY`; AIBENCH_API_KEY keeps it out of the process list")
	f.Var(&s.ttft, "ttft", "mean time to the first token, `D`")
	f.Var(&s.itl, "itl", "mean gap between tokens, `D`")
	f.Float64Var(&s.jitter, "jitter", mockllm.DefaultJitter, "coefficient of variation `CV` of both")
	f.Var(&s.tokens, "tokens", "`N` tokens where the request does not say how many")
	f.Var(&s.maxSeqs, "max-num-seqs", "a worker generates for `N` requests at once; 0: for all")
	f.Var(&s.maxWaiting, "max-waiting-queue-length", "`N` more wait, the next gets 429; 0: all wait")
	f.Uint64Var(&s.config.Seed, "seed", 0, "of all jitter, and of faults that come by chance, `N`")
}

func (s *serveFlags) addFaults(f *pflag.FlagSet) {
	f.StringVar(&s.config.Ledger, "ledger", "", "append to `FILE` what was truly sent and when (JSON lines)")
	f.BoolVar(&s.config.AllowFaults, "faults", false, "obey the X-Aibench-Fault header of requests")
	f.StringArrayVar(&s.config.Faults, "fault", nil, "standing fault `SPEC`, such as 'kind=block; ms=250; p=0.01; path=/v1/embeddings'; may be given again")
	f.BoolVar(&s.config.NoWorkerHeader, "no-worker-header", false, "leave the x-aibench-worker header out")
}

// settle completes the configuration and refuses what cannot be meant. A child hears its parent alone: in the
// environment, AIBENCH_TIMEOUT and others are meant for the parent's verb.
func (s *serveFlags) settle(app *App, f *pflag.FlagSet) error {
	if !s.child {
		if err := app.fromEnvironment(f); err != nil {
			return err
		}
	}
	if err := s.refuse(); err != nil {
		return err
	}
	c := &s.config
	c.Workers, c.Class = s.workers.n, mockllm.Class(s.class)
	c.Timeout, c.GracefulTimeout = s.timeout.d, s.graceful.d
	c.MaxRequests, c.Backlog = int(s.maxRequests.n), int(s.backlog.n)
	c.TTFT, c.ITL, c.Jitter = orNone(s.ttft.d), orNone(s.itl.d), orNone(s.jitter)
	c.Tokens, c.MaxNumSeqs, c.MaxWaiting = int(s.tokens.n), int(s.maxSeqs.n), int(s.maxWaiting.n)
	s.jobs.settle(c, f)
	if err := c.Validate(); err != nil {
		return usage("aibench serve --help", "%v", err)
	}
	return nil
}

func (s *serveFlags) refuse() error {
	switch {
	case s.class != string(mockllm.Async):
		return usage("-k "+string(mockllm.Async), "-k, --worker-class: there is no class %s", quoted(s.class))
	case s.timeout.d == 0:
		return usage("--timeout 1h", "--timeout 0: every worker would be killed at once")
	case s.graceful.d == 0:
		return usage("send QUIT, or TERM twice, to stop at once", "--graceful-timeout 0: no request could end")
	case s.jitter < 0 || s.jitter > 10 || math.IsNaN(s.jitter):
		return usage("0.1; 0 for none", "--jitter: a coefficient of variation lies between 0 and 10")
	}
	if err := s.jobs.refuse(); err != nil {
		return err
	}
	return checkBind(s.config.Bind)
}

// checkBind refuses an address without a port, and a path that is none.
func checkBind(bind string) error {
	if path, ok := strings.CutPrefix(bind, "unix:"); ok {
		if path == "" {
			return usage("--bind unix:/tmp/aibench.sock", "--bind unix: has no path")
		}
		return nil
	}
	if isPort(bind) {
		return usage("--bind 127.0.0.1:"+bind, "--bind %s has no host", bind)
	}
	if _, port, err := net.SplitHostPort(bind); err != nil || port != "0" && !isPort(port) {
		return usage("--bind 127.0.0.1:8000, or unix:PATH", "--bind: %s is not an address", quoted(bind))
	}
	return nil
}

// orNone gives the configuration's spelling of a zero that was meant: there, 0 stands for the default.
func orNone[T time.Duration | float64](v T) T {
	if v == 0 {
		return -1
	}
	return v
}

// workers is a number of worker processes.
type workers struct{ n int }

func (w *workers) Type() string   { return "N" }
func (w *workers) String() string { return strconv.Itoa(w.n) }

func (w *workers) Set(s string) error {
	if s == "auto" {
		w.n = 2*runtime.NumCPU() + 1
		return nil
	}
	n, err := strconv.Atoi(s)
	switch {
	case err != nil:
		return wrong("a number, or auto", "%s is not a number of workers", quoted(s))
	case n < 1 || n > maxWorkers:
		return wrong("auto", "%s: between 1 and %d workers", s, maxWorkers)
	}
	w.n = n
	return nil
}

// maxWorkers keeps a slip of the finger from filling the machine with processes.
const maxWorkers = 1024
