package html

import (
	"strings"

	"github.com/aibench/aibench/report"
)

// A demand is a threshold, and how a run stands to it.
type demand struct {
	whose
	Expr  string
	Value string
	Tone  string
	Word  string
}

// demands lists the thresholds of all runs.
func (b *book) demands() []demand {
	var out []demand
	for i := range b.sheets {
		run := b.sheets[i].run
		for k := range run.Thresholds {
			t := &run.Thresholds[k]
			out = append(out, demandOf(b.whose(i), report.Printable(t.Expr), run.ValueOf(t), t.OK))
		}
	}
	return out
}

func demandOf(of whose, expr, value string, ok bool) demand {
	d := demand{whose: of, Expr: expr, Value: value, Tone: good, Word: "met"}
	if !ok {
		d.Tone, d.Word = bad, "missed"
	}
	return d
}

// A finding is a diagnosis of a run.
type finding struct {
	whose
	Tone       string
	Severity   string
	Confidence string
	Title      string
	Evidence   []string
	Remedy     string
}

// findings lists what the runs prove about the server, the gravest first.
func (b *book) findings() []finding {
	var out []finding
	for _, severity := range []string{report.Critical, report.Warning, report.Info} {
		for i := range b.sheets {
			for _, f := range b.sheets[i].run.Findings {
				if f.Severity == severity {
					out = append(out, b.sheets[i].finding(i, &f))
				}
			}
		}
	}
	return out
}

func (s *sheet) finding(run int, f *report.Finding) finding {
	tone := ""
	switch f.Severity {
	case report.Critical:
		tone = bad
	case report.Warning:
		tone = warning
	}
	title := report.Printable(f.Title)
	// The code, which some titles begin with, stands beside the severity.
	if short, ok := strings.CutPrefix(title, f.Code+": "); ok {
		title = short
	}
	return finding{
		whose: whose{run, s.name}, Tone: tone, Severity: f.Severity,
		Confidence: report.Printable(f.Code) + ", confidence " + report.Printable(f.Confidence),
		Title:      title, Evidence: f.Items(), Remedy: report.Printable(f.Remedy),
	}
}
