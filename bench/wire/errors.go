package wire

import (
	"errors"
	"fmt"
	"os"
)

// Op is the step of a request at which an Error happened.
type Op uint8

// The steps of a request, in their order.
const (
	OpResolve Op = iota
	OpDial
	OpTLS
	OpWrite
	OpHead
	OpBody
)

// String returns the step as the first words of an error text.
func (o Op) String() string {
	names := [...]string{"resolve", "connect", "TLS", "write request", "read response head", "read response body"}
	if int(o) < len(names) {
		return names[o]
	}
	return fmt.Sprintf("step %d", uint8(o))
}

// Error is what every method of Client and Conn returns, but for io.EOF at a
// body's end.
type Error struct {
	Op  Op
	Err error
}

// Error returns the step and the cause.
func (e *Error) Error() string { return e.Op.String() + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// The sentinels of this package. Beside them, errors.Is finds the usual ones:
// io.ErrUnexpectedEOF for a response that was cut, os.ErrDeadlineExceeded,
// net.ErrClosed after Release or Close, and the system's error numbers; see
// also Refused and Reset. errors.As finds *net.DNSError and the errors of
// crypto/tls and crypto/x509.
var (
	// ErrMalformed is wrapped by errors about bytes that are not HTTP/1.1 as
	// this package reads it.
	ErrMalformed = errors.New("malformed response")
	// ErrTooLarge is wrapped when a bound on heads, trailers or chunk lines is
	// passed. It wraps ErrMalformed.
	ErrTooLarge = fmt.Errorf("%w: too large", ErrMalformed)
	// ErrInterrupted is wrapped by what an interrupted call returns. It wraps
	// os.ErrDeadlineExceeded.
	ErrInterrupted = fmt.Errorf("interrupted: %w", os.ErrDeadlineExceeded)
	// ErrNoResponse is wrapped, beside its cause, when the connection ended
	// before the first byte of the response, as happens when a server closes a
	// kept-alive connection just as it is used again.
	ErrNoResponse = errors.New("the connection ended before the response began")
)

// Refused reports whether err says that nobody listens at the address.
func Refused(err error) bool { return errors.Is(err, errnoRefused) }

// Reset reports whether err says that the peer cut the connection off.
func Reset(err error) bool {
	return errors.Is(err, errnoReset) || errors.Is(err, errnoPipe)
}
