// Command floor measures what receiving paced token streams costs on this
// machine, as a ratio to the least that a program can do: wait in epoll,
// receive, discard. Every bar that is stated for the client's cost per event
// can be repeated with it:
//
//	go run ./bench/floor
//
// A server process paces the streams, one small event per packet, on the first
// CPU. The clients take turns on the second, round by round, so that what
// drifts on the machine meets them all. Cost is the process's CPU time per
// event, not elapsed time. Memory is what the process grew by per stream.
package main
