package launch

import (
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// sampleEvery is how often the processes that are known are looked at.
	sampleEvery = 250 * time.Millisecond
	// searchEvery is how many samples pass between two searches for new ones, forgetEvery after how many those are looked
	// at again that were found to be strangers: their numbers may be others' by then.
	searchEvery = 4
	forgetEvery = 40
)

// tree is the processes of a server: the leader, whoever is in its session, whoever one of them started, and whoever
// has its mark in the environment. Who was seen in it belongs to it for good, wherever he moves.
type tree struct {
	leader int
	mark   string // the name of a variable in the server's environment
	begun  time.Time
	look   func(pid int) (stat, bool) // readStat, but in tests

	mu        sync.Mutex // guards what follows
	members   []*member  // parents before those whom they started
	strangers map[int]bool
	over      bool   // nobody was left: numbers that were theirs are others' now
	lost      uint64 // ticks of members that nobody of the tree has waited for
	peak      int64  // bytes
}

// member is a process of the tree, as it was seen last.
type member struct {
	stat
	owed  uint64 // ticks of members that it started, that have gone, and that waited does not hold yet
	paid  uint64 // ticks that waited has grown by since it was seen before
	asked bool   // to end
}

// newTree returns the tree that begins with a process that was just started.
func newTree(leader int, mark string) *tree {
	t := &tree{leader: leader, mark: mark, begun: time.Now(), look: readStat, strangers: map[int]bool{}}
	if st, ok := readStat(leader); ok {
		t.members = []*member{{stat: st}}
	}
	return t
}

// watch looks at the tree until stop is closed.
func (t *tree) watch(stop <-chan struct{}) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		t.mu.Lock()
		t.sample()
		if n%forgetEvery == 0 {
			clear(t.strangers)
		}
		if n%searchEvery == 1 {
			t.search()
		}
		t.mu.Unlock()
		select {
		case <-tick.C:
		case <-stop:
			return
		}
	}
}

// search finds new members. Only processes that were not there before are looked at: it costs one list of numbers, and
// no more on a machine with thousands of others.
func (t *tree) search() {
	pids, err := processes()
	if err != nil || t.over {
		return
	}
	var fresh []stat
	strangers := make(map[int]bool, len(pids))
	for _, pid := range pids {
		if t.strangers[pid] {
			strangers[pid] = true
		} else if st, ok := t.look(pid); ok && t.find(pid) == nil {
			fresh = append(fresh, st)
		}
	}
	for len(fresh) > 0 {
		i := slices.IndexFunc(fresh, t.related)
		if i < 0 {
			i = slices.IndexFunc(fresh, func(st stat) bool { return inherits(st.pid, t.mark) })
		}
		if i < 0 {
			break
		}
		t.members = append(t.members, &member{stat: fresh[i]})
		fresh = slices.Delete(fresh, i, i+1)
	}
	for _, st := range fresh {
		strangers[st.pid] = true
	}
	t.strangers = strangers
	t.over = len(t.members) == 0
	t.peak = max(t.peak, t.resident())
}

// related says whether a process is of the leader's session, or was started by a member.
func (t *tree) related(st stat) bool { return st.session == t.leader || t.find(st.parent) != nil }

func (t *tree) find(pid int) *member {
	for _, m := range t.members {
		if m.pid == pid {
			return m
		}
	}
	return nil
}

// alive names the members that have not ended.
func (t *tree) alive() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sample()
	t.search()
	var names []string
	for _, m := range t.members {
		if !m.dead() {
			names = append(names, m.String())
		}
	}
	return names
}

// ask asks the members to end that have no living parent in the tree, each once: a process manager ends its workers,
// and nobody else knows how.
func (t *tree) ask() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.members {
		parent := t.find(m.parent)
		if m.asked || m.dead() || parent != nil && !parent.dead() {
			continue
		}
		m.asked = true
		m.signal(syscall.SIGTERM)
	}
}

// kill kills all members.
func (t *tree) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range t.members {
		if !m.dead() {
			m.signal(syscall.SIGKILL)
		}
	}
}

// signal sends a signal to the member, and to nobody who has got its number meanwhile. A member that has gone gets none.
func (m *member) signal(sig syscall.Signal) {
	p, err := os.FindProcess(m.pid) // holds the process, not the number, where the kernel can
	if err != nil {
		return
	}
	defer p.Release() //nolint:errcheck // it lets go of what was only looked at
	if now, ok := readStat(m.pid); ok && now.born == m.born {
		_ = p.Signal(sig)
	}
}

// forget makes the next search look at every process again.
func (t *tree) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.strangers)
}

// release has nothing to give back.
func (t *tree) release() {}
