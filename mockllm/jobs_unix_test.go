//go:build unix

package mockllm

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// clerk is a client of the job API of a court.
type clerk struct {
	*court
	client *http.Client
}

func (c *court) clerk() *clerk {
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	c.t.Cleanup(transport.CloseIdleConnections)
	return &clerk{c, &http.Client{Transport: transport, Timeout: patience}}
}

// stop ends the arbiter gracefully. It does not wait for connections that nobody uses.
func (k *clerk) stop() {
	k.t.Helper()
	k.client.CloseIdleConnections()
	k.court.stop()
}

// do asks once.
func (k *clerk) do(method, path, body string, header ...string) (answer, error) {
	req, err := http.NewRequest(method, k.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := k.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{status: resp.StatusCode, header: resp.Header, body: string(text)}, err
}

// submit submits a job that is accepted.
func (k *clerk) submit(body string, header ...string) (id string, err error) {
	a, err := k.do(http.MethodPost, jobPath, body, header...)
	if err != nil {
		return "", err
	}
	var j jobSeen
	if err := json.Unmarshal([]byte(a.body), &j); err != nil || a.status != http.StatusAccepted {
		return "", fmt.Errorf("submit: %d %s", a.status, a.body)
	}
	return j.ID, nil
}

// mustSubmit is submit for tests of which it is no part.
func (k *clerk) mustSubmit(body string, header ...string) string {
	k.t.Helper()
	id, err := k.submit(body, header...)
	if err != nil {
		k.t.Fatal(err)
	}
	return id
}

// follow waits, by the job's events, until it is over; a connection that ends before is opened again.
func (k *clerk) follow(id string) (jobSeen, error) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		a, err := k.do(http.MethodGet, jobPath+"/"+id+"/events", "")
		if err != nil || a.status != http.StatusOK || !strings.Contains(a.body, `"completed_at":1`) {
			continue
		}
		if a, err = k.do(http.MethodGet, jobPath+"/"+id, ""); err != nil || a.status != http.StatusOK {
			continue
		}
		var j jobSeen
		err = json.Unmarshal([]byte(a.body), &j)
		return j, err
	}
	return jobSeen{}, fmt.Errorf("job %s goes on", id)
}

// mustFollow is follow for tests of which it is no part.
func (k *clerk) mustFollow(id string) jobSeen {
	k.t.Helper()
	j, err := k.follow(id)
	if err != nil {
		k.t.Fatal(err)
	}
	return j
}

// all does n things, a few at once, and returns the first error.
func all(n int, do func(i int) error) error {
	var wg sync.WaitGroup
	errs := make(chan error, n)
	turns := make(chan int)
	for range 8 {
		wg.Go(func() {
			for i := range turns {
				if err := do(i); err != nil {
					errs <- err
				}
			}
		})
	}
	for i := range n {
		turns <- i
	}
	close(turns)
	wg.Wait()
	close(errs)
	return <-errs
}
