package mockllm

// timer is a function due at an instant. Timers are recycled: gen tells a [Timer] whether it still means this use.
type timer struct {
	f   func()
	gen uint32
	pos int // in the heap, or taken
}

// taken is the place of a timer that is out of the heap, about to fire.
const taken = -1

// timerHeap is a binary heap of due instants, the earliest first; those of the same instant fire in the order set.
// It is not container/heap, whose calls through an interface are most of the cost at 50,000 tokens per second.
type timerHeap struct {
	slots []timerSlot
	free  []*timer
	seq   uint64
}

type timerSlot struct {
	when int64 // nanoseconds since the loop's epoch
	seq  uint64
	t    *timer
}

func (h *timerHeap) add(when int64, f func()) *timer {
	var t *timer
	if n := len(h.free); n > 0 {
		t, h.free = h.free[n-1], h.free[:n-1]
	} else {
		t = new(timer)
	}
	t.f = f
	h.seq++
	h.slots = append(h.slots, timerSlot{when, h.seq, t})
	t.pos = len(h.slots) - 1
	h.up(t.pos)
	return t
}

// next returns the earliest instant, if there is one.
func (h *timerHeap) next() (when int64, ok bool) {
	if len(h.slots) == 0 {
		return 0, false
	}
	return h.slots[0].when, true
}

// takeDue moves the timers due at now into batch, in order.
func (h *timerHeap) takeDue(now int64, batch []*timer) []*timer {
	for len(h.slots) > 0 && h.slots[0].when <= now {
		t := h.slots[0].t
		h.remove(t)
		batch = append(batch, t)
	}
	return batch
}

// remove takes t out of the heap.
func (h *timerHeap) remove(t *timer) {
	last := len(h.slots) - 1
	pos := t.pos
	h.swap(pos, last)
	h.slots[last] = timerSlot{}
	h.slots = h.slots[:last]
	if pos < last && !h.up(pos) {
		h.down(pos)
	}
	t.pos = taken
}

// recycle makes t, which is not in the heap, ready for another use and returns its function; nil when it was stopped.
func (h *timerHeap) recycle(t *timer) func() {
	f := t.f
	t.f = nil
	t.gen++
	h.free = append(h.free, t)
	return f
}

// stop forgets t: if it is among those about to fire, it will not.
func (h *timerHeap) stop(t *timer) {
	t.f = nil
	if t.pos != taken {
		h.remove(t)
		h.recycle(t)
	}
}

func (h *timerHeap) less(i, j int) bool {
	a, b := &h.slots[i], &h.slots[j]
	return a.when < b.when || a.when == b.when && a.seq < b.seq
}

func (h *timerHeap) swap(i, j int) {
	if i == j {
		return
	}
	h.slots[i], h.slots[j] = h.slots[j], h.slots[i]
	h.slots[i].t.pos, h.slots[j].t.pos = i, j
}

// up moves slot i towards the root and tells whether it moved.
func (h *timerHeap) up(i int) bool {
	start := i
	for i > 0 {
		parent := (i - 1) / 2
		if !h.less(i, parent) {
			break
		}
		h.swap(i, parent)
		i = parent
	}
	return i != start
}

func (h *timerHeap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.slots) {
			return
		}
		if right := child + 1; right < len(h.slots) && h.less(right, child) {
			child = right
		}
		if !h.less(child, i) {
			return
		}
		h.swap(i, child)
		i = child
	}
}
