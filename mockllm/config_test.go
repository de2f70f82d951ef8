package mockllm

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestConfigValidate(t *testing.T) {
	tests := []struct {
		name string
		cfg  Config
		want string // part of the error; "": valid
	}{
		{"zero", Config{}, ""},
		{"no delays", Config{TTFT: -1, ITL: -1, Jitter: -1}, ""},
		{"class", Config{Class: "sync"}, `"sync"`},
		{"workers", Config{Workers: -1}, "workers -1"},
		{"timeout", Config{Timeout: -time.Second}, "timeouts"},
		{"tokens", Config{Tokens: -1}, "limits"},
		{"jitter", Config{Jitter: math.NaN()}, "jitter"},
		{"certificate without a key", Config{CertFile: "cert.pem"}, "both"},
		{"no job workers, and no time", Config{JobWorkers: -1, JobTime: -1}, ""},
		{"queue", Config{Queue: "redis://user:secret@h:1/0"}, ""},
		{"queue of no kind", Config{Queue: "jobs"}, "there are sqlite:FILE"},
		{"queue of an unknown kind", Config{Queue: "amqp://user:secret@h"}, `kind "amqp"`},
		{"queue without a file", Config{Queue: "sqlite:"}, "says not which"},
		{"redis that says not which", Config{Queue: "redis:"}, "says not which"},
		{"redis without a host", Config{Queue: "redis://"}, "want redis://"},
		{"redis without a database", Config{Queue: "redis://secret@h/abc"}, "want redis://"},
		{"job style", Config{JobStyle: "rfc"}, `job style "rfc"`},
		{"job lease", Config{JobLease: time.Millisecond}, "job lease"},
		{"job TTL", Config{JobTTL: -1}, "job TTL"},
		{"fault", Config{Faults: []string{"kind=nonsense"}}, "nonsense"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.cfg.Validate()
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("a secret is told: %v", err)
			}
		})
	}
}

// An arbiter sends its workers the configuration with the defaults filled in, and they fill them in again.
func TestConfigSurvivesTheWayToAWorker(t *testing.T) {
	for _, cfg := range []Config{{}, {TTFT: -1, ITL: -1, Jitter: -1}, {Workers: 3, APIKey: "sk", Faults: []string{"kind=eof"}}} {
		want := cfg.withDefaults()
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Config
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.withDefaults()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
