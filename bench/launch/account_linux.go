package launch

import (
	"os"
	"slices"
	"time"
)

// sample looks at every member. What has gone leaves its time to its parent in the tree, or to the tree.
//
// The kernel adds a process's time to its parent's "waited" when the parent has waited for it, and not at all when the
// parent ignores its end. So the time is owed until it is seen there. Parents are read first: a child that is waited for
// in between is seen as gone now and in its parent's time later, and one whose time is seen there now has gone.
func (t *tree) sample() {
	var gone []*member
	for _, m := range t.members {
		now, ok := t.look(m.pid)
		if !ok || now.born != m.born {
			gone = append(gone, m)
			continue
		}
		m.paid = now.waited - min(now.waited, m.waited)
		m.stat = now
	}
	for _, m := range slices.Backward(gone) {
		left := m.used + m.waited + m.owed
		if parent := t.find(m.parent); parent != nil {
			parent.owed += left
		} else {
			t.lost += left
		}
		t.members = slices.DeleteFunc(t.members, func(o *member) bool { return o == m })
	}
	for _, m := range t.members {
		m.owed -= min(m.owed, m.paid)
	}
	t.peak = max(t.peak, t.resident())
}

// resident is the sum of the members' resident bytes.
func (t *tree) resident() int64 {
	var pages int64
	for _, m := range t.members {
		pages += m.pages
	}
	return pages * int64(os.Getpagesize())
}

// usage is what the tree has used until now.
func (t *tree) usage() (Usage, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sample()
	t.search()
	u := Usage{At: time.Since(t.begun), RSS: t.resident(), PeakRSS: t.peak}
	ticks, known := t.lost, true
	for _, m := range t.members {
		ticks += m.used + m.waited + m.owed
		if m.dead() {
			continue
		}
		u.Processes++
		bytes, ok := share(m.pid)
		u.PSS += bytes
		known = known && ok
	}
	if !known {
		u.PSS = 0
	}
	u.CPU = time.Duration(ticks) * (time.Second / ticksPerSecond)
	return u, nil
}
