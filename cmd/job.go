package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench"
)

// jobOptions are what the command line says of a run of jobs.
type jobOptions struct {
	runOptions
	job jobFlags
}

func newJobCmd(app *App) *cobra.Command { return jobCmd(app, app.job) }

// jobCmd parses and validates, and hands what is sound to run.
func jobCmd(app *App, run func(context.Context, *jobOptions) error) *cobra.Command {
	o := &jobOptions{}
	o.output.of, o.request.usual = bench.Jobs, "the profile's"
	c := &cobra.Command{
		Use:   "job [URL]",
		Short: "Measure asynchronous jobs: 202 Accepted, then wait for the result",
		Long: `Submits jobs, follows each to its end by polling, WebSocket or Server-Sent
Events, fetches its result, and reports how long jobs waited and ran, how late
their end was learned of, and which were lost, stuck or done twice.

` + urlAndEnvironment,
		Example: `  aibench job --c 50 -n 500
  aibench job http://localhost:8000/tasks -c 20 -d 1m --max-wait 5m
  aibench job http://localhost:8000/tasks -b '{"text":"hi"}' --profile celery-fastapi
  aibench job https://queue.example.com/my/app --profile fal-queue --api-key-env FAL_KEY -n 10
  aibench job http://localhost:8000 --wait ws -r 5/s -o run.json --threshold 'queue_wait.p95<5s'`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.settle(app, c.Flags(), args); err != nil {
				return err
			}
			return run(c.Context(), o)
		},
	}
	addGroups(c, []flagGroup{
		{"Load", o.load.add},
		{"Request", o.request.add},
		{"Jobs", o.job.add},
		{"Connection", o.transport.add},
		{"Output", o.output.add},
	})
	return c
}

// settle completes the options and refuses what cannot be meant.
func (o *jobOptions) settle(app *App, f *pflag.FlagSet, args []string) error {
	if err := o.runOptions.settle(app, f, args); err != nil {
		return err
	}
	return o.job.settle(f)
}

// job performs a run of jobs and reports it.
func (a *App) job(ctx context.Context, o *jobOptions) error {
	return a.measure(ctx, &o.runOptions, &jobOperation{jobOptions: o})
}
