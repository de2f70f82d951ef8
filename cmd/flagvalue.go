package cmd

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// valueError says what is wrong with a flag's value, and what to try.
type valueError struct{ what, hint string }

func (e *valueError) Error() string { return e.what }

func wrong(hint, format string, args ...any) error {
	return &valueError{what: fmt.Sprintf(format, args...), hint: hint}
}

// count is a whole number with a floor; k and m suffixes multiply by a
// thousand and a million.
type count struct {
	n     int64
	least int64
	most  int64
}

func (c *count) Type() string { return "N" }

func (c *count) String() string {
	if c.n == 0 {
		return ""
	}
	return strconv.FormatInt(c.n, 10)
}

func (c *count) Set(s string) error {
	digits, unit := s, int64(1)
	if s != "" {
		switch s[len(s)-1] {
		case 'k', 'K':
			digits, unit = s[:len(s)-1], 1_000
		case 'm', 'M':
			digits, unit = s[:len(s)-1], 1_000_000
		}
	}
	v, err := strconv.ParseFloat(digits, 64)
	scaled := v * float64(unit)
	switch {
	case err != nil || math.IsNaN(v):
		return wrong("a whole number such as 100, 10k or 1m", "%q is not a count", s)
	case scaled != math.Trunc(scaled):
		return wrong("a whole number", "%q is not whole", s)
	case scaled < float64(c.least):
		return wrong(fmt.Sprintf("%d or more", c.least), "%s is too few", s)
	case scaled > float64(c.most):
		return wrong(fmt.Sprintf("%d at most", c.most), "%s is too many", s)
	}
	c.n = int64(scaled)
	return nil
}

// span is a length of time, never negative. A bare number is seconds, as in
// curl, wrk and hey.
type span struct{ d time.Duration }

func (v *span) Type() string { return "D" }

func (v *span) String() string {
	if v.d == 0 {
		return ""
	}
	s := v.d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	return s
}

func (v *span) Set(s string) error {
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") || strings.HasPrefix(s, "@") {
		return wrong("-b: did you mean --body?", "%s is not a length of time", quoted(s))
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		d, err = seconds(s)
	}
	switch {
	case err != nil:
		return wrong("a number and a unit, such as 500ms, 10s or 2m", "%s is not a length of time", quoted(s))
	case d < 0:
		return wrong(strings.TrimPrefix(s, "-"), "%s is negative", s)
	}
	v.d = d
	return nil
}

// seconds reads a bare number.
func seconds(s string) (time.Duration, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, err
	}
	if math.IsNaN(v) || math.Abs(v) > math.MaxInt64/1e9 {
		return 0, strconv.ErrRange
	}
	return time.Duration(v * float64(time.Second)), nil
}

// quoted shortens what a user typed, so that a whole document in the wrong
// place does not fill the screen.
func quoted(s string) string {
	const most = 24
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}

// rate is starts per second: 50, 50/s, 600/m or 3600/h.
type rate struct{ perSecond float64 }

func (r *rate) Type() string { return "R" }

func (r *rate) String() string {
	if r.perSecond == 0 {
		return ""
	}
	return strconv.FormatFloat(r.perSecond, 'g', -1, 64) + "/s"
}

func (r *rate) Set(s string) error {
	number, per, found := strings.Cut(s, "/")
	divisor := map[string]float64{"s": 1, "m": 60, "min": 60, "h": 3600}[per]
	if !found {
		divisor = 1
	}
	factor := 1.0
	if rest, ok := strings.CutSuffix(number, "k"); ok {
		number, factor = rest, 1000
	}
	v, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || math.IsNaN(v) || divisor == 0:
		return wrong("starts per second (50), or per another span: 50/s, 600/m, 3600/h", "%s is not a rate", quoted(s))
	case v <= 0:
		return wrong("-r 1/m for one start a minute, -c N for a closed loop", "a rate must be above 0, and %s is not", s)
	case v*factor/divisor > 1e6:
		return wrong("a million starts per second at most", "%s is too fast", s)
	}
	r.perSecond = v * factor / divisor
	return nil
}
