package target

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/profile"
	"github.com/aibench/aibench/bench/wire"
)

// A Wait is how a job's end is learned of.
type Wait uint8

// The ways of waiting.
const (
	Poll             Wait = iota // ask for the status, again and again
	WebSocket                    // be told, message by message
	ServerSentEvents             // be told, event by event
)

// String gives the spelling of the command line and of run files.
func (w Wait) String() string {
	switch w {
	case WebSocket:
		return "ws"
	case ServerSentEvents:
		return "sse"
	default:
		return "poll"
	}
}

// A JobConfig says what a [Job] submits and how it follows it. Zero fields
// mean what their comments say.
type JobConfig struct {
	Client  *wire.Client     // to the origin of URL
	Epoch   time.Time        // the client's and the run's
	URL     *url.URL         // where jobs are submitted, absolute
	Request Request          // the submission; Host and Path come from URL, what is left out from the profile
	Profile *profile.Profile // how the service takes jobs
	Wait    Wait
	// Interval is how long to wait between polls, and before a push that
	// broke off is taken up again; zero: as the profile says.
	Interval Interval
	MaxWait  time.Duration // from the submission to the result, needed: some services say PENDING for ever
	Timeout  time.Duration // of one request and its answer; 0: MaxWait
	// MaxBody bounds the bytes of an acceptance, a status answer or a message:
	// what is read as a document, which takes several times as much memory for
	// as long as that takes. 0: 4 MiB. A body that is only a result may be of
	// any size, and is not kept.
	MaxBody int
	// Retries is how often a submission is repeated, with the same idempotency
	// key, that the server put off or whose connection was lost; the latter only
	// where the profile has such a key.
	Retries int
	// TLS and Dial are for the WebSocket, which needs a connection of its own.
	// Dial is given host:port of the URL; nil: the network as it is.
	TLS  *tls.Config
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Elsewhere gives the client for another origin, where the profile lets a
	// job lead there; it is asked once for each and no field of Request goes
	// there. nil: jobs that lead elsewhere end as protocol errors.
	Elsewhere func(origin *url.URL) (*wire.Client, error)
	Seed      uint64              // of the jitter between polls
	Redact    func(string) string // takes secrets out of texts that came from a server; nil: nothing
}

const (
	defaultMaxBody = 4 << 20
	// maxDetail bounds a detail of a job, which may quote a server and say
	// what to do about it.
	maxDetail = 480
)

// A Job is the Target that submits one job per request, follows it to its end
// and fetches its result. It is used by many goroutines at once.
//
// Of what answers bring it keeps the arrival by the kernel's stamp, except
// with [WebSocket]: that library reads through its own buffers, so its
// messages are dated when the program holds them.
type Job struct {
	cfg     JobConfig
	origin  *url.URL
	key     string                     // begins every idempotency key; another in each run
	clock   clock                      // the server's, as its stamps tell
	places  places                     // other origins
	sockets sockets                    // for WebSocket handshakes
	buffers sync.Pool                  // of *[]byte
	used    atomic.Pointer[recognised] // nil: auto has not seen an answer
	starts  atomic.Bool                // the service tells of jobs that run, not only that they wait or are over
	worked  atomic.Int32               // 1 + the index of the candidate at which this service keeps its status
}

// recognised is the profile in use, and by what auto found it in the first
// answer.
type recognised struct{ name, how string }

// NewJob checks cfg, and copies it.
func NewJob(cfg JobConfig) (*Job, error) {
	switch {
	case cfg.Client == nil:
		return nil, errors.New("job without a client")
	case cfg.Profile == nil:
		return nil, errors.New("job without a profile")
	case cfg.URL == nil || cfg.URL.Host == "" || cfg.URL.Scheme != "http" && cfg.URL.Scheme != "https":
		return nil, errors.New("job without an absolute http or https URL")
	case cfg.MaxWait <= 0:
		return nil, errors.New("job without a bound on its time")
	case cfg.Timeout < 0 || cfg.MaxBody < 0 || cfg.Retries < 0:
		return nil, errors.New("job: a bound is negative")
	}
	if err := cfg.Interval.check(); err != nil {
		return nil, err
	}
	cfg.Request = submission(&cfg)
	if err := cfg.Request.Check(); err != nil {
		return nil, err
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = cfg.MaxWait
	}
	if cfg.MaxBody == 0 {
		cfg.MaxBody = defaultMaxBody
	}
	j := &Job{cfg: cfg, origin: &url.URL{Scheme: cfg.URL.Scheme, Host: cfg.URL.Host}, key: rand.Text()}
	if !cfg.Profile.Auto {
		j.used.Store(&recognised{name: cfg.Profile.Name})
	}
	j.places.ask = cfg.Elsewhere
	if cfg.Wait == WebSocket {
		j.sockets = newSockets(&cfg)
	}
	return j, nil
}

// Recognised is the name of the profile in use and, where it was found out,
// by what; "" while auto has not seen an answer.
func (j *Job) Recognised() (name, how string) {
	if r := j.used.Load(); r != nil {
		return r.name, r.how
	}
	return "", ""
}

// Offset is what the server's stamps have told of its clock; known is false
// while there were none.
func (j *Job) Offset() (o Offset, known bool) { return j.clock.offset() }

// Do submits one job and follows it to its result.
func (j *Job) Do(ctx context.Context, s *bench.Sample) {
	t := j.task(s)
	defer t.release()
	if t.submit(ctx) {
		t.follow(ctx)
	}
	if _, accepted := s.At(bench.Accepted); accepted {
		t.course.mark(s, &j.clock, j.starts.Load())
	}
}

func (j *Job) now() time.Duration { return time.Since(j.cfg.Epoch) }
