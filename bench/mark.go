package bench

import "time"

// A Mark names one instant in the life of a request.
type Mark uint8

// The marks of a request. Streams use those up to LastToken, jobs those from
// Accepted to Seen; Intended, the connection's and End belong to both. The
// requests that ask for a job's state leave no marks.
const (
	Intended     Mark = iota // the schedule's start; in a closed loop: the slot is free and its connection is up
	Admitted                 // an open loop had room for it under MaxInFlight: Intended, unless it waited for room
	Dialed                   // connecting began
	Resolved                 // the name was resolved
	Connected                // the transport is up
	Secured                  // the TLS handshake is done
	Ready                    // the new connection can carry a request
	Sent                     // the first byte is handed to the kernel
	Written                  // the last byte is handed to the kernel
	FirstByte                // the first byte of the answer arrived
	FirstToken               // the first chunk with content, reasoning or a tool call arrived
	FirstContent             // the first chunk with content other than reasoning arrived
	LastToken                // the last such chunk arrived
	Accepted                 // the answer that accepted a job arrived
	Submitted                // the job came to be, as its server says; Accepted where it does not say
	Started                  // the job began to run, the last time if it ran more than once
	Finished                 // the job reached its end on the server
	Seen                     // the client saw that end
	End                      // nothing more is expected

	numMarks
)

// absent is a mark that was not reached.
const absent = time.Duration(-1)
