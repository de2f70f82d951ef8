//go:build unix && !linux

package launch

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
)

// tree is the processes of a server as far as they can be told here: its process group.
type tree struct {
	group int

	mu    sync.Mutex // guards what follows
	asked bool       // the leader, to end
	all   bool       // the others too
}

func newTree(leader int, _ string) *tree { return &tree{group: leader} }

// watch has nothing to look at.
func (t *tree) watch(stop <-chan struct{}) { <-stop }

// alive names what is left. The leader is there until it has been waited for.
func (t *tree) alive() []string {
	if errors.Is(syscall.Kill(-t.group, 0), syscall.ESRCH) {
		return nil
	}
	return []string{fmt.Sprintf("process group %d", t.group)}
}

// ask asks the leader to end, and the others when it has gone.
func (t *tree) ask() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.asked {
		t.asked = syscall.Kill(t.group, syscall.SIGTERM) == nil
		if t.asked {
			return
		}
	}
	if !t.all && errors.Is(syscall.Kill(t.group, 0), syscall.ESRCH) {
		t.all = syscall.Kill(-t.group, syscall.SIGTERM) == nil
	}
}

func (t *tree) kill() { _ = syscall.Kill(-t.group, syscall.SIGKILL) }

func (t *tree) usage() (Usage, error) {
	return Usage{}, fmt.Errorf("read what the server uses: %w on this system", errors.ErrUnsupported)
}

// intruder cannot be told.
func (t *tree) intruder(string) string { return "" }

// forget has nothing to forget, release nothing to give back.
func (t *tree) forget()  {}
func (t *tree) release() {}
