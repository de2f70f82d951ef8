//go:build unix

package mockllm

import (
	"errors"
	"os"
	"syscall"
)

// JobWorker is the whole life of a job-worker process that an [Arbiter] started with its JobCommand, as [Worker] is of
// one that serves the API. TERM ends it after the job at hand, QUIT and ABRT at once: the job goes to another worker when
// its lease is over.
func JobWorker(signals <-chan os.Signal) error {
	beats, wc, err := inherit()
	if err != nil {
		return err
	}
	defer beats.Close()
	store := &jobStore{spec: wc.Config.Queue}
	w := newJobWorker(wc.Config.withDefaults(), wc.Worker, store, newFaultCounts(wc.shared(fdRest)))
	err = heartbeat(w.loop, beats, w.cfg.Timeout)
	if err == nil {
		go wc.outlive(w.kill)
		go obeyJobs(w, signals)
		err = errors.Join(w.serve(), store.close())
	}
	complain(beats, err)
	return err
}

// obeyJobs acts on the signals of a job worker.
func obeyJobs(w *jobWorker, signals <-chan os.Signal) {
	for sig := range signals {
		switch sig {
		case syscall.SIGTERM:
			w.stop()
		case syscall.SIGQUIT, syscall.SIGABRT:
			w.kill()
		}
	}
}
