package launch

import (
	"testing"
	"time"
)

// machine is processes as /proc would show them, by their numbers.
type machine map[int]*stat

func (m machine) look(pid int) (stat, bool) {
	if st := m[pid]; st != nil {
		return *st, true
	}
	return stat{}, false
}

// grow returns a tree of a leader 1, its children 2 and 3, and 4, a child of 2, which have used 100 ticks each.
func grow() (machine, *tree) {
	m := machine{}
	t := &tree{leader: 1, begun: time.Now(), look: m.look, over: true}
	for pid, parent := range []int{1: 0, 2: 1, 3: 1, 4: 2} {
		if pid > 0 {
			m[pid] = &stat{pid: pid, parent: parent, state: 'S', used: 100, born: uint64(pid)}
			t.members = append(t.members, &member{stat: *m[pid]})
		}
	}
	return m, t
}

// end ends a process; its parent waits for it.
func (m machine) end(pid int) {
	st := m[pid]
	m[st.parent].waited += st.used + st.waited
	delete(m, pid)
}

func TestNoTimeIsLostOrCountedTwice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(m machine, look func())
		want uint64 // ticks
	}{
		{"nobody ends", func(machine, func()) {}, 400},
		{"time passes", func(m machine, _ func()) { m[3].used += 7 }, 407},
		{"one ends", func(m machine, _ func()) { m.end(3) }, 400},
		{"one ends, having used more than was seen", func(m machine, _ func()) { m[3].used += 20; m.end(3) }, 420},
		{"one ends, and its parent", func(m machine, _ func()) { m.end(4); m.end(2) }, 400},
		{"one ends, then its parent", func(m machine, look func()) { m.end(4); look(); m.end(2) }, 400},
		{"one ends that nobody waits for", func(m machine, look func()) { delete(m, 3); look(); look() }, 400},
		{"two end, one is waited for", func(m machine, look func()) { m.end(3); look(); delete(m, 2) }, 400},
		{"a family that nobody waits for", func(m machine, look func()) { delete(m, 4); look(); delete(m, 2) }, 400},
		{"a child between two looks", func(m machine, _ func()) { m[1].waited += 30 }, 430},
		{"an orphan ends", func(m machine, look func()) { m.end(2); m[4].parent = 99; look(); delete(m, 4) }, 400},
		{"the leader ends first", func(m machine, look func()) { delete(m, 1); look(); delete(m, 2); delete(m, 3); delete(m, 4) }, 400},
		{"a number is given again", func(m machine, look func()) {
			m.end(3)
			m[3] = &stat{pid: 3, parent: 99, used: 5000, born: 77}
			look()
		}, 400},
	} {
		m, tree := grow()
		c.do(m, tree.sample)
		for range 3 {
			u, err := tree.usage()
			if got := uint64(u.CPU / (time.Second / ticksPerSecond)); err != nil || got != c.want {
				t.Errorf("%s: got %d ticks, %v; want %d", c.name, got, err, c.want)
			}
		}
	}
}

// A child may be waited for after its parent was looked at and before itself is.
func TestEndBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	m, tree := grow()
	tree.look = func(pid int) (stat, bool) {
		st, ok := m.look(pid)
		if pid == 1 && m[3] != nil {
			m.end(3)
		}
		return st, ok
	}
	for range 3 {
		if u, err := tree.usage(); err != nil || u.CPU != 4*time.Second {
			t.Errorf("got %v, %v; want 4s", u.CPU, err)
		}
	}
}
