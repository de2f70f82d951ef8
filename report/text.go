package report

import (
	"io"
	"strings"
)

// Text writes runs for people's eyes.
type Text struct {
	Width  int  // columns; 0: 80
	Colour bool // whether escape sequences for colours may be used
}

// Write writes one run. A number that nothing stands behind is never printed:
// a dash or a lower bound stands in its place, with the reason beneath.
func (t Text) Write(w io.Writer, run *Run) error {
	p := &page{width: t.Width, colour: t.Colour}
	if p.width <= 0 {
		p.width = 80
	}
	p.invalid(run)
	p.what(run)
	p.line()
	p.table(run)
	p.outcomes(run)
	p.polls(run)
	if run.Measured() {
		p.throughput(run)
	}
	p.client(run)
	p.findings(run)
	p.thresholds(run)
	p.verdict(run)
	_, err := io.WriteString(w, p.String())
	return err
}

// invalid says first that a run does not count, and why.
func (p *page) invalid(run *Run) {
	if run.Verdict != Invalid {
		return
	}
	var tries []string
	for i, b := range run.Client.Breaches {
		lead := "and "
		if i == 0 {
			lead = "INVALID: the client, not the server, was the limit: "
		}
		// Not wrapped: it must be found whole by whoever searches a log.
		p.line(p.in(red, lead+b.String()))
		if try := run.Advice(b); try != "" {
			tries = append(tries, try)
		}
	}
	for _, try := range distinct(tries) {
		p.line("  try: ", try)
	}
	p.line()
}

// what says what was done.
func (p *page) what(run *Run) {
	title := run.verb()
	if run.Label != nil {
		title = cut(printable(*run.Label), margin-2)
	}
	p.line(p.in(bold, heading(title)), cut(printable(run.Target.URL), max(p.width-margin, 20)))
	p.flow("", plainItems(append(run.Conduct(), run.Steering()...)...))
}

// load words how requests were started.
func load(l *Load) []string {
	var items []string
	switch {
	case l.Concurrency != nil:
		items = append(items, "closed loop, "+grouped(int64(*l.Concurrency))+" at once")
	case l.RatePerS != nil:
		arrival := ""
		if l.Arrival != nil {
			arrival = " " + printable(*l.Arrival)
		}
		items = append(items, "open loop, "+digits(*l.RatePerS)+"/s"+arrival)
		if l.MaxInFlight != nil {
			items = append(items, "at most "+grouped(int64(*l.MaxInFlight))+" at once")
		}
	default:
		items = append(items, printable(l.Kind))
	}
	return items
}

// outcomes counts how requests ended, and for each way of failing gives a
// sample and what to do next.
func (p *page) outcomes(run *Run) {
	p.flow("outcomes", run.endings())
	if run.tokenless() {
		p.line(p.in(red, "  no token in any of "+grouped(*run.Counts.Events)+" events"))
		p.line("    ", p.in(dim, "try: compare --token-path or --dialect with one event (curl -N)"))
	}
	for _, o := range run.Counts.Outcomes {
		if o.Name != "ok" && o.Value > 0 {
			p.failures(run, o.Name)
		}
	}
}

// endings counts how requests ended.
func (r *Run) endings() []item {
	items := []item{{grouped(r.Counts.OK) + " ok", green}}
	for _, o := range r.Counts.Outcomes {
		if o.Name != "ok" && o.Value > 0 {
			items = append(items, item{grouped(o.Value) + " " + printable(o.Name), red})
		}
	}
	if n := r.Counts.InFlightAtEnd; n > 0 {
		items = append(items, item{text: grouped(n) + " still running"})
	}
	if n := r.Load.Unstarted; n != nil && *n > 0 {
		items = append(items, item{grouped(*n) + " never found room", red})
	}
	return items
}

func (p *page) failures(run *Run, outcome string) {
	const indent = "  "
	text := ""
	if details, ok := run.Counts.Details.Get(outcome); ok && len(details) > 0 {
		text = printable(details[0])
	}
	for i, l := range wrap(printable(outcome)+": "+text, p.width-len(indent)) {
		if i == 3 {
			break // a page of HTML is not worth more
		}
		p.line(indent, l)
	}
	if run.found(findingOn(outcome)) {
		return // which says what to do
	}
	if try := adviceOn(outcome, text); try != "" {
		for _, l := range wrap("try: "+try, p.width-len(indent)-2) {
			p.line(indent, "  ", p.in(dim, l))
		}
	}
}

func (p *page) throughput(run *Run) {
	if items := run.passed(); len(items) > 0 {
		p.flow("throughput", plainItems(items...))
	}
}

// passed words what passed per second.
func (r *Run) passed() []string {
	var items []string
	add := func(v *float64, unit string) {
		if v != nil {
			items = append(items, digits(*v)+" "+unit)
		}
	}
	t := &r.Throughput
	finished := "requests/s"
	if r.Jobs() {
		finished = "jobs/s"
	}
	good := "good " + finished
	if t.RequestsPerS != nil && *t.RequestsPerS == 0 && r.Counts.OK > 0 {
		finished += " (none ended before the drain)"
	}
	add(t.RequestsPerS, finished)
	tokens := "tokens/s"
	if r.Counts.TokensBasis != nil && *r.Counts.TokensBasis == "chunks" {
		tokens = "chunks/s (" + r.uncounted() + ")"
	}
	add(t.OutputTokensPerS, tokens)
	add(t.GoodputPerS, good)
	return items
}

// uncounted says why there are chunks in the place of tokens: how many there
// were, a server tells at the end of a stream.
func (r *Run) uncounted() string {
	if r.Counts.OK == 0 {
		return "no stream came to its end, where a server counts its tokens"
	}
	return "the server counts no tokens"
}

// client says in one line whether the client could keep up.
func (p *page) client(run *Run) {
	p.flow("client", run.health())
	for _, w := range run.Client.Warnings {
		p.line(strings.Repeat(" ", margin), "warning: ", w.String())
	}
}

// health words the client's own health.
func (r *Run) health() []item {
	c := &r.Client
	items := []item{{"ok", green}}
	if c.Verdict == ClientLimited {
		items[0] = item{"limited", red}
	}
	add := func(name string, v *float64, write func(float64) string) {
		if v != nil {
			items = append(items, item{text: name + " " + write(*v)})
		}
	}
	add("send lag p99", c.SendLagMS.P99, millis)
	add("receive lag p99", c.ReceiveLagMS.P99, millis)
	add("CPU", c.CPUFraction, percent)
	add("coalesced", c.CoalescedFraction, percent)
	add("paused", c.PauseFraction, percent)
	if c.Stamps != nil {
		items = append(items, item{text: printable(*c.Stamps) + " stamps"})
	}
	return items
}

func (p *page) verdict(run *Run) {
	c := bold
	if run.Verdict == Invalid || !run.Measured() {
		c = red
	}
	p.paragraph("verdict", c, run.Sentence())
}
