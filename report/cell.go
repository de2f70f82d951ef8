package report

import (
	"strconv"
	"strings"
	"unicode"
)

// Cells makes the texts among the cells of CSV safe, in place, and gives the
// rows back: characters that cannot be seen are gone, and what a spreadsheet
// would take for a formula has an apostrophe in front of it, as OWASP's page on
// CSV injection advises. Numbers stay as they are.
func Cells(rows [][]string) [][]string {
	for _, row := range rows {
		for i, s := range row {
			row[i] = harmless(s)
		}
	}
	return rows
}

func harmless(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, !unicode.IsPrint(r) && !unicode.IsSpace(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	if first := strings.TrimLeft(s, " "); first != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}
