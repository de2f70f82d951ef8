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

// thresholds collects the flags --threshold, or --abort-on.
type thresholds struct {
	of    bench.Kinds // whose metrics are known
	early bool        // asked while the run goes on
	list  []verdict.Threshold
}

func (t *thresholds) Type() string { return "EXPR" }

func (t *thresholds) String() string {
	parts := make([]string, len(t.list))
	for i, threshold := range t.list {
		parts[i] = threshold.String()
	}
	return strings.Join(parts, " ")
}

// example is a threshold as it may be typed.
func (t *thresholds) example() string {
	switch {
	case t.early:
		return "'errors>20%'"
	case t.of == bench.Jobs:
		return "'completion.p95<30s'"
	}
	return "'ttft.p99<800ms'"
}

// exampleFor is one about the same, where a mistake shows what it was to be
// about. What must not come true is the contrary of what must.
func (t *thresholds) exampleFor(e *verdict.SyntaxError) string {
	switch {
	case e.Example == "":
		return t.example()
	case t.early:
		return inQuotes(strings.NewReplacer("<", ">", ">", "<").Replace(e.Example))
	}
	return inQuotes(e.Example)
}

func (t *thresholds) Set(text string) error {
	parsed, err := verdict.ParseThreshold(t.of, text)
	if syntax, ok := errors.AsType[*verdict.SyntaxError](err); ok {
		return misread(syntax, t.exampleFor(syntax))
	}
	if err != nil {
		return err
	}
	if t.early && parsed.Subject.Topic == verdict.Findings {
		return wrong("--threshold "+inQuotes(parsed.String())+", which is judged when the run is over",
			"findings are made when the run is over, so none can end it")
	}
	if !slices.Contains(t.list, parsed) {
		t.list = append(t.list, parsed)
	}
	return nil
}

// settle refuses a demand on goodput where nothing says what is good.
func (o *outputFlags) settle(*pflag.FlagSet) error {
	if len(o.slo.SLO) > 0 {
		return nil
	}
	for _, flag := range []struct {
		name string
		list []verdict.Threshold
	}{{"threshold", o.thresholds.list}, {"abort-on", o.abortOn.list}} {
		for _, t := range flag.list {
			if t.NeedsSLO() {
				return usage("--slo "+o.slo.example()+" beside it", "--%s: %s needs an SLO, which says what a good request is",
					flag.name, t.String())
			}
		}
	}
	return nil
}

// misread dresses what is wrong with a condition: the message, the place, and
// what was probably meant.
func misread(e *verdict.SyntaxError, example string) error {
	hint := "such as " + example
	switch name := nearest(e.Got, e.Known); {
	case e.Try != "":
		hint = inQuotes(e.Try)
	case name != "":
		hint = name
	case len(e.Known) > 0:
		hint = "one of " + columns(e.Known)
	case e.Pos == len(e.Input) && !strings.ContainsAny(e.Input, "<>="):
		hint += " (in quotes: the shell takes < and > for itself)"
	}
	return wrong(hint, "%s\n  %s", e.Msg, strings.ReplaceAll(e.Caret(), "\n", "\n  "))
}

func inQuotes(s string) string { return "'" + s + "'" }

// columns joins words in lines that fit a terminal.
func columns(words []string) string {
	const widest = 66
	var b strings.Builder
	width := 0
	for i, word := range words {
		if i > 0 {
			b.WriteByte(',')
			if width += len(word) + 2; width > widest {
				b.WriteByte('\n')
				width = len(word)
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString(word)
	}
	return b.String()
}

// missed is the failure of a run that a condition ended early, or that missed a
// threshold. told: the report has said which.
func missed(run *report.Run, told bool) error {
	if run.Aborted == nil && run.Missed() == 0 {
		return nil
	}
	if told {
		return &failure{code: exitThreshold}
	}
	var what []string
	if why := run.AbortReason(); why != "" {
		what = append(what, "aborted: "+why)
	}
	for i := range run.Thresholds {
		if t := &run.Thresholds[i]; !t.OK {
			what = append(what, "threshold missed: "+t.Expr+": "+run.ValueOf(t))
		}
	}
	return &failure{code: exitThreshold, what: strings.Join(what, "\naibench: ")}
}

// abortWatch watches a run for what the flags say must not come true.
func (o *runOptions) abortWatch() *abortWatch {
	return &abortWatch{
		conditions: o.output.abortOn.list, slo: len(o.output.slo.SLO) > 0,
		requests: o.load.requests.n,
	}
}
