package mockllm

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

// idSource makes request ids that are unique across workers and their replacements, and tell nothing about either: the
// worker is for the client to find out.
type idSource struct{ state uint64 }

func newIDSource() idSource {
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // documented never to fail
	return idSource{binary.LittleEndian.Uint64(seed[:])}
}

// next is a step of SplitMix64 (Steele, Lea and Flood 2014), which repeats nothing within 2^64 steps.
func (s *idSource) next() string {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return fmt.Sprintf("req_%016x", z^z>>31)
}
