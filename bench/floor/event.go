package main

import "fmt"

// payload is the body of every event: the size of a chat completion's chunk.
const payload = `data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1700000000,` +
	`"model":"mock-1","choices":[{"index":0,"delta":{"content":" token"},"finish_reason":null}]}` + "\n\n"

const (
	request = "GET /stream HTTP/1.1\r\nHost: floor\r\nAccept: text/event-stream\r\n\r\n"
	head    = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)

// packet is an event as it goes over the wire: one chunk.
func packet() []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n", len(payload), payload) }
