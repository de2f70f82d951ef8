package wire

import "fmt"

// chunked decodes the chunked transfer coding (RFC 9112 §7.1) incrementally:
// any split of the input gives the same result as one piece.
//
// Line ends are CRLF and nothing else. RFC 9112 §2.2 lets a reader take a bare
// LF in heads only; in chunk lines that leniency is a known smuggling vector,
// and nobody writes such chunks by accident. Chunk extensions are skipped, as
// are trailers, whose lines are checked like a head's.
type chunked struct {
	state chunkState
	size  uint64 // bytes left of this chunk, or its size as far as read
	used  int    // digits of the size, bytes of the chunk line, or bytes of all trailers
	line  []byte // unfinished trailer line; nearly always nil
}

type chunkState uint8

const (
	chunkSize    chunkState = iota // hexadecimal digits
	chunkExt                       // white space and extensions behind them
	chunkSizeLF                    // LF of the chunk line
	chunkData                      // payload
	chunkDataCR                    // CR behind it
	chunkDataLF                    // LF behind it
	chunkTrailer                   // trailer lines
	chunkDone
)

const (
	maxChunkDigits = 16      // leading zeros count
	maxChunkLine   = 4 << 10 // extensions included
	maxChunk       = 1<<63 - 1
)

func (d *chunked) done() bool { return d.state == chunkDone }

// decode removes the framing from b and joins the payload in place, so that
// one read gives one slice, which begins where the first payload byte lay.
// n is how much of b was used: all of it, unless the body ended.
func (d *chunked) decode(b []byte, maxTrailer int) (payload []byte, n int, err error) {
	first, end := 0, 0
	for n < len(b) && d.state != chunkDone {
		if d.state != chunkData {
			n += d.quick(b[n:])
		}
		if d.state != chunkData {
			used, err := d.frame(b[n:], maxTrailer)
			n += used
			if err != nil {
				return b[first:end], n, err
			}
			continue
		}
		part := int(min(d.size, uint64(len(b)-n)))
		if end == 0 {
			first, end = n, n
		}
		if end != n {
			copy(b[end:], b[n:n+part])
		}
		end += part
		n += part
		if d.size -= uint64(part); d.size == 0 {
			d.state = chunkDataCR
		}
	}
	return b[first:end], n, nil
}

// quick takes what nearly always stands between two payloads, the end of one
// chunk and the plain size of the next, when both are here. Whatever is less
// usual it leaves to frame, which decides the same byte by byte.
func (d *chunked) quick(b []byte) (n int) {
	if d.state == chunkDataCR && len(b) >= 2 && b[0] == '\r' && b[1] == '\n' {
		d.state = chunkSize
		n = 2
	}
	if d.state != chunkSize || d.used > 0 {
		return n
	}
	var size uint64
	for i := n; i < min(n+8, len(b)-1); i++ {
		digit, ok := hexDigit(b[i])
		if ok {
			size = size<<4 | uint64(digit)
			continue
		}
		if size > 0 && b[i] == '\r' && b[i+1] == '\n' {
			d.size = size
			d.state = chunkData
			return i + 2
		}
		break
	}
	return n
}

// frame takes bytes that are not payload, until payload or the end comes.
func (d *chunked) frame(b []byte, maxTrailer int) (n int, err error) {
	for n < len(b) && d.state != chunkData && d.state != chunkDone {
		if d.state == chunkTrailer {
			used, err := d.trailer(b[n:], maxTrailer)
			n += used
			if err != nil {
				return n, err
			}
			continue
		}
		if err := d.frameByte(b[n]); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (d *chunked) frameByte(c byte) error {
	switch d.state {
	case chunkSize:
		return d.sizeByte(c)
	case chunkExt:
		if c == '\r' {
			d.state = chunkSizeLF
			return nil
		}
		if d.used++; d.used > maxChunkLine {
			return fmt.Errorf("%w: chunk line of more than %d bytes", ErrTooLarge, maxChunkLine)
		}
		if c < ' ' && c != '\t' || c == 0x7f {
			return fmt.Errorf("%w: byte %#02x in chunk extension", ErrMalformed, c)
		}
	case chunkSizeLF:
		if c != '\n' {
			return fmt.Errorf("%w: chunk size followed by CR and %#02x", ErrMalformed, c)
		}
		d.used = 0
		d.state = chunkData
		if d.size == 0 {
			d.state = chunkTrailer
		}
	case chunkDataCR:
		if c != '\r' {
			return fmt.Errorf("%w: chunk data followed by %#02x, not CR", ErrMalformed, c)
		}
		d.state = chunkDataLF
	case chunkDataLF:
		if c != '\n' {
			return fmt.Errorf("%w: chunk data followed by CR and %#02x", ErrMalformed, c)
		}
		d.state = chunkSize
	default:
		// Data and trailers are no framing.
	}
	return nil
}

func (d *chunked) sizeByte(c byte) error {
	digit, ok := hexDigit(c)
	switch {
	case ok && d.used == maxChunkDigits:
		return fmt.Errorf("%w: chunk size of more than %d digits", ErrTooLarge, maxChunkDigits)
	case ok:
		d.used++
		if d.size = d.size<<4 | uint64(digit); d.size > maxChunk {
			return fmt.Errorf("%w: chunk of more than %d bytes", ErrTooLarge, uint64(maxChunk))
		}
		return nil
	case d.used == 0:
		return fmt.Errorf("%w: chunk size begins with %#02x", ErrMalformed, c)
	case c == '\r':
		d.state = chunkSizeLF
	case c == ';' || c == ' ' || c == '\t':
		d.state = chunkExt
	default:
		return fmt.Errorf("%w: byte %#02x in chunk size", ErrMalformed, c)
	}
	return nil
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
