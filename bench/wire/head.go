package wire

import (
	"bytes"
	"fmt"
	"strings"
)

// Head is the head of a response. It keeps the bytes of the header lines, at
// most Config.MaxHead, and may be read for as long as it is wanted, after its
// Conn was released too.
type Head struct {
	Proto  string // "HTTP/1.1" or "HTTP/1.0"
	Status int    // 200 to 999
	Size   int    // bytes that it took on the wire, those of interim heads before it included
	At     Stamp  // of the read that completed the head

	fields []byte // validated field lines, each with its line end
}

// Get returns the value of the first field of that name, "" where there is
// none. Case does not matter. Values are as received, without the white space
// around them: a compressed body stays compressed, and Content-Encoding says so.
func (h *Head) Get(name string) string {
	for rest := h.fields; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		if key, value := cutField(line); equalFold(key, name) {
			return string(value)
		}
	}
	return ""
}

// headScan gathers the bytes of one head, up to its empty line, over any
// number of reads.
type headScan struct {
	raw  []byte
	line int // where in raw the unfinished line begins
}

const protoPrefix = "HTTP/1."

// feed takes from b what belongs to the head and reports whether it is whole.
//
// A line may end in LF alone: RFC 9112 §2.2 allows it for the lines of a head,
// scripts and home-made servers do it, and a client that forwards nothing has
// no second reader behind it that could see other borders.
func (s *headScan) feed(b []byte, limit int) (n int, done bool, err error) {
	for n < len(b) && !done {
		end := bytes.IndexByte(b[n:], '\n') + 1
		if end == 0 {
			end = len(b) - n
		}
		if len(s.raw)+end > limit {
			return n, false, fmt.Errorf("%w: head of more than %d bytes", ErrTooLarge, limit)
		}
		s.raw = append(s.raw, b[n:n+end]...)
		n += end
		if err := s.plausible(); err != nil {
			return n, false, err
		}
		if s.raw[len(s.raw)-1] == '\n' {
			line, _ := cutLine(s.raw[s.line:])
			done = len(line) == 0
			s.line = len(s.raw)
		}
	}
	return n, done, nil
}

// plausible finds a peer that speaks another protocol at its first bytes,
// instead of waiting for a line end that may never come.
func (s *headScan) plausible() error {
	n := min(len(s.raw), len(protoPrefix))
	if s.line > 0 || string(s.raw[:n]) == protoPrefix[:n] {
		return nil
	}
	return fmt.Errorf("%w: it begins %q, not %q", ErrMalformed, s.raw[:min(len(s.raw), 40)], protoPrefix)
}

// parseHead validates a whole head and returns it with what its fields say
// about the body.
func parseHead(raw []byte) (Head, fieldFacts, error) {
	line, rest := cutLine(raw)
	h, err := parseStatusLine(line)
	if err != nil {
		return Head{}, fieldFacts{}, err
	}
	h.fields = rest
	var facts fieldFacts
	for {
		line, rest = cutLine(rest)
		if len(line) == 0 {
			return h, facts, nil
		}
		if err := checkField(line); err != nil {
			return Head{}, fieldFacts{}, err
		}
		if err := facts.note(cutField(line)); err != nil {
			return Head{}, fieldFacts{}, err
		}
	}
}

// parseStatusLine reads "HTTP/1.x SP 3DIGIT [SP reason]" (RFC 9112 §4). The
// space before an empty reason may be missing, as many servers leave it out.
func parseStatusLine(line []byte) (Head, error) {
	const code = len(protoPrefix) + len("x ")
	if len(line) < code+3 || !isDigit(line[code-2]) || line[code-1] != ' ' {
		return Head{}, fmt.Errorf("%w: status line %q", ErrMalformed, clip(line))
	}
	h := Head{Proto: string(line[:code-1])}
	for _, c := range line[code : code+3] {
		if !isDigit(c) {
			return Head{}, fmt.Errorf("%w: status line %q", ErrMalformed, clip(line))
		}
		h.Status = 10*h.Status + int(c-'0')
	}
	reason := line[code+3:]
	if h.Status < 100 || len(reason) > 0 && reason[0] != ' ' || !isFieldValue(reason) {
		return Head{}, fmt.Errorf("%w: status line %q", ErrMalformed, clip(line))
	}
	return h, nil
}

// cutLine cuts b after its first line end and returns the line without it. A
// CR before the LF belongs to the line end; one CR only.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	line, rest = b[:i], b[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}

// clip bounds what an error quotes.
func clip(b []byte) []byte { return b[:min(len(b), 80)] }

func equalFold(b []byte, name string) bool {
	return len(b) == len(name) && strings.EqualFold(string(b), name)
}
