package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Submit implements Queue.
func (q *redisQueue) Submit(ctx context.Context, j NewJob) (id string, dup bool, err error) {
	if j, err = j.checked(); err != nil {
		return "", false, err
	}
	nonce := rand.Text()
	err = q.do(ctx, "submit", func() error {
		got, err := q.scripts.submit.Run(ctx, q.client, nil, q.prefix, j.ID, j.Key, j.Payload,
			milliseconds(j.TTL), milliseconds(tombstone(j.TTL)), j.MaxAttempts, nonce).StringSlice()
		if err != nil {
			return err
		}
		if len(got) != 2 {
			return fmt.Errorf("%w: answer to a submission %q", errDamaged, got)
		}
		id, dup = got[0], got[1] == "dup"
		if got[1] == "exists" {
			return ErrExists
		}
		return nil
	})
	if err != nil {
		return "", false, err
	}
	return id, dup, nil
}

// Get implements Queue.
func (q *redisQueue) Get(ctx context.Context, id string) (j Job, err error) {
	err = q.do(ctx, "get job", func() error {
		var hash *redis.MapStringStringCmd
		var gone *redis.IntCmd
		_, err := q.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
			hash, gone = p.HGetAll(ctx, q.prefix+"job:"+id), p.Exists(ctx, q.prefix+"gone:"+id)
			return nil
		})
		if err != nil {
			return err
		}
		if len(hash.Val()) == 0 {
			return absent(gone)
		}
		j, err = parseJob(hash.Val())
		return err
	})
	return j, err
}

// absent says what a job is that is not there.
func absent(gone *redis.IntCmd) error {
	if gone.Val() > 0 {
		return ErrExpired
	}
	return ErrNotFound
}

// Cancel implements Queue.
func (q *redisQueue) Cancel(ctx context.Context, id string) (state State, err error) {
	err = q.do(ctx, "cancel job", func() error {
		word, err := q.word(ctx, q.scripts.cancel, id)
		state = State(word)
		return err
	})
	if err != nil {
		return "", err
	}
	return state, nil
}

// Drop implements Queue.
func (q *redisQueue) Drop(ctx context.Context, id string) error {
	return q.do(ctx, "drop job", func() error {
		_, err := q.word(ctx, q.scripts.drop, id)
		return err
	})
}

// word runs a script that answers with a word.
func (q *redisQueue) word(ctx context.Context, s *redis.Script, id string, args ...any) (string, error) {
	word, err := s.Run(ctx, q.client, nil, append([]any{q.prefix, id}, args...)...).Text()
	if err != nil {
		return "", err
	}
	switch word {
	case "unknown":
		return word, ErrNotFound
	case "expired":
		return word, ErrExpired
	case "lost":
		return word, ErrLost
	case "full":
		return word, errManyEvents()
	}
	return word, nil
}

// Stats implements Queue.
func (q *redisQueue) Stats(ctx context.Context) (s Stats, err error) {
	err = q.do(ctx, "count jobs", func() error {
		n, err := q.scripts.stats.Run(ctx, q.client, nil, q.prefix).Int64Slice()
		if err != nil {
			return err
		}
		if len(n) != 5 {
			return fmt.Errorf("%w: counts %v", errDamaged, n)
		}
		s = Stats{
			Queued: int(n[0]), Running: int(n[1]), Oldest: time.Duration(max(n[2], 0)) * time.Microsecond,
			Redelivered: n[3], Dead: n[4],
		}
		return nil
	})
	return s, err
}

// Events implements Queue.
func (q *redisQueue) Events(ctx context.Context, id string, after int64) (<-chan Event, error) {
	if err := q.life.enter(); err != nil {
		return nil, err
	}
	e := q.listen(id)
	f := &follower{life: q.life, ear: e, after: max(after, 0), poll: safetyPoll, out: make(chan Event)}
	f.read = func(ctx context.Context, after int64) (page, error) { return q.page(ctx, id, after) }
	p, err := f.read(ctx, f.after)
	if err != nil {
		q.leave(e)
		q.life.calls.Done()
		return nil, err
	}
	go func() {
		defer q.life.calls.Done()
		defer q.leave(e)
		f.run(ctx, p)
	}()
	return f.out, nil
}

func (q *redisQueue) page(ctx context.Context, id string, after int64) (p page, err error) {
	err = q.do(ctx, "follow job", func() error {
		var state *redis.StringCmd
		var events *redis.StringSliceCmd
		var gone *redis.IntCmd
		_, err := q.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
			state = p.HGet(ctx, q.prefix+"job:"+id, "state")
			events = p.LRange(ctx, q.prefix+"events:"+id, after, after+batch-1)
			gone = p.Exists(ctx, q.prefix+"gone:"+id)
			return nil
		})
		if errors.Is(state.Err(), redis.Nil) {
			return absent(gone)
		}
		if err != nil {
			return err
		}
		p = page{ended: State(state.Val()).Terminal()}
		for i, text := range events.Val() {
			ev, err := parseEvent(text)
			if err != nil {
				return err
			}
			ev.Seq = after + int64(i) + 1
			p.events = append(p.events, ev)
		}
		return nil
	})
	return p, err
}

// milliseconds rounds up, since an expiry of 0 would be one at once.
func milliseconds(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}
