package launch

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestParseStat(t *testing.T) {
	t.Parallel()
	const rest = " S 10 20 30 0 -1 4194560 1 2 3 4 50 60 70 80 20 0 1 0 900 123456 42 18446744073709551615 1 2"
	want := stat{pid: 7, parent: 10, session: 30, name: "x", state: 'S', used: 110, waited: 150, born: 900, pages: 42}
	for _, name := range []string{"gunicorn: worke", "a (b) c) S 1", "", "line\nfeed"} {
		want.name = name
		if got, ok := parseStat([]byte("7 (" + name + ")" + rest)); !ok || got != want {
			t.Errorf("%q: got %+v, %v; want %+v", name, got, ok, want)
		}
	}
	for _, line := range []string{
		"", "7", "7 (x", "x) (", "7 (x) S 10 20", "(x)" + rest, "7 (x)" + strings.Replace(rest, "50", "five", 1),
		"7 (x)" + strings.Replace(rest, "42", "-42", 1),
	} {
		if got, ok := parseStat([]byte(line)); ok {
			t.Errorf("%q: got %+v, want it refused", line, got)
		}
	}
}

// What parseStat reads is never negative, and the name is what stands between the outermost parentheses.
func FuzzParseStat(f *testing.F) {
	own, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(own))
	f.Add("1 (a) b) S 1 1 1 0 -1 0 0 0 0 0 1 1 1 1 20 0 1 0 5 0 0")
	f.Fuzz(func(t *testing.T, line string) {
		s, ok := parseStat([]byte(line))
		if !ok {
			return
		}
		if s.pid < 0 || s.parent < 0 || s.session < 0 || s.pages < 0 || !strings.Contains(line, "("+s.name+")") {
			t.Errorf("%q: got %+v", line, s)
		}
	})
}

// A process that gives itself a hostile name must not steer the terminal of who
// reads that it had to be killed.
func TestHostileNameOfAProcess(t *testing.T) {
	t.Parallel()
	if got, want := (stat{pid: 7, name: "x\x1b[31m\a"}).String(), "x (pid 7)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProcessesKnowThisOne(t *testing.T) {
	t.Parallel()
	pid := os.Getpid()
	pids, err := processes()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(fmt.Sprint(pids), fmt.Sprint(pid)) {
		t.Errorf("%d is not among %v", pid, pids)
	}
	st, ok := readStat(pid)
	if !ok || st.pid != pid || st.parent != os.Getppid() || st.dead() || st.pages <= 0 {
		t.Errorf("got %+v, %v", st, ok)
	}
	if bytes, ok := share(pid); !ok || bytes <= 0 || bytes > 2*st.pages*int64(os.Getpagesize()) {
		t.Errorf("its share is %d, %v; resident %d pages", bytes, ok, st.pages)
	}
	if !inherits(pid, "PATH=") || inherits(pid, "_NO_SUCH_"+"VARIABLE=") {
		t.Error("its environment is not what it is")
	}
}
