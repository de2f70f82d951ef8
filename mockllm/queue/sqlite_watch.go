package queue

import (
	"context"
	"database/sql"
	"time"
)

const (
	// A change is told before it can be seen: the log is written first, and what makes it valid after that. So the
	// watcher looks again, first after quickLook, then more and more rarely, and is content after lazyLook. It does not
	// listen during quickLook, so that much being written does not keep it busy.
	quickLook = time.Millisecond
	lazyLook  = 16 * time.Millisecond

	// surely is how often the watcher looks whether it was told or not.
	surely = 250 * time.Millisecond
)

// listen returns an ear, and makes sure that the watcher is awake for it.
func (q *sqliteQueue) listen(topic string) *ear {
	e, _ := q.bells.listen(topic)
	q.lookout.call()
	return e
}

// announce tells the watcher that this process has written.
func (q *sqliteQueue) announce() {
	if !q.bells.deserted() {
		q.lookout.call()
	}
}

// watch rings for every event of any process, for as long as somebody listens.
func (q *sqliteQueue) watch() {
	w := watcher{q: q}
	defer w.close()
	for !q.life.ended() {
		if q.bells.deserted() {
			w.blind = true
			q.lookout.waitForCall()
			continue
		}
		if w.look() {
			w.interval = 0
		}
		if w.rest() {
			w.interval = 0
		}
	}
}

// watcher is what the goroutine of watch knows.
type watcher struct {
	q        *sqliteQueue
	conn     *sql.Conn // its own, since the number tells of what other connections have changed; nil: not open yet
	number   *sql.Stmt // of conn
	version  int64
	last     int64 // the newest event that was told
	blind    bool  // events were missed, with nobody to tell
	interval time.Duration
}

// rest waits for the next look, and says whether there is a reason for it.
func (w *watcher) rest() (told bool) {
	w.interval = max(2*w.interval, quickLook)
	switch {
	case w.interval == quickLook:
		return w.q.lookout.waitForClock(quickLook)
	case w.interval <= lazyLook:
		return w.q.lookout.wait(w.interval)
	}
	return w.q.lookout.wait(surely)
}

// look rings for what is new and says whether anything was. What it cannot read now it reads later: those who wait
// look for themselves now and then.
func (w *watcher) look() (news bool) {
	changed, err := w.changed()
	if err == nil && (changed || w.blind) {
		news, err = w.tell()
	}
	if err != nil {
		w.close()
	}
	return news
}

// changed reads the number that SQLite gives to every change of the database.
func (w *watcher) changed() (bool, error) {
	if w.conn == nil {
		if err := w.open(context.Background()); err != nil {
			return false, err
		}
	}
	var version int64
	if err := w.number.QueryRow().Scan(&version); err != nil {
		return false, err
	}
	changed := version != w.version
	w.version = version
	return changed, nil
}

func (w *watcher) open(ctx context.Context) (err error) {
	if w.conn, err = w.q.readers.Conn(ctx); err != nil {
		return err
	}
	w.blind = true
	w.number, err = w.conn.PrepareContext(ctx, "PRAGMA data_version")
	return err
}

func (w *watcher) tell() (news bool, err error) {
	if w.blind {
		err := w.q.readers.QueryRow(`SELECT coalesce(max(n), 0) FROM events`).Scan(&w.last)
		if err != nil {
			return false, err
		}
		w.blind = false
		w.q.bells.ringAll()
		return true, nil
	}
	const most = 500
	for n := most; n == most; {
		if n, err = w.ring(most); err != nil {
			return news, err
		}
		news = news || n > 0
	}
	return news, nil
}

// ring rings for at most so many events and returns how many there were.
func (w *watcher) ring(most int) (n int, err error) {
	rows, err := w.q.sql.news.Query(w.last, most)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var state State
		var id string
		if err := rows.Scan(&w.last, &state, &id); err != nil {
			return n, err
		}
		if state == Queued {
			w.q.bells.ring(submitted)
		}
		if id != "" { // "": it was dropped in the meantime
			w.q.bells.ring(id)
		}
	}
	return n, rows.Err()
}

func (w *watcher) close() {
	if w.number != nil {
		_ = w.number.Close() // nothing was written through either
	}
	if w.conn != nil {
		_ = w.conn.Close()
	}
	w.number, w.conn = nil, nil
}
