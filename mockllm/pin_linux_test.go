package mockllm

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// cpuEnv names the only processor that a process of these tests may use.
const cpuEnv = "MOCKLLM_TEST_CPU"

// pinAsAsked pins this process when it was asked to.
func pinAsAsked() {
	if cpu, err := strconv.Atoi(os.Getenv(cpuEnv)); err == nil {
		if err := pin(cpu); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// shareOut gives workers the first processor and this process the others, so that neither makes the other late.
func shareOut(b *testing.B) {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil || all.Count() < 2 {
		b.Skip("two processors are needed, one for each side")
	}
	var first int
	for !all.IsSet(first) {
		first++
	}
	b.Setenv(cpuEnv, strconv.Itoa(first))
	others := all
	others.Clear(first)
	if err := setAffinity(&others); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = setAffinity(&all) })
}

func pin(cpu int) error {
	var set unix.CPUSet
	set.Set(cpu)
	return setAffinity(&set)
}

// setAffinity moves all threads of this process; those that come later inherit from them.
func setAffinity(set *unix.CPUSet) error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(tid, set); err != nil {
			return fmt.Errorf("pin thread %d: %w", tid, err)
		}
	}
	return nil
}
