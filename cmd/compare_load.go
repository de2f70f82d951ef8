package cmd

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aibench/aibench/bench"
)

// A sharedLoad is the load that every side of a comparison is put under: what
// stands behind "--".
type sharedLoad struct {
	kinds   bench.Kinds
	seed    uint64
	seeded  bool // the seed was given there
	options *runOptions
	// with gives the operation and its options with a change that other runs
	// do not see.
	with  func(change func(*runOptions)) (*runOptions, operation)
	stdin []byte // what --body @- read
	path  string // what is added to the base of every side; "": the operation's own path
}

// verb is the one that makes it.
func (l *sharedLoad) verb() string {
	if l.kinds.Has(bench.Jobs) {
		return "job"
	}
	return "stream"
}

// loads are the verbs that make load.
func loads() []string { return []string{"stream", "job"} }

func isLoad(word string) bool { return slices.Contains(loads(), word) }

// parseLoad reads the command line of a load. It gives nil without an error
// when that asked for help, and has been shown it.
func (a *App) parseLoad(ctx context.Context, args []string) (*sharedLoad, error) {
	if !isLoad(args[0]) {
		return nil, usage("-- stream -c 50 -d 10s", "behind -- stands a verb that makes load: stream or job, not %s", quoted(maskArg(args[0])))
	}
	var load *sharedLoad
	stream := streamCmd(a, func(_ context.Context, o *streamOptions) error {
		load = shareStream(o)
		return nil
	})
	job := jobCmd(a, func(_ context.Context, o *jobOptions) error {
		load = shareJob(o)
		return nil
	})
	root := &cobra.Command{Use: "aibench", SilenceErrors: true, SilenceUsage: true}
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(flagError)
	root.SetGlobalNormalizationFunc(longForShort)
	root.AddCommand(stream, job)
	seeded, path := false, ""
	for _, c := range root.Commands() {
		run := c.RunE
		c.RunE = func(c *cobra.Command, args []string) error {
			if len(args) == 1 && strings.HasPrefix(args[0], "/") {
				path, args = args[0], nil
			}
			if err := refuseBehind(c, args); err != nil {
				return err
			}
			seeded = c.Flags().Changed("seed")
			return run(c, args)
		}
	}
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil || load == nil {
		return nil, err
	}
	load.seed, load.seeded, load.path = load.options.load.seed, seeded, path
	// The environment may have set what is refused as a flag; it is meant for the comparison.
	out := &load.options.output
	out.files, out.json, out.label = outputs{}, false, ""
	return load, a.readOnce(load)
}

// refuseBehind refuses what says something of one run alone, or of the
// comparison as a whole.
func refuseBehind(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("--base URL --head URL in front of the --; behind it "+pathBehind(c.Name(), args[0]),
			"%s: the sides of a comparison are not named behind --", quoted(maskArg(args[0])))
	}
	for _, f := range []struct{ name, hint string }{
		{"output", "-o in front of the -- for the comparison; --runs DIR keeps the run files"},
		{"json", "--json in front of the --"},
		{"label", "--label in front of the --, or NAME= in front of a side"},
		{"threshold", "aibench gate --threshold … in front of the --"},
		{"abort-on", "aibench gate --threshold … in front of the --"},
		{"unix-socket", "a URL for each side"},
		{"connect-to", "a URL for each side"},
	} {
		if flag := c.Flags().Lookup(f.name); flag != nil && flag.Changed {
			return usage(f.hint, "%s cannot be said of each run of a comparison", spelled(flag))
		}
	}
	return nil
}

// pathBehind shows how the path of every side is said, by that of the URL that
// was.
func pathBehind(verb, word string) string {
	path := "/PATH"
	if u, err := url.Parse(word); err == nil && u.Scheme != "" && u.Path != "" {
		path = u.EscapedPath()
	}
	return "the path alone, which is added to each: -- " + verb + " " + path
}

// at is a side's URL with the path that the load names.
func (l *sharedLoad) at(base string) (*endpoint, error) {
	if l.path == "" {
		return parseEndpoint(base)
	}
	if at, err := parseEndpoint(base); err != nil {
		return nil, err
	} else if at.url.RawQuery != "" {
		return nil, usage("the query behind the path: "+l.path+"?…", "%s has a query, and %s is to be added to it", at.shown(), maskURL(l.path))
	}
	return parseEndpoint(strings.TrimSuffix(base, "/") + l.path)
}

func shareStream(o *streamOptions) *sharedLoad {
	return &sharedLoad{kinds: bench.Streams, options: &o.runOptions, with: func(change func(*runOptions)) (*runOptions, operation) {
		own := *o
		change(&own.runOptions)
		return &own.runOptions, &streamOperation{streamOptions: &own}
	}}
}

func shareJob(o *jobOptions) *sharedLoad {
	return &sharedLoad{kinds: bench.Jobs, options: &o.runOptions, with: func(change func(*runOptions)) (*runOptions, operation) {
		own := *o
		change(&own.runOptions)
		return &own.runOptions, &jobOperation{jobOptions: &own}
	}}
}

// readOnce keeps what stdin holds, so that every run can read it.
func (a *App) readOnce(load *sharedLoad) error {
	if load.options.request.body.source != "@-" {
		return nil
	}
	var err error
	load.stdin, err = readBounded(a.In, "stdin")
	return err
}

// rewind makes stdin readable again for the next run.
func (l *sharedLoad) rewind(a *App) {
	if l.stdin != nil {
		a.In = bytes.NewReader(l.stdin)
	}
}
