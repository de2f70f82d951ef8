package mockllm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// faultField is one name=value of a fault: how it is read, and how it is written ("" when it was not given).
type faultField struct {
	name  string
	parse func(*Fault, string) error
	print func(*Fault) string
}

// faultFields is every field, in the order in which String writes them.
func faultFields() []faultField {
	return []faultField{
		{"kind", parseKind, func(f *Fault) string { return string(f.Kind) }},
		{"ms", func(f *Fault, s string) (err error) {
			f.Delay, err = parseSpan(s, time.Millisecond, maxFaultDelay)
			return err
		}, func(f *Fault) string { return printSpan(f.Delay, time.Millisecond) }},
		{"after", func(f *Fault, s string) (err error) {
			f.After, err = parseCount(s, 0, maxTokens)
			return err
		}, func(f *Fault) string { return printCount(f.After) }},
		{"status", func(f *Fault, s string) (err error) {
			f.Status, err = parseCount(s, 400, 599)
			return err
		}, func(f *Fault) string { return printCount(f.Status) }},
		{"retry_after", func(f *Fault, s string) (err error) {
			f.RetryAfter, err = parseSpan(s, time.Second, maxFaultRetry)
			return err
		}, func(f *Fault) string { return printSpan(f.RetryAfter, time.Second) }},
		{"times", func(f *Fault, s string) (err error) {
			f.Times, err = parseCount(s, 1, maxFaultTimes)
			return err
		}, func(f *Fault) string { return printCount(f.Times) }},
		{"key", parseKey, func(f *Fault) string { return f.Key }},
		{"p", parseChance, func(f *Fault) string {
			if f.P == 0 {
				return ""
			}
			return strconv.FormatFloat(f.P, 'g', -1, 64)
		}},
		{"every", parseEvery, func(f *Fault) string {
			if f.Every == 0 {
				return ""
			}
			return f.Every.String()
		}},
		{"path", parsePath, func(f *Fault) string { return f.Path }},
	}
}

func parseKind(f *Fault, s string) error {
	var names []string
	for _, row := range faultTable() {
		if s == string(row.kind) {
			f.Kind = row.kind
			return nil
		}
		names = append(names, string(row.kind))
	}
	return fmt.Errorf("unknown kind, the nearest is %q", nearest(s, names))
}

func parseKey(f *Fault, s string) error {
	if s == "" || len(s) > maxFaultKey {
		return fmt.Errorf("want 1 to %d bytes", maxFaultKey)
	}
	f.Key = s
	return nil
}

func parseChance(f *Fault, s string) (err error) {
	f.P, err = strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f.P) || f.P <= 0 || f.P > 1 {
		return errors.New("want a chance in (0, 1]")
	}
	return nil
}

func parseEvery(f *Fault, s string) (err error) {
	f.Every, err = time.ParseDuration(s)
	if err != nil || f.Every < time.Millisecond {
		return errors.New("want a duration of at least 1ms, such as 5s")
	}
	return nil
}

func parsePath(f *Fault, s string) error {
	if !strings.HasPrefix(s, "/") {
		return errors.New("want a path such as /v1/embeddings")
	}
	f.Path = s
	return nil
}

func parseCount(s string, least, most int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("want a whole number from %d to %d", least, most)
	}
	return n, nil
}

func printCount(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// parseSpan reads a positive decimal number of units, exact to the nanosecond.
func parseSpan(s string, unit, most time.Duration) (time.Duration, error) {
	suffix := "s"
	if unit == time.Millisecond {
		suffix = "ms"
	}
	d, err := time.ParseDuration(s + suffix)
	digits := strings.Trim(s, "0123456789.") == ""
	if err != nil || !digits || d <= 0 || d > most {
		return 0, fmt.Errorf("want a number of %s above 0, at most %d", suffix, most/unit)
	}
	return d, nil
}

func printSpan(d, unit time.Duration) string {
	if d == 0 {
		return ""
	}
	whole := strconv.FormatInt(int64(d/unit), 10)
	rest := d % unit
	if rest == 0 {
		return whole
	}
	// unit+rest has one digit too many in front: the leading zeros of rest stay.
	fraction := strconv.FormatInt(int64(unit+rest), 10)[1:]
	return whole + "." + strings.TrimRight(fraction, "0")
}

// nearest is the name with the fewest edits between it and what was written; the earlier one where two are as near.
func nearest(written string, names []string) string {
	best, least := "", math.MaxInt
	if len(written) > 64 {
		written = written[:64]
	}
	for _, name := range names {
		if d := edits(written, name); d < least {
			best, least = name, d
		}
	}
	return best
}

// edits is the Levenshtein distance between a and b, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
