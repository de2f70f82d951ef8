package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Open opens the queue that a spec names:
//
//	sqlite:FILE          an SQLite database, created when it is absent
//	redis://HOST:PORT/DB a Redis server, also rediss:// for TLS; ?prefix= of its keys (aibench:)
//	memory               the memory of this process
//	remote:unix:PATH     a memory that another process serves, see [Serve]
//
// It waits a few seconds for a store that is not there yet, or until the context ends. Credentials of a spec never
// appear in an error.
func Open(ctx context.Context, spec string) (Queue, error) {
	if err := Check(spec); err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	kind, rest, _ := strings.Cut(spec, ":")
	switch kind {
	case "sqlite":
		return opened(openSQLite(ctx, rest, watchFile))
	case "redis", "rediss":
		return opened(openRedis(ctx, spec))
	case "memory":
		return newMemory(), nil
	}
	return opened(openRemote(ctx, strings.TrimPrefix(rest, "unix:")))
}

// Check refuses a spec that [Open] could never open, and opens nothing. Credentials of a spec never appear in an error.
func Check(spec string) error {
	kind, rest, _ := strings.Cut(spec, ":")
	path, isUnix := strings.CutPrefix(rest, "unix:")
	switch {
	case kind == "redis", kind == "rediss":
		_, _, err := parseRedis(spec)
		return err
	case kind == "sqlite" && rest == "":
		return errors.New("sqlite: needs a file, as in sqlite:jobs.db")
	case kind == "sqlite", spec == "memory", kind == "remote" && isUnix && path != "":
		return nil
	}
	return fmt.Errorf("there is none of the kind %q: want sqlite:FILE, redis://HOST:PORT/DB, memory or remote:unix:PATH", kindOf(spec))
}

// opened keeps a nil pointer from becoming a Queue that is not nil.
func opened[Q Queue](q Q, err error) (Queue, error) {
	if err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	return q, nil
}

// kindOf is what can be shown of a spec that nobody understands: anything further may be a secret.
func kindOf(spec string) string {
	kind, _, more := strings.Cut(spec, ":")
	if !isText(kind) || len(kind) > 32 || strings.ContainsRune(kind, '@') {
		return "…"
	}
	if more {
		return kind + ":…"
	}
	return kind
}

// Durable says whether the jobs of the queue that a spec names outlive the processes that use it.
func Durable(spec string) bool {
	kind, _, _ := strings.Cut(spec, ":")
	return kind == "sqlite" || kind == "redis" || kind == "rediss"
}
