package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aibench/aibench/mockllm"
)

func newServeCmd(app *App) *cobra.Command { return serveCmd(app, app.serve) }

// serveCmd parses and validates, and hands what is sound to run.
func serveCmd(app *App, run func(context.Context, *serveFlags) error) *cobra.Command {
	o := &serveFlags{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the reference server: a mock LLM behind worker processes",
		Long: `Serves a mock LLM with OpenAI's API, from worker processes of one event loop
each that share a listener, as gunicorn with ASGI workers does. It writes a
ledger of what was truly sent and when, and misbehaves on request.

TERM and INT stop it gracefully, a second one at once; HUP replaces the workers
one by one, TTIN and TTOU add and remove one.`,
		Example: `  aibench serve
  aibench serve -w auto --ttft 300ms --itl 15ms
  aibench serve --bind 127.0.0.1:0 --ledger ledger.jsonl
  aibench serve --max-num-seqs 64 --max-waiting-queue-length 32
  aibench serve --fault 'kind=block; ms=250; every=5s'`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.settle(app, c.Flags()); err != nil {
				return err
			}
			return run(c.Context(), o)
		},
	}
	addGroups(c, []flagGroup{
		{"Processes", o.addProcesses},
		{"Model", o.addModel},
		{"Jobs", func(f *pflag.FlagSet) { o.jobs.add(&o.config, f) }},
		{"Faults and records", o.addFaults},
	})
	c.AddCommand(
		newWorkerCmd(app, "worker", mockllm.Worker),
		newWorkerCmd(app, "jobworker", mockllm.JobWorker),
	)
	return c
}

// noArguments refuses what is not a flag.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := c.CommandPath() + " --help"
	switch {
	case isPort(args[0]):
		hint = "--bind 127.0.0.1:" + args[0]
	case checkBind(args[0]) == nil:
		hint = "--bind " + args[0]
	}
	return usage(hint, "%s takes no argument such as %s", c.Name(), quoted(args[0]))
}

// newWorkerCmd is the life of a worker process of some kind. It is for the arbiter to start.
func newWorkerCmd(app *App, verb string, life func(<-chan os.Signal) error) *cobra.Command {
	return &cobra.Command{
		Use:    verb,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			signals, stop := app.Signals(mockllm.Signals()...)
			defer stop()
			if err := life(signals); err != nil {
				return &failure{code: exitFailed} // the arbiter says why
			}
			return nil
		},
	}
}

// serve runs the arbiter until a signal ends it.
func (a *App) serve(ctx context.Context, o *serveFlags) error {
	log := &prefixed{a.Err, "aibench serve: "}
	program, err := thisProgram()
	if err != nil {
		return err
	}
	arbiter, err := mockllm.NewArbiter(o.config, mockllm.ArbiterOptions{
		Command:    workerCommand(program, "worker", a.Err),
		JobCommand: workerCommand(program, "jobworker", a.Err),
		Log:        log,
		Ready:      func(s mockllm.Serving) { a.announce(log, o, s) },
	})
	if err != nil {
		return usage("aibench serve --help", "%v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := arbiter.Run(a.orders(ctx, o.child)); err != nil {
		return bindFailure(o.config.Bind, err)
	}
	return nil
}

// workerCommand returns what starts a worker.
func workerCommand(program, verb string, stderr io.Writer) func() *exec.Cmd {
	return func() *exec.Cmd {
		return &exec.Cmd{Path: program, Args: []string{"aibench", "serve", verb}, Stderr: stderr}
	}
}

// childServer is a command for [mockllm.StartChild]: a server on a free loopback port, with more flags of serve.
func childServer(flags ...string) (*exec.Cmd, error) {
	program, err := thisProgram()
	if err != nil {
		return nil, err
	}
	args := append([]string{"aibench", "serve", "--child", "--bind", "127.0.0.1:0"}, flags...)
	return &exec.Cmd{Path: program, Args: args}, nil
}

func thisProgram() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", cannot(err, "", "find this program's file")
	}
	return program, nil
}

// orders turns signals into orders until ctx ends, which is an order to quit as well. A child quits when its standard
// input ends.
func (a *App) orders(ctx context.Context, child bool) <-chan mockllm.Order {
	orders := make(chan mockllm.Order)
	signals, stop := a.Signals(mockllm.Signals()...)
	orphaned := make(chan struct{})
	if child {
		go func() { // lives as long as the parent does
			_, _ = io.Copy(io.Discard, a.In)
			close(orphaned)
		}()
	}
	go func() {
		defer stop()
		for {
			order := mockllm.Quit
			select {
			case sig := <-signals:
				order, _ = mockllm.OrderOf(sig)
			case <-orphaned:
				orphaned = nil
			case <-ctx.Done():
			}
			select {
			case orders <- order:
			case <-ctx.Done():
				return
			}
		}
	}()
	return orders
}

// announce says where the server is. A child tells its parent on standard output.
func (a *App) announce(log io.Writer, o *serveFlags, s mockllm.Serving) {
	if o.child {
		fmt.Fprintln(a.Out, s.Address)
		return
	}
	workers := fmt.Sprintf("%d workers (%s)", s.Workers, o.config.Class)
	switch {
	case !s.Forked:
		workers = "1 worker, in this process: this system has no pre-forking"
	case s.Workers == 1:
		workers = fmt.Sprintf("1 worker (%s)", o.config.Class)
	}
	fmt.Fprintf(log, "listening on %s, %s\n", s.Address, workers)
	if s.Public && o.config.APIKey == "" {
		fmt.Fprintf(log, "warning: other machines may reach it, and it asks for no key; --api-key or --bind 127.0.0.1:PORT change that\n")
	}
}

// bindFailure dresses what kept the server from serving.
func bindFailure(bind string, err error) error {
	hint := ""
	_, port, splits := net.SplitHostPort(bind)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		hint = "stop what listens there, or take a free port: --bind 127.0.0.1:0"
	case errors.Is(err, syscall.EACCES) && splits == nil:
		hint = "a port from 1024 up, not " + port + ": --bind 127.0.0.1:8000"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		hint = "an address of this machine: --bind 127.0.0.1:8000"
	case errors.Is(err, os.ErrExist):
		hint = "another path: the file there is not removed"
	}
	return cannot(err, hint, "serve")
}

// prefixed puts a prefix in front of each line; each Write is one.
type prefixed struct {
	w      io.Writer
	prefix string
}

func (p *prefixed) Write(line []byte) (int, error) {
	if _, err := p.w.Write(append([]byte(p.prefix), line...)); err != nil {
		return 0, err
	}
	return len(line), nil
}
