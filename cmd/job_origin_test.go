package cmd

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A server that could name any URL as its job's and be asked there with the key
// would be a way to steal it.
func TestJobsAbroadGetNoCredentials(t *testing.T) {
	abroad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), "sk-secret") {
				t.Errorf("%s went abroad: %q", name, values)
			}
		}
		_, _ = io.WriteString(w, `{"status":"succeeded"}`)
	}))
	t.Cleanup(abroad.Close)
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sk-secret" {
			t.Errorf("at home: Authorization %q", r.Header.Get("Authorization"))
		}
		w.Header().Set("Location", abroad.URL+"/jobs/1")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{}`)
	}))
	t.Cleanup(home.Close)
	open := filepath.Join(t.TempDir(), "open.json")
	if err := os.WriteFile(open, []byte(`{"extends":"native","same_origin_only":false}`), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, profile, outcome string }{
		{"refused unless a profile allows it", "native", "protocol_error"},
		{"allowed", open, "ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, _, errs := testApp(map[string]string{"KEY": "sk-secret"})
			file := filepath.Join(t.TempDir(), "run.json")
			app.Main(context.Background(), []string{
				"job", home.URL + "/jobs", "-n", "3", "-c", "2", "--api-key-env", "KEY", "-H", "X-Api-Key: sk-secret-too",
				"--profile", tt.profile, "--poll-interval", "fixed:1ms", "-o", file,
			})
			if n, _ := readRunFile(t, file).Counts.Outcomes.Get(tt.outcome); n != 3 {
				t.Errorf("%d of 3 ended as %s\n%s", n, tt.outcome, errs)
			}
		})
	}
}
