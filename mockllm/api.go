package mockllm

import (
	"crypto/sha256"
	"crypto/subtle"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
)

// api is what a worker answers: routes, keys, faults, and the handlers of each endpoint. Everything in it runs on the
// worker's loop, so nothing in it is locked and nothing in it may wait.
type api struct {
	cfg    Config
	srv    *Server
	routes []route
	batch  slots
	faults *faultBox
	manner jobManner
	rng    *rand.Rand // the seeds of all answers, in the order in which requests arrive
	spec   []byte     // /openapi.json
	buf    []byte     // one token's event; one for all streams stays in the cache
	key    [sha256.Size]byte
}

// route is one endpoint.
type route struct {
	method  string
	path    string // a pattern: "{model}" at its end takes anything, "{id}" what has no slash
	handle  func(*call)
	service bool // serves the server's own keeping: no key needed, no fault applies
}

// call is one request on its way through a handler.
type call struct {
	*exchange
	api   *api
	param string // what the route's {model} or {id} stands for
	fault *Fault // chosen for this request and not yet struck; nil: none
}

// newAPI builds the API of one worker from a valid configuration.
func newAPI(cfg Config, srv *Server) *api {
	a := &api{cfg: cfg, srv: srv, spec: openAPI(cfg.Model), key: sha256.Sum256([]byte(cfg.APIKey))}
	a.batch = slots{size: cfg.MaxNumSeqs, queue: cfg.MaxWaiting}
	a.rng = rand.New(rand.NewPCG(cfg.Seed, uint64(srv.worker)))
	a.faults = newFaultBox(cfg, srv)
	a.manner = mannerOf(cfg.JobStyle)
	a.routes = []route{
		{method: http.MethodPost, path: "/v1/chat/completions", handle: a.chat},
		{method: http.MethodPost, path: "/v1/completions", handle: a.completions},
		{method: http.MethodPost, path: "/v1/embeddings", handle: a.embeddings},
		{method: http.MethodGet, path: "/v1/models", handle: a.listModels},
		{method: http.MethodGet, path: "/v1/models/{model}", handle: a.oneModel},
		{method: http.MethodGet, path: "/healthz", handle: a.health, service: true},
		{method: http.MethodGet, path: "/metrics", handle: a.metrics, service: true},
		{method: http.MethodGet, path: "/openapi.json", handle: a.document, service: true},
	}
	a.routes = append(a.routes, a.jobRoutes()...)
	return a
}

// serve answers one request, now or in later steps of the loop.
func (a *api) serve(x *exchange) {
	c := &call{exchange: x, api: a}
	r, refusal := a.find(c)
	if refusal != nil {
		c.refuse(refusal)
		return
	}
	x.route = r.path
	if r.service {
		r.handle(c)
		return
	}
	if !a.allowed(x.req) {
		c.refuse(errKey())
		return
	}
	fault, refusal := a.faults.choose(x.req, r.path)
	if refusal != nil {
		c.refuse(refusal)
		return
	}
	c.fault = fault
	c.strikeEarly(func() { r.handle(c) })
}

// find is the route of a request.
func (a *api) find(c *call) (*route, *apiError) {
	method, path := c.req.Method, c.req.URL.Path
	var allow []string
	for i := range a.routes {
		r := &a.routes[i]
		param, ok := r.match(path)
		if !ok {
			continue
		}
		if r.method == method || r.method == http.MethodGet && method == http.MethodHead {
			c.param = param
			return r, nil
		}
		allow = append(allow, r.method)
	}
	if len(allow) > 0 {
		return nil, errMethod(method, path, strings.Join(allow, ", "))
	}
	return nil, errUnknownPath(method, path)
}

func (r *route) match(path string) (param string, ok bool) {
	if prefix, ok := strings.CutSuffix(r.path, "{model}"); ok {
		param, ok = strings.CutPrefix(path, prefix)
		return param, ok && param != ""
	}
	prefix, suffix, ok := strings.Cut(r.path, "{id}")
	if !ok {
		return "", path == r.path
	}
	param, ok = strings.CutPrefix(path, prefix)
	if !ok {
		return "", false
	}
	param, ok = strings.CutSuffix(param, suffix)
	return param, ok && param != "" && !strings.Contains(param, "/")
}

// allowed compares hashes, so that neither the time nor the length of the comparison tells anything about the key.
func (a *api) allowed(req *http.Request) bool {
	if a.cfg.APIKey == "" {
		return true
	}
	scheme, key, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(key)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(sum[:], a.key[:]) == 1
}

// refuse answers an error.
func (c *call) refuse(e *apiError) {
	h := make(http.Header, len(e.header)+3)
	for name, values := range e.header {
		h[name] = values
	}
	c.entry.finish = finishError
	c.answer(e.status, h, e.body())
}

// answerJSON answers v, whole.
func (c *call) answerJSON(v any) {
	c.answer(http.StatusOK, make(http.Header, 3), encode(v))
}

// answer writes a whole answer, which is JSON, and ends the exchange. It may add to h. A fault that waits for the middle of a stream is
// dropped, since there is none.
func (c *call) answer(status int, h http.Header, body []byte) {
	c.fault = nil
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.markFault(h)
	c.head(status, h)
	c.write(body)
	c.end()
}
