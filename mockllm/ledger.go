package mockllm

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

// requestEntry is the ledger's line of one request while it is being built. Instants are of [clock]; 0 is absent.
type requestEntry struct {
	id, method, path string // path without the query, which may hold secrets
	status           int    // 0: no answer was begun
	accepted         int64  // the request's head was complete
	firstWrite       int64  // the answer's first byte left
	writes, planned  []int64
	tokens           int
	finish           string // finish reason, or how else it ended; "": null
	fault            string // the fault that was applied; "": null
	clientGone       bool
}

// ledger appends lines of truth to a file that several processes share: one write call per line, so that lines never
// mix, and no buffer, so that none is lost. A process that is killed in the middle of a line loses that line, and no
// other. On the loop only.
type ledger struct {
	file   *os.File
	worker int
	pid    int
	buf    []byte
	err    error // the first failed write
}

func openLedger(path string, worker int) (*ledger, error) {
	access := os.O_RDWR // half a line must be seen to be mended
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		access = os.O_WRONLY
	}
	f, err := os.OpenFile(path, os.O_CREATE|access|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return &ledger{file: f, worker: worker, pid: os.Getpid()}, nil
}

// request writes the line of one request.
func (l *ledger) request(e *requestEntry) {
	b := append(l.buf[:0], `{"kind":"request","id":`...)
	b = appendString(b, e.id)
	b = l.appendWorker(b)
	b = append(b, `,"method":`...)
	b = appendString(b, e.method)
	b = append(b, `,"path":`...)
	b = appendString(b, e.path)
	b = appendInt(b, `,"status":`, int64(e.status))
	b = appendInt(b, `,"accepted_ns":`, e.accepted)
	b = appendInt(b, `,"first_write_ns":`, e.firstWrite)
	b = appendInts(b, `,"writes_ns":[`, e.writes)
	b = appendInts(b, `,"planned_ns":[`, e.planned)
	b = appendInt(b, `,"tokens":`, int64(e.tokens))
	b = append(b, `,"finish":`...)
	b = appendNullable(b, e.finish)
	b = append(b, `,"fault":`...)
	b = appendNullable(b, e.fault)
	b = append(b, `,"client_gone":`...)
	b = strconv.AppendBool(b, e.clientGone)
	l.line(b)
}

// block writes the line of one stretch in which the loop stood still.
func (l *ledger) block(start, end int64, cause, path string) {
	b := l.appendWorker(append(l.buf[:0], `{"kind":"block"`...))
	b = appendInt(b, `,"start_ns":`, start)
	b = appendInt(b, `,"end_ns":`, end)
	b = append(b, `,"cause":`...)
	b = appendString(b, cause)
	b = append(b, `,"path":`...)
	b = appendNullable(b, path)
	l.line(b)
}

// roleJob is the role of job workers; those that serve the API have none.
const roleJob = "job"

// workerEvent writes a line on a worker process: start, exit, killed or restarted.
func (l *ledger) workerEvent(event, role string, worker, pid int, at int64) {
	b := append(l.buf[:0], `{"kind":"worker","event":`...)
	b = appendString(b, event)
	b = appendInt(b, `,"worker":`, int64(worker))
	b = appendInt(b, `,"pid":`, int64(pid))
	b = appendInt(b, `,"at_ns":`, at)
	if role != "" {
		b = append(b, `,"role":`...)
		b = appendString(b, role)
	}
	l.line(b)
}

// jobEntry is the ledger's line of one step of a job.
type jobEntry struct {
	id      string
	event   string // submitted, claimed, redelivered, finished, failed or canceled
	at      int64
	attempt int    // which run of the job this concerns; 0: none has begun
	fault   string // the fault that the job meets; "": null
}

// job writes the line of a job's step. worker and pid are those of the process that knows of it.
func (l *ledger) job(e jobEntry) {
	b := append(l.buf[:0], `{"kind":"job","id":`...)
	b = appendString(b, e.id)
	b = append(b, `,"event":`...)
	b = appendString(b, e.event)
	b = appendInt(b, `,"at_ns":`, e.at)
	b = appendInt(b, `,"attempt":`, int64(e.attempt))
	b = l.appendWorker(b)
	b = append(b, `,"fault":`...)
	b = appendNullable(b, e.fault)
	l.line(b)
}

// line completes b and writes it.
func (l *ledger) line(b []byte) {
	b = append(b, "}\n"...)
	err := l.alone(func() error {
		_, err := l.file.Write(b)
		return err
	})
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("write ledger: %w", err)
	}
	l.buf = b[:0]
}

// close returns the first error of all writes.
func (l *ledger) close() error {
	if err := l.file.Close(); err != nil && l.err == nil {
		l.err = fmt.Errorf("close ledger: %w", err)
	}
	return l.err
}

func (l *ledger) appendWorker(b []byte) []byte {
	b = appendInt(b, `,"worker":`, int64(l.worker))
	return appendInt(b, `,"pid":`, int64(l.pid))
}

func appendInt(b []byte, name string, v int64) []byte {
	return strconv.AppendInt(append(b, name...), v, 10)
}

func appendInts(b []byte, name string, vs []int64) []byte {
	b = append(b, name...)
	for i, v := range vs {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return append(b, ']')
}

func appendNullable(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

func appendString(b []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil { // a string always marshals
		return append(b, `""`...)
	}
	return append(b, quoted...)
}
