package queue

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Claim implements Queue.
//
// XREADGROUP can wait by itself, but what it returned would then be marked as running by a second step, and a worker
// that dies between the two would have taken a job that nobody counts. So the wait is for news, and to take is one step.
func (q *redisQueue) Claim(ctx context.Context, worker string, lease time.Duration) (*Claim, error) {
	if err := checkLease(lease); err != nil {
		return nil, err
	}
	e := q.listen(submitted)
	defer q.leave(e)
	return q.life.await(ctx, e, func() (c *Claim, wait time.Duration, err error) {
		err = q.do(ctx, "claim", func() error {
			c, wait, err = q.take(ctx, worker, lease)
			return err
		})
		return c, wait, err
	})
}

// take claims a job if there is one, and else says how long it is no use to try again without news. It does not heed the
// end of the context: cut off in the middle, it could have claimed a job and lost the answer. The client's own timeouts
// bound it.
func (q *redisQueue) take(ctx context.Context, worker string, lease time.Duration) (*Claim, time.Duration, error) {
	c := &Claim{Worker: worker, Token: rand.Text()}
	got, err := q.scripts.claim.Run(context.WithoutCancel(ctx), q.client, nil, q.prefix, worker, c.Token, microseconds(lease), CodeAttempts).Result()
	if err != nil {
		return nil, 0, err
	}
	switch got := got.(type) {
	case int64:
		wait := safetyPoll
		if next := time.Duration(got) * time.Microsecond; got >= 0 {
			wait = min(wait, next)
		}
		return nil, wait, nil
	case []any:
		c.Job, err = parseJob(pairs(got))
		return c, 0, err
	}
	return nil, 0, fmt.Errorf("%w: answer to a claim %v", errDamaged, got)
}

// Extend implements Queue.
func (q *redisQueue) Extend(ctx context.Context, c *Claim, lease time.Duration) error {
	if err := checkLease(lease); err != nil {
		return err
	}
	_, err := q.hold(ctx, "extend", q.scripts.extend, c, microseconds(lease))
	return err
}

// Progress implements Queue.
func (q *redisQueue) Progress(ctx context.Context, c *Claim, ev Event) error {
	if err := checkData("event", ev.Data); err != nil {
		return err
	}
	_, err := q.hold(ctx, "progress", q.scripts.progress, c, ev.Data, MaxEvents, rand.Text())
	return err
}

// Finish implements Queue.
func (q *redisQueue) Finish(ctx context.Context, c *Claim, r Result) (time.Time, error) {
	r, err := r.checked()
	if err != nil {
		return time.Time{}, err
	}
	word, err := q.hold(ctx, "finish", q.scripts.finish, c, string(r.State), r.Data, r.Error, r.Code)
	if err != nil {
		return time.Time{}, err
	}
	us, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("finish: %w: job %q has ended at %q", errDamaged, c.Job.ID, word)
	}
	return micro(us), nil
}

// hold runs a script that does something only for whoever holds the job, and returns its word.
func (q *redisQueue) hold(ctx context.Context, doing string, s *redis.Script, c *Claim, args ...any) (word string, err error) {
	err = q.do(ctx, doing, func() error {
		word, err = q.word(ctx, s, c.Job.ID, append([]any{c.Token}, args...)...)
		if err == nil && word == string(Canceled) {
			return ErrCanceled
		}
		return err
	})
	return word, err
}

// microseconds rounds up, so that a lease is never one of 0.
func microseconds(d time.Duration) int64 {
	return int64((d + time.Microsecond - 1) / time.Microsecond)
}
