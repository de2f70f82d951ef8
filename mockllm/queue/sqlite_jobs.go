package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Submit implements Queue.
func (q *sqliteQueue) Submit(ctx context.Context, j NewJob) (id string, dup bool, err error) {
	if j, err = j.checked(); err != nil {
		return "", false, err
	}
	err = q.write(ctx, func() error {
		now := time.Now()
		if err := q.sweep(now); err != nil {
			return err
		}
		id, dup, err = q.insert(j, now)
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("submit: %w", err)
	}
	q.announce()
	return id, dup, nil
}

// insert stores a job and returns its id, or the id of the job that has its key.
func (q *sqliteQueue) insert(j NewJob, now time.Time) (id string, dup bool, err error) {
	key := sql.NullString{String: j.Key, Valid: j.Key != ""}
	for range 2 {
		var created, expires int64
		err = q.sql.insert.QueryRow(j.ID, key, j.MaxAttempts, now.UnixNano(), int64(j.TTL), int64(tombstone(j.TTL)), j.Payload).
			Scan(&id, &created, &expires)
		if isTaken(err) && key.Valid && q.sql.keyed.QueryRow(j.Key).Scan(&id) == nil {
			return id, true, nil // the same key and the same id
		}
		if isTaken(err) {
			err = ErrExists
		} else if err != nil || expires == 0 || expires > now.UnixNano() {
			return id, id != j.ID || created != now.UnixNano(), err
		}
		// Its like may have expired without having been swept away.
		if swept := q.sweepAll(now); swept != nil {
			return "", false, swept
		}
	}
	return "", false, err
}

// sweep takes away what is past its time, now and then and a part at a time.
func (q *sqliteQueue) sweep(now time.Time) error {
	if now.Sub(q.swept) < time.Second {
		return nil
	}
	q.swept = now
	_, err := q.sweepSome(now)
	return err
}

func (q *sqliteQueue) sweepAll(now time.Time) error {
	for {
		if n, err := q.sweepSome(now); n == 0 || err != nil {
			return err
		}
	}
}

func (q *sqliteQueue) sweepSome(now time.Time) (n int64, err error) {
	tx, err := q.writer.Begin()
	if err != nil {
		return 0, err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	const some = `FROM jobs WHERE expires > 0 AND expires <= ?1 ORDER BY expires LIMIT 200`
	if _, err := tx.Exec(`INSERT OR REPLACE INTO gone (id, until) SELECT id, expires + forget `+some, now.UnixNano()); err != nil {
		return 0, err
	}
	res, err := tx.Exec(`DELETE FROM jobs WHERE seq IN (SELECT seq `+some+`)`, now.UnixNano())
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`DELETE FROM gone WHERE id IN (SELECT id FROM gone WHERE until <= ?1 LIMIT 400)`, now.UnixNano()); err != nil {
		return 0, err
	}
	if n, err = res.RowsAffected(); err != nil {
		return 0, err
	}
	return n, tx.Commit()
}

// Get implements Queue.
func (q *sqliteQueue) Get(ctx context.Context, id string) (Job, error) {
	var r row
	err := q.read(ctx, func() error {
		err := r.scan(q.sql.get.QueryRow(id))
		return q.presence(id, err, r.expires, r.forget)
	})
	if err != nil {
		return Job{}, fmt.Errorf("get job: %w", err)
	}
	return r.job, nil
}

// presence says why a job that was looked up is not there, from what the look brought.
func (q *sqliteQueue) presence(id string, err error, expires, forget int64) error {
	now := time.Now().UnixNano()
	if err == nil {
		return passed(now, expires, forget)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var until int64
	err = q.sql.gone.QueryRow(id).Scan(&until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case err != nil:
		return err
	case until <= now:
		return ErrNotFound
	}
	return ErrExpired
}

// Cancel implements Queue.
func (q *sqliteQueue) Cancel(ctx context.Context, id string) (State, error) {
	state := Canceled
	err := q.write(ctx, func() error {
		n, err := affected(q.sql.cancel.Exec(time.Now().UnixNano(), id))
		if err != nil || n > 0 {
			return err
		}
		var r row
		err = r.scan(q.sql.get.QueryRow(id))
		state = r.job.State
		return q.presence(id, err, r.expires, r.forget)
	})
	if err != nil {
		return "", fmt.Errorf("cancel job: %w", err)
	}
	q.announce()
	return state, nil
}

// Drop implements Queue.
func (q *sqliteQueue) Drop(ctx context.Context, id string) error {
	err := q.write(ctx, func() error {
		var r row
		if err := q.presence(id, r.scan(q.sql.get.QueryRow(id)), r.expires, r.forget); err != nil {
			return err
		}
		_, err := q.sql.drop.Exec(id)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop job: %w", err)
	}
	q.bells.ring(id) // those of other processes notice at their next look
	return nil
}

// Stats implements Queue.
func (q *sqliteQueue) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	err := q.read(ctx, func() error {
		var created sql.NullInt64
		err := q.sql.stats.QueryRow().Scan(&s.Queued, &s.Running, &created, &s.Redelivered, &s.Dead)
		if created.Valid {
			s.Oldest = max(time.Since(instant(created.Int64)), 0)
		}
		return err
	})
	if err != nil {
		return Stats{}, fmt.Errorf("count jobs: %w", err)
	}
	return s, nil
}

// Events implements Queue.
func (q *sqliteQueue) Events(ctx context.Context, id string, after int64) (<-chan Event, error) {
	e := q.listen(id)
	return q.life.follow(ctx, &follower{
		ear: e, leave: func() { q.bells.leave(e) }, after: after, poll: followPoll,
		read: func(ctx context.Context, after int64) (page, error) { return q.page(ctx, id, after) },
	})
}

// page reads events of a job. The state is read first: events of a job that has ended are complete.
func (q *sqliteQueue) page(ctx context.Context, id string, after int64) (p page, err error) {
	err = q.read(ctx, func() error {
		p = page{}
		var seq, forget, expires int64
		var state State
		err := q.sql.head.QueryRow(id).Scan(&seq, &state, &forget, &expires)
		if err := q.presence(id, err, expires, forget); err != nil {
			return err
		}
		p.ended = state.Terminal()
		rows, err := q.sql.events.Query(seq, after, batch)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var ev Event
			var at int64
			if err := rows.Scan(&ev.Seq, &ev.State, &at, &ev.Data); err != nil {
				return err
			}
			ev.At = instant(at)
			p.events = append(p.events, ev)
		}
		return rows.Err()
	})
	if err != nil {
		return page{}, fmt.Errorf("follow job: %w", err)
	}
	return p, nil
}

func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
