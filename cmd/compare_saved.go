package cmd

import (
	"slices"
	"strings"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/report"
)

// contrastSaved compares the runs of files.
func (a *App) contrastSaved(o *comparisonOptions) error {
	out, err := openComparison(o.output.files.names)
	if err != nil {
		return err
	}
	defer out.discard()
	runs := make([][]*report.Run, len(o.sides))
	for i, s := range o.sides {
		if runs[i], err = a.readRuns(s); err != nil {
			return err
		}
	}
	if err := o.gate.parse(kindsOf(runs[0][0])); err != nil {
		return err
	}
	asIs := func(s string) string { return s } // no command was run
	sides, paired := byPair(asSides(o.sides, runs, asIs))
	return a.conclude(o, sides, paired, out)
}

// kindsOf is what a run is of.
func kindsOf(run *report.Run) bench.Kinds {
	if run.Jobs() {
		return bench.Jobs
	}
	return bench.Streams
}

// readRuns reads the runs of one side. A run must not be counted twice.
func (a *App) readRuns(s side) ([]*report.Run, error) {
	var runs []*report.Run
	for i, name := range s.files {
		if slices.Contains(s.files[:i], name) {
			return nil, usage("each file once", "%s: %s is given twice", s.name, name)
		}
		run, err := a.readRun(name)
		if err != nil {
			return nil, err
		}
		if at := slices.IndexFunc(runs, func(r *report.Run) bool { return r.ID == run.ID }); at >= 0 {
			return nil, usage("each run once", "%s: %s and %s hold the same run", s.name, s.files[at], name)
		}
		runs = append(runs, run)
	}
	if len(runs) == 0 {
		return nil, usage("files that -o x.json or --runs DIR wrote", "%s: there is no file to read (%s)", s.name, strings.Join(s.files, " "))
	}
	return runs, nil
}
