package queue

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	sqlite3 "modernc.org/sqlite"
)

//go:embed sqlite_schema.sql
var sqliteSchema string

const (
	// sqliteID marks a database as a queue ("aibq"), and sqliteVersion is the version of its schema.
	sqliteID      = 0x61696271
	sqliteVersion = 1
)

// sqliteQueue keeps jobs in an SQLite database that any number of processes of one machine may have open. Writes of
// one process take turns on one connection; SQLite's own lock orders the processes.
//
// Statements are run without the caller's context: cancelled in the middle, one could have claimed a job and lost the
// answer. They are short, and what waits (the turn, the lock, the news) does heed it.
type sqliteQueue struct {
	life    *life
	bells   bells
	writer  *sql.DB
	readers *sql.DB
	sql     statements
	turn    chan struct{} // held by whoever writes
	swept   time.Time     // guarded by turn

	lookout *lookout // tells the watcher that somebody listens, or that something was written
	watcher sync.WaitGroup
}

func openSQLite(ctx context.Context, file string, watch func(path string) (*os.File, error)) (*sqliteQueue, error) {
	ctx, cancel := context.WithTimeout(ctx, openPatience)
	defer cancel()
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", file, err)
	}
	q := &sqliteQueue{life: newLife(), turn: make(chan struct{}, 1)}
	if q.writer, err = openDB(path, 1); err != nil {
		return nil, err
	}
	if q.readers, err = openDB(path, 8); err != nil {
		return nil, errors.Join(err, q.closeDBs())
	}
	if err := q.patiently(ctx, q.prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), q.closeDBs())
	}
	q.lookout = newLookout(path+"-wal", watch)
	q.watcher.Go(q.watch)
	return q, nil
}

// openDB returns a pool of connections, none of which is open yet.
func openDB(path string, size int) (*sql.DB, error) {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	// Every checkpoint syncs to disk, and somebody waits for it: four times the usual size makes it four times as rare.
	const options = "?_pragma=busy_timeout(1000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=wal_autocheckpoint(4000)&_pragma=journal_size_limit(67108864)&_txlock=immediate"
	db, err := sql.Open("sqlite", "file://"+(&url.URL{Path: path}).EscapedPath()+options)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// prepare makes the schema where there is none, refuses a database of something else, and prepares the statements.
func (q *sqliteQueue) prepare() error {
	tx, err := q.writer.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	var id, version, tables int
	if err := tx.QueryRow("PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := tx.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	switch {
	case id == sqliteID && version == sqliteVersion:
	case id == sqliteID:
		return fmt.Errorf("it is a queue of version %d, and this program knows version %d: use another file", version, sqliteVersion)
	case id != 0 || tables != 0:
		return errors.New("it is the database of another program: use another file")
	default:
		schema := fmt.Sprintf("%s; PRAGMA application_id = %d; PRAGMA user_version = %d", sqliteSchema, sqliteID, sqliteVersion)
		if _, err := tx.Exec(schema); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return q.sql.prepare(q.writer, q.readers)
}

// write runs f when it is this call's turn to write, and again when another process held the lock for too long.
func (q *sqliteQueue) write(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := q.life.enter(); err != nil {
		return err
	}
	defer q.life.calls.Done()
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	case <-ctx.Done():
		return ctx.Err()
	case <-q.life.done:
		return ErrClosed
	}
	return q.patiently(ctx, f)
}

// read runs f, which only reads.
func (q *sqliteQueue) read(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := q.life.enter(); err != nil {
		return err
	}
	defer q.life.calls.Done()
	return q.patiently(ctx, f)
}

func (q *sqliteQueue) patiently(ctx context.Context, f func() error) error {
	for {
		err := f()
		if !isBusy(err) {
			return err
		}
		if end := q.life.pause(ctx, nil, 5*time.Millisecond); end != nil {
			return fmt.Errorf("%w: %w", end, err)
		}
	}
}

// isBusy says whether another process was at work on the database.
func isBusy(err error) bool {
	e, ok := errors.AsType[*sqlite3.Error](err)
	const busy, locked = 5, 6
	return ok && (e.Code()&0xff == busy || e.Code()&0xff == locked)
}

// isTaken says whether a row with the same unique value is there.
func isTaken(err error) bool {
	e, ok := errors.AsType[*sqlite3.Error](err)
	const constraintUnique = 2067
	return ok && e.Code() == constraintUnique
}

// Close implements Queue.
func (q *sqliteQueue) Close() error {
	if !q.life.end() {
		return nil
	}
	q.lookout.call()
	q.watcher.Wait()
	q.lookout.close()
	q.life.calls.Wait()
	return q.closeDBs()
}

func (q *sqliteQueue) closeDBs() error {
	q.sql.close()
	var err error
	for _, db := range []*sql.DB{q.readers, q.writer} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("close sqlite: %w", err)
	}
	return nil
}
