package mockllm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	// childGrace is how long a child may take to end before it is killed.
	childGrace = 5 * time.Second
	// maxAddress bounds the line in which a child says where it serves.
	maxAddress = 4 << 10
	// maxComplaint is how much of what a child says on standard error is kept.
	maxComplaint = 4 << 10
)

// StartChild starts a server in a process of its own and returns the URL where it serves. cmd is a command, not yet
// started, that writes this URL as a line to its standard output once it accepts connections, and ends when its standard
// input does: so the child ends with this process, however that ends, and stop is no more than closing a pipe. A signal
// from the terminal does not reach it, since it is in a process group of its own.
//
// ctx bounds the start alone. stop ends the child and waits for it; it may be called more than once, by one goroutine.
// The error tells what the child said on standard error, unless cmd sends that elsewhere.
func StartChild(ctx context.Context, cmd *exec.Cmd) (url string, stop func(), err error) {
	complaint := &tail{}
	if cmd.Stderr == nil {
		cmd.Stderr = complaint
	}
	life, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start server: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, fmt.Errorf("start server: %w", err)
	}
	cmd.WaitDelay = childGrace
	setProcessGroup(cmd)
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("start server: %w", err)
	}
	stop = func() { endChild(cmd, life) }
	url, err = readAddress(ctx, out)
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("start server: %w%s", err, complaint)
	}
	return url, stop, nil
}

// endChild closes the child's standard input and waits, then kills.
func endChild(cmd *exec.Cmd, life io.Closer) {
	_ = life.Close()
	kill := time.AfterFunc(childGrace, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	_ = cmd.Wait()
}

// readAddress reads the first line of out. When ctx ends, the caller's stop ends the read.
func readAddress(ctx context.Context, out io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	first := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(out, maxAddress)).ReadString('\n')
		first <- answer{line, err}
	}()
	select {
	case a := <-first:
		if errors.Is(a.err, io.EOF) {
			return "", errors.New("it ended before it served")
		}
		return strings.TrimSpace(a.line), a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex // guards buf
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - maxComplaint; over > 0 {
		t.buf = t.buf[:copy(t.buf, t.buf[over:])]
	}
	return len(p), nil
}

// String is the tail, ready to follow an error's text.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := bytes.TrimSpace(t.buf)
	if len(text) == 0 {
		return ""
	}
	return ": " + string(text)
}
