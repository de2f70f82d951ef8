-- Instants are nanoseconds since 1970, spans nanoseconds; 0 is none. seq is the order of submission.
CREATE TABLE jobs (
	seq          INTEGER PRIMARY KEY AUTOINCREMENT,
	id           TEXT NOT NULL UNIQUE,
	key          TEXT UNIQUE,
	state        TEXT NOT NULL DEFAULT 'queued',
	attempts     INTEGER NOT NULL DEFAULT 0,
	max_attempts INTEGER NOT NULL,
	created      INTEGER NOT NULL,
	started      INTEGER NOT NULL DEFAULT 0,
	finished     INTEGER NOT NULL DEFAULT 0,
	ttl          INTEGER NOT NULL, -- kept this long after finished,
	forget       INTEGER NOT NULL, -- and known to be gone this long after that
	expires      INTEGER NOT NULL DEFAULT 0, -- finished + ttl
	worker       TEXT NOT NULL DEFAULT '',
	token        TEXT NOT NULL DEFAULT '',
	lease        INTEGER NOT NULL DEFAULT 0, -- when it ends
	payload      BLOB,
	result       BLOB,
	error        TEXT NOT NULL DEFAULT '',
	code         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX waiting  ON jobs (seq)     WHERE state = 'queued';
CREATE INDEX leases   ON jobs (lease)   WHERE state = 'running';
CREATE INDEX expiring ON jobs (expires) WHERE expires > 0;

-- n orders the events of all jobs, so that a process can read what is new to it. It is never used twice.
CREATE TABLE events (
	n     INTEGER PRIMARY KEY AUTOINCREMENT,
	job   INTEGER NOT NULL,
	seq   INTEGER NOT NULL,
	state TEXT NOT NULL,
	at    INTEGER NOT NULL,
	data  BLOB,
	UNIQUE (job, seq)
);
CREATE TABLE gone (id TEXT PRIMARY KEY, until INTEGER NOT NULL);
CREATE INDEX forgotten ON gone (until);
CREATE TABLE counts (redelivered INTEGER NOT NULL, dead INTEGER NOT NULL);
INSERT INTO counts VALUES (0, 0);

-- Events are written by triggers, so that no statement can change a state without one.
CREATE TRIGGER submitted AFTER INSERT ON jobs BEGIN
	INSERT INTO events (job, seq, state, at) VALUES (NEW.seq, 1, NEW.state, NEW.created);
END;
CREATE TRIGGER changed AFTER UPDATE OF state, attempts ON jobs BEGIN
	INSERT INTO events (job, seq, state, at) VALUES (
		NEW.seq,
		(SELECT max(seq) + 1 FROM events WHERE job = NEW.seq),
		NEW.state,
		CASE NEW.state WHEN 'running' THEN NEW.started ELSE NEW.finished END);
END;
CREATE TRIGGER redelivered AFTER UPDATE OF attempts ON jobs WHEN NEW.attempts > 1 BEGIN
	UPDATE counts SET redelivered = redelivered + 1;
END;
CREATE TRIGGER removed AFTER DELETE ON jobs BEGIN
	DELETE FROM events WHERE job = OLD.seq;
END;
