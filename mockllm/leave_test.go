package mockllm

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A client that sends one request after the other has the next one on its way when a stop begins.
func TestStopAnswersTheNextRequestOfAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(3, 20*time.Millisecond))
		c := w.dial(t)
		answers := bufio.NewReader(c)
		for i, last := range []bool{false, true} {
			io.WriteString(c, get)
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatalf("request %d: %v", i, err)
			}
			w.Stop()
			if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.Close != last {
				t.Errorf("request %d: %v, said to be the last: %v, want %v", i, err, resp.Close, last)
			}
		}
		if _, err := answers.ReadByte(); err != io.EOF {
			t.Errorf("after the last answer: %v, want EOF", err)
		}
		c.Close()
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
		if lines := w.lines(t, "request"); len(lines) != 2 || lines[1].Tokens != 3 {
			t.Errorf("ledger %+v, want two whole answers", lines)
		}
	})
}

// Whoever compares the client's count with the ledger's must find a request that came too late to be answered.
func TestRequestThatCrossesTheEndIsInTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, echo)
		c := w.dial(t)
		synctest.Wait()
		w.Stop()
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Fatalf("idle connection: %v, want EOF", err)
		}
		io.WriteString(c, get+get[:10])
		synctest.Wait()
		c.Close()
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
		lines := w.lines(t, "request")
		if len(lines) != 1 || lines[0].Status != 0 || lines[0].Path != "/s" || lines[0].Finish != nil || lines[0].Accepted == 0 {
			t.Errorf("ledger %+v, want one request without an answer", lines)
		}
	})
}

// Clients that say nothing must not hold up a stop for longer than the two pauses they are given.
func TestSilentClientsDoNotHoldUpAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, echo)
		for range 3 {
			w.dial(t)
		}
		synctest.Wait()
		start := time.Now()
		w.Stop()
		if err := <-w.result; err != nil {
			t.Errorf("serve: %v", err)
		}
		if got, want := time.Since(start), retireTimeout+lingerTimeout; got != want {
			t.Errorf("the stop took %v, want %v", got, want)
		}
	})
}

// A request whose body never comes is one that was received, and a stop has waited for it long enough.
func TestUnfinishedRequestDoesNotMakeAStopAKill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{GracefulTimeout: 5 * time.Second}, echo)
		io.WriteString(w.dial(t), "POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nx")
		synctest.Wait()
		start := time.Now()
		w.Stop()
		if err := <-w.result; err != nil || time.Since(start) != 5*time.Second+lastLook {
			t.Errorf("serve: %v after %v", err, time.Since(start))
		}
		if lines := w.lines(t, "request"); len(lines) != 1 || lines[0].Path != "/half" || lines[0].Status != 0 {
			t.Errorf("ledger %+v, want the half request", lines)
		}
	})
}

func TestCrashKeepsRequestsThatWereNotBegun(t *testing.T) {
	tests := []struct {
		name string
		end  func(w *worker)
		want error
	}{
		{"crash", func(w *worker) { w.crash() }, ErrCrashed},
		{"kill", func(w *worker) { w.Kill() }, ErrKilled},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := startWorker(t, Config{}, streamer(100, time.Second))
				busy, other, partial := w.dial(t), w.dial(t), w.dial(t)
				io.WriteString(busy, get+get) // the second waits for the first
				synctest.Wait()
				w.loop.Post(func() {
					w.block(time.Second, "test", "")
					test.end(w)
				})
				synctest.Wait()
				io.WriteString(other, get) // read, and not taken by the loop
				io.WriteString(partial, get[:len(get)-1])
				if err := <-w.result; !errors.Is(err, test.want) {
					t.Errorf("serve: %v, want %v", err, test.want)
				}
				var killed, waiting int
				for _, line := range w.lines(t, "request") {
					switch {
					case line.finish() == "killed" && line.Status == 200:
						killed++
					case line.Finish == nil && line.Status == 0 && !line.ClientGone:
						waiting++
					}
				}
				if killed != 1 || waiting != 2 {
					t.Errorf("ledger has %d killed and %d waiting requests, want 1 and 2", killed, waiting)
				}
			})
		})
	}
}

func TestClientThatLeavesBeforeItsTurnIsInTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := startWorker(t, Config{}, streamer(100, time.Second))
		c := w.dial(t)
		io.WriteString(c, get+get)
		synctest.Wait()
		c.Close()
		lines := w.lines(t, "request")
		if len(lines) != 2 || !lines[0].ClientGone || !lines[1].ClientGone || lines[1].Status != 0 {
			t.Errorf("ledger %+v, want two requests of a client that is gone", lines)
		}
	})
}

// A client that speaks TLS to a plain port waits for an answer to its first message, which has no line end.
func TestWhatCannotBeHTTPIsRefusedAtOnce(t *testing.T) {
	for name, send := range map[string]string{
		"TLS":                 "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"zeros":               "\x00\x00\x00\x00",
		"not a method's byte": "GE(T",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := startWorker(t, Config{}, echo)
				start := time.Now()
				answer := w.say(t, send)
				if len(answer) < 12 || answer[:12] != "HTTP/1.1 400" || time.Since(start) != 0 {
					t.Errorf("got %q after %v, want 400 at once", answer, time.Since(start))
				}
			})
		})
	}
}
