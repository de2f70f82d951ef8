package cmd

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/verdict"
)

// outputFlags say what becomes of the results.
type outputFlags struct {
	of      bench.Kinds // what is measured, which the verb says
	slo     slo
	files   outputs
	json    bool
	label   string
	noTUI   bool
	quiet   bool
	noColor bool

	thresholds thresholds // judged when the run is over
	abortOn    thresholds // must not come true while it goes on
}

func (o *outputFlags) add(f *pflag.FlagSet) {
	o.slo.of, o.thresholds.of, o.abortOn.of, o.abortOn.early = o.of, o.of, o.of, true
	f.Var(&o.slo, "slo", "a request is good when all of `SLO` holds, such as "+o.slo.example())
	f.Var(&o.thresholds, "threshold", "the run must meet `EXPR`, such as "+o.thresholds.example()+", or exits 99; may be given again")
	f.Var(&o.abortOn, "abort-on", "stop as soon as `EXPR` holds, such as "+o.abortOn.example()+", and exit 99; may be given again")
	f.VarP(&o.files, "output", "o", "write `FILE`, by extension "+strings.Join(extensions(true), ", ")+"; may be given again")
	f.BoolVar(&o.json, "json", false, "print the run file instead of the report")
	f.StringVar(&o.label, "label", "", "name the run `S`")
	f.BoolVar(&o.noTUI, "no-tui", false, "no live display")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress and no hints, only the report")
	f.BoolVar(&o.noColor, "no-color", false, "no colours")
}

// slo is the flag of that name.
type slo struct {
	verdict.SLO

	of bench.Kinds // whose metrics are known
}

// example is an SLO as it may be typed.
func (s *slo) example() string {
	if s.of == bench.Jobs {
		return "'completion<30s,queue_wait<5s'"
	}
	return "'ttft<500ms,tpot<60ms'"
}

func (s *slo) Type() string { return "SLO" }

func (s *slo) String() string { return s.SLO.String() }

func (s *slo) Set(text string) error {
	parsed, err := verdict.ParseSLOFor(s.of, text)
	if syntax, ok := errors.AsType[*verdict.SyntaxError](err); ok {
		return misread(syntax, s.example())
	}
	if err != nil {
		return err
	}
	s.SLO = parsed
	return nil
}

// outputs collects -o flags.
type outputs struct{ names []string }

func (o *outputs) Type() string   { return "FILE" }
func (o *outputs) String() string { return "" }

func (o *outputs) Set(name string) error {
	if _, ok := formatOf(name); !ok && !strings.HasSuffix(name, report.SamplesExt) {
		return wrong("a name that ends in "+strings.Join(extensions(true), ", "), "%s has no known extension", quoted(name))
	}
	if !slices.Contains(o.names, name) {
		o.names = append(o.names, name)
	}
	return nil
}

// extensions lists what files can be written; raw samples only while a run is
// going on.
func extensions(running bool) []string {
	var list []string
	for _, f := range formats() {
		list = append(list, f.ext)
	}
	if running {
		list = append(list, report.SamplesExt)
	}
	return list
}
