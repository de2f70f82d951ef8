package verdict

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aibench/aibench/bench"
)

// maxInput bounds what is parsed, so that an error stays readable.
const maxInput = 1024

// SLO is a set of conditions that one request must meet, all of them, to be
// good. The empty SLO asks for nothing.
type SLO []Condition

// String returns the SLO in the form that ParseSLO reads.
func (s SLO) String() string {
	parts := make([]string, len(s))
	for i, c := range s {
		parts[i] = c.String()
	}
	return strings.Join(parts, ",")
}

// ParseSLO reads conditions separated by commas, such as
// "ttft<500ms,tpot<60ms". Only metrics of which each request has a value of its
// own can be meant, so none that pools the gaps of all. Errors are *SyntaxError.
func ParseSLO(s string) (SLO, error) { return ParseSLOFor(bench.Streams|bench.Jobs, s) }

// ParseSLOFor is ParseSLO for operations of the given kinds. A metric of
// another kind is unknown: no request would ever meet a demand on it.
func ParseSLOFor(kinds bench.Kinds, s string) (SLO, error) {
	p := parser{input: s}
	if len(s) > maxInput {
		return nil, p.fail(0, "longer than "+strconv.Itoa(maxInput)+" bytes")
	}
	all := bench.Metrics()
	perRequest := slices.DeleteFunc(all[:], func(m bench.Metric) bool {
		return m.Taken == bench.Gaps || !m.Kinds.Has(kinds)
	})
	var slo SLO
	for {
		c, err := p.condition(perRequest)
		if err != nil {
			return nil, err
		}
		if c.Stat != "" {
			return nil, p.fail(p.statPos, "an SLO is about each single request, so "+c.Metric+" takes no ."+c.Stat)
		}
		slo = append(slo, c)
		if p.done() {
			return slo, nil
		}
		if !p.eat(",") {
			return nil, p.fail(p.pos, "expected a comma between conditions")
		}
	}
}

// Parse reads one condition, such as "ttft.p99<800ms". Errors are *SyntaxError.
func Parse(s string) (Condition, error) {
	p := parser{input: s}
	if len(s) > maxInput {
		return Condition{}, p.fail(0, "longer than "+strconv.Itoa(maxInput)+" bytes")
	}
	all := bench.Metrics()
	c, err := p.condition(all[:])
	if err != nil {
		return Condition{}, err
	}
	if !p.done() {
		return Condition{}, p.fail(p.pos, "nothing may follow the condition")
	}
	return c, nil
}

// parser walks over input; statPos is where the last statistic began.
type parser struct {
	input   string
	pos     int
	statPos int
}

func (p *parser) condition(metrics []bench.Metric) (Condition, error) {
	var c Condition
	m, err := p.metric(metrics)
	if err != nil {
		return c, err
	}
	c.Metric = m.Name
	if p.eat(".") {
		p.statPos = p.pos
		if c.Stat, err = p.stat(); err != nil {
			return c, err
		}
	}
	if c.Op, err = p.op(LessEqual, GreaterEqual, Less, Greater); err != nil {
		return c, err
	}
	if c.Value, err = p.number(); err != nil {
		return c, err
	}
	c.Unit, err = p.unit(m)
	return c, err
}

// stat reads a statistic.
func (p *parser) stat() (string, error) {
	at := p.pos
	stat := p.take(isStat)
	if !knownStat(stat) {
		return "", p.fail(at, "unknown statistic "+strconv.Quote(stat)+": p50, p99, p99.9, mean, min or max")
	}
	return stat, nil
}

func (p *parser) metric(metrics []bench.Metric) (bench.Metric, error) {
	p.space()
	at := p.pos
	name := p.take(isName)
	if i := slices.IndexFunc(metrics, func(m bench.Metric) bool { return m.Name == name }); i >= 0 {
		return metrics[i], nil
	}
	if name == "" {
		return bench.Metric{}, p.fail(at, "expected a metric's name")
	}
	err := p.fail(at, "unknown metric "+strconv.Quote(name))
	err.Got = name
	for _, m := range metrics {
		err.Known = append(err.Known, m.Name)
	}
	return bench.Metric{}, err
}

// op reads one of some operators, of which a longer one comes before its own
// beginning.
func (p *parser) op(known ...Op) (Op, error) {
	p.space()
	for _, op := range known {
		if p.eat(op.String()) {
			return op, nil
		}
	}
	if slices.Contains(known, Equal) {
		return 0, p.fail(p.pos, "expected <, <=, >, >= or ==")
	}
	return 0, p.fail(p.pos, "expected <, <=, > or >=")
}

func (p *parser) number() (float64, error) {
	p.space()
	at := p.pos
	text := p.take(func(b byte) bool { return b >= '0' && b <= '9' || b == '.' })
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, p.fail(at, "expected a number")
	}
	return v, nil
}

func (p *parser) unit(m bench.Metric) (Unit, error) {
	p.space()
	at := p.pos
	u := Unit(p.take(func(b byte) bool { return b >= 'a' && b <= 'z' || b == '%' || b >= 0x80 }))
	if u == "µs" {
		u = Microseconds
	}
	isTime := m.Unit == bench.Milliseconds
	switch {
	case u != Plain && !u.IsTime():
		return u, p.fail(at, "unknown unit "+strconv.Quote(string(u))+": us, ms or s")
	case isTime && !u.IsTime():
		return u, p.fail(at, m.Name+" is a time: say us, ms or s")
	case !isTime && u.IsTime():
		return u, p.fail(at, m.Name+" is not a time")
	}
	return u, nil
}

// knownStat reports whether s names a statistic: a quantile (p50, p99.9, also
// written p999) or one of the moments and extremes.
func knownStat(s string) bool {
	_, quantile := Quantile(s)
	return quantile || s == "mean" || s == "min" || s == "max"
}

// Quantile gives the quantile that a statistic names: 0.99 for "p99", 0.999
// for "p99.9" and "p999". ok is false when it names none.
func Quantile(stat string) (q float64, ok bool) {
	digits, ok := strings.CutPrefix(stat, "p")
	if !ok || strings.Trim(digits, "0123456789.") != "" {
		return 0, false
	}
	if digits == "999" {
		return 0.999, true
	}
	v, err := strconv.ParseFloat(digits, 64)
	return shift(v, -2), err == nil && v > 0 && v < 100
}

func isName(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_'
}

func isStat(b byte) bool { return isName(b) || b == '.' }

// take consumes bytes while ok says so.
func (p *parser) take(ok func(byte) bool) string {
	start := p.pos
	for p.pos < len(p.input) && ok(p.input[p.pos]) {
		p.pos++
	}
	return p.input[start:p.pos]
}

func (p *parser) space() {
	p.take(func(b byte) bool { return b == ' ' || b == '\t' })
}

// eat consumes token when it comes next, after any blanks.
func (p *parser) eat(token string) bool {
	p.space()
	if !strings.HasPrefix(p.input[p.pos:], token) {
		return false
	}
	p.pos += len(token)
	return true
}

func (p *parser) done() bool {
	p.space()
	return p.pos == len(p.input)
}

func (p *parser) fail(at int, msg string) *SyntaxError {
	return &SyntaxError{Input: p.input, Pos: at, Msg: msg}
}
