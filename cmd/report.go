package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/html"
)

// reportOptions are what the command line says of saved runs.
type reportOptions struct {
	runs    []string
	files   outputs
	json    bool
	noColor bool
}

func newReportCmd(app *App) *cobra.Command {
	o := &reportOptions{}
	c := &cobra.Command{
		Use:   "report RUN.json…",
		Short: "Print or convert saved runs",
		Long: `Prints saved runs as they were printed when they were made, one after another
and then side by side, or converts them with -o. A page (.html) shows several
runs in one; every other format holds one. "-" reads from stdin.`,
		Example: `  aibench report run.json
  aibench report run.json -o run.csv
  aibench report before.json after.json -o both.html`,
		RunE: func(_ *cobra.Command, args []string) error {
			o.runs = args
			if err := o.check(); err != nil {
				return err
			}
			return app.report(o)
		},
	}
	f := c.Flags()
	f.VarP(&o.files, "output", "o", "write `FILE`, by extension "+strings.Join(extensions(false), ", ")+"; may be given again")
	f.BoolVar(&o.json, "json", false, "print the run file")
	f.BoolVar(&o.noColor, "no-color", false, "no colours")
	return c
}

func (o *reportOptions) check() error {
	if len(o.runs) == 0 {
		return usage("aibench report run.json", "there is no run to report on")
	}
	if o.json && len(o.runs) > 1 {
		return usage("one run at a time", "--json prints one run file, and there are %d: no program reads several as one document", len(o.runs))
	}
	for _, name := range o.files.names {
		if strings.HasSuffix(name, report.SamplesExt) {
			return usage("aibench stream -o "+name, "raw samples are written while a run is going on, and are not in its file")
		}
		f, _ := formatOf(name)
		if f.single && len(o.runs) > 1 {
			return usage("one run at a time, or a page of all: -o runs.html", "-o %s writes one run, and there are %d", name, len(o.runs))
		}
		if len(o.runs) > html.MostRuns {
			return usage(fmt.Sprintf("the %d that matter most", html.MostRuns), "a page of %d runs cannot be read", len(o.runs))
		}
	}
	return nil
}

// report prints or converts the runs. The text goes to stdout unless a file
// was asked for instead.
func (a *App) report(o *reportOptions) error {
	var runs []*report.Run
	for _, name := range o.runs {
		run, err := a.readRun(name)
		if err != nil {
			return err
		}
		runs = append(runs, run)
	}
	if len(o.files.names) > 0 {
		if err := convert(runs, o.files.names); err != nil || !o.json {
			return err
		}
	}
	for i, run := range runs {
		if i > 0 {
			if _, err := io.WriteString(a.Out, "\n"); err != nil {
				return err
			}
		}
		if err := a.print(run, o.json, o.noColor); err != nil {
			return err
		}
	}
	if o.json {
		return nil
	}
	if err := a.text(o.noColor).SideBySide(a.Out, runs, o.runs...); err != nil {
		return cannot(err, "", "write the report")
	}
	return nil
}

func convert(runs []*report.Run, names []string) error {
	files, err := openResults(names)
	if err != nil {
		return err
	}
	return files.commit(runs...)
}

// print writes a run to stdout: as text, or as a run file.
func (a *App) print(run *report.Run, asJSON, noColor bool) error {
	var err error
	if asJSON {
		err = report.Write(a.Out, run)
	} else {
		err = a.text(noColor).Write(a.Out, run)
	}
	if err != nil {
		return cannot(err, "", "write the report")
	}
	return nil
}

func (a *App) text(noColor bool) report.Text {
	return report.Text{Width: a.columns(a.OutIsTerminal), Colour: a.colour(a.OutIsTerminal, noColor)}
}

// readRun reads a run file. Whatever keeps it from being read is named with
// the file.
func (a *App) readRun(name string) (*report.Run, error) {
	in := a.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, cannot(reason(err), "a file that -o x.json or --json wrote", "read %s", name)
		}
		defer f.Close()
		in = f
	}
	run, err := report.Read(in)
	if err != nil {
		hint := "a file that -o x.json or --json wrote"
		if _, ok := errors.AsType[*report.FieldError](err); ok {
			hint = "a run file of this version: its schema is " + report.Schema
		}
		return nil, cannot(err, hint, "read %s", name)
	}
	return run, nil
}
