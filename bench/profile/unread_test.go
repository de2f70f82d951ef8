package profile

import (
	"net/http"
	"net/url"
	"testing"
)

// A body that says nothing may be of any size; one that does is read whole.
func TestWhichBodiesAreRead(t *testing.T) {
	t.Parallel()
	const png, csv, document = "image/png", "text/csv", "application/problem+json; charset=utf-8"
	own := `{"name":"own","extends":"rfc9110-location","state":{"path":"status","by_http_status":true,"success_status":[200]}}`
	tests := []struct {
		profile  string
		accepted string // the body; the header has the location
		polled   int    // the status of a poll before
		status   int
		kind     string
		want     bool
	}{
		{"rfc9110-location", ``, 0, 200, document, false},
		{"rfc9110-location", ``, 0, 200, png, false},
		{"rfc9110-location", ``, 0, 202, document, true},
		{"rfc9110-location", ``, 0, 500, document, true}, // why it failed
		{own, ``, 0, 200, document, true},
		{own, ``, 0, 200, png, false},
		{"see-other", ``, 0, 200, png, true},
		{"native", `{"id":"j1","status":"queued"}`, 0, 200, png, true},
		{"auto", ``, 0, 200, png, false},
		{"auto", ``, 0, 200, "application/pdf", true}, // until it is known that it speaks in status codes
		{"auto", ``, 202, 200, "application/pdf", false},
		{"auto", ``, 202, 200, csv, true}, // anything may be called text
		{"auto", ``, 202, 200, "", true},
		{"auto", ``, 202, 200, document, true},
		{"auto", ``, 202, 404, png, true},
		{"auto", `{"id":"j1","state":"PENDING"}`, 0, 200, png, true},
	}
	for _, tt := range tests {
		p, err := ByName(tt.profile)
		if tt.profile == own {
			p, err = Parse([]byte(own))
		}
		if err != nil {
			t.Fatal(err)
		}
		at := &url.URL{Scheme: "http", Host: "service", Path: "/jobs"}
		location := http.Header{"Location": {"/jobs/j1"}}
		ticket, err := p.Accepted(NewAnswer(at, 202, location.Get, []byte(tt.accepted)))
		if err != nil {
			t.Fatal(err)
		}
		if tt.polled != 0 {
			if _, err := p.Read(ticket, NewAnswer(ticket.Status, tt.polled, nil, nil)); err != nil {
				t.Fatal(err)
			}
		}
		if got := ticket.ReadsBody(tt.status, tt.kind); got != tt.want {
			t.Errorf("%s, accepted with %s, polled %d, then %d %q: %v, want %v", tt.profile, tt.accepted, tt.polled, tt.status, tt.kind, got, tt.want)
		}
		if p.ReadsAcceptance(200) != (len(p.Submit.SyncStatus) == 0) || !p.ReadsAcceptance(202) {
			t.Errorf("%s reads of acceptances: 200 %v, 202 %v", tt.profile, p.ReadsAcceptance(200), p.ReadsAcceptance(202))
		}
	}
}
