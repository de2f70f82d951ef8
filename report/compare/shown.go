package compare

import "github.com/aibench/aibench/report"

// A Table holds finished words for people's eyes. The first cell of a row names it.
type Table struct {
	Head []string
	Rows [][]string
}

// Shown is a comparison in words and tables, for who shows it in another form than this package writes. What came from
// outside is printable, and nothing of it is escaped.
type Shown struct {
	Subject, Method string // what was compared, and how
	Metrics         Table  // its last cell is the call
	Sides           Table
	Noise           Table // empty unless base ran against base
	Demands         []Demand
	Notes           []string
	Advice          []string // what follows for whoever chooses among configurations
}

// A Demand is a threshold and what became of it.
type Demand struct {
	Expr, Side, Value string
	OK                bool
}

// Shown gives the comparison in words.
func (c *Comparison) Shown() Shown {
	s := Shown{Subject: c.subjectLine(), Method: c.methodLine(), Metrics: c.metricTable(), Sides: c.sideTable()}
	for _, why := range c.Missed() {
		s.Notes = append(s.Notes, "threshold missed: "+report.Printable(why))
	}
	for i := range c.Thresholds {
		t := &c.Thresholds[i]
		s.Demands = append(s.Demands, Demand{report.Printable(t.Expr), report.Printable(t.Side), report.Printable(c.valueOf(t)), t.OK})
	}
	for _, d := range c.Differences {
		s.Notes = append(s.Notes, "compared by force in spite of "+report.Printable(d.String()))
	}
	for _, why := range c.becauseInvalid() {
		s.Notes = append(s.Notes, "invalid: "+report.Printable(why))
	}
	for _, l := range c.LeftOut {
		s.Notes = append(s.Notes, "left out: "+report.Printable(c.leftOut(l)))
	}
	for _, w := range c.Warnings {
		s.Notes = append(s.Notes, "warning: "+report.Printable(w))
	}
	if len(c.Repeated) > 0 {
		s.Notes = append(s.Notes, c.again())
	}
	if c.Advice != nil {
		s.Advice = printables(c.Advice.Words)
	}
	if c.AA != nil {
		s.Noise = c.AA.table()
		s.Notes = append(s.Notes, c.AA.words()...)
	}
	return s
}

// metricTable gives the rows, each under its side's name where there are several.
func (c *Comparison) metricTable() Table {
	t := Table{Head: []string{"metric", report.Printable(c.Control), "the side", "change", "interval", "p", "margin", "call"}}
	many := len(c.Sides) > 2
	if !many {
		t.Head[2] = report.Printable(c.Sides[1].Name)
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		name := r.Metric
		if many {
			name = r.Side + ": " + name
		}
		t.Rows = append(t.Rows, []string{
			report.Printable(name), r.value(r.Base.Median) + r.Base.between(r.Unit), r.value(r.Head.Median) + r.Head.between(r.Unit),
			r.change(r.Change), r.interval(), pValue(r.p()), r.margin(), r.Call,
		})
	}
	return t
}

// sideTable gives what every side did.
func (c *Comparison) sideTable() Table {
	cols := sideColumns(c)
	t := Table{Head: []string{"side"}}
	for _, col := range cols {
		t.Head = append(t.Head, col.title)
	}
	for i := range c.Sides {
		row := []string{report.Printable(c.Sides[i].Name)}
		for _, col := range cols {
			row = append(row, col.cell(&c.Sides[i]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func printables(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = report.Printable(s)
	}
	return out
}
