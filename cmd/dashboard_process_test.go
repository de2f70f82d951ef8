//go:build unix

package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

// A terminal is a real one, in a tmux of its own, with a shell in it that can
// call aibench.
type terminal struct {
	t           *testing.T
	socket, dir string
}

// openTerminal starts a shell on a terminal of 120 × 40 that lives until the
// test ends.
func openTerminal(t *testing.T) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("AIBENCH_REQUIRE_REAL") == "1" {
			t.Fatalf("%v, and AIBENCH_REQUIRE_REAL=1 asks for it: .ci/run packages installs it", err)
		}
		t.Skip("there is no tmux here")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// A socket's path has to be short, and that of t.TempDir holds the test's name.
	dir, err := os.MkdirTemp("", "aibench-tmux")
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t, filepath.Join(dir, "s"), dir}
	t.Cleanup(func() {
		_, _ = term.tmux("kill-server")
		_ = os.RemoveAll(dir)
	})
	if err := os.Symlink(program, filepath.Join(dir, "aibench")); err != nil { // TestMain tells by the name
		t.Fatal(err)
	}
	term.do("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40", "-c", dir,
		"env", "PS1=$ ", "PATH="+dir+":"+os.Getenv("PATH"), "LC_ALL=C.UTF-8", "sh")
	term.await(`^\$`)
	return term
}

func (term *terminal) tmux(args ...string) (string, error) {
	cmd := exec.Command("tmux", append([]string{"-u", "-S", term.socket}, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// do gives tmux an order.
func (term *terminal) do(args ...string) string {
	term.t.Helper()
	out, err := term.tmux(args...)
	if err != nil {
		term.t.Fatalf("tmux %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return out
}

// keys presses keys by tmux's names for them.
func (term *terminal) keys(names ...string) {
	term.t.Helper()
	term.do(append([]string{"send-keys"}, names...)...)
}

// run types a line.
func (term *terminal) run(line string) {
	term.t.Helper()
	term.do("send-keys", "-l", line)
	term.keys("Enter")
}

// await waits until the terminal shows something.
func (term *terminal) await(pattern string) string {
	term.t.Helper()
	want := regexp.MustCompile(pattern)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	shows := ""
	for end := time.After(90 * time.Second); ; {
		shows = strings.TrimRight(term.do("capture-pane", "-p"), "\n")
		if want.MatchString(shows) {
			return shows
		}
		select {
		case <-tick.C:
		case <-end:
			term.t.Fatalf("%s is not there:\n%s", pattern, shows)
		}
	}
}

// read gives a file that the shell has written.
func (term *terminal) read(name string) string {
	term.t.Helper()
	b, err := os.ReadFile(filepath.Join(term.dir, name))
	if err != nil {
		term.t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// measured is a shell's line that runs aibench, and notes how the terminal was
// before and after it. Its process is written to a file.
func measured(args string) string {
	return `clear; stty -a >before; sh -c 'echo $$ >pid; exec aibench ` + args + `'; echo "exit=$?"; stty -a >after; echo ov''er`
}

// sane checks that the terminal is what it was, and that the report is there.
func (term *terminal) sane(code int) {
	term.t.Helper()
	term.restored("throughput", "verdict", "exit="+strconv.Itoa(code))
}

// restored checks that the terminal is what it was, and shows what is wanted.
func (term *terminal) restored(wants ...string) {
	term.t.Helper()
	shows := term.await(`(?m)^over`)
	for _, want := range wants {
		if !strings.Contains(shows, want) {
			term.t.Errorf("%q is missing after the display:\n%s", want, shows)
		}
	}
	if strings.Contains(shows, "tab [") {
		term.t.Errorf("the last frame stays:\n%s", shows)
	}
	if before, after := term.read("before"), term.read("after"); before != after {
		term.t.Errorf("stty says\n%s\nand said\n%s", after, before)
	}
	const modes = "alternate #{alternate_on}, cursor #{cursor_flag}"
	if got, want := strings.TrimSpace(term.do("display-message", "-p", modes)), "alternate 0, cursor 1"; got != want {
		term.t.Errorf("got %s, want %s", got, want)
	}
}

// TestDisplayOnATerminal sees a run live, with the hands on the keys.
func TestDisplayOnATerminal(t *testing.T) {
	t.Parallel()
	term := openTerminal(t)
	term.run(measured("stream -c 20 -d 10m --output-tokens 10 --seed 1"))
	term.await(`(?s)stream http://127.*20 users +● running.*events/s.*chunk gap +[0-9.]+ ms.*chunk gap over time.*client (ok|limited)`)
	term.keys("p")
	term.await(`PAUSED`)
	term.keys("p")
	term.await(`● running`)
	term.keys("+")
	term.await(`20 → 22 users`)
	term.keys("Tab")
	term.await(`\[latency\]`)
	term.keys("?")
	term.await(`start nothing more`)
	term.keys("?")
	term.do("resize-window", "-x", "60", "-y", "20")
	small := term.await(`(?s)^stream http://127.*tab heat$`)
	for _, line := range strings.Split(small, "\n") {
		if n := utf8.RuneCountInString(line); n > 60 {
			t.Errorf("a line of %d columns in a window of 60: %s", n, line)
		}
	}
	term.do("resize-window", "-x", "120", "-y", "40")
	term.await(`\[latency\]`)
	term.keys("q")
	term.sane(130)
}

// TestDisplayIsTerminated ends a run from outside. No colours were asked for; a
// signal that would stop the process, and so the measuring, does not.
func TestDisplayIsTerminated(t *testing.T) {
	t.Parallel()
	term := openTerminal(t)
	term.run("NO_COLOR=1; export NO_COLOR; " + measured("job -r 20 -d 10m --seed 1"))
	term.await(`(?s)job http://127.*jobs +submitting \d+ · queued \d+ · running \d+.*completion over time`)
	if shows := term.do("capture-pane", "-e", "-p"); regexp.MustCompile(`\x1b\[[0-9;]*[34][0-8]`).MatchString(shows) {
		t.Errorf("there are colours: %q", shows)
	}
	pid, err := strconv.Atoi(term.read("pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGTSTP); err != nil {
		t.Fatal(err)
	}
	term.keys("+")
	term.await(`20 → 22/s`)
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	term.sane(143)
}

// TestQuitGivesTheTerminalBack: SIGQUIT ends the process at once, and prints
// what it was doing. It left the terminal raw.
func TestQuitGivesTheTerminalBack(t *testing.T) {
	t.Parallel()
	term := openTerminal(t)
	term.run(measured("stream -c 5 -d 10m --output-tokens 10 --seed 1"))
	term.await(`● running`)
	pid, err := strconv.Atoi(term.read("pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	term.restored("goroutine", "exit=2")
}

// TestNoDisplayInTheBackground: a process in the background must not touch the
// terminal, or the terminal would stop it.
func TestNoDisplayInTheBackground(t *testing.T) {
	t.Parallel()
	term := openTerminal(t)
	term.run(`clear; aibench stream -c 2 -n 10 --output-tokens 5 & wait; echo ov''er`)
	shows := term.await(`(?m)^over`)
	if !strings.Contains(shows, "verdict") {
		t.Errorf("there is no report:\n%s", shows)
	}
	if got := strings.TrimSpace(term.do("display-message", "-p", "#{alternate_on}")); got != "0" {
		t.Error("it is on the alternate screen")
	}
}
