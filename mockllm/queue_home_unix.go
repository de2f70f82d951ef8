//go:build unix

package mockllm

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/aibench/aibench/mockllm/queue"
)

// queueHome is where an arbiter keeps the jobs for as long as it runs, when nobody has said where: a directory that
// nobody else may look into. The zero value is none.
type queueHome struct {
	dir    string
	memory queue.Queue // served to the workers; nil: they have a file
	ln     net.Listener
	served chan error // what serving returned
}

// settleQueue makes the configuration name a queue that all workers can open, and finds out before any request whether
// one that was given can be.
func (a *Arbiter) settleQueue() error {
	switch a.cfg.Queue {
	case "":
		if err := a.home.make(); err != nil {
			return err
		}
		a.cfg.Queue = "sqlite:" + filepath.Join(a.home.dir, "jobs.db")
		return nil
	case queueMemory:
		path, err := a.home.share()
		if err != nil {
			return err
		}
		a.logf(logNotDurable)
		a.cfg.Queue = queueRemote + ":unix:" + path
		return nil
	}
	return probeQueue(a.cfg.Queue)
}

func (h *queueHome) make() error {
	dir, err := os.MkdirTemp("", "aibench-jobs-*") // with mode 0700
	if err != nil {
		return fmt.Errorf("keep jobs: %w", err)
	}
	h.dir = dir
	return nil
}

// share serves a queue in this process's memory, and returns the path of its socket.
func (h *queueHome) share() (path string, err error) {
	if err := h.make(); err != nil {
		return "", err
	}
	path = filepath.Join(h.dir, "queue")
	if h.ln, err = net.Listen("unix", path); err != nil {
		return "", fmt.Errorf("share the queue: %w", err)
	}
	if h.memory, err = queue.Open(context.Background(), queueMemory); err != nil {
		return "", err
	}
	h.served = make(chan error, 1)
	go func() { h.served <- queue.Serve(h.ln, h.memory) }()
	return path, nil
}

// close ends the serving and removes the directory. No worker may be left.
func (h *queueHome) close() error {
	var errs []error
	if h.ln != nil {
		_ = h.ln.Close()
	}
	if h.served != nil {
		errs = append(errs, <-h.served)
	}
	if h.memory != nil {
		errs = append(errs, h.memory.Close())
	}
	if h.dir != "" {
		errs = append(errs, os.RemoveAll(h.dir))
	}
	return errors.Join(errs...)
}
