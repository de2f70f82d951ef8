package queue

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	must(t, os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600))
	for _, c := range []struct{ name, spec, want string }{
		{"nothing", "", "sqlite:FILE"},
		{"another kind", "kafka://user:hunter2@host", "remote:unix:PATH"},
		{"a kind in capitals", "Redis://user:hunter2@host", "sqlite:FILE"},
		{"credentials for a kind", "user:hunter2@host", "memory"},
		{"memory with a name", "memory:hunter2", "memory"},
		{"sqlite without a file", "sqlite:", "needs a file"},
		{"sqlite in no directory", "sqlite:" + dir + "/none/x.db", "none/x.db"},
		{"sqlite on a text", "sqlite:" + text, "not a database"},
		{"remote by tcp", "remote:tcp:127.0.0.1:1", "remote:unix:PATH"},
		{"remote to nowhere", "remote:unix:" + dir + "/none", "none"},
		{"redis without a host", "redis://:hunter2@", "cannot be read"},
		{"redis with a bad port", "redis://user:hunt#er2@host", "cannot be read"},
		{"redis with a slash in the password", "redis://user:hunt/er2@host", "cannot be read"},
		{"redis with a question in the password", "redis://user:hunt?er2@host", "cannot be read"},
		{"redis with a bad database", "redis://user:hunter2@127.0.0.1/x", "cannot be read"},
		{"redis with a bad option", "redis://user:hunter2@127.0.0.1/?hunter2=1", "cannot be read"},
		{"redis with a bad prefix", "redis://user:hunter2@127.0.0.1/?prefix=%00", "prefix"},
	} {
		q, err := Open(t.Context(), c.spec)
		if err == nil {
			q.Close()
			t.Errorf("%s: no error", c.name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "er2") || strings.Contains(err.Error(), "hunt") {
			t.Errorf("%s: got %q, want %q in it, and no secret", c.name, err, c.want)
		}
	}
}

// TestOpenDoesNotWaitForEver on a server that is not there, or that never answers.
func TestOpenDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer deaf.Close()
	for _, addr := range []string{freeAddress(t), deaf.Addr().String()} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		q, err := Open(ctx, "redis://user:hunter2@"+addr)
		cancel()
		if err == nil {
			q.Close()
			t.Fatal("no error")
		}
		if text := err.Error(); !strings.Contains(text, addr) || strings.Contains(text, "hunter2") {
			t.Errorf("got %q", text)
		}
	}
}

func TestDurable(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]bool{
		"sqlite:x.db": true, "redis://host": true, "rediss://host": true, "memory": false, "remote:unix:/x": false, "": false,
	} {
		if got := Durable(spec); got != want {
			t.Errorf("%q: got %v", spec, got)
		}
	}
}

// FuzzParseRedis: whatever is no URL is refused without showing any part of it, and nothing panics.
func FuzzParseRedis(f *testing.F) {
	for _, s := range []string{"redis://u:secret@h:1/2?prefix=a", "redis://h", "rediss://:p@h/?db=1", "redis://u:se#cret@h", "redis://[::1]:6379/x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		o, prefix, err := parseRedis(spec)
		if err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "this redis URL cannot be read: want ") && !strings.HasPrefix(text, "the prefix of the redis URL is not a text") {
				t.Errorf("%q: got %q", spec, text)
			}
			return
		}
		if o.Addr == "" || len(prefix) > maxName {
			t.Errorf("%q: got address %q, prefix %q", spec, o.Addr, prefix)
		}
	})
}
