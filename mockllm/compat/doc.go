// Package compat proves that the reference server speaks what it claims to speak, by the providers' own Go SDKs:
// OpenAI's streams from it, reads its usage and tool calls, and maps its errors; Azure's poller follows its jobs to
// success, failure and cancellation. It is a module of its own, so that the SDKs stay out of aibench's dependencies;
// run it with go test ./... in this directory.
package compat
