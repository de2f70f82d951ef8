package cmd

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/report/compare"
	"github.com/aibench/aibench/report/html"
)

// comparisonOutput says what becomes of a comparison.
type comparisonOutput struct {
	files   comparisonFiles
	runs    string
	json    bool
	label   string
	noTUI   bool
	quiet   bool
	noColor bool
}

func (o *comparisonOutput) add(f *pflag.FlagSet) {
	f.VarP(&o.files, "output", "o", "write the comparison to `FILE`, by extension "+strings.Join(comparisonExtensions(), ", ")+"; may be given again")
	f.StringVar(&o.runs, "runs", "", "keep the run files in `DIR`, new or empty: SIDE-PAIR.json")
	f.BoolVar(&o.json, "json", false, "print the comparison as JSON instead of the report")
	f.StringVar(&o.label, "label", "", "name all runs `S`")
	f.BoolVar(&o.noTUI, "no-tui", false, "no live display")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress and no hints, only the report")
	f.BoolVar(&o.noColor, "no-color", false, "no colours")
}

// comparisonFiles collects -o.
type comparisonFiles struct{ names []string }

func (o *comparisonFiles) Type() string   { return "FILE" }
func (o *comparisonFiles) String() string { return "" }

func (o *comparisonFiles) Set(name string) error {
	if _, ok := comparisonFormatOf(name); !ok {
		return wrong("a name that ends in "+strings.Join(comparisonExtensions(), ", "), "%s has no known extension", quoted(name))
	}
	if !slices.Contains(o.names, name) {
		o.names = append(o.names, name)
	}
	return nil
}

func comparisonExtensions() []string {
	var list []string
	for _, f := range comparisonFormats() {
		list = append(list, f.ext)
	}
	return list
}

// A comparisonFormat is what a comparison can be written as, by extension.
type comparisonFormat struct {
	ext   string
	write func(w io.Writer, c *compare.Comparison, sides []compare.Side) error
}

// comparisonFormats lists what a comparison can be written as. Only the page
// shows the runs behind it as well.
func comparisonFormats() []comparisonFormat {
	var list []comparisonFormat
	for _, f := range compare.Formats() {
		list = append(list, comparisonFormat{f.Ext, func(w io.Writer, c *compare.Comparison, _ []compare.Side) error { return f.Write(w, c) }})
	}
	return append(list, comparisonFormat{".html", html.WriteComparison})
}

// comparisonFormatOf finds the format for a file's name.
func comparisonFormatOf(name string) (comparisonFormat, bool) {
	for _, f := range comparisonFormats() {
		if strings.HasSuffix(name, f.ext) {
			return f, true
		}
	}
	return comparisonFormat{}, false
}

// openComparison opens the files of -o before the work that they are to hold.
func openComparison(names []string) (*results, error) { return openResults(names) }

// conclude compares, reports, and decides where that is asked for.
func (a *App) conclude(o *comparisonOptions, sides []compare.Side, paired bool, out *results) error {
	c, err := a.contrasted(o, sides, paired)
	if err != nil {
		return a.incomparable(o, sides, err, out)
	}
	c.Thresholds = o.gate.judge(sides)
	return errors.Join(a.publish(o, c, sides, out, true), o.gate.decide(c, o.output.json))
}

// concludeEarly reports what the finished blocks of a comparison say that was
// ended early. It decides nothing: how many there would be was part of the
// method. why says how far it came.
func (a *App) concludeEarly(o *comparisonOptions, sides []compare.Side, why string, out *results) error {
	c, err := a.contrasted(o, sides, true)
	if err != nil {
		return a.incomparable(o, sides, err, out)
	}
	c.EndEarly(why)
	return a.publish(o, c, sides, out, true)
}

// contrasted compares.
func (a *App) contrasted(o *comparisonOptions, sides []compare.Side, paired bool) (*compare.Comparison, error) {
	c, err := compare.Compare(sides, o.options(paired))
	if mismatch, ok := errors.AsType[*compare.Mismatch](err); ok {
		return nil, cannot(nil, "runs of one load, machine and version; --force to compare these all the same", "%v", mismatch)
	}
	if err != nil {
		return nil, cannot(err, "", "compare")
	}
	return c, nil
}

// publish writes every file and the report, as JSON where that is asked for, and
// else as text, if that is worth it.
func (a *App) publish(o *comparisonOptions, c *compare.Comparison, sides []compare.Side, out *results, text bool) error {
	err := out.commitAs(func(f *resultFile) error {
		format, _ := comparisonFormatOf(f.name)
		return format.write(f.file, c, sides)
	})
	switch {
	case o.output.json:
		err = errors.Join(err, c.Write(a.Out))
	case text:
		sheet := compare.Text{Width: a.columns(a.OutIsTerminal), Colour: a.colour(a.OutIsTerminal, o.output.noColor)}
		err = errors.Join(err, sheet.Write(a.Out, c))
	}
	if o.gate != nil {
		err = errors.Join(err, a.tellCI(c, o.output.json))
	}
	return err
}
