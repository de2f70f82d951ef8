package queue

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"
)

// deadline is how long a test waits for what must happen.
const deadline = 20 * time.Second

// roleEnv makes the test binary act as another process of a test; its arguments are for the role.
const roleEnv = "QUEUE_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "worker":
		os.Exit(exitCode(beWorker(os.Args[1])))
	case "submitter":
		os.Exit(exitCode(beSubmitter(os.Args[1], os.Args[2], os.Args[3])))
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	if fuzzing := flag.Lookup("test.fuzz").Value.String() != ""; fuzzing {
		os.Exit(code) // the engine leaves goroutines of its own
	}
	if err := noneLeft(before); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// noneLeft waits for the goroutines of the tests to end.
func noneLeft(before int) error {
	for range int(deadline / (10 * time.Millisecond)) {
		if runtime.NumGoroutine() <= before {
			return nil
		}
		<-time.After(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	return fmt.Errorf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
}

func exitCode(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// self returns a command that runs this binary in a role.
func self(role string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleEnv+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// await polls until a condition holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); time.Now().Before(end); {
		if holds() {
			return
		}
		<-time.After(2 * time.Millisecond)
	}
	t.Fatalf("waited %v in vain: %s", deadline, what)
}
