package launch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		write []string
		want  []string
	}{
		{"nothing", nil, nil},
		{"lines in pieces", []string{"a\nb", "c\n", "d"}, []string{"a", "bc", "d"}},
		{"empty lines", []string{"\na\n\n"}, []string{"", "a", ""}},
		{"colours", []string{"\x1b[1;31mred\x1b[0m and \x1b[2Jnot"}, []string{"red and not"}},
		{"a colour cut off", []string{"a\x1b[3"}, []string{"a"}},
		{"control characters", []string{"a\rb\x00\tc\x1b\x7f\u009b\u202ed\xff"}, []string{"ab\tcd\ufffd"}},
		{"a long line", []string{strings.Repeat("é", maxLine)}, []string{strings.Repeat("é", maxLine/2) + "…"}},
	} {
		var tail tail
		for _, text := range c.write {
			if n, err := tail.Write([]byte(text)); n != len(text) || err != nil {
				t.Errorf("%s: wrote %d, %v", c.name, n, err)
			}
		}
		if got := tail.lines(); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	t.Parallel()
	var tail tail
	const lines = 50_000
	for n := range lines {
		fmt.Fprintf(&tail, "line %d\n", n)
		if len(tail.buf) > 2*keptLog {
			t.Fatalf("after line %d it keeps %d bytes", n, len(tail.buf))
		}
	}
	got := tail.lines()
	size := 0
	for i, line := range got {
		if want := fmt.Sprintf("line %d", lines-len(got)+i); line != want {
			t.Fatalf("line %d of %d: got %q, want %q", i, len(got), line, want)
		}
		size += len(line) + 1
	}
	if size > keptLog || size < keptLog-20 {
		t.Errorf("%d bytes, want almost %d", size, keptLog)
	}
	if cap(tail.buf) > 8*keptLog {
		t.Errorf("it holds %d bytes", cap(tail.buf))
	}
}

func TestTailOfOneEndlessLine(t *testing.T) {
	t.Parallel()
	var tail tail
	if _, err := tail.Write([]byte(strings.Repeat("x", 10*keptLog))); err != nil {
		t.Fatal(err)
	}
	if got := tail.lines(); len(got) != 1 || len(got[0]) != maxLine+len("…") {
		t.Errorf("%d lines, want one, cut", len(got))
	}
}
