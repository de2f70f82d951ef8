package mockllm

import (
	"context"
	"errors"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestChildServesUntilStopped(t *testing.T) {
	t.Parallel()
	url, stop, err := StartChild(context.Background(), self("child"))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	transport := &http.Transport{DisableKeepAlives: true}
	client := http.Client{Transport: transport, Timeout: 20 * time.Second}
	resp, err := client.Get(url + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("status %d", resp.StatusCode)
	}
	stop()
	stop()
	if resp, err := client.Get(url + "/healthz"); err == nil {
		resp.Body.Close()
		t.Error("the child serves on after stop")
	}
}

func TestChildThatDoesNotServe(t *testing.T) {
	t.Parallel()
	_, _, err := StartChild(context.Background(), self("mute"))
	if err == nil || !strings.Contains(err.Error(), "it ended before it served: not today") {
		t.Errorf("got %v, want what the child said", err)
	}
	if _, _, err := StartChild(context.Background(), exec.Command("/does/not/exist")); err == nil {
		t.Error("a command that does not exist was started")
	}
}

func TestChildThatHangs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := StartChild(ctx, self("hang")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
}
