package profile

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// stamps reads the server's own times, and its count of runs.
func (p *Profile) stamps(r *Reading, t *Ticket, doc any) {
	if t.auto != nil {
		return // guessed with the state
	}
	if at := p.Timestamps; at != nil {
		read := func(path string) Stamp {
			v, ok := lookup(doc, path)
			if path == "" || !ok {
				return Stamp{}
			}
			return stamp(v, at.Format)
		}
		r.Created, r.Started, r.Completed = read(at.Created), read(at.Started), read(at.Completed)
	}
	if at := p.Durations; at != nil && r.State.Terminal() {
		queue, ok := milliOf(doc, at.QueueMS)
		run, also := milliOf(doc, at.ExecMS)
		if ok && also {
			r.QueueFor, r.RunFor, r.HasDurations = queue, run, true
		}
	}
	if p.Attempts != "" {
		r.Attempts = count(doc, p.Attempts)
	}
}

// milliOf is a number of milliseconds; ok is false where there is none that
// makes sense.
func milliOf(doc any, path string) (time.Duration, bool) {
	v, ok := lookup(doc, path)
	n, isNumber := v.(json.Number)
	if !ok || !isNumber {
		return 0, false
	}
	ms, err := n.Float64()
	if err != nil || ms < 0 {
		return 0, false
	}
	return milliseconds(ms), true
}

// milliseconds makes a duration of a number of them; what no duration can hold
// becomes the longest.
func milliseconds(ms float64) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if ms >= float64(longest)/float64(time.Millisecond) {
		return longest
	}
	return time.Duration(ms * float64(time.Millisecond))
}

func count(doc any, path string) int {
	v, _ := lookup(doc, path)
	return runs(v)
}

// runs is a number of runs that makes sense, or 0.
func runs(v any) int {
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	i, err := strconv.ParseInt(n.String(), 10, 32)
	if err != nil || i < 0 {
		return 0
	}
	return int(i)
}

// stamp reads an instant in a format of Timestamps. null, 0, "" and what is
// not of this or the last century's end are no instants.
func stamp(v any, format string) Stamp {
	s := scalar(v)
	_, isNumber := v.(json.Number)
	if !isNumber {
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return sensible(written(s))
		}
	}
	switch format {
	case "unix":
		return sensible(unix(s, time.Second))
	case "unix_ms":
		return sensible(unix(s, time.Millisecond))
	case "rfc3339":
		return Stamp{}
	default:
		return sensible(unix(s, unitOf(s)))
	}
}

// unitOf guesses the unit of a Unix time by its size: seconds pass 1e11 in the
// year 5138, milliseconds in 1973, and so on.
func unitOf(s string) time.Duration {
	f, _ := strconv.ParseFloat(s, 64)
	switch {
	case f < 1e11:
		return time.Second
	case f < 1e14:
		return time.Millisecond
	case f < 1e17:
		return time.Microsecond
	default:
		return time.Nanosecond
	}
}

// unix reads a decimal number of units since 1970, digit by digit: a float64
// has not enough of them. Its last digit is its resolution.
func unix(s string, unit time.Duration) Stamp {
	if strings.ContainsAny(s, "eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return Stamp{}
		}
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n <= 0 || n > int64(time.Duration(1<<63-1)/unit) {
		return Stamp{}
	}
	at, resolution := time.Duration(n)*unit, unit
	for _, c := range fraction {
		if c < '0' || c > '9' {
			return Stamp{}
		}
		if resolution >= 10 {
			resolution /= 10
			at += time.Duration(c-'0') * resolution
		}
	}
	return Stamp{At: time.Unix(0, int64(at)).UTC(), Resolution: resolution, Known: true}
}

// written reads a date and time of RFC 3339 or near it: with a space for the
// T, and without a zone, which then is UTC, as Celery and RQ mean it.
func written(s string) Stamp {
	if len(s) > maxWord {
		return Stamp{}
	}
	s = strings.ToUpper(s) // which makes some letters shorter
	if len(s) < len("2006-01-02T15:04:05") {
		return Stamp{}
	}
	if s[10] == ' ' {
		s = s[:10] + "T" + s[11:]
	}
	if zoneless, ok := strings.CutSuffix(s, "UTC"); ok {
		s = strings.TrimSpace(zoneless)
	}
	s = strings.ReplaceAll(s, " ", "")
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700"} {
		if at, err := time.Parse(layout, s); err == nil {
			return Stamp{At: at.UTC(), Resolution: fineness(s), Known: true}
		}
	}
	return Stamp{}
}

// fineness is the resolution of a written time: that of its last digit.
func fineness(s string) time.Duration {
	resolution := time.Second
	at := strings.IndexAny(s, ".,")
	if at < 0 {
		return resolution
	}
	for _, c := range s[at+1:] {
		if c < '0' || c > '9' || resolution < 10 {
			break
		}
		resolution /= 10
	}
	return resolution
}

// sensible passes stamps on that can be of a job.
func sensible(s Stamp) Stamp {
	if y := s.At.Year(); y < 1973 || y > 2200 {
		return Stamp{}
	}
	return s
}
