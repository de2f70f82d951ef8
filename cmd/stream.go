package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// streamOptions are what the command line says of a run of streams.
type streamOptions struct {
	endpoint  *endpoint // nil: the reference server
	load      loadFlags
	request   requestFlags
	transport transportFlags
	output    outputFlags
}

func newStreamCmd(app *App) *cobra.Command { return streamCmd(app, app.stream) }

// streamCmd parses and validates, and hands what is sound to run.
func streamCmd(app *App, run func(context.Context, *streamOptions) error) *cobra.Command {
	o := &streamOptions{}
	groups := []flagGroup{
		{"Load", o.load.add},
		{"Request", o.request.add},
		{"Connection", o.transport.add},
		{"Output", o.output.add},
	}
	c := &cobra.Command{
		Use:   "stream [URL]",
		Short: "Measure many token streams (Server-Sent Events) at once",
		Long: `Opens streams, reads every token, and reports time to first token, gaps,
throughput and failures, with the health of this client beside them.

URL is a base (http://host:8000) or a full endpoint. Without one, the reference
server is started on a free loopback port and stopped at the end.

Every flag can also stand in the environment, as AIBENCH_ and its long name:
AIBENCH_CONCURRENCY=100. Flags come first. A letter may stand after two dashes
too: --c 1000.`,
		Example: `  aibench stream --c 1000
  aibench stream http://localhost:8000 -c 50 -d 30s --api-key-env OPENAI_API_KEY
  aibench stream http://localhost:8000/chat -b '{"q":"hi"}' --token-path '$.text'
  aibench stream http://localhost:8000 -r 20/s --arrival poisson -o run.json`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.settle(app, c.Flags(), args); err != nil {
				return err
			}
			return run(c.Context(), o)
		},
	}
	addGroups(c, groups)
	return c
}

// settle completes the options and refuses what cannot be meant.
func (o *streamOptions) settle(app *App, f *pflag.FlagSet, args []string) error {
	if err := app.fromEnvironment(f); err != nil {
		return err
	}
	if err := o.locate(args); err != nil {
		return err
	}
	for _, settle := range []func(*pflag.FlagSet) error{o.load.settle, o.request.settle, o.transport.settle} {
		if err := settle(f); err != nil {
			return err
		}
	}
	return nil
}

// locate reads the URL.
func (o *streamOptions) locate(args []string) error {
	var err error
	switch {
	case len(args) == 0 && o.transport.unixSocket != "":
		o.endpoint, err = parseEndpoint("http://localhost")
	case len(args) == 0 && o.transport.connectTo != "":
		return usage("the URL to ask for there", "--connect-to needs a URL")
	case len(args) == 1 && o.output.quiet && isNumber(args[0]):
		return quietNumber("-q " + args[0])
	case len(args) == 1:
		o.endpoint, err = parseEndpoint(args[0])
	case len(args) > 1:
		return usage("quotes around a value with blanks", "one URL is enough, and there are %d: %s",
			len(args), strings.Join(masked(args), " "))
	}
	return err
}

func masked(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = quoted(maskArg(arg))
	}
	return out
}
