package report

import (
	"encoding/json"
	"math"
	"strings"
)

// The severities of a finding.
const (
	Critical = "critical"
	Warning  = "warning"
	Info     = "info"
)

// Finding is a diagnosis: something about the server that the run proves.
type Finding struct {
	Code       string       `json:"code"`
	Severity   string       `json:"severity"`   // critical, warning, info
	Confidence string       `json:"confidence"` // very high, high
	Title      string       `json:"title"`
	Evidence   Ordered[any] `json:"evidence"` // numbers are float64; a name's ending tells its unit: _ms, _s, _fraction
	Remedy     string       `json:"remedy"`
}

// found tells whether there is a finding of that code.
func (r *Run) found(code string) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// findings writes each diagnosis: what it is, what shows it, what to do.
func (p *page) findings(run *Run) {
	const indent = 2
	title := "findings"
	for _, f := range run.Findings {
		c := bold
		if f.Severity == Critical {
			c = red
		}
		p.paragraph(title, c, printable(f.Severity+": "+f.Title))
		title = ""
		if items := f.evidence(); len(items) > 0 {
			p.indented(margin+indent, "", strings.Join(items, " · "))
		}
		if f.Remedy != "" {
			p.indented(margin+indent, dim, "try: "+printable(f.Remedy))
		}
	}
}

// indented writes words in lines that begin after so many blanks.
func (p *page) indented(blanks int, c paint, text string) {
	for _, l := range wrap(text, max(p.width-blanks, 20)) {
		p.line(strings.Repeat(" ", blanks), p.in(c, l))
	}
}

// evidence words what a finding rests on.
func (f *Finding) evidence() []string {
	items := make([]string, 0, len(f.Evidence))
	for _, e := range f.Evidence {
		name, text := e.Name, ""
		switch v := e.Value.(type) {
		case float64:
			name, text = measured(name, v)
		case string:
			text = v
		default:
			raw, err := json.Marshal(v)
			if err != nil {
				continue
			}
			text = string(raw)
		}
		items = append(items, printable(strings.ReplaceAll(name, "_", " ")+" "+text))
	}
	return items
}

// measured writes a number in the unit that its name ends with.
func measured(name string, v float64) (short, text string) {
	if short, ok := strings.CutSuffix(name, "_ms"); ok {
		return short, millis(v)
	}
	if short, ok := strings.CutSuffix(name, "_s"); ok {
		return short, millis(v * 1000)
	}
	if short, ok := strings.CutSuffix(name, "_fraction"); ok {
		return short, percent(v)
	}
	if math.Abs(v) < 1e15 && v == math.Trunc(v) {
		return name, grouped(int64(v))
	}
	return name, digits(v)
}
