// Package compat proves that the reference server speaks OpenAI's API: OpenAI's own Go SDK streams from it, reads its
// usage and tool calls, and maps its errors. It is a module of its own, so that the SDK stays out of aibench's
// dependencies; run it with go test ./... in this directory.
package compat
