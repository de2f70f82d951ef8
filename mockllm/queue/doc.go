// Package queue keeps jobs for those who submit them and those who run them: a small store behind one interface, with
// four engines. SQLite and Redis keep a job through the death of any process, their own included; memory keeps it for
// as long as its process lives, and remote shares such a memory with other processes over a unix socket.
//
// A job that Submit has acknowledged is run at least once and reaches exactly one terminal state, which never changes.
// Whoever claims a job holds it for a lease and must extend it; a job whose lease is over goes to the next claim, and
// its former holder is fenced: what it still has to say about the job is refused with [ErrLost]. So a job can run
// twice, but only one run counts, and Attempts tells.
//
// Jobs are claimed in the order of their submission, after those whose lease is over.
package queue
