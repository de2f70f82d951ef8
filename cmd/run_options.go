package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// runOptions are what the command line of every verb that makes load can say.
type runOptions struct {
	endpoint  *endpoint // nil: the reference server
	load      loadFlags
	request   requestFlags
	transport transportFlags
	output    outputFlags

	header func() string // of the live display: which run of many this is; nil: there is but one
}

// settle completes the options and refuses what cannot be meant.
func (o *runOptions) settle(app *App, f *pflag.FlagSet, args []string) error {
	if err := app.fromEnvironment(f); err != nil {
		return err
	}
	if err := o.locate(args); err != nil {
		return err
	}
	for _, settle := range []func(*pflag.FlagSet) error{o.load.settle, o.request.settle, o.transport.settle, o.output.settle} {
		if err := settle(f); err != nil {
			return err
		}
	}
	return nil
}

// locate reads the URL.
func (o *runOptions) locate(args []string) error {
	var err error
	switch {
	case len(args) == 0 && o.transport.unixSocket != "":
		o.endpoint, err = parseEndpoint("http://localhost")
	case len(args) == 0 && o.transport.connectTo != "":
		return usage("the URL to ask for there", "--connect-to needs a URL")
	case len(args) <= 2 && o.output.quiet && slices.ContainsFunc(args, isNumber):
		return quietNumber("-q " + args[slices.IndexFunc(args, isNumber)])
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
