package mockllm

import (
	_ "embed" // for the document
	"net/http"
	"strings"
)

//go:embed openapi.json
var openAPIDocument string

// openAPI is the OpenAPI document of the server, with the served model in its examples.
func openAPI(model string) []byte {
	return []byte(strings.ReplaceAll(openAPIDocument, `"mock-1"`, string(encode(model))))
}

// document answers GET /openapi.json.
func (a *api) document(c *call) {
	c.entry.finish = finishStop
	c.answer(http.StatusOK, make(http.Header, 2), a.spec)
}
