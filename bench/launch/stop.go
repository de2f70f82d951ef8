package launch

import "time"

const (
	// stopPoll is how often a tree that was asked to end is looked at.
	stopPoll = 10 * time.Millisecond
	// killPatience is how long killed processes may take to be gone, and what was written last to be read.
	killPatience = 5 * time.Second
)

// Stop ends the server. The process that the command became is asked to end (SIGTERM); so is, when it has gone, whoever
// of the server is left and has no parent there. What has not gone after Grace is killed. When Stop returns, nothing of
// the server is left; if anything had to be killed, or could not be, the error is a [*StopError] that names it. What was
// killed because of Command.Hurry alone is no error. All calls return the same, when the server has ended.
func (s *Server) Stop() error {
	s.once.Do(func() { s.stopErr = s.end() })
	return s.stopErr
}

func (s *Server) end() error {
	s.stopping.Store(true)
	s.tree.forget()
	var err error
	if killed, hurried := s.outlast(s.grace, s.hurry, s.tree.ask); len(killed) > 0 {
		alive, _ := s.outlast(killPatience, nil, s.tree.kill)
		if !hurried || len(alive) > 0 {
			err = &StopError{Grace: s.grace, Killed: killed, Alive: alive}
		}
	}
	limit := time.NewTimer(killPatience)
	defer limit.Stop()
	select {
	case <-s.died:
	case <-limit.C: // it could not be killed, which err tells
	}
	close(s.unwatch)
	s.watched.Wait()
	s.tree.release()
	s.endLog(limit.C)
	return err
}

// outlast acts on the tree until nothing of it is left, or the limit is reached, or somebody hurries: then it returns
// what is.
func (s *Server) outlast(limit time.Duration, hurry <-chan struct{}, act func()) (left []string, hurried bool) {
	end := time.NewTimer(limit)
	defer end.Stop()
	look := time.NewTicker(stopPoll)
	defer look.Stop()
	for {
		alive := s.tree.alive()
		if len(alive) == 0 {
			return nil, false
		}
		act()
		select {
		case <-look.C:
		case <-hurry:
			return s.tree.alive(), true
		case <-end.C:
			return s.tree.alive(), false
		}
	}
}

// endLog reads what was written last. A pipe whose other end somebody holds who is not of the server is let go.
func (s *Server) endLog(limit <-chan time.Time) {
	select {
	case <-s.logged:
	case <-limit:
	}
	_ = s.logPipe.Close() // ends the read, and what was read is kept
	<-s.logged
}
