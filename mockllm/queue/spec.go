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
	kind, rest, _ := strings.Cut(spec, ":")
	switch kind {
	case "sqlite":
		if rest == "" {
			return nil, errors.New("open queue: sqlite: needs a file, as in sqlite:jobs.db")
		}
		return opened(openSQLite(ctx, rest, watchFile))
	case "redis", "rediss":
		return opened(openRedis(ctx, spec))
	case "memory":
		if spec == "memory" {
			return newMemory(), nil
		}
	case "remote":
		if path, ok := strings.CutPrefix(rest, "unix:"); ok && path != "" {
			return opened(openRemote(ctx, path))
		}
	}
	return nil, fmt.Errorf("open queue: there is none of the kind %q: want sqlite:FILE, redis://HOST:PORT/DB, memory or remote:unix:PATH", kindOf(spec))
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
