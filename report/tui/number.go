package tui

import (
	"math"
	"strconv"
	"time"
)

// three writes v with three significant digits, and with all those before the
// point when there are more.
func three(v float64) string {
	switch a := math.Abs(v); {
	case a == 0:
		return "0"
	case a >= 99.95:
		return grouped(int64(math.Round(v)))
	case a >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// grouped writes a whole number with its thousands apart.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// millis writes a time given in milliseconds.
func millis(v float64) string {
	switch {
	case v < 0.9995:
		return three(v*1000) + " µs"
	case v < 999.5:
		return three(v) + " ms"
	case v < 59_950:
		return three(v/1000) + " s"
	default:
		return three(v/60_000) + " min"
	}
}

// edge writes the bound of a bucket, for an axis: two digits will do.
func edge(ms float64) string {
	unit, v := " ms", ms
	switch {
	case ms == 0:
	case ms >= 59_500:
		unit, v = " min", ms/60_000
	case ms >= 995:
		unit, v = " s", ms/1000
	case ms < 0.995:
		unit, v = " µs", ms*1000
	}
	return short(v, 2) + unit
}

// short writes v with at most so many significant digits, and no zeros behind
// the point.
func short(v float64, digits int) string {
	if v == 0 {
		return "0"
	}
	scale := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(v))))
	return strconv.FormatFloat(math.Round(v*scale)/scale, 'f', -1, 64)
}

// percent writes a fraction; one that is small but not nothing never reads 0.
func percent(v float64) string {
	switch p := v * 100; {
	case p == 0:
		return "0 %"
	case p < 0.1:
		return "< 0.1 %"
	case p < 9.95:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case p > 99 && p < 100:
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', 1, 64) + " %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}

// clock writes how long something takes, to the second.
func clock(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	two := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	switch {
	case h == 0 && s == 0 && m > 0:
		return strconv.Itoa(m) + " min"
	case h > 0:
		return strconv.Itoa(h) + " h " + two(m) + " min"
	case m > 0:
		return strconv.Itoa(m) + " min " + two(s) + " s"
	}
	return strconv.Itoa(s) + " s"
}
