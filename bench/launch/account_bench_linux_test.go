package launch

import (
	"os"
	"os/exec"
	"testing"
)

// BenchmarkSample is what is done four times a second while a server is measured that has eight workers, and once in
// a while the search for new ones.
func BenchmarkSample(b *testing.B) {
	for range 8 {
		worker := exec.Command("sleep", "600")
		if err := worker.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			_ = worker.Process.Kill()
			_ = worker.Wait()
		})
	}
	t := newTree(os.Getpid(), "LAUNCH_TEST_NONE")
	t.search()
	if len(t.members) < 9 {
		b.Fatalf("got %d processes, want 9 or more", len(t.members))
	}
	b.Run("known", func(b *testing.B) {
		for b.Loop() {
			t.sample()
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			t.search()
		}
	})
}
