package compare

import "strings"

// metrics writes the table of metrics, of all sides.
func (m *sheet) metrics(c *Comparison) {
	if len(c.Rows) == 0 {
		return
	}
	head := []string{"metric", prose(c.Control), "the side", "change", "interval", "p", "margin", "verdict"}
	many := len(c.Sides) > 2
	if many {
		head = append([]string{"side"}, head...)
	} else {
		head[2] = prose(c.Sides[1].Name)
	}
	var rows [][]string
	for i := range c.Rows {
		r := &c.Rows[i]
		call := r.Call
		if colourOf(call) != "" {
			call = "**" + call + "**"
		}
		row := []string{
			prose(r.Metric), r.value(r.Base.Median) + r.Base.between(r.Unit), r.value(r.Head.Median) + r.Head.between(r.Unit),
			r.change(r.Change), r.interval(), pValue(r.p()), r.margin(), call,
		}
		if many {
			row = append([]string{prose(r.Side)}, row...)
		}
		rows = append(rows, row)
	}
	m.table(strings.Repeat("l", len(head)-7)+"rrrrrrl", head, rows)
}

// sides writes the table of sides.
func (m *sheet) sides(c *Comparison) {
	cols := sideColumns(c)
	head := []string{"side"}
	for _, col := range cols {
		head = append(head, col.title)
	}
	var rows [][]string
	for i := range c.Sides {
		s := &c.Sides[i]
		row := []string{prose(s.Name)}
		for _, col := range cols {
			row = append(row, col.cell(s))
		}
		rows = append(rows, row)
	}
	m.table("l"+strings.Repeat("r", len(cols)), head, rows)
}

// noise writes how far things moved by themselves.
func (m *sheet) noise(aa *NoiseFloor) {
	if aa == nil {
		return
	}
	var rows [][]string
	for i := range aa.Metrics {
		cells := aa.Metrics[i].cells()
		rows = append(rows, append([]string{prose(aa.Metrics[i].Metric)}, cells[:]...))
	}
	m.block("**Noise floor**")
	m.table("lrrrr", []string{"metric", "sd", "widest", "found from", "margin"}, rows)
	m.list(proses(aa.words()))
}
