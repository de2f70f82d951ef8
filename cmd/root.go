package cmd

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// execute finds the verb and runs it.
func (a *App) execute(ctx context.Context, args []string) error {
	root := newRootCmd(a)
	args = spreadSides(args)
	root.SetArgs(args)
	addDefaults(root, args)
	if _, _, err := root.Find(verb(args)); err != nil && !fromShell(args) {
		return unknownVerb(root, verb(args))
	}
	understood := false
	root.PersistentPreRun = func(*cobra.Command, []string) { understood = true }
	err := root.ExecuteContext(ctx)
	if err != nil && !understood && len(failuresIn(err)) == 0 {
		return usage("aibench --help", "%v", err)
	}
	return err
}

// addDefaults adds the verbs that cobra brings along, which it would do too
// late for a search among all verbs. Without its own Run, completion would take
// an unknown shell for a question and answer with exit code 0.
func addDefaults(root *cobra.Command, args []string) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	}
}

// fromShell reports whether a completion script asks. Its verb is hidden, and
// added only when it is called.
func fromShell(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// verb leaves out a leading "help": what follows it must be a verb as well.
func verb(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return args[1:]
	}
	return args
}

func newRootCmd(app *App) *cobra.Command {
	root := &cobra.Command{
		Use:   "aibench",
		Short: "Load-test and diagnose asynchronous AI APIs",
		Long: `aibench load-tests asynchronous AI APIs and says where their time goes.

Without a URL it measures its own reference server, so these work anywhere:

  aibench stream --c 1000
  aibench job --c 50 -n 500`,
		Version:       app.version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(app.In)
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.SetFlagErrorFunc(flagError)
	// Every verb knows --c as it knows -c.
	root.SetGlobalNormalizationFunc(longForShort)
	root.AddCommand(newStreamCmd(app), newJobCmd(app), newServeCmd(app), newReportCmd(app), newVersionCmd(app),
		newCompareCmd(app), newGateCmd(app))
	return root
}

// longForShort lets a flag's letter stand after two dashes as well: --c 1000.
func longForShort(flags *pflag.FlagSet, name string) pflag.NormalizedName {
	if len(name) == 1 {
		if f := flags.ShorthandLookup(name); f != nil {
			return pflag.NormalizedName(f.Name)
		}
	}
	return pflag.NormalizedName(name)
}

// unknownVerb answers a first word that is no verb.
func unknownVerb(root *cobra.Command, args []string) error {
	word := firstWord(args)
	if strings.Contains(word, "://") {
		return usage("aibench stream "+maskURL(word), "%q is not a verb", maskURL(word))
	}
	var verbs []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			verbs = append(verbs, c.Name())
		}
	}
	if verb := nearest(word, verbs); verb != "" {
		return usage("aibench "+verb, "unknown verb %q", word)
	}
	return usage("aibench --help", "unknown verb %q; there are %s", word, strings.Join(verbs, ", "))
}

func firstWord(args []string) string {
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return ""
}

// flagError dresses what the flag parser has to say.
func flagError(c *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(c, e)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usage(c.CommandPath()+" --help", "%s needs a value", spelled(e.GetFlag()))
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return badValue(e)
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return usage(c.CommandPath()+" --help", "%s is not a flag", e.GetSpecifiedFlag())
	}
	return err
}

// unknownFlag names the flag that was probably meant.
func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	name, group := e.GetSpecifiedName(), e.GetSpecifiedShortnames()
	if isNumber(group) && c.Flags().Changed("quiet") {
		return quietNumber("-q" + group)
	}
	dashes := "--"
	if group != "" {
		dashes = "-"
	}
	if hint := habit(name); hint != "" {
		return usage(hint, "unknown flag %s%s", dashes, name)
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	if close := nearest(name, names); close != "" && group == "" {
		return usage("--"+close, "unknown flag --%s", name)
	}
	return usage(c.CommandPath()+" --help", "unknown flag %s%s", dashes, name)
}

// badValue says what is wrong with a flag's value. The value itself is not
// repeated: it may be a key. Messages of value types quote what is safe.
func badValue(e *pflag.InvalidValueError) error {
	f := e.GetFlag()
	if f.Name == "quiet" && isNumber(e.GetValue()) {
		return quietNumber("-q=" + e.GetValue())
	}
	what, hint := explain(e)
	return usage(hint, "%s: %s", spelled(f), what)
}

// explain words what is wrong with a value, and what to try.
func explain(e *pflag.InvalidValueError) (what, hint string) {
	if bad, ok := errors.AsType[*valueError](e.Unwrap()); ok {
		return bad.what, bad.hint
	}
	name := e.GetFlag().Name
	switch e.GetFlag().Value.Type() {
	case "bool":
		return quoted(e.GetValue()) + " is neither true nor false", "--" + name + ", or --" + name + "=false"
	case "uint64":
		return quoted(e.GetValue()) + " is not a whole number", "a whole number from 0 on"
	case "float64":
		return quoted(e.GetValue()) + " is not a number", "a number such as 0.5"
	}
	return e.Unwrap().Error(), ""
}

// spelled gives a flag in the form in which help shows it.
func spelled(f *pflag.Flag) string {
	if f.Shorthand != "" {
		return "-" + f.Shorthand + ", --" + f.Name
	}
	return "--" + f.Name
}
