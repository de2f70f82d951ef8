package queue

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// redisQueue keeps jobs in a Redis server, which any number of processes may use. Each step is one script, and so
// atomic; a step whose connection broke is asked for again until the context ends.
type redisQueue struct {
	life    *life
	client  *redis.Client
	scripts scripts
	prefix  string
	bells   bells

	news     *redis.PubSub
	newsMu   sync.Mutex // holds a change of bells and the subscription that follows from it together
	listener sync.WaitGroup
}

const defaultPrefix = "aibench:"

func openRedis(ctx context.Context, spec string) (*redisQueue, error) {
	ctx, cancel := context.WithTimeout(ctx, openPatience)
	defer cancel()
	options, prefix, err := parseRedis(spec)
	if err != nil {
		return nil, err
	}
	logging.Disable() // it writes to standard error what the methods here return
	q := &redisQueue{life: newLife(), client: redis.NewClient(options), scripts: newScripts(), prefix: prefix}
	if err := q.prepare(ctx); err != nil {
		_ = q.client.Close() // nothing was begun that could fail to end
		return nil, fmt.Errorf("redis at %s: %w", options.Addr, err)
	}
	q.news = q.client.Subscribe(context.Background(), q.channel(submitted))
	q.listener.Go(q.hear)
	return q, nil
}

// parseRedis reads a URL. Its errors show nothing of it, since a password with an unescaped character can end up in
// any of its parts.
func parseRedis(spec string) (*redis.Options, string, error) {
	bad := errors.New("this redis URL cannot be read: want redis://[USER:PASSWORD@]HOST[:PORT][/DB][?prefix=PREFIX], with %xx for what is special in a password")
	u, err := url.Parse(spec)
	if err != nil || u.Fragment != "" || u.Hostname() == "" {
		return nil, "", bad
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, "", bad
	}
	prefix := defaultPrefix
	if query.Has("prefix") {
		prefix = query.Get("prefix")
	}
	if !isText(prefix) || len(prefix) > maxName {
		return nil, "", fmt.Errorf("the prefix of the redis URL is not a text of at most %d bytes", maxName)
	}
	query.Del("prefix")
	u.RawQuery = query.Encode()
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, "", bad
	}
	o.MaxRetries, o.DialerRetries = -1, 1 // they are this package's, which knows what may be done twice
	o.DialTimeout = 2 * time.Second
	o.ContextTimeoutEnabled = true
	o.PoolSize = 64
	o.PipelinePoolSize = -1
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, prefix, nil
}

// prepare makes the consumer group and looks whether the keys are a queue's.
func (q *redisQueue) prepare(ctx context.Context) error {
	return q.insist(ctx, func() error {
		if err := q.group(ctx); err != nil {
			return err
		}
		return q.scripts.stats.Run(ctx, q.client, nil, q.prefix).Err()
	})
}

func (q *redisQueue) group(ctx context.Context) error {
	err := q.client.XGroupCreateMkStream(ctx, q.prefix+"jobs", "workers", "0").Err()
	if hasCode(err, "BUSYGROUP") {
		return nil
	}
	return err
}

// do is one call of a method: f, until the server has answered it.
func (q *redisQueue) do(ctx context.Context, doing string, f func() error) error {
	if err := q.life.enter(); err != nil {
		return err
	}
	defer q.life.calls.Done()
	if err := q.insist(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// insist repeats f while the server is away or not ready.
func (q *redisQueue) insist(ctx context.Context, f func() error) error {
	const first, last = 5 * time.Millisecond, 200 * time.Millisecond
	for wait := first; ; wait = min(2*wait, last) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := f()
		if hasCode(err, "NOGROUP") { // the server has lost its data
			err = q.group(ctx)
			if err == nil {
				continue
			}
		}
		if !isAway(err) {
			return q.explain(err)
		}
		if end := q.life.pause(ctx, nil, wait); end != nil {
			return fmt.Errorf("%w, and redis did not answer: %w", end, err)
		}
	}
}

// explain adds what to do about an error that is not the server's fault.
func (q *redisQueue) explain(err error) error {
	if hasCode(err, "WRONGTYPE") {
		return fmt.Errorf("another program has keys with the prefix %q: give one of your own with ?prefix=: %w", q.prefix, err)
	}
	return err
}

// isAway says whether asking again can help: the server was not reached, did not answer, or is about to be ready.
func isAway(err error) bool {
	if err == nil || errors.Is(err, redis.Nil) {
		return false
	}
	if _, ok := errors.AsType[redis.Error](err); ok {
		return hasCode(err, "LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN") ||
			strings.Contains(err.Error(), "max number of clients reached")
	}
	return !isOwn(err)
}

// isOwn says whether an error is one of this package.
func isOwn(err error) bool {
	_, code := errorText(err)
	return code != "" || errors.Is(err, errDamaged)
}

// hasCode says whether the server answered with one of the codes, which are the first word of its errors.
func hasCode(err error, codes ...string) bool {
	if err == nil {
		return false
	}
	word, _, _ := strings.Cut(err.Error(), " ")
	for _, code := range codes {
		if word == code {
			return true
		}
	}
	return false
}

// Close implements Queue.
func (q *redisQueue) Close() error {
	if !q.life.end() {
		return nil
	}
	err := errors.Join(q.news.Close(), q.client.Close())
	q.listener.Wait()
	q.life.calls.Wait()
	if err != nil {
		return fmt.Errorf("close redis: %w", err)
	}
	return nil
}
