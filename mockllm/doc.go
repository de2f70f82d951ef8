// Package mockllm is the reference server of aibench: an HTTP server with a mock language model whose every step can be
// accounted for.
//
// It is built like a Python ASGI deployment, because that is what its users measure. An [Arbiter] opens the listener
// once and pre-forks worker processes, as gunicorn does. Each worker has one [Loop], a single-threaded event loop, and
// every step of every handler runs on it: accepting, parsing, each token. A handler that blocks therefore freezes all
// streams of its worker, as one blocking call in an `async def` does. A ledger states what was truly sent and when, so
// that a client can be held against it.
//
// Jobs are accepted with 202, kept in a queue (package queue) and run by job workers, which are processes of the same arbiter: each
// holds one job at a time, for a lease that it extends, so that a job whose worker dies is run again by another one.
// Nothing that waits for the queue happens on a loop.
//
// A test or another program can run one worker in its own process with [NewServer], over a real listener or over a
// [Pipe], which also works in a testing/synctest bubble.
package mockllm
