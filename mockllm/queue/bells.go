package queue

import "sync"

// submitted is the topic of everybody who waits for a job to claim. Other topics are ids of jobs, which are never "".
const submitted = ""

// bells wakes those who wait for news on a topic. The zero value is ready.
type bells struct {
	mu   sync.Mutex
	ears map[string]map[*ear]struct{} // guarded by mu
}

// ear hears a topic. It remembers one ring, so that a ring between a look at the store and the wait is not missed.
type ear struct {
	topic string
	heard chan struct{}
}

// listen returns an ear for the topic and whether it is the topic's first.
func (b *bells) listen(topic string) (e *ear, first bool) {
	e = &ear{topic: topic, heard: make(chan struct{}, 1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ears == nil {
		b.ears = map[string]map[*ear]struct{}{}
	}
	if b.ears[topic] == nil {
		b.ears[topic] = map[*ear]struct{}{}
	}
	b.ears[topic][e] = struct{}{}
	return e, len(b.ears[topic]) == 1
}

// leave ends what listen began and says whether the ear was its topic's last.
func (b *bells) leave(e *ear) (last bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.ears[e.topic], e)
	if len(b.ears[e.topic]) > 0 {
		return false
	}
	delete(b.ears, e.topic)
	return true
}

// ring wakes everybody who listens to the topic.
func (b *bells) ring(topic string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for e := range b.ears[topic] {
		e.wake()
	}
}

// ringAll wakes everybody.
func (b *bells) ringAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ears := range b.ears {
		for e := range ears {
			e.wake()
		}
	}
}

// deserted says whether nobody listens.
func (b *bells) deserted() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ears) == 0
}

func (e *ear) wake() {
	select {
	case e.heard <- struct{}{}:
	default: // it has not looked since the last ring
	}
}
