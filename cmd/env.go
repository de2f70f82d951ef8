package cmd

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"
)

// fromEnvironment sets each flag that was not given from its AIBENCH_
// variable. One that would contradict a flag on the command line is not
// looked at: flags come first.
func (a *App) fromEnvironment(f *pflag.FlagSet) error {
	overruled := map[string]bool{
		"concurrency": f.Changed("rate"), "rate": f.Changed("concurrency"),
		"duration": f.Changed("requests"), "requests": f.Changed("duration"),
	}
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		value, ok := a.env(variable(flag.Name))
		if !ok || flag.Changed || overruled[flag.Name] || failed != nil || flag.Name == "help" {
			return
		}
		if err := f.Set(flag.Name, value); err != nil {
			what := innermost(err).Error()
			if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
				what, _ = explain(e)
			}
			failed = usage("unset "+variable(flag.Name)+", or give --"+flag.Name,
				"%s in the environment is no value for --%s: %s", variable(flag.Name), flag.Name, what)
		}
	})
	return failed
}

// variable is a flag's name in the environment.
func variable(flag string) string {
	return "AIBENCH_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// innermost leaves out what the flag parser puts around a value's own error:
// it repeats the value, which may be a credential.
func innermost(err error) error {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok || inner.Unwrap() == nil {
			return err
		}
		err = inner.Unwrap()
	}
}
