package mockllm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"testing"
)

// roleEnv makes the test binary act as one of the processes of a server, instead of running tests.
const roleEnv = "MOCKLLM_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "worker":
		os.Exit(exitCode(beWorker()))
	case "jobworker":
		os.Exit(exitCode(beJobWorker()))
	case "arbiter":
		os.Exit(exitCode(beArbiter()))
	case "child":
		os.Exit(exitCode(beChild()))
	case "mute": // does not begin
		fmt.Fprintln(os.Stderr, "not today")
		os.Exit(3)
	case "deaf":
		os.Exit(beDeaf())
	case "hang": // begins, and says nothing
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case !errors.Is(err, ErrKilled) && !errors.Is(err, ErrCrashed):
		fmt.Fprintln(os.Stderr, err)
	}
	return 1
}

// self returns a command that runs this binary in a role.
func self(role string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleEnv+"="+role)
	return cmd
}

// selfWorker is the Command of tests.
func selfWorker() *exec.Cmd {
	cmd := self("worker")
	cmd.Stderr = os.Stderr
	return cmd
}

// selfJobWorker is their JobCommand.
func selfJobWorker() *exec.Cmd {
	cmd := self("jobworker")
	cmd.Stderr = os.Stderr
	return cmd
}

func beJobWorker() error {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, Signals()...)
	return JobWorker(signals)
}

func beWorker() error {
	pinAsAsked()
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, Signals()...)
	return Worker(signals)
}

// beChild serves until standard input ends.
func beChild() error {
	orders := make(chan Order)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		orders <- Quit
	}()
	a, err := NewArbiter(Config{Bind: "127.0.0.1:0"}, ArbiterOptions{
		Command: selfWorker,
		Ready:   func(s Serving) { fmt.Println(s.Address) },
	})
	if err != nil {
		return err
	}
	return a.Run(orders)
}

// beArbiter serves the Config on standard input, with signals for orders, and says on standard output when it is ready.
func beArbiter() error {
	var cfg Config
	if err := json.NewDecoder(os.Stdin).Decode(&cfg); err != nil {
		return err
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, Signals()...)
	orders := make(chan Order)
	go func() {
		for s := range signals {
			if order, ok := OrderOf(s); ok {
				orders <- order
			}
		}
	}()
	a, err := NewArbiter(cfg, ArbiterOptions{
		Command:    selfWorker,
		JobCommand: selfJobWorker,
		Log:        os.Stdout,
		Ready:      func(s Serving) { fmt.Println("ready", s.Address) },
	})
	if err != nil {
		return err
	}
	return a.Run(orders)
}
