package verdict

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/aibench/aibench/bench"
)

// ParseThreshold reads one threshold for a run of the given kinds of
// operation, such as "ttft.p99<800ms", "errors<1%" or "goodput>50/s". What no
// run of these kinds has is unknown. Errors are *SyntaxError.
func ParseThreshold(kinds bench.Kinds, s string) (Threshold, error) {
	p := parser{input: s}
	if len(s) > maxInput {
		return Threshold{}, p.fail(0, "longer than "+strconv.Itoa(maxInput)+" bytes")
	}
	t, err := p.threshold(kinds)
	if err == nil && !p.done() {
		alone := p.fail(p.pos, "nothing may follow a threshold: each stands by itself")
		alone.Try, err = t.String(), alone
	}
	if err != nil {
		return Threshold{}, err
	}
	return t, nil
}

func (p *parser) threshold(kinds bench.Kinds) (t Threshold, err error) {
	about, err := p.topic(kinds)
	if err != nil {
		return t, err
	}
	t, err = p.demand(about)
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		syntax.Example = about.example()
	}
	return t, err
}

// demand reads what is demanded of what the first word names.
func (p *parser) demand(about topicName) (t Threshold, err error) {
	if t.Subject, err = p.subject(about); err != nil {
		return t, err
	}
	p.space()
	opAt := p.pos
	if t.Op, err = p.op(LessEqual, GreaterEqual, Equal, Less, Greater); err != nil {
		return t, err
	}
	p.space()
	valueAt := p.pos
	if t.Value, err = p.number(); err != nil {
		return t, err
	}
	if t.Unit, err = p.unitOf(about); err != nil {
		return t, err
	}
	t.Subject.Share = t.Unit == Percent
	return t, p.plausible(t, about, opAt, valueAt)
}

// example is a demand on the topic as it may be written.
func (n topicName) example() string {
	switch {
	case n.topic == Outcomes && n.name == bench.OK.String():
		return n.name + ">99%"
	case n.topic == Outcomes:
		return n.name + "<1%"
	case n.topic == Goodput:
		return n.name + ">95%"
	case n.topic == Throughput:
		return n.name + ">100/s"
	case n.topic == Findings:
		return n.name + "==0"
	case n.metric.Higher:
		return n.name + ".p1>20"
	case n.metric.Unit == bench.Milliseconds:
		return n.name + ".p99<800ms"
	}
	return n.name + ".p95<4"
}

// topic reads the word that a threshold begins with.
func (p *parser) topic(kinds bench.Kinds) (topicName, error) {
	p.space()
	at := p.pos
	name := p.take(isName)
	known := topicNames(kinds)
	if i := slices.IndexFunc(known, func(n topicName) bool { return n.name == name }); i >= 0 {
		return known[i], nil
	}
	if name == "" {
		return topicName{}, p.fail(at, "expected a metric's name")
	}
	err := p.fail(at, "unknown metric "+strconv.Quote(name))
	err.Got = name
	for _, n := range known {
		err.Known = append(err.Known, n.name)
	}
	return topicName{}, err
}

// subject reads what may follow the first word: a statistic, or what findings.
func (p *parser) subject(about topicName) (Subject, error) {
	s := Subject{Topic: about.topic, Name: about.name}
	at := p.pos
	dotted := p.eat(".")
	var err error
	switch {
	case about.topic == Statistic && !dotted:
		return s, p.statless(about, at)
	case about.topic == Statistic:
		s.Stat, err = p.stat()
		return s, err
	case about.topic == Findings && !dotted:
		s.Name = ""
	case about.topic == Findings:
		s.Name, err = p.finding()
		return s, err
	case dotted:
		return s, p.fail(at, about.name+" is one number, and takes no statistic")
	}
	return s, nil
}

// statless asks for the statistic that is missing, and proposes the bad tail.
func (p *parser) statless(about topicName, at int) error {
	stat := ".p99"
	if about.metric.Higher {
		stat = ".p1"
	}
	err := p.fail(at, about.name+" has many values: which statistic of them is meant?")
	err.Try = p.input[:at] + stat + p.input[at:]
	return err
}

// finding reads a severity or a code.
func (p *parser) finding() (string, error) {
	at := p.pos
	name := p.take(func(b byte) bool { return isName(b) || b == '-' })
	known := append(Severities(), Codes()...)
	if slices.Contains(known, name) {
		return name, nil
	}
	err := p.fail(at, "no finding is called "+strconv.Quote(name))
	err.Got, err.Known = name, known
	return "", err
}

// unitOf reads the unit of what the threshold is about.
func (p *parser) unitOf(about topicName) (Unit, error) {
	if about.topic == Statistic {
		return p.unit(about.metric)
	}
	p.space()
	at := p.pos
	u := Unit(p.take(func(b byte) bool { return b >= 'a' && b <= 'z' || b == '%' || b == '/' || b >= 0x80 }))
	if u == "/min" {
		u = PerMinute
	}
	units, say := unitsOf(about.topic)
	if !slices.Contains(units, u) {
		return u, p.fail(at, about.name+" is "+say)
	}
	return u, nil
}

// unitsOf lists the units of everything but metrics, and words them.
func unitsOf(topic Topic) (units []Unit, say string) {
	switch topic {
	case Outcomes:
		return []Unit{Percent, Plain}, "a share (1%), or a number of requests"
	case Goodput:
		return []Unit{PerSecond, PerMinute, Percent}, "a rate (50/s) or a share (95%): say which"
	case Throughput:
		return []Unit{Plain, PerSecond, PerMinute}, "a rate: a number per second, or one with /s or /m"
	case Findings, Statistic:
	}
	return []Unit{Plain}, "a number without a unit"
}

// plausible refuses what can be read and cannot be meant.
func (p *parser) plausible(t Threshold, about topicName, opAt, valueAt int) error {
	counted := t.Subject.Share || about.topic == Outcomes || about.topic == Findings
	switch {
	case t.Op == Equal && !counted && about.metric.Unit != bench.Count:
		err, op := p.fail(opAt, "what is measured is never exactly anything: say <= or >="), "<="
		if about.topic != Statistic || about.metric.Higher {
			op = ">="
		}
		err.Try = p.input[:opAt] + op + p.input[opAt+len(op):]
		return err
	case t.Unit == Percent && t.Value > 100:
		return p.fail(valueAt, "a share is 100% at most")
	case counted && t.Unit == Plain && t.Value != math.Trunc(t.Value):
		err := p.fail(valueAt, about.name+" without a unit is a number of requests, and a whole one")
		if about.topic == Findings {
			err.Msg = "findings are whole"
			return err
		}
		err.Try = strings.TrimSpace(p.input[:valueAt]) + strconv.FormatFloat(shift(t.Value, 2), 'f', -1, 64) + "%"
		return err
	}
	return nil
}
