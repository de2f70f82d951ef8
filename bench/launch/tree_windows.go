package launch

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// tree is the processes of a server: a job object, which ends them all when its last handle is closed, so also when
// this process dies.
type tree struct {
	leader int

	mu    sync.Mutex     // guards what follows
	job   windows.Handle // 0: there is none, and only the leader is known
	asked bool
}

// newTree puts the process, and all that it starts from now on, into a job. What it has started before, in the instant
// since its own start, is not in it.
func newTree(leader int, _ string) *tree {
	t := &tree{leader: leader}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return t
	}
	if err := fill(job, leader); err != nil {
		_ = windows.CloseHandle(job)
		return t
	}
	t.job = job
	return t
}

func fill(job windows.Handle, leader int) error {
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return err
	}
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(leader))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(p) //nolint:errcheck // nothing was written through it
	return windows.AssignProcessToJobObject(job, p)
}

// watch has nothing to look at.
func (t *tree) watch(stop <-chan struct{}) { <-stop }

// alive names the leader while it runs. What it leaves behind is ended with the job.
func (t *tree) alive() []string {
	p, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(t.leader))
	if err != nil {
		return nil
	}
	defer windows.CloseHandle(p) //nolint:errcheck // nothing was written through it
	if event, err := windows.WaitForSingleObject(p, 0); err == nil && event == windows.WAIT_OBJECT_0 {
		return nil
	}
	return []string{fmt.Sprintf("process %d", t.leader)}
}

// ask sends Ctrl-Break to the leader's process group, where a console is shared with it.
func (t *tree) ask() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.asked {
		t.asked = true
		_ = windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(t.leader))
	}
}

func (t *tree) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.job != 0 && windows.TerminateJobObject(t.job, 1) == nil {
		return
	}
	if p, err := os.FindProcess(t.leader); err == nil {
		_ = p.Kill()
		_ = p.Release()
	}
}

func (t *tree) usage() (Usage, error) {
	return Usage{}, fmt.Errorf("read what the server uses: %w on this system", errors.ErrUnsupported)
}

// intruder cannot be told.
func (t *tree) intruder(string) string { return "" }

// forget has nothing to forget.
func (t *tree) forget() {}

// release ends what is left of the job.
func (t *tree) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.job != 0 {
		_ = windows.CloseHandle(t.job)
		t.job = 0
	}
}
