package mockllm

import "container/list"

// slots is the batch of one worker: so many answers are generated at once, so many more wait in order of arrival, and
// the rest are refused. It belongs to the worker's loop.
type slots struct {
	size    int // --max-num-seqs; 0: no bound
	queue   int // --max-waiting-queue-length; 0: no bound
	running int
	waiting list.List // of *slot
}

// slot is one request's place in the batch, or in the queue before it.
type slot struct {
	owner *slots
	start func()        // called once, when the batch has room
	place *list.Element // in the queue; nil once running
	freed bool
}

// take calls start as soon as there is room, perhaps at once, with the slot filled in beforehand so that start can free
// it. It reports false when the queue is full too; start is then never called.
func (s *slots) take(t *slot, start func()) bool {
	*t = slot{owner: s, start: start}
	if s.room() {
		s.run(t)
		return true
	}
	if s.queue > 0 && s.waiting.Len() >= s.queue {
		t.freed = true
		return false
	}
	t.place = s.waiting.PushBack(t)
	return true
}

func (s *slots) room() bool { return s.size <= 0 || s.running < s.size }

// free gives up the place, in the batch or in the queue, and lets in who is next. Only the first call counts.
func (t *slot) free() {
	if t.freed {
		return
	}
	t.freed = true
	s := t.owner
	if t.place != nil {
		s.waiting.Remove(t.place)
		return
	}
	s.running--
	for s.waiting.Len() > 0 && s.room() {
		next, _ := s.waiting.Remove(s.waiting.Front()).(*slot)
		s.run(next)
	}
}

// run lets t into the batch. What start refers to, a whole prompt perhaps, is not held while the answer is generated.
func (s *slots) run(t *slot) {
	start := t.start
	t.start, t.place = nil, nil
	s.running++
	start()
}
