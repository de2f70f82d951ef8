package queue

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzFrames: what is read from any bytes is written and read again as the same, and nothing past it is consumed.
func FuzzFrames(f *testing.F) {
	for _, r := range []request{
		{Method: "Stats"},
		{Method: "Submit", New: &NewJob{ID: "x", Payload: []byte{0, 255}, TTL: time.Second}},
		{Method: "Finish", Claim: &Claim{Job: Job{ID: "x", Created: time.Unix(1, 1).UTC()}, Token: "t"}, Result: &Result{State: Failed}},
	} {
		var b bytes.Buffer
		if err := writeFrame(&b, r); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte{255, 255, 255, 255, '{', '}'})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		var first, second request
		if readFrame(r, &first) != nil {
			return
		}
		if used, want := len(data)-r.Len(), 4+int(binary.BigEndian.Uint32(data)); used != want {
			t.Errorf("%d bytes were read of a frame of %d", used, want)
		}
		var b bytes.Buffer
		if err := writeFrame(&b, first); err != nil {
			t.Fatal(err)
		}
		if err := readFrame(&b, &second); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("written and read again (-first +second):\n%s", diff)
		}
	})
}

func TestBadFrames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, data string
		want       error
	}{
		{"none", "", io.EOF},
		{"half a length", "\x00\x00", io.ErrUnexpectedEOF},
		{"half a body", "\x00\x00\x00\x05{", io.ErrUnexpectedEOF},
		{"no body", "\x00\x00\x00\x05", io.ErrUnexpectedEOF},
		{"too long", "\x7f\xff\xff\xff", ErrTooLarge},
	} {
		wantErr(t, c.name, readFrame(strings.NewReader(c.data), &request{}), c.want)
	}
	if err := readFrame(strings.NewReader("\x00\x00\x00\x01{"), &request{}); err == nil {
		t.Error("half an object is no error")
	}
	wantErr(t, "write too much", writeFrame(io.Discard, request{ID: strings.Repeat("x", maxFrame)}), ErrTooLarge)
}

// TestServeSurvivesBadClients: garbage, requests that lack what they need and connections cut in the middle.
func TestServeSurvivesBadClients(t *testing.T) {
	t.Parallel()
	spec := serveMemory(t)
	path := strings.TrimPrefix(spec, "remote:unix:")
	dial := func() net.Conn {
		conn, err := net.Dial("unix", path)
		must(t, err)
		return conn
	}
	for _, garbage := range []string{"GET / HTTP/1.1\r\n\r\n", "\x00\x00\x00\x02[]", "\x00\x00\x00\x09", "\x00"} {
		conn := dial()
		fmt.Fprint(conn, garbage)
		conn.(*net.UnixConn).CloseWrite()
		if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("an answer to %q", garbage)
		}
		conn.Close()
	}
	conn := dial()
	defer conn.Close()
	for _, method := range []string{"Claim", "Extend", "Progress", "Finish", "Cancel", "Get", "Drop", "Events", "Close", ""} {
		must(t, writeFrame(conn, request{Method: method}))
		var res response
		if err := readFrame(conn, &res); err != nil || res.Error == "" {
			t.Errorf("%s without arguments: got %+v, %v, want an error in the answer", method, res, err)
		}
	}
	wantStats(t, open(t, spec), Stats{})
}

// TestAClaimForTheDead: a worker that dies while it waits must not be given the next job.
func TestAClaimForTheDead(t *testing.T) {
	t.Parallel()
	spec := serveMemory(t)
	conn, err := net.Dial("unix", strings.TrimPrefix(spec, "remote:unix:"))
	must(t, err)
	must(t, writeFrame(conn, request{Method: "Claim", Worker: "dead", Lease: time.Hour}))
	conn.Close()
	q := open(t, spec)
	for range 20 {
		id := submit(t, q, NewJob{})
		if c := claim(t, q, "living"); c.Job.ID != id {
			t.Fatalf("claimed %s, want %s", c.Job.ID, id)
		}
	}
}

// TestTheHolderGoes: the calls of a queue whose holder has gone fail, those that wait as well.
func TestTheHolderGoes(t *testing.T) {
	t.Parallel()
	path := strings.TrimPrefix(serveMemory(t), "remote:unix:") + "2"
	ln, err := net.Listen("unix", path)
	must(t, err)
	m := newMemory()
	defer m.Close()
	var served sync.WaitGroup
	served.Go(func() { _ = Serve(ln, m) })
	q := open(t, "remote:unix:"+path)
	done := make(chan error)
	go func() {
		_, err := q.Claim(within(t), "w", time.Minute)
		done <- err
	}()
	submit(t, q, NewJob{})
	<-done
	go func() {
		_, err := q.Claim(within(t), "w", time.Minute)
		done <- err
	}()
	ln.Close()
	if err := <-done; err == nil || errors.Is(err, ErrClosed) {
		t.Errorf("claim: got %v", err)
	}
	served.Wait()
	if _, _, err := q.Submit(within(t), NewJob{}); err == nil {
		t.Error("submit: no error")
	}
}
