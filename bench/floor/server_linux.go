package main

import (
	"container/heap"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pacer is the server: one thread that sends every stream's next event when it
// is due, by absolute deadlines, and never two streams' in step.
type pacer struct {
	listener int
	gap      time.Duration
	event    []byte
	random   *rand.Rand
	waiting  []int // connections whose request has not come
	due      queue
}

// serve paces streams until in ends. Its thread makes raw system calls only:
// others would tell the scheduler each time, which costs more than sending.
func serve(p plan, in *os.File, out io.Writer) error {
	debug.SetGCPercent(-1) // a collection would wait for this thread for ever
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set timer slack: %w", err)
	}
	s := &pacer{gap: p.gap, event: packet(), random: rand.New(rand.NewPCG(1, 2))}
	address, err := s.listen()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(address); err != nil {
		return fmt.Errorf("tell address: %w", err)
	}
	if err := unix.SetNonblock(int(in.Fd()), true); err != nil {
		return fmt.Errorf("watch standard input: %w", err)
	}
	start := time.Now()
	for !ended(in) {
		for range 100 {
			now := time.Since(start)
			s.welcome(now)
			for limit := now + time.Millisecond; now < limit; now = time.Since(start) {
				s.send(now)
				s.sleep(limit, time.Since(start))
			}
		}
	}
	return nil
}

// ended reports whether the parent has closed the pipe, or is gone.
func ended(in *os.File) bool {
	var b [1]byte
	n, err := unix.Read(int(in.Fd()), b[:])
	return n == 0 && err == nil
}

func (s *pacer) listen() (address string, err error) {
	s.listener, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("make socket: %w", err)
	}
	if err := unix.Bind(s.listener, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return "", fmt.Errorf("bind: %w", err)
	}
	if err := unix.Listen(s.listener, 4096); err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	name, err := unix.Getsockname(s.listener)
	if err != nil {
		return "", fmt.Errorf("read own address: %w", err)
	}
	return fmt.Sprintf("127.0.0.1:%d", name.(*unix.SockaddrInet4).Port), nil
}

// welcome accepts connections and answers requests that have come.
func (s *pacer) welcome(now time.Duration) {
	for {
		fd, _, err := unix.Accept4(s.listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		if err != nil {
			break
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		s.waiting = append(s.waiting, fd)
	}
	still := s.waiting[:0]
	var b [4096]byte
	for _, fd := range s.waiting {
		n, err := unix.Read(fd, b[:])
		switch {
		case errors.Is(err, unix.EAGAIN):
			still = append(still, fd)
		case err == nil && n > 0 && put(fd, []byte(head)):
			phase := time.Duration(s.random.Int64N(int64(s.gap)))
			heap.Push(&s.due, stream{fd, now + phase})
		default:
			_ = unix.Close(fd)
		}
	}
	s.waiting = still
}

// send sends all that is due. A stream that cannot take its event has ended.
func (s *pacer) send(now time.Duration) {
	for len(s.due) > 0 && s.due[0].at <= now {
		if !put(s.due[0].fd, s.event) {
			_ = unix.Close(s.due[0].fd)
			heap.Pop(&s.due)
			continue
		}
		s.due[0].at += s.gap
		heap.Fix(&s.due, 0)
	}
}

// sleep waits until the next event is due, at most until limit.
func (s *pacer) sleep(limit, now time.Duration) {
	if len(s.due) > 0 {
		limit = min(limit, s.due[0].at)
	}
	if limit > now {
		ts := unix.NsecToTimespec(int64(limit - now))
		// An early end only means another look.
		_, _, _ = syscall.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&ts)), 0, 0)
	}
}

// put sends b whole and at once, or not.
func put(fd int, b []byte) bool {
	n, _, e := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)),
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	return e == 0 && int(n) == len(b)
}

// stream is a connection and when its next event is due.
type stream struct {
	fd int
	at time.Duration
}

// queue is a heap of streams, the next due first.
type queue []stream

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].at < q[j].at }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is called by package heap.
func (q *queue) Push(x any) { *q = append(*q, x.(stream)) }

// Pop is called by package heap.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
