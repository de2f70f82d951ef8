package mockllm

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Other programs read these lines: names, order and kinds of values are fixed.
func TestLedgerLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	if err := os.WriteFile(path, []byte("what was there before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := openLedger(path, 2)
	if err != nil {
		t.Fatal(err)
	}
	l.request(&requestEntry{
		id: "req_1", method: "POST", path: "/v1/chat/completions", status: 200, accepted: 1, firstWrite: 2,
		writes: []int64{3, 4}, planned: []int64{5, 6}, tokens: 2, finish: "stop", fault: "stall", clientGone: true,
	})
	l.request(&requestEntry{id: "req_2", path: "/\"<\n"})
	l.block(7, 8, "fault header", "/v1/embeddings")
	l.block(7, 8, "standing fault", "")
	l.workerEvent("start", "", 3, 4, 5)
	l.workerEvent("killed", roleJob, 3, 4, 5)
	l.job(jobEntry{id: "job-1", event: "submitted", at: 6})
	l.job(jobEntry{id: "job-1", event: "redelivered", at: 7, attempt: 2, fault: "crash"})
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(`what was there before
{"kind":"request","id":"req_1","worker":2,"pid":PID,"method":"POST","path":"/v1/chat/completions","status":200,"accepted_ns":1,"first_write_ns":2,"writes_ns":[3,4],"planned_ns":[5,6],"tokens":2,"finish":"stop","fault":"stall","client_gone":true}
{"kind":"request","id":"req_2","worker":2,"pid":PID,"method":"","path":"/\"\u003c\n","status":0,"accepted_ns":0,"first_write_ns":0,"writes_ns":[],"planned_ns":[],"tokens":0,"finish":null,"fault":null,"client_gone":false}
{"kind":"block","worker":2,"pid":PID,"start_ns":7,"end_ns":8,"cause":"fault header","path":"/v1/embeddings"}
{"kind":"block","worker":2,"pid":PID,"start_ns":7,"end_ns":8,"cause":"standing fault","path":null}
{"kind":"worker","event":"start","worker":3,"pid":4,"at_ns":5}
{"kind":"worker","event":"killed","worker":3,"pid":4,"at_ns":5,"role":"job"}
{"kind":"job","id":"job-1","event":"submitted","at_ns":6,"attempt":0,"worker":2,"pid":PID,"fault":null}
{"kind":"job","id":"job-1","event":"redelivered","at_ns":7,"attempt":2,"worker":2,"pid":PID,"fault":"crash"}
`, "PID", fmt.Sprint(os.Getpid()))
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("got\n%s (%v), want\n%s", got, err, want)
	}
}

// A worker that is killed in the middle of a line spoils no line of others, and nobody's file is cut.
func TestHalfALineSpoilsNoOther(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("one process writes the ledger here")
	}
	whole := `{"kind":"worker","event":"start","worker":3,"pid":4,"at_ns":5}` + "\n"
	tests := []struct{ name, before, want string }{
		{"nothing", "", whole},
		{"whole", whole, whole + whole},
		{"half", whole + `{"kind":"job","id":"job-1","at_ns":19`, whole + whole},
		{"half of the first", `{"kind":"jo`, whole},
		{"one byte", whole + `{`, whole + whole},
		{"no line of a ledger", "a note", "a note\n" + whole},
	}
	for _, test := range tests {
		path := filepath.Join(t.TempDir(), "ledger")
		if err := os.WriteFile(path, []byte(test.before), 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := openLedger(path, 2)
		if err != nil {
			t.Fatal(err)
		}
		l.workerEvent("start", "", 3, 4, 5)
		if err := l.close(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != test.want {
			t.Errorf("%s: got\n%s (%v), want\n%s", test.name, got, err, test.want)
		}
	}
}

// A full disk must not pass in silence: the ledger is the truth that others are held against.
func TestLedgerReportsAFailedWrite(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here, the file that is always full")
	}
	l, err := openLedger("/dev/full", 1)
	if err != nil {
		t.Fatal(err)
	}
	l.block(1, 2, "x", "")
	if err := l.close(); err == nil {
		t.Error("close: no error")
	}
}

func TestClockIsTheMachines(t *testing.T) {
	c := newClock()
	before := monotonic()
	now := c.now()
	if before == 0 {
		t.Skip("this system has no monotonic clock that processes share")
	}
	// Both clocks run at the same rate, so that all the difference there can be is that of the origins.
	if late := time.Duration(now - before); late < -100*time.Microsecond || late > time.Second {
		t.Errorf("the ledger's clock is %v from the machine's", late)
	}
	at := time.Now()
	if d := time.Duration(c.stamp(at.Add(time.Second)) - c.stamp(at)); d != time.Second {
		t.Errorf("a second is %v", d)
	}
}
