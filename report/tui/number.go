package tui

import (
	"math"
	"strconv"
	"time"
)

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
