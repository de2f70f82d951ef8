package profile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A step is one line of an exchange: an answer to a submission, which begins
// another job, or one about the job.
type step struct {
	Profile json.RawMessage // first line: a name, or a whole profile
	Submit  *scripted
	Poll    *scripted
	Result  *scripted
	Message json.RawMessage
	Name    string // what a submission shows
}

type scripted struct {
	URL    string // against http://host:8000
	Status int
	Header map[string]string
	Body   json.RawMessage
	Text   string // instead of Body
}

func (s *scripted) answer(t testing.TB) *Answer {
	t.Helper()
	base := &url.URL{Scheme: "http", Host: "host:8000"}
	u, err := base.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(s.Body)
	if body == nil {
		body = []byte(s.Text)
	}
	return NewAnswer(u, s.Status, func(name string) string {
		for k, v := range s.Header {
			if strings.EqualFold(k, name) {
				return v
			}
		}
		return ""
	}, body)
}

// Exchanges in testdata are read by the profile that their first line names;
// the golden files tell what each answer means.
func TestExchanges(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/exchanges/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no exchanges: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".jsonl"), func(t *testing.T) {
			t.Parallel()
			got := play(t, file)
			golden := strings.TrimSuffix(file, ".jsonl") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("readings (-want +got):\n%s", d)
			}
		})
	}
}

// Every shipped profile has an exchange of its own.
func TestEveryProfileHasAnExchange(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if _, err := os.Stat("testdata/exchanges/" + name + ".jsonl"); err != nil {
			t.Error(err)
		}
	}
}

// play reads a file of exchanges and gives one line for each answer.
func play(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var p *Profile
	var ticket *Ticket
	var b strings.Builder
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var s step
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(&s); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		switch {
		case s.Profile != nil:
			p = scriptedProfile(t, s.Profile)
		case s.Submit != nil:
			if ticket, err = p.Accepted(s.Submit.answer(t)); err != nil {
				fmt.Fprintf(&b, "# %s\nsubmit  error: %v\n", s.Name, err)
				continue
			}
			fmt.Fprintf(&b, "# %s\n%ssubmit  %s\n", s.Name, ticketInWords(ticket), inWords(ticket.Now, nil))
		case s.Poll != nil:
			r, err := p.Read(ticket, s.Poll.answer(t))
			fmt.Fprintf(&b, "poll    %s\n", inWords(r, err))
		case s.Result != nil:
			r, err := p.ReadResult(ticket, s.Result.answer(t))
			fmt.Fprintf(&b, "result  %s\n", inWords(r, err))
		default:
			r, err := p.ReadMessage(ticket, s.Message)
			fmt.Fprintf(&b, "message %s\n", inWords(r, err))
		}
	}
	return b.String()
}

func scriptedProfile(t *testing.T, given json.RawMessage) *Profile {
	t.Helper()
	var name string
	make := func() (*Profile, error) { return Parse(given) }
	if json.Unmarshal(given, &name) == nil {
		make = func() (*Profile, error) { return ByName(name) }
	}
	p, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ticketInWords(t *Ticket) string {
	var b strings.Builder
	line := func(name string, v any) {
		if s := fmt.Sprint(v); s != "" && s != "<nil>" {
			fmt.Fprintf(&b, "  %s %s\n", name, strings.ReplaceAll(s, "http://host:8000", ""))
		}
	}
	line("profile", t.Profile.Name)
	line("recognised by", t.Recognised)
	line("id", t.ID)
	line("status", t.Status)
	if n := len(t.Candidates); n > 0 {
		line("or one of", n)
	}
	line("socket", t.Socket)
	line("events", t.Events)
	line("cancel", t.Cancel)
	return b.String()
}

func inWords(r Reading, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	words := []string{r.State.String()}
	add := func(is bool, format string, a ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, a...))
		}
	}
	stamp := func(name string, s Stamp) {
		add(s.Known, "%s=%s±%v", name, s.At.Format("2006-01-02T15:04:05.999999999"), s.Resolution)
	}
	add(r.Word != "", "word=%q", r.Word)
	add(r.Err != "", "err=%q", r.Err)
	add(r.Note != "", "note=%q", r.Note)
	add(r.ResultURL != nil, "result=%v", r.ResultURL)
	add(r.Next != nil, "next=%v", r.Next)
	stamp("created", r.Created)
	stamp("started", r.Started)
	stamp("completed", r.Completed)
	add(r.HasDurations, "waited=%v ran=%v", r.QueueFor, r.RunFor)
	add(r.Attempts != 0, "attempts=%d", r.Attempts)
	add(r.HasRetryAfter, "retry-after=%v", r.RetryAfter)
	return strings.ReplaceAll(strings.Join(words, " "), "http://host:8000", "")
}
