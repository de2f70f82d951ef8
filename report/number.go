package report

import (
	"math"
	"strconv"
	"strings"
)

// digits writes v with three significant digits, and with all those before the
// point when there are more.
func digits(v float64) string {
	if v == 0 {
		return "0"
	}
	// Rounded first: 9.996 has its point where 10.0 has it.
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	if err != nil {
		short = v
	}
	before := int(math.Floor(math.Log10(math.Abs(short)))) + 1
	if before >= 4 {
		return grouped(int64(math.Round(v)))
	}
	return strconv.FormatFloat(short, 'f', max(0, 3-before), 64)
}

// grouped writes a whole number with its thousands apart.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return sign + b.String()
}

// inUnit writes a value with the unit that suits its size. A unit may come from
// a file of another's making.
func inUnit(v float64, unit string) string {
	switch unit {
	case "ms":
		return millis(v)
	case "fraction":
		return percent(v)
	default:
		return digits(v) + " " + printable(unit)
	}
}

// apart writes two values so that they read differently when they differ.
func apart(a, b float64, unit string) (textA, textB string) {
	textA, textB = inUnit(a, unit), inUnit(b, unit)
	if textA != textB || a == b {
		return textA, textB
	}
	scale := 1.0
	if unit == "fraction" {
		scale, unit = 100, "%"
	}
	const most = 17 // digits tell any two numbers apart
	for n := 3; n <= most && textA == textB; n++ {
		textA, textB = significant(a*scale, n)+" "+printable(unit), significant(b*scale, n)+" "+printable(unit)
	}
	return textA, textB
}

// significant writes v with at most so many significant digits, and no zeros
// behind them.
func significant(v float64, n int) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', n-1, 64), 64)
	if err != nil {
		short = v
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// millis writes a time given in milliseconds.
func millis(v float64) string {
	switch {
	case v == 0:
		return "0 ms"
	case v < 0.9995:
		return digits(v*1000) + " µs"
	case v < 999.5:
		return digits(v) + " ms"
	case v < 999_500:
		return digits(v/1000) + " s"
	default:
		return digits(v/60_000) + " min"
	}
}

// percent writes a fraction; one that is small but not nothing never reads 0.
func percent(v float64) string {
	switch p := v * 100; {
	case p == 0:
		return "0 %"
	case p < 0.1:
		return "< 0.1 %"
	case p < 10:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case p > 99 && p < 100:
		return strconv.FormatFloat(math.Floor(p*10)/10, 'f', 1, 64) + " %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}

// share writes n of total as a percentage.
func share(n, total int64) string {
	if total == 0 {
		return "–"
	}
	return percent(float64(n) / float64(total))
}

// volume writes a number of bytes.
func volume(n int64) string {
	v := float64(n)
	for _, unit := range []string{"bytes", "kB", "MB"} {
		if v < 999.5 {
			if unit == "bytes" {
				return grouped(n) + " bytes"
			}
			return digits(v) + " " + printable(unit)
		}
		v /= 1000
	}
	return digits(v) + " GB"
}

// counted writes a number of requests.
func counted(n int64) string {
	if n == 1 {
		return "1 request"
	}
	return grouped(n) + " requests"
}
