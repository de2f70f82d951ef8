package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMaskURL(t *testing.T) {
	tests := []struct{ in, want string }{
		{"http://host:8000/v1", "http://host:8000/v1"},
		{"http://bob:hunter2@host/v1", "http://***@host/v1"},
		{"http://sk-key@host", "http://***@host"},
		{"https://host/v1?key=abc&alt=sse", "https://host/v1?key=***&alt=***"},
		{"https://a:b@host?x=1#frag", "https://***@host?x=***"},
		{"http://u:p%zz@host/a@b", "http://***@host/a@b"},
		{"http://host/?flag&k=", "http://host/?flag&k="},
		{"host:8000/x?token=abc", "host:8000/x?token=***"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := maskURL(tt.in); got != tt.want {
			t.Errorf("maskURL(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestMaskCommand(t *testing.T) {
	var s secrets
	s.addHeader("Authorization", "Bearer sk-12345")
	s.addJSON([]byte(`{"model":"m","nested":[{"api_key":"body-secret"}]}`))
	got := s.maskCommand([]string{
		"aibench", "stream", "-H", "Authorization: Bearer sk-12345", "-HX-Api-Key:other",
		"--header=Cookie: a=b", "-H", "Accept: text/event-stream",
		"-b", `{"model":"m","nested":[{"api_key":"body-secret"}]}`,
		"http://u:p@127.0.0.1:1/?key=q",
	})
	want := []string{
		"aibench", "stream", "-H", "Authorization: ***", "-HX-Api-Key: ***",
		"--header=Cookie: ***", "-H", "Accept: text/event-stream",
		"-b", `{"model":"m","nested":[{"api_key":"***"}]}`,
		"http://***@127.0.0.1:1/?key=***",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("maskCommand (-want +got):\n%s", diff)
	}
}

// What a server or a log escapes is still the key.
func TestMaskFindsEverySpelling(t *testing.T) {
	var s secrets
	s.add(`k/e+y_"ä`)
	for _, spelled := range []string{
		`k/e+y_"ä`, `k\/e+y_\"ä`, `k\\/e+y_\\\"ä`, `k\u002fe\u002By_\u0022\u00e4`, `\u006b/e+y_\"\u00E4`,
		`k%2Fe%2by_%22%C3%A4`, `k%252Fe%252By_%2522%25C3%25A4`, `k&#x2F;e&#43;y_&quot;&#xE4;`, `k&sol;e&plus;y&lowbar;&#34;ä`,
		`k&amp;#47;e+y_&amp;quot;ä`, `k\x2fe\x2By_\"ä`, `k\u{2f}e+y_"ä`,
	} {
		if got, want := s.mask("<"+spelled+">"), "<***>"; got != want {
			t.Errorf("mask(%q) = %q, want %q", "<"+spelled+">", got, want)
		}
	}
	const other = `k%2Fe, y_&quot; and k\/`
	if got := s.mask(other); got != other {
		t.Errorf("mask(%q) = %q: it is no key", other, got)
	}
}

func TestMaskCommandTrustsNoUnknownHeader(t *testing.T) {
	var s secrets
	got := s.maskCommand([]string{
		"-H", "X-Company-Thing: K3Y", "-qH", "X-Own: K3Y", "-qHX-Own: K3Y", "--header", "X-Own:K3Y", "--H=X-Own: K3Y",
		"-H", "X-Link: https://K3Y@host/K3Y", "-H", "X-Aibench-Fault: kind=block", "-HUser-Agent: me", "--prompt", "one: two",
	})
	want := []string{
		"-H", "X-Company-Thing: ***", "-qH", "X-Own: ***", "-qHX-Own: ***", "--header", "X-Own: ***", "--H=X-Own: ***",
		"-H", "X-Link: ***", "-H", "X-Aibench-Fault: kind=block", "-HUser-Agent: me", "--prompt", "one: two",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("maskCommand (-want +got):\n%s", diff)
	}
}

func TestMaskFindsWhatAServerRepeats(t *testing.T) {
	var s secrets
	s.add("Bearer sk-12345")
	s.add("session=deadbeef; theme=dark")
	s.addURL("http://bob:hunter2@host/?api_key=qqqq1&token=a%2Fbcd")
	s.addJSON([]byte(`{"password":"quo\"ted1"}`))
	for _, text := range []string{
		"Incorrect API key provided: sk-12345.", "cookie deadbeef expired", "user bob, password hunter2", "qqqq1", "a/bcd", "a%2Fbcd",
		`quo"ted1`, `{"password":"quo\"ted1"}`,
	} {
		got := s.mask(text)
		for _, secret := range []string{"sk-12345", "deadbeef", "hunter2", "qqqq1", "bcd", "ted1"} {
			if strings.Contains(got, secret) {
				t.Errorf("mask(%q) = %q", text, got)
			}
		}
	}
	if got := s.mask("no Bearer here"); got != "no Bearer here" {
		t.Errorf("the scheme's name is no secret: %q", got)
	}
}

// FuzzMaskURL: what stands before the host, and after an equals sign in the
// query, never appears in the masked URL.
func FuzzMaskURL(f *testing.F) {
	f.Add("user", "host/path", "k")
	f.Fuzz(func(t *testing.T, user, host, key string) {
		const secret = "S3CRET"
		if strings.Contains(user+host+key, "S") || strings.ContainsAny(user+key, "/?#&=@") || strings.ContainsAny(host, "?#@") {
			t.Skip()
		}
		raw := "http://" + user + secret + "@" + host + "?" + key + "=" + secret
		if got := maskURL(raw); strings.Contains(got, secret) {
			t.Fatalf("maskURL(%q) = %q", raw, got)
		}
	})
}
