package queue

import (
	"context"
	"crypto/rand"
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
		got, err := q.scripts.get.Run(ctx, q.client, nil, q.prefix, id).Result()
		if err != nil {
			return err
		}
		switch got := got.(type) {
		case []any:
			j, err = parseJob(pairs(got))
			return err
		case string:
			if err := refusal(got); err != nil {
				return err
			}
		}
		return fmt.Errorf("%w: job %v", errDamaged, got)
	})
	return j, err
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
	return word, refusal(word)
}

// refusal is the error that a script's word stands for, if it does.
func refusal(word string) error {
	switch word {
	case "unknown":
		return ErrNotFound
	case "expired":
		return ErrExpired
	case "lost":
		return ErrLost
	case "full":
		return errManyEvents()
	}
	return nil
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
	e := q.listen(id)
	return q.life.follow(ctx, &follower{
		ear: e, leave: func() { q.leave(e) }, after: after, poll: followPoll,
		read: func(ctx context.Context, after int64) (page, error) { return q.page(ctx, id, after) },
	})
}

func (q *redisQueue) page(ctx context.Context, id string, after int64) (p page, err error) {
	err = q.do(ctx, "follow job", func() error {
		got, err := q.scripts.events.Run(ctx, q.client, nil, q.prefix, id, after, batch).Result()
		if err != nil {
			return err
		}
		if word, ok := got.(string); ok && refusal(word) != nil {
			return refusal(word)
		}
		p, err = parsePage(got, after)
		return err
	})
	return p, err
}

// milliseconds rounds up, since an expiry of 0 would be one at once.
func milliseconds(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}
