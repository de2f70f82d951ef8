package cmd

import (
	"fmt"
	"slices"
	"strings"
)

// exitCode is what the process tells its caller.
type exitCode int

// The exit codes of all verbs.
const (
	exitFine         exitCode = 0
	exitFailed       exitCode = 1  // could not be done
	exitUsage        exitCode = 2  // the command line is wrong
	exitInconclusive exitCode = 96 // and the caller is strict about it
	exitInvalid      exitCode = 97 // the client, not the server, was the limit
	exitRegression   exitCode = 98
	exitThreshold    exitCode = 99 // a threshold is not met
	exitHangup       exitCode = 129
	exitInterrupt    exitCode = 130
	exitTerminated   exitCode = 143
)

// precedence says which code wins when several hold: the signal that ended the
// run, then the mistake that kept it from starting, then what came of it.
func precedence() []exitCode {
	return []exitCode{
		exitInterrupt, exitTerminated, exitHangup, exitUsage, exitFailed, exitInvalid, exitRegression, exitThreshold,
		exitInconclusive,
	}
}

// failure is an error made for the user: what happened, and what to try.
type failure struct {
	code  exitCode
	what  string // empty: the report has said it
	hint  string // may be empty, may have several lines
	cause error  // wrapped, not printed
}

func (f *failure) Error() string {
	if f.what == "" && f.cause != nil {
		return f.cause.Error()
	}
	return f.what
}

func (f *failure) Unwrap() error { return f.cause }

// usage is a mistake in the command line, with the fix as its hint.
func usage(hint, format string, args ...any) error {
	return &failure{code: exitUsage, what: fmt.Sprintf(format, args...), hint: hint}
}

// cannot is something that could not be done. cause is printed after the
// message; it may be nil.
func cannot(cause error, hint, format string, args ...any) error {
	what := fmt.Sprintf(format, args...)
	if cause != nil {
		what += ": " + cause.Error()
	}
	return &failure{code: exitFailed, what: what, hint: hint, cause: cause}
}

// finish prints what err has to say and gives the exit code that it stands
// for. An error that nobody dressed for the user is printed as it is.
func (a *App) finish(err error) int {
	if err == nil {
		return int(exitFine)
	}
	failures := failuresIn(err)
	if len(failures) == 0 {
		failures = []*failure{{code: exitFailed, what: err.Error()}}
	}
	code := exitFailed
	for _, candidate := range slices.Backward(precedence()) {
		if slices.ContainsFunc(failures, func(f *failure) bool { return f.code == candidate }) {
			code = candidate
		}
	}
	for _, f := range failures {
		a.complain(f)
	}
	return int(code)
}

// complain prints one failure: what happened, then what to try.
func (a *App) complain(f *failure) {
	if f.what != "" {
		fmt.Fprintf(a.Err, "aibench: %s\n", f.what)
	}
	if f.hint != "" {
		fmt.Fprintf(a.Err, "  try: %s\n", strings.ReplaceAll(f.hint, "\n", "\n       "))
	}
}

// failuresIn collects the failures of a tree of wrapped and joined errors,
// outermost first; what a failure wraps is part of it. Of errors that were
// joined none may vanish behind the others: what nobody dressed is one as well.
func failuresIn(err error) []*failure {
	if err == nil {
		return nil
	}
	if f, ok := err.(*failure); ok { //nolint:errorlint // the tree is walked by hand, to find all and not the first
		return []*failure{f}
	}
	switch e := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() error }:
		return failuresIn(e.Unwrap())
	case interface{ Unwrap() []error }:
		var all []*failure
		for _, inner := range e.Unwrap() {
			found := failuresIn(inner)
			if len(found) == 0 && inner != nil {
				found = []*failure{{code: exitFailed, what: inner.Error()}}
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}
