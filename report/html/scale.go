package html

import (
	"math"
	"strconv"

	"github.com/aibench/aibench/report"
)

// A scale places values on a length.
type scale struct {
	from, to float64 // of the values; from < to
	log      bool    // both are > 0
	length   float64
	up       bool // grows towards 0, as the ordinate of a screen does
}

// at gives the place of a value, inside the length whatever the value.
func (s scale) at(v float64) float64 {
	from, to := s.from, s.to
	if s.log {
		v, from, to = math.Log(max(v, from)), math.Log(from), math.Log(to)
	}
	share := min(max((v-from)/(to-from), 0), 1)
	if s.up {
		share = 1 - share
	}
	return share * s.length
}

// ticks gives round values on the scale, about as many as are wanted.
func (s scale) ticks(wanted int) []float64 {
	if !(s.to > s.from) { // also what is no number
		return nil
	}
	const decade = 12 // beyond this, steps of one size crowd at the upper end
	if s.log && s.to/s.from > decade {
		return s.decades(wanted)
	}
	step := roundStep((s.to - s.from) / float64(wanted))
	var out []float64
	for i := math.Ceil(s.from/step-1e-9) + 0; i*step <= s.to+step*1e-9; i++ {
		out = append(out, i*step)
	}
	return out
}

// roundStep gives the round number nearest above: 1, 2 or 5 of a power of ten.
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= v*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// decades gives powers of ten, with 2 and 5 of them where there is room.
func (s scale) decades(wanted int) []float64 {
	all := math.Log10(s.to / s.from)
	steps := []float64{1}
	switch {
	case all*3 <= float64(wanted)+1:
		steps = []float64{1, 2, 5}
	case all*2 <= float64(wanted)+1:
		steps = []float64{1, 3}
	}
	every := max(1, int(math.Ceil(all/float64(wanted))))
	var out []float64
	for e := int(math.Floor(math.Log10(s.from))); float64(e) <= math.Log10(s.to)+1e-9; e++ {
		if e%every != 0 {
			continue
		}
		for _, m := range steps {
			if v := m * math.Pow10(e); v >= s.from*(1-1e-9) && v <= s.to*(1+1e-9) {
				out = append(out, v)
			}
		}
	}
	return out
}

// around gives a logarithmic scale that holds all values from low to high, and
// is never so narrow that noise fills it.
func around(low, high, length float64) scale {
	// 20 µs: less is noise of the clock. 100 days: more is no time of ours.
	const narrowest, air, least, most = 4, 1.15, 0.02, 1e10
	low, high = min(max(low, least), most), min(max(high, least), most)
	if wide := high / low; wide < narrowest {
		grow := math.Sqrt(narrowest / wide)
		low, high = low/grow, high*grow
	} else {
		low, high = low/air, high*air
	}
	return scale{from: low, to: high, log: true, length: length, up: true}
}

// briefly writes a tick's time, given in ms, with no more digits than it has.
func briefly(ms float64) string {
	short := func(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }
	switch {
	case ms == 0:
		return "0"
	case ms < 0.9995:
		return short(ms*1000) + " µs"
	case ms < 999.5:
		return short(ms) + " ms"
	case ms < 999_500:
		return short(ms/1000) + " s"
	}
	return short(ms/60_000) + " min"
}

// counted writes a tick's number.
func counted(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return report.Grouped(int64(v))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// clock writes an instant of a run that lasts to whole, both in seconds.
func clock(s, whole float64) string {
	if whole <= 120 {
		return strconv.FormatFloat(math.Round(s*10)/10, 'f', -1, 64) + " s"
	}
	n := int64(math.Round(s))
	tail := strconv.FormatInt(n%60, 10)
	if n%60 < 10 {
		tail = "0" + tail
	}
	if whole < 3600 {
		return strconv.FormatInt(n/60, 10) + ":" + tail
	}
	minutes := strconv.FormatInt(n/60%60, 10)
	if n/60%60 < 10 {
		minutes = "0" + minutes
	}
	return strconv.FormatInt(n/3600, 10) + ":" + minutes + ":" + tail
}
