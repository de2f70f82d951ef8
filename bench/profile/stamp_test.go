package profile

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestStamps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, format, json string
		want               string // RFC 3339; "": none
		resolution         time.Duration
	}{
		{"whole seconds", "unix", `1764000000`, "2025-11-24T16:00:00Z", time.Second},
		{"a fraction", "unix", `1764000000.1234567`, "2025-11-24T16:00:00.1234567Z", 100 * time.Nanosecond},
		{"more digits than nanoseconds", "unix", `1764000000.12345678912`, "2025-11-24T16:00:00.123456789Z", time.Nanosecond},
		{"seconds as a text", "unix", `"1764000000.5"`, "2025-11-24T16:00:00.5Z", 100 * time.Millisecond},
		{"an exponent", "unix", `1.764e9`, "2025-11-24T16:00:00Z", time.Second},
		{"milliseconds", "unix_ms", `1764000000123`, "2025-11-24T16:00:00.123Z", time.Millisecond},
		{"milliseconds and a fraction", "unix_ms", `1764000000123.25`, "2025-11-24T16:00:00.12325Z", 10 * time.Microsecond},
		{"milliseconds taken for seconds", "unix", `1764000000123`, "", 0},
		{"a date where seconds were said", "unix", `"2025-11-24T16:00:00Z"`, "2025-11-24T16:00:00Z", time.Second},
		{"a number where a date was said", "rfc3339", `1764000000`, "", 0},
		{"RFC 3339", "rfc3339", `"2025-11-24T17:00:00.25+01:00"`, "2025-11-24T16:00:00.25Z", 10 * time.Millisecond},
		{"without a zone", "rfc3339", `"2025-11-24T16:00:00.123456"`, "2025-11-24T16:00:00.123456Z", time.Microsecond},
		{"with a blank", "auto", `"2025-11-24 16:00:00"`, "2025-11-24T16:00:00Z", time.Second},
		{"with UTC behind", "auto", `"2025-11-24 16:00:00.5 UTC"`, "2025-11-24T16:00:00.5Z", 100 * time.Millisecond},
		{"zone without a colon", "auto", `"2025-11-24T16:00:00 +0000"`, "2025-11-24T16:00:00Z", time.Second},
		{"small letters", "auto", `"2025-11-24t16:00:00z"`, "2025-11-24T16:00:00Z", time.Second},
		{"a comma", "auto", `"2025-11-24T16:00:00,125Z"`, "2025-11-24T16:00:00.125Z", time.Millisecond},
		{"auto, seconds", "auto", `1764000000`, "2025-11-24T16:00:00Z", time.Second},
		{"auto, milliseconds", "auto", `1764000000001`, "2025-11-24T16:00:00.001Z", time.Millisecond},
		{"auto, microseconds", "auto", `1764000000000001`, "2025-11-24T16:00:00.000001Z", time.Microsecond},
		{"auto, nanoseconds", "", `1764000000000000001`, "2025-11-24T16:00:00.000000001Z", time.Nanosecond},
		{"null", "auto", `null`, "", 0},
		{"zero", "unix", `0`, "", 0},
		{"an empty text", "auto", `""`, "", 0},
		{"Go's zero", "auto", `"0001-01-01T00:00:00Z"`, "", 0},
		{"a count", "auto", `17`, "", 0},
		{"negative", "auto", `-1764000000`, "", 0},
		{"beyond any clock", "auto", `99999999999999999999999`, "", 0},
		{"infinite", "unix", `1e999`, "", 0},
		{"true", "auto", `true`, "", 0},
		{"an object", "auto", `{"seconds":1764000000}`, "", 0},
		{"words", "auto", `"five minutes ago, or so"`, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := decode([]byte(c.json))
			if err != nil {
				t.Fatal(err)
			}
			got := stamp(v, c.format)
			if !got.Known {
				if c.want != "" {
					t.Errorf("got none, want %s", c.want)
				}
				return
			}
			if at := got.At.Format(time.RFC3339Nano); at != c.want || got.Resolution != c.resolution {
				t.Errorf("got %s ± %v, want %s ± %v", at, got.Resolution, c.want, c.resolution)
			}
		})
	}
}

// A text that gets shorter in capitals once ended the whole run, from whatever
// service it came.
func TestAServersTextCannotEndTheRun(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"ſ", "ı", "ⱥ", "ɐ", "\xff"} {
		for n := range maxWord {
			if got := stamp(strings.Repeat(c, n), "auto"); got.Known {
				t.Errorf("%d of %q: got %v, want none", n, c, got)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	const date = "Sun, 22 Nov 2026 10:00:00 GMT"
	for _, c := range []struct {
		name, field, date string
		now               time.Time
		want              time.Duration
		known             bool
	}{
		{"none", "", date, now, 0, false},
		{"seconds", "7", "", time.Time{}, 7 * time.Second, true},
		{"none to wait", "0", "", time.Time{}, 0, true},
		{"a fraction", "0.25", "", time.Time{}, 250 * time.Millisecond, true},
		{"capped", "86400", "", time.Time{}, time.Minute, true},
		{"beyond any duration", strings.Repeat("9", 60), "", time.Time{}, time.Minute, true},
		{"a date by the server's clock", "Sun, 22 Nov 2026 10:00:05 GMT", date, now.Add(time.Hour), 5 * time.Second, true},
		{"a date by the client's clock", "Sun, 22 Nov 2026 10:00:05 GMT", "", now, 5 * time.Second, true},
		{"a date by no clock", "Sun, 22 Nov 2026 10:00:05 GMT", "", time.Time{}, 0, false},
		{"a date gone by", "Sun, 22 Nov 2026 09:00:05 GMT", date, now, 0, true},
		{"RFC 850", "Sunday, 22-Nov-26 10:00:05 GMT", date, now, 5 * time.Second, true},
		{"asctime", "Sun Nov 22 10:00:05 2026", date, now, 5 * time.Second, true},
		{"words", "soon", date, now, 0, false},
		{"negative", "-5", date, now, 0, false},
		{"both", "5 Sun", date, now, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &Profile{Backoff: Backoff{HonorRetryAfter: true, RetryAfterMax: time.Minute}}
			a := NewAnswer(nil, 202, func(name string) string {
				return map[string]string{"Retry-After": c.field, "Date": c.date}[name]
			}, nil)
			a.Now = c.now
			var r Reading
			p.retryAfter(&r, a)
			if r.RetryAfter != c.want || r.HasRetryAfter != c.known {
				t.Errorf("got %v, %v, want %v, %v", r.RetryAfter, r.HasRetryAfter, c.want, c.known)
			}
			r, p.Backoff.HonorRetryAfter = Reading{}, false
			if p.retryAfter(&r, a); r.HasRetryAfter {
				t.Errorf("honoured against the profile: %v", r.RetryAfter)
			}
		})
	}
}

func TestDurations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		`31`: 31 * time.Millisecond, `0`: 0, `1.5`: 1500 * time.Microsecond, `1e300`: 1<<63 - 1,
		`-1`: -1, `"31"`: -1, `null`: -1, `true`: -1,
	} {
		var doc any = map[string]any{}
		v, err := decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		doc.(map[string]any)["d"] = v
		got, ok := milliOf(doc, "d")
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	for text, want := range map[json.Number]int{"2": 2, "0": 0, "-1": 0, "1.5": 0, "99999999999": 0} {
		if got := runs(text); got != want {
			t.Errorf("runs(%s) = %d, want %d", text, got, want)
		}
	}
}
