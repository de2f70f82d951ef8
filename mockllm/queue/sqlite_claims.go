package queue

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Claim implements Queue.
func (q *sqliteQueue) Claim(ctx context.Context, worker string, lease time.Duration) (*Claim, error) {
	if err := checkLease(lease); err != nil {
		return nil, err
	}
	attempt := func() (*Claim, time.Duration, error) {
		some, late, wait, err := q.ready(ctx)
		if !some && !late || err != nil {
			return nil, wait, err
		}
		c, err := q.take(ctx, worker, lease, late)
		return c, 0, err
	}
	c, _, err := attempt() // a busy queue needs no watcher
	if c == nil && err == nil {
		e := q.listen(submitted)
		defer q.bells.leave(e)
		c, err = q.life.await(ctx, e, attempt)
	}
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	return c, nil
}

// ready looks, without a lock, whether a job waits or a lease is over, and if not, how long not to look again.
func (q *sqliteQueue) ready(ctx context.Context) (some, late bool, wait time.Duration, err error) {
	err = q.read(ctx, func() error {
		var lease sql.NullInt64
		err := q.sql.ready.QueryRow().Scan(&some, &lease)
		left := time.Until(instant(lease.Int64))
		late = lease.Valid && left <= 0
		wait = safetyPoll
		if lease.Valid {
			wait = min(wait, left)
		}
		return err
	})
	return some, late, wait, err
}

// take claims a job. There is none when another was quicker.
func (q *sqliteQueue) take(ctx context.Context, worker string, lease time.Duration, late bool) (*Claim, error) {
	c := &Claim{Worker: worker, Token: rand.Text()}
	err := q.write(ctx, func() error {
		now := time.Now().UnixNano()
		if late {
			if err := q.giveUp(now); err != nil {
				return err
			}
		}
		var r row
		err := r.scan(q.sql.claim.QueryRow(worker, c.Token, now, int64(lease)))
		c.Job = r.job
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	q.announce()
	return c, nil
}

// giveUp ends the jobs that are not to be claimed again.
func (q *sqliteQueue) giveUp(now int64) error {
	tx, err := q.writer.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	n, err := affected(tx.Stmt(q.sql.giveUp).Exec(now, CodeAttempts))
	if err != nil {
		return err
	}
	if n > 0 {
		if _, err := tx.Exec(`UPDATE counts SET dead = dead + ?`, n); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Extend implements Queue.
func (q *sqliteQueue) Extend(ctx context.Context, c *Claim, lease time.Duration) error {
	if err := checkLease(lease); err != nil {
		return err
	}
	_, err := q.hold(ctx, "extend", c, "", func(now int64) (sql.Result, error) {
		return q.sql.extend.Exec(now+int64(lease), c.Job.ID, c.Token)
	})
	return err
}

// Progress implements Queue.
func (q *sqliteQueue) Progress(ctx context.Context, c *Claim, ev Event) error {
	if err := checkData("event", ev.Data); err != nil {
		return err
	}
	full := false
	_, err := q.hold(ctx, "progress", c, "", func(now int64) (sql.Result, error) {
		res, err := q.sql.progress.Exec(now, append([]byte{}, ev.Data...), c.Job.ID, c.Token, MaxEvents)
		n, err := affected(res, err)
		full = err == nil && n == 0
		return res, err
	})
	if err == nil && full {
		return fmt.Errorf("progress: %w", errManyEvents())
	}
	return err
}

// Finish implements Queue.
func (q *sqliteQueue) Finish(ctx context.Context, c *Claim, r Result) (time.Time, error) {
	r, err := r.checked()
	if err != nil {
		return time.Time{}, err
	}
	return q.hold(ctx, "finish", c, r.State, func(now int64) (sql.Result, error) {
		return q.sql.finish.Exec(r.State, now, r.Data, r.Error, r.Code, c.Job.ID, c.Token)
	})
}

// hold writes what holds only for whoever holds the job, and returns the instant of it. When that changes nothing, it
// says why, or when the job came to the end that is wanted.
func (q *sqliteQueue) hold(
	ctx context.Context, doing string, c *Claim, want State, change func(now int64) (sql.Result, error),
) (time.Time, error) {
	var at int64
	err := q.write(ctx, func() error {
		at = time.Now().UnixNano()
		n, err := affected(change(at))
		if err != nil || n > 0 {
			return err
		}
		var state State
		var token string
		err = q.sql.holder.QueryRow(c.Job.ID).Scan(&state, &token, &at)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrLost
		}
		if err != nil {
			return err
		}
		return fence(state, token, c.Token, want)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", doing, err)
	}
	q.announce()
	return instant(at), nil
}
