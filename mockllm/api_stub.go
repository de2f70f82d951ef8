package mockllm

import "net/http"

// api answers requests.
type api struct{}

func newAPI(cfg Config, srv *Server) *api { return &api{} }

func (a *api) serve(x *exchange) {
	x.head(http.StatusNotFound, http.Header{"Content-Length": {"0"}})
	x.end()
}
