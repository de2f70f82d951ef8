package mockllm

import "net/http"

// faultRow says what a kind of fault does: before an answer begins, in the middle of a stream, and by itself.
type faultRow struct {
	kind FaultKind

	// early strikes before the answer begins and calls goOn, at once or later, if there is to be an answer.
	// nil: the kind strikes streams only.
	early func(c *call, f *Fault, goOn func())

	// late strikes a stream when After tokens are sent and the next is due, and reports whether that token follows now.
	// nil: the kind strikes before the answer only, whatever After says.
	late func(s *stream, f *Fault) bool

	// alone strikes the whole worker, without a request. nil: the kind needs one.
	alone func(srv *Server, f *Fault)

	// planned strikes an answer of the model when its pace is planned. nil: the kind does not.
	planned func(g *generation, f *Fault)

	// run strikes a job when it is about to work. A fault that can do so leaves the job's submission alone and goes
	// with the job, to each of its runs. nil: the kind strikes the submission, as any request.
	run func(r *jobRun, f *Fault)

	lasts bool // it needs a Delay
	jobs  bool // it strikes jobs and nothing else
}

// faultTable is every kind. A fault without After strikes early where it can; a whole answer, which has no middle, is
// always struck early.
func faultTable() []faultRow {
	return []faultRow{
		{kind: FaultBlock, early: blockEarly, late: blockLate, alone: blockAlone, lasts: true},
		{kind: FaultCPU, early: spinEarly, late: spinLate, alone: spinAlone, lasts: true},
		{kind: FaultCrash, early: crashEarly, late: crashLate, alone: crashAlone, run: crashRun},
		{kind: FaultStatus, early: statusEarly},
		{kind: FaultSSEError, late: sseErrorLate},
		{kind: FaultEOF, late: eofLate},
		{kind: FaultAbort, early: abortEarly, late: abortLate},
		{kind: FaultMalformed, late: malformedLate},
		{kind: FaultStall, early: stallEarly, late: stallLate, lasts: true},
		{kind: FaultDuplicate, late: duplicateLate},
		{kind: FaultLostJob, jobs: true},
		{kind: FaultStuckJob, run: stickRun, jobs: true},
		{kind: FaultSlowUpstream, planned: slowPlanned, run: slowRun, lasts: true},
	}
}

// fits tells whether the kind can do anything on a route at all; travels, whether it goes with the job that is
// submitted there.
func (row *faultRow) fits(pattern string) bool    { return !row.jobs || pattern == jobPath }
func (row *faultRow) travels(pattern string) bool { return row.run != nil && pattern == jobPath }

func faultRowOf(kind FaultKind) faultRow {
	for _, row := range faultTable() {
		if row.kind == kind {
			return row
		}
	}
	return faultRow{}
}

func blockEarly(c *call, f *Fault, goOn func()) {
	c.block(f.Delay, f.cause)
	goOn()
}

func blockLate(s *stream, f *Fault) bool {
	s.block(f.Delay, f.cause)
	return true
}

func blockAlone(srv *Server, f *Fault) { srv.block(f.Delay, f.cause, "") }

func spinEarly(c *call, f *Fault, goOn func()) {
	c.spin(f.Delay, f.cause)
	goOn()
}

func spinLate(s *stream, f *Fault) bool {
	s.spin(f.Delay, f.cause)
	return true
}

func spinAlone(srv *Server, f *Fault) { srv.spin(f.Delay, f.cause, "") }

func crashEarly(c *call, _ *Fault, _ func()) {
	c.entry.finish = finishCrash
	c.srv.crash()
}

func crashLate(s *stream, _ *Fault) bool {
	s.entry.finish = finishCrash
	s.srv.crash()
	return false
}

func crashAlone(srv *Server, _ *Fault) { srv.crash() }

func statusEarly(c *call, f *Fault, _ func()) { c.refuse(errInjected(f)) }

func abortEarly(c *call, _ *Fault, _ func()) {
	c.entry.finish = finishAbort
	c.abort()
}

func abortLate(s *stream, _ *Fault) bool {
	s.cut(finishAbort)
	return false
}

// stallEarly lets the rest of the worker go on.
func stallEarly(c *call, f *Fault, goOn func()) {
	timer := c.loop.At(c.loop.Now().Add(f.Delay), goOn)
	c.onGone(func() {
		timer.Stop()
		c.entry.finish = finishClientGone
		c.abort()
	})
}

// stallLate moves the plan with the tokens: the pause is intended, so it is no lateness of the server.
func stallLate(s *stream, f *Fault) bool {
	s.plan.shift(f.Delay)
	s.arm(s.due.Add(f.Delay))
	return false
}

func sseErrorLate(s *stream, _ *Fault) bool {
	e := apiError{kind: kindServer, message: "an in-band error was asked for"}
	s.write(event(e.body()))
	s.close(finishError)
	return false
}

func eofLate(s *stream, _ *Fault) bool {
	s.close(finishEOF)
	return false
}

func malformedLate(s *stream, _ *Fault) bool {
	s.write(s.events.token.torn())
	return true
}

// duplicateLate sends the token that is due, which then follows once more.
func duplicateLate(s *stream, _ *Fault) bool {
	s.emit()
	return true
}

// strikeEarly has the fault strike, unless it is one for the middle of a stream, and then calls goOn.
func (c *call) strikeEarly(goOn func()) {
	if c.fault == nil {
		goOn()
		return
	}
	row := faultRowOf(c.fault.Kind)
	if row.early == nil || row.late != nil && c.fault.After > 0 || row.travels(c.route) {
		goOn()
		return
	}
	c.struck(row, goOn)
}

// strikeWhole is for answers that do not stream: what could strike early does so now, and the rest cannot strike.
func (c *call) strikeWhole(goOn func()) {
	if c.fault == nil {
		goOn()
		return
	}
	if row := faultRowOf(c.fault.Kind); row.early != nil {
		c.struck(row, goOn)
		return
	}
	goOn()
}

func (c *call) struck(row faultRow, goOn func()) {
	f := c.fault
	c.fault = nil
	c.entry.fault = string(f.Kind)
	row.early(c, f, goOn)
}

// strikeAt has a fault strike that is due when sent tokens have been sent. It reports whether the stream goes on now.
func (s *stream) strikeAt(sent int) bool {
	f := s.fault
	if f == nil || sent != s.strikePoint(f) {
		return true
	}
	s.fault = nil
	row := faultRowOf(f.Kind)
	if row.late == nil {
		return true
	}
	s.entry.fault = string(f.Kind)
	return row.late(s, f)
}

// strikePlan has a fault strike that concerns the answer's pace.
func (g *generation) strikePlan() {
	if g.fault == nil {
		return
	}
	if row := faultRowOf(g.fault.Kind); row.planned != nil {
		f := g.fault
		g.fault = nil
		g.entry.fault = string(f.Kind)
		row.planned(g, f)
	}
}

// slowPlanned moves the whole plan: the model is as fast as ever once it is heard of.
func slowPlanned(g *generation, f *Fault) { g.plan.shift(f.Delay) }

// strikePoint is After, or the end of the stream where that comes first. A double needs a token to follow.
func (s *stream) strikePoint(f *Fault) int {
	end := s.script.Tokens
	if f.Kind == FaultDuplicate {
		end--
	}
	return min(f.After, end)
}

// markFault tells the client in h which fault has struck, or will in the middle of the answer.
func (c *call) markFault(h http.Header) {
	switch {
	case c.fault != nil:
		h.Set(appliedHeader, string(c.fault.Kind))
	case c.entry.fault != "":
		h.Set(appliedHeader, c.entry.fault)
	}
}
