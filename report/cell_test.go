package report

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"
)

// A label must not become a formula in the spreadsheet of who opens it, nor
// steer the terminal of who prints it.
func TestCellIsNoFormula(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"nightly":                  "nightly",
		"a=1 + b":                  "a=1 + b",
		"=1+1\x1b[31m":             "'=1+1[31m",
		"+1e-3":                    "+1e-3",
		"+1+A1":                    "'+1+A1",
		"-1":                       "-1",
		"-1+1":                     "'-1+1",
		"@SUM(A1)":                 "'@SUM(A1)",
		"\t=1":                     "' =1",
		"\r\n=1":                   "'  =1",
		"\x07\x1b=1":               "'=1",
		"\u200b\u202e=1":           "'=1",
		"\uff1d1":                  "'\uff1d1",
		"a\u202eb\xff\x00\x9bc\nd": "abc d",
	} {
		if got := harmless(in); got != want {
			t.Errorf("harmless(%q) = %q, want %q", in, got, want)
		}
	}
}

// Numbers stay numbers, with their sign.
func TestCSVOfAHostileLabel(t *testing.T) {
	run := sample(t, "censored")
	run.Label = new("=cmd|'/c calc'!A1\x1b[31m\r\n\x07")
	var b bytes.Buffer
	if err := WriteCSV(&b, run); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\x07\r") {
		t.Errorf("control characters in\n%q", b.String())
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 1+len(run.Metrics) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got, want := rows[1][1], "'=cmd|'/c calc'!A1[31m  "; got != want {
		t.Errorf("label %q, want %q", got, want)
	}
}

// FuzzCell: no cell begins a formula, holds what cannot be seen, or is made
// safe twice.
func FuzzCell(f *testing.F) {
	f.Add("=1")
	f.Add(" \t+1")
	f.Add("'=1")
	f.Fuzz(func(t *testing.T, s string) {
		got := harmless(s)
		if _, err := strconv.ParseFloat(got, 64); err == nil {
			return
		}
		if first := strings.TrimSpace(got); first != "" && strings.ContainsAny(first[:1], "=+-@") {
			t.Errorf("harmless(%q) = %q", s, got)
		}
		if again := harmless(got); again != got || printable(got) != got {
			t.Errorf("harmless(%q) = %q, and of that %q", s, got, again)
		}
	})
}
