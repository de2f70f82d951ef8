package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench"
)

// streamOptions are what the command line says of a run of streams.
type streamOptions struct {
	runOptions
	answer answerFlags
}

func newStreamCmd(app *App) *cobra.Command { return streamCmd(app, app.stream) }

// streamCmd parses and validates, and hands what is sound to run.
func streamCmd(app *App, run func(context.Context, *streamOptions) error) *cobra.Command {
	o := &streamOptions{}
	o.output.of, o.request.usual = bench.Streams, "POST; GET where there is nothing to send"
	c := &cobra.Command{
		Use:   "stream [URL]",
		Short: "Measure many token streams (Server-Sent Events) at once",
		Long: `Opens streams, reads every token, and reports time to first token, gaps,
throughput and failures, with the health of this client beside them.

` + urlAndEnvironment,
		Example: `  aibench stream --c 1000
  aibench stream http://localhost:8000 -c 50 -d 30s --api-key-env OPENAI_API_KEY
  aibench stream http://localhost:8000/chat -b '{"q":"hi"}' --token-path '$.text'
  aibench stream http://localhost:8000 -r 20/s --arrival poisson -o run.json -o run.html
  aibench stream http://localhost:8000 --threshold 'ttft.p95<800ms' --abort-on 'errors>20%'`,
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
		{"Answer", o.answer.add},
		{"Connection", o.transport.add},
		{"Output", o.output.add},
	})
	return c
}

// urlAndEnvironment is what the help of every verb that makes load says.
const urlAndEnvironment = `URL is a base (http://host:8000) or a full endpoint. Without one, the reference
server is started on a free loopback port and stopped at the end.

Every flag can also stand in the environment, as AIBENCH_ and its long name:
AIBENCH_CONCURRENCY=100. Flags come first. A letter may stand after two dashes
too: --c 1000.`

// settle completes the options and refuses what cannot be meant.
func (o *streamOptions) settle(app *App, f *pflag.FlagSet, args []string) error {
	if err := o.runOptions.settle(app, f, args); err != nil {
		return err
	}
	return o.answer.settle(f)
}

// stream performs a run of streams and reports it.
func (a *App) stream(ctx context.Context, o *streamOptions) error {
	return a.measure(ctx, &o.runOptions, &streamOperation{streamOptions: o})
}
