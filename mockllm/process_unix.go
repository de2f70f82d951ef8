//go:build unix

package mockllm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

// The files that a worker process inherits, by descriptor.
const (
	fdConfig = 3 + iota // JSON, then nothing: its end tells that the arbiter is gone
	fdBeat              // see beat
	fdRest              // the listener, unless it is a job worker; then faults' counts, where faults are allowed
)

// A worker writes beat on its heartbeat pipe now and then, retiring when it stops gracefully, jobsAsked when somebody
// has asked for jobs, and bootError and a message when it cannot begin.
const (
	beat      = '.'
	retiring  = '-'
	jobsAsked = '+'
	bootError = '!'
)

// maxBootError bounds that message.
const maxBootError = 4 << 10

// workerConfig is what a worker is told through its pipe.
type workerConfig struct {
	Worker int
	Warm   bool   // open the queue before it is asked for
	Shared bool   // faults' counts are there
	Home   string // the arbiter's directory, to be removed if the arbiter cannot; "": none
	Config Config
}

// process is a worker as its arbiter sees it; used by the arbiter's goroutine only.
type process struct {
	crew    *crew
	number  int
	pid     int
	cmd     *exec.Cmd
	life    *os.File // write end of fdConfig
	started time.Time
	beaten  time.Time // the latest heartbeat, or the start
	booted  bool      // has given one
	mute    bool      // gives no more: its loop has ended
	leaving bool      // was told to go
	killed  bool      // was told to die
	abortAt time.Time // when it is killed unless it has gone; zero: never
	killAt  time.Time // when it is killed for good; zero: never
}

// processEvent is news of a process: a heartbeat, or one of its ends.
type processEvent struct {
	p        *process
	retiring bool   // it accepts no connections any more
	jobs     bool   // somebody has asked it for jobs
	mute     bool   // the last heartbeat was the last
	ended    bool   // the process has ended
	failure  string // why it could not begin; "": it did not say
	err      error  // of its end, as exec.Cmd.Wait has it
}

// startProcess starts a worker, which inherits rest too. Its events go to the channel until it has ended; somebody must
// receive them.
func startProcess(cmd *exec.Cmd, wc workerConfig, rest []*os.File, events chan<- processEvent) (*process, error) {
	var files []*os.File
	defer func() {
		for _, f := range files {
			_ = f.Close()
		}
	}()
	config, life, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	files = append(files, config)
	beats, beatsIn, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, life.Close())
	}
	files = append(files, beatsIn)
	cmd.ExtraFiles = append([]*os.File{config, beatsIn}, rest...)
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, life.Close(), beats.Close())
	}
	now := time.Now()
	p := &process{number: wc.Worker, pid: cmd.Process.Pid, cmd: cmd, life: life, started: now, beaten: now}
	go p.watch(beats, events)
	return p, p.configure(wc)
}

// configure sends the configuration. A worker that does not read it is dying, which watch will tell.
func (p *process) configure(wc workerConfig) error {
	data, err := json.Marshal(wc)
	if err != nil {
		return fmt.Errorf("configure worker: %w", err)
	}
	if _, err := p.life.Write(data); err != nil && !errors.Is(err, unix.EPIPE) {
		return fmt.Errorf("configure worker: %w", err)
	}
	return nil
}

// watch turns the heartbeat pipe, and then the process's end, into events.
func (p *process) watch(beats *os.File, events chan<- processEvent) {
	defer beats.Close()
	var buf [512]byte
	var failure []byte
	for {
		n, err := beats.Read(buf[:])
		if err != nil {
			break
		}
		news := buf[:n]
		if len(failure) == 0 {
			signs := news
			if news = bytes.TrimLeft(news, string([]byte{beat, retiring, jobsAsked})); len(news) == 0 {
				events <- processEvent{
					p: p, retiring: bytes.IndexByte(signs, retiring) >= 0, jobs: bytes.IndexByte(signs, jobsAsked) >= 0,
				}
				continue
			}
		}
		failure = append(failure, news[:min(len(news), maxBootError-len(failure))]...)
	}
	events <- processEvent{p: p, mute: true}
	err := p.cmd.Wait()
	message, _ := bytes.CutPrefix(failure, []byte{bootError})
	events <- processEvent{p: p, ended: true, failure: string(message), err: err}
}

// signal sends sig; a process that has ended gets none.
func (p *process) signal(sig unix.Signal) {
	_ = p.cmd.Process.Signal(sig)
}

// String names p as the log does.
func (p *process) String() string { return fmt.Sprintf("%s %d (pid %d)", p.crew.name, p.number, p.pid) }

// release closes what is left of a process that has ended.
func (p *process) release() { _ = p.life.Close() }

// tell writes a worker's side of the heartbeat pipe.
func tell(w io.Writer, kind byte, message string) {
	if len(message) > maxBootError-1 {
		message = message[:maxBootError-1]
	}
	_, _ = w.Write(append([]byte{kind}, message...))
}
