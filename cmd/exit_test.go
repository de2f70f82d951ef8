package cmd

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"testing"
)

func TestExitCodes(t *testing.T) {
	failed := cannot(io.ErrUnexpectedEOF, "again", "read %s", "x")
	invalid := &failure{code: exitInvalid, what: "invalid"}
	threshold := &failure{code: exitThreshold, what: "missed"}
	tests := []struct {
		name string
		err  error
		want int
		said string
	}{
		{"fine", nil, 0, ""},
		{"plain error", io.EOF, 1, "aibench: EOF\n"},
		{"usage", usage("--help", "wrong"), 2, "aibench: wrong\n  try: --help\n"},
		{"hint of two lines", usage("a\nb", "wrong"), 2, "aibench: wrong\n  try: a\n       b\n"},
		{"could not", failed, 1, "aibench: read x: unexpected EOF\n  try: again\n"},
		{"invalid and threshold", errors.Join(threshold, invalid), 97, "aibench: missed\naibench: invalid\n"},
		{"failed and invalid", errors.Join(invalid, fmt.Errorf("run: %w", failed)), 1, "aibench: invalid\naibench: read x: unexpected EOF\n  try: again\n"},
		{"regression and threshold", errors.Join(threshold, &failure{code: exitRegression}), 98, "aibench: missed\n"},
		{"signal before all", errors.Join(failed, &failure{code: exitInterrupt}), 130, "aibench: read x: unexpected EOF\n  try: again\n"},
		{"a report that cannot be written, of a regression", errors.Join(io.ErrShortWrite, &failure{code: exitRegression}), 1, "aibench: short write\n"},
		{"terminated", &failure{code: exitTerminated}, 143, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, _, errs := testApp(nil)
			if got := app.finish(tt.err); got != tt.want || errs.String() != tt.said {
				t.Errorf("exit %d, said %q; want %d, %q", got, errs.String(), tt.want, tt.said)
			}
		})
	}
	if !errors.Is(failed, io.ErrUnexpectedEOF) {
		t.Error("a failure hides its cause")
	}
}

func TestNearest(t *testing.T) {
	flags := []string{"concurrency", "connect-timeout", "rate", "requests", "json"}
	for name, want := range map[string]string{
		"concurency": "concurrency", "conncurrency": "concurrency", "reqeusts": "requests", "rat": "rate",
		"jsno": "json", "xyz": "", "": "", "verbose": "",
	} {
		if got := nearest(name, flags); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestBuildVersion(t *testing.T) {
	settings := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"}}
	tests := []struct {
		info debug.BuildInfo
		want string
	}{
		{debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: settings}, "v1.2.3"},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings}, "devel-0123456789ab+dirty"},
		{debug.BuildInfo{}, "devel"},
	}
	for _, tt := range tests {
		if got := buildVersion(&tt.info); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
