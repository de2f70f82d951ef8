package mockllm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"sync"
)

// faultCounts counts how often each key was used, over all workers of the server when they share a file, else in this
// process. Its size is bounded: clients choose the keys. From any goroutine.
type faultCounts struct {
	shared *os.File // the same in all workers; nil: one process counts for itself

	mu  sync.Mutex // guards own
	own map[string]int
}

// countSlots is how many keys there is room for.
const countSlots = 4096

var errCountsFull = errors.New("too many different keys were used; restart the server to forget them")

func newFaultCounts(shared *os.File) *faultCounts {
	return &faultCounts{shared: shared, own: make(map[string]int)}
}

// left tells whether f still strikes, which is one of its times used up.
func (c *faultCounts) left(f *Fault) (bool, error) {
	if f.Key == "" {
		return true, nil
	}
	n, err := c.add(f.Key)
	if err != nil {
		return false, fmt.Errorf("count fault: %w", err)
	}
	return n <= f.Times, nil
}

// add counts one more use of key and returns how many there are.
func (c *faultCounts) add(key string) (int, error) {
	if c.shared != nil {
		return addShared(c.shared, key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.own[key]; !ok && len(c.own) >= countSlots {
		return 0, errCountsFull
	}
	c.own[key]++
	return c.own[key], nil
}

// addShared does it in a file, a table of countSlots pairs of a key's hash and its count with open addressing. It holds
// the file's lock for two short reads and writes, which the loop can wait for.
func addShared(f *os.File, key string) (n int, err error) {
	unlock, err := lockFile(f)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(key)) // a hash takes everything
	hash := max(sum.Sum64(), 1)   // 0 marks a free slot
	for i := range uint64(countSlots) {
		at := int64((hash+i)%countSlots) * 16
		var pair [16]byte
		if _, err := f.ReadAt(pair[:], at); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		found, count := binary.LittleEndian.Uint64(pair[:8]), binary.LittleEndian.Uint64(pair[8:])
		if found != 0 && found != hash {
			continue
		}
		binary.LittleEndian.PutUint64(pair[:8], hash)
		binary.LittleEndian.PutUint64(pair[8:], count+1)
		_, err := f.WriteAt(pair[:], at)
		return int(count + 1), err
	}
	return 0, errCountsFull
}
