package queue

import (
	"database/sql"
	"fmt"
	"time"
)

// statements are prepared once, each on the pool that it is for.
type statements struct {
	insert, claim, giveUp, extend, progress, finish, cancel, drop *sql.Stmt // of the writer
	get, keyed, gone, ready, holder, events, head, news, stats    *sql.Stmt // of the readers
}

const jobColumns = `id, state, attempts, max_attempts, created, started, finished, ttl, forget, expires, payload, result, error, code`

func (s *statements) prepare(writer, readers *sql.DB) error {
	s.close()
	for _, p := range s.all() {
		db := readers
		if p.writes {
			db = writer
		}
		var err error
		if *p.stmt, err = db.Prepare(p.text); err != nil {
			return fmt.Errorf("prepare %q: %w", p.text, err)
		}
	}
	return nil
}

func (s *statements) close() {
	for _, p := range s.all() {
		if *p.stmt != nil {
			_ = (*p.stmt).Close() // its database is closed or has failed, and tells
			*p.stmt = nil
		}
	}
}

type statement struct {
	stmt   **sql.Stmt
	writes bool
	text   string
}

func (s *statements) all() []statement {
	const writes, reads = true, false
	return []statement{
		// A known key returns the row that has it. The update changes nothing; without one, nothing would be returned.
		{&s.insert, writes, `INSERT INTO jobs (id, key, max_attempts, created, ttl, forget, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
			ON CONFLICT (key) DO UPDATE SET key = key RETURNING id, created, expires`},
		{&s.claim, writes, `UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = ?1, token = ?2, started = ?3, lease = ?3 + ?4
			WHERE seq = coalesce(
				(SELECT seq FROM jobs WHERE state = 'running' AND lease <= ?3 AND (max_attempts = 0 OR attempts < max_attempts) ORDER BY lease LIMIT 1),
				(SELECT seq FROM jobs WHERE state = 'queued' ORDER BY seq LIMIT 1))
			RETURNING ` + jobColumns},
		{&s.giveUp, writes, `UPDATE jobs SET state = 'failed', finished = ?1, expires = ?1 + ttl, error = 'claimed ' || attempts || ' times, and never finished', code = ?2
			WHERE state = 'running' AND lease <= ?1 AND max_attempts > 0 AND attempts >= max_attempts`},
		{&s.extend, writes, `UPDATE jobs SET lease = ?1 WHERE id = ?2 AND state = 'running' AND token = ?3`},
		{&s.progress, writes, `INSERT INTO events (job, seq, state, at, data)
			SELECT job.seq, last.seq + 1, job.state, ?1, ?2
			FROM jobs AS job, (SELECT max(seq) AS seq FROM events WHERE job = (SELECT seq FROM jobs WHERE id = ?3)) AS last
			WHERE job.id = ?3 AND job.state = 'running' AND job.token = ?4 AND last.seq < ?5`},
		{&s.finish, writes, `UPDATE jobs SET state = ?1, finished = ?2, expires = ?2 + ttl, result = ?3, error = ?4, code = ?5
			WHERE id = ?6 AND state = 'running' AND token = ?7`},
		{&s.cancel, writes, `UPDATE jobs SET state = 'canceled', finished = ?1, expires = ?1 + ttl
			WHERE id = ?2 AND state IN ('queued', 'running')`},
		{&s.drop, writes, `DELETE FROM jobs WHERE id = ?`},

		{&s.get, reads, `SELECT ` + jobColumns + ` FROM jobs WHERE id = ?`},
		{&s.keyed, reads, `SELECT id FROM jobs WHERE key = ?`},
		{&s.gone, reads, `SELECT until FROM gone WHERE id = ?`},
		{&s.ready, reads, `SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'queued'), (SELECT min(lease) FROM jobs WHERE state = 'running')`},
		{&s.holder, reads, `SELECT state, token, finished FROM jobs WHERE id = ?`},
		{&s.head, reads, `SELECT seq, state, forget, expires FROM jobs WHERE id = ?`},
		{&s.events, reads, `SELECT seq, state, at, data FROM events WHERE job = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3`},
		{&s.news, reads, `SELECT n, state, coalesce((SELECT id FROM jobs WHERE seq = events.job), '') FROM events WHERE n > ?1 ORDER BY n LIMIT ?2`},
		{&s.stats, reads, `SELECT (SELECT count(*) FROM jobs WHERE state = 'queued'), (SELECT count(*) FROM jobs WHERE state = 'running'),
			(SELECT created FROM jobs WHERE state = 'queued' ORDER BY seq LIMIT 1), redelivered, dead FROM counts`},
	}
}

// row is a job as the database has it.
type row struct {
	job             Job
	forget, expires int64
}

func (r *row) scan(from interface{ Scan(...any) error }) error {
	var created, started, finished int64
	err := from.Scan(&r.job.ID, &r.job.State, &r.job.Attempts, &r.job.MaxAttempts, &created, &started, &finished,
		&r.job.TTL, &r.forget, &r.expires, &r.job.Payload, &r.job.Result, &r.job.Error, &r.job.Code)
	r.job.Created, r.job.Started, r.job.Finished = instant(created), instant(started), instant(finished)
	return err
}

// passed says what a job's expiry means now: nil, ErrExpired or ErrNotFound.
func passed(now, expires, forget int64) error {
	switch {
	case expires == 0 || now < expires:
		return nil
	case now < expires+forget:
		return ErrExpired
	}
	return ErrNotFound
}

func instant(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}
