package tui

import (
	"strconv"
	"strings"
	"time"
)

// A timeline says which seconds of a run a picture shows, and where. A run that
// fits is laid out over the whole width, so that a second may have several
// columns; one that does not fit shows its last part, a column a second.
type timeline struct {
	from, to int // closed seconds shown: [from, to)
	shown    int // seconds that there is room for
	columns  int
}

// guess is how many seconds a run is taken to last that does not say.
const guess = 30

// newTimeline lays closed seconds out over some columns; whole is how long the
// run starts requests, 0 where nobody knows.
func newTimeline(closed int, whole time.Duration, columns int) timeline {
	columns = max(columns, 1)
	expected := int((whole + time.Second - 1) / time.Second)
	if whole <= 0 {
		for expected = guess; expected < closed; expected *= 2 {
		}
	}
	shown := min(max(expected, closed), columns)
	return timeline{from: max(closed-shown, 0), to: closed, shown: shown, columns: columns}
}

// column gives the second of a column; ok is false where there is none yet.
func (t timeline) column(c int) (second int, ok bool) {
	second = t.from + c*t.shown/t.columns
	return second, second < t.to
}

// axis writes instants beneath a picture of so many columns in a character.
func (t timeline) axis(dots int) string {
	const apart = 12 // characters from label to label, at least
	step := 1
	for _, s := range []int{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400} {
		step = s
		if s*t.columns >= apart*dots*t.shown {
			break
		}
	}
	var b strings.Builder
	at := 0
	for s := (t.from + step - 1) / step * step; ; s += step {
		column := (s - t.from) * t.columns / t.shown / dots
		label := seconds(s)
		if column+width(label) > t.columns/dots {
			break
		}
		if column <= at && at > 0 {
			continue
		}
		b.WriteString(blanks(column-at) + label)
		at = column + width(label)
	}
	return b.String()
}

// seconds writes an instant of a time axis.
func seconds(s int) string {
	if s < 120 {
		return strconv.Itoa(s) + " s"
	}
	minutes := strconv.Itoa(s / 60)
	if s%60 != 0 {
		return minutes + ":" + strconv.Itoa(s%60/10) + strconv.Itoa(s%60%10)
	}
	return minutes + " min"
}
