package compare

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

// The name of a side must not become a formula in a spreadsheet, nor steer the terminal of who prints the file; numbers
// keep their sign.
func TestCSVOfHostileNames(t *testing.T) {
	t.Parallel()
	sides := pair(0.7)
	sides[0].Name, sides[1].Name = "=1+1\x1b[31m\r\n", "@SUM(A1)\u202e"
	var b bytes.Buffer
	if err := compared(t, sides, Options{Paired: true}).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\r\u202e") {
		t.Errorf("control characters in\n%q", b.String())
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if row := rows[1]; row[0] != "'=1+1[31m  " || row[1] != "'@SUM(A1)" || !strings.HasPrefix(row[11], "-0.") {
		t.Errorf("got %q, %q and %q", row[0], row[1], row[11])
	}
}
