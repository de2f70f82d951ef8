package mockllm

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// openCounts opens one file twice, as two workers would have it, and adds the counts of a lone process.
func openCounts(t *testing.T) map[string][2]*faultCounts {
	t.Helper()
	path := filepath.Join(t.TempDir(), "counts")
	open := func() *faultCounts {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return newFaultCounts(f)
	}
	alone := newFaultCounts(nil)
	return map[string][2]*faultCounts{"shared": {open(), open()}, "alone": {alone, alone}}
}

func TestFaultCounts(t *testing.T) {
	t.Parallel()
	for name, workers := range openCounts(t) {
		t.Run(name, func(t *testing.T) {
			for i := range 10 {
				for _, key := range []string{"a", "b", ""} {
					n, err := workers[i%2].add(key)
					if err != nil || n != i+1 {
						t.Fatalf("use %d of %q: counted %d, %v", i+1, key, n, err)
					}
				}
			}
		})
	}
}

// Clients choose the keys: their number must be bounded, and those that were there first go on counting.
func TestFaultCountsAreBounded(t *testing.T) {
	t.Parallel()
	for name, workers := range openCounts(t) {
		t.Run(name, func(t *testing.T) {
			for i := range countSlots {
				if n, err := workers[i%2].add(fmt.Sprint(i)); err != nil || n != 1 {
					t.Fatalf("key %d: counted %d, %v", i, n, err)
				}
			}
			if _, err := workers[0].add("one too many"); !errors.Is(err, errCountsFull) {
				t.Errorf("one key too many: error %v", err)
			}
			if n, err := workers[1].add("7"); err != nil || n != 2 {
				t.Errorf("an old key: counted %d, %v", n, err)
			}
		})
	}
}
