package mockllm

import (
	"net/http"
	"slices"
	"strings"
)

// appendHeader appends h's lines in the order of their names, which are written in lower case, as ASGI servers do.
func appendHeader(b []byte, h http.Header) []byte {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range h[name] {
			b = append(b, strings.ToLower(name)...)
			b = append(b, ": "...)
			b = append(b, value...)
			b = append(b, "\r\n"...)
		}
	}
	return b
}
