package html

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aibench/aibench/report"
)

// A book is the runs of a page, with what their figures share.
type book struct {
	sheets []sheet
	whole  float64            // the end of the longest run, seconds
	spans  map[float64]string // of the columns, in words, by their middles
}

// A sheet is one run.
type sheet struct {
	run    *report.Run
	name   string
	course course
}

func bookOf(runs []*report.Run) *book {
	b := &book{spans: map[float64]string{}}
	seen := map[string]int{}
	for _, run := range runs {
		s := sheet{run: run, name: nameOf(run), course: courseOf(run)}
		if seen[s.name]++; seen[s.name] > 1 {
			s.name = fmt.Sprintf("%s (%d)", s.name, seen[s.name])
		}
		b.sheets = append(b.sheets, s)
		b.whole = max(b.whole, s.course.whole)
	}
	for i := range b.sheets {
		for _, c := range b.sheets[i].course.columns {
			b.spans[c.middle()] = clock(c.from, b.whole) + " to " + clock(c.to, b.whole)
		}
	}
	return b
}

// whose says which run something is of.
type whose struct {
	Index int
	Name  string
}

func (b *book) whose(i int) whose { return whose{i, b.sheets[i].name} }

// several tells whether runs are overlaid.
func (b *book) several() bool { return len(b.sheets) > 1 }

// nameOf tells a run from the others: its label, or when it was made.
func nameOf(run *report.Run) string {
	if run.Label != nil && *run.Label != "" {
		return clip(report.Printable(*run.Label), 40)
	}
	kind := "stream"
	if run.Jobs() {
		kind = "job"
	}
	if t, err := time.Parse(time.RFC3339Nano, run.Started); err == nil {
		return kind + " " + t.UTC().Format("15:04:05")
	}
	return kind + " " + clip(report.Printable(run.ID), 40)
}

// when writes the wall time at which a run started.
func when(run *report.Run) string {
	if t, err := time.Parse(time.RFC3339Nano, run.Started); err == nil {
		return t.UTC().Format("2 January 2006, 15:04:05 UTC")
	}
	return report.Printable(run.Started)
}

// capital begins a title with a capital letter, as titles do.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// clip shortens a text of unknown length.
func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// second words the column that has its middle at x.
func (b *book) second(x float64) string { return b.spans[x] }

// phases marks the stretches of a single run that are not in its statistics.
func (b *book) phases() []band {
	const visible = 0.5 // seconds
	if len(b.sheets) != 1 {
		return nil
	}
	run := b.sheets[0].run
	var out []band
	warm, end := run.Load.WarmupS, run.Load.WarmupS+run.DurationS
	if warm > 0 {
		out = append(out, band{0, warm, "phase", "warm-up"})
	}
	if b.whole-end > visible && run.DurationS > 0 {
		out = append(out, band{end, b.whole, "phase", "drain"})
	}
	return out
}

// merged says how time was coarsened, if it was.
func (b *book) merged() string {
	for i := range b.sheets {
		if n := b.sheets[i].course.every; n > 1 {
			return fmt.Sprintf("Each column is %d seconds: rates are their average, latencies and requests in flight the highest of them.", n)
		}
	}
	return ""
}

// title names the page in a browser's tab.
func (b *book) title() string {
	var names []string
	for i := range b.sheets {
		names = append(names, b.sheets[i].name)
	}
	return clip(strings.Join(names, ", "), 80) + " · aibench"
}

// keys says which run is drawn how.
func (b *book) keys() []key {
	var out []key
	for i := range b.sheets {
		l := line{class: classOf(i), run: i}
		out = append(out, key{b.sheets[i].name, sample(&l, true)})
	}
	return out
}
