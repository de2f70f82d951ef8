package tui

import (
	"strings"
	"time"

	"github.com/aibench/aibench/report"
)

// header says what runs, how far it is and what passes: the same on every
// panel.
func (m *model) header() []string {
	k := m.ink
	what, against, _ := strings.Cut(printable(m.cfg.Title), " ")
	lines := []string{
		sides(k.in(bold, what)+" "+against, m.load()+"  "+m.state(), m.w),
		m.gauge(),
	}
	if m.cfg.Header != nil {
		lines = append(lines, k.in(faint, printable(m.cfg.Header())))
	}
	return append(lines, k.list(m.w, m.flow()), m.news())
}

// load is how many users there are, or how many starts a second, and what was
// asked for where that has been changed.
func (m *model) load() string {
	s := &m.snap
	if !s.Open {
		text := report.Grouped(int64(s.Users)) + " users"
		if s.Users == 1 {
			text = "1 user"
		}
		if s.Users == 0 {
			return ""
		}
		if m.users > 0 && s.Users != m.users {
			text = m.ink.in(accent, report.Grouped(int64(m.users))+" → "+text)
		}
		return text
	}
	if s.Speed == 1 || s.Speed == 0 {
		return short(m.cfg.Rate, 3) + "/s"
	}
	return m.ink.in(accent, short(m.cfg.Rate, 3)+" → "+short(m.cfg.Rate*s.Speed, 3)+"/s")
}

// state is the run's state in a word.
func (m *model) state() string {
	switch {
	case m.pressed > 0 || m.snap.Over && !m.complete():
		return m.ink.in(alarm, " stopping ")
	case m.snap.Paused:
		return m.ink.in(alarm, " ❚❚ PAUSED ")
	case m.complete():
		return m.ink.in(accent, "○ ending")
	default:
		return m.ink.in(good, "● running")
	}
}

// ending: no more starts, and the last requests are followed.
func (m *model) ending() bool { return m.snap.Over || m.pressed > 0 || m.complete() }

// complete: all was started that was to be.
func (m *model) complete() bool {
	return m.cfg.Whole > 0 && m.snap.At > m.cfg.Whole ||
		m.cfg.Requests > 0 && m.snap.Flow.Started >= m.cfg.Requests
}

// gauge is a bar of how much of the run is over, and the words to it.
func (m *model) gauge() string {
	share, words := m.progress()
	words = "  " + words
	w := m.w - width(words)
	if w < 8 {
		return clip(strings.TrimSpace(words), m.w)
	}
	full := int(share*float64(2*w) + 0.5)
	c := accent
	if m.snap.Paused {
		c = bad
	}
	bar := strings.Repeat("━", full/2)
	if full%2 == 1 {
		bar += "╸"
	}
	return m.ink.in(c, bar) + m.ink.in(faint, strings.Repeat("─", w-width(bar))) + words
}

// progress is how much of the run is over, and that in words.
func (m *model) progress() (share float64, words string) {
	s, c := &m.snap, &m.cfg
	switch {
	case m.ending():
		words = clock(s.At) + " · following the last " + report.Grouped(s.InFlight)
		if m.complete() {
			share = 1
		}
	case c.Requests > 0:
		words = report.Grouped(s.Flow.Started) + " of " + report.Grouped(c.Requests)
	case c.Whole > 0:
		words = clock(s.At) + " of " + clock(c.Whole)
	default:
		words = clock(s.At)
	}
	if c.Whole > 0 {
		share = max(share, s.At.Seconds()/c.Whole.Seconds())
	}
	if c.Requests > 0 {
		share = max(share, float64(s.Flow.Started)/float64(c.Requests))
	}
	if left, ok := m.left(); ok {
		words += " · " + clock(left) + " left"
	} else if s.Paused {
		words += " · nothing new is started"
	}
	return min(share, 1), words
}

// left is how long requests will still be started: until the time is over or,
// as it went lately, until their number is reached.
func (m *model) left() (d time.Duration, ok bool) {
	s, c := &m.snap, &m.cfg
	if s.Paused || m.ending() {
		return 0, false
	}
	if c.Whole > 0 {
		d, ok = c.Whole-s.At, true
	}
	if lately := s.Recent.Flow.Started; c.Requests > 0 && lately > 0 && s.Recent.Span > 0 {
		each := float64(s.Recent.Span) / float64(lately)
		if by := time.Duration(each * float64(c.Requests-s.Flow.Started)); !ok || by < d {
			d, ok = by, true
		}
	}
	return d, ok
}

// flow is what passes, as it was in the last five seconds.
func (m *model) flow() []span {
	s := &m.snap
	spans := []span{{plain, report.Grouped(s.InFlight) + " in flight"}, {plain, report.Grouped(s.Flow.Ended) + " done"}}
	if s.Flow.Errors > 0 {
		spans = append(spans, span{bad, report.Grouped(s.Flow.Errors) + " failed"})
	}
	spans = append(spans, m.pace()...)
	if lately := s.Recent.Span.Seconds(); lately > 0 {
		spans = append(spans, span{plain, report.Digits(float64(s.Recent.Flow.Ended)/lately) + " done/s"})
		if !m.jobs() {
			spans = append(spans, span{plain, report.Digits(float64(s.Recent.Flow.Events)/lately) + " events/s"})
		}
	}
	return spans
}

// behind is the share of its schedule below which an open loop is late.
const behind = 0.95

// pace holds an open loop against its schedule.
func (m *model) pace() []span {
	scheduled, achieved, ok := m.paced.rates()
	if !m.snap.Open || !ok {
		return nil
	}
	c := plain
	if achieved < behind*scheduled {
		c = bad
	}
	spans := []span{{plain, "scheduled " + report.Digits(scheduled) + "/s"}, {c, "achieved " + report.Digits(achieved) + "/s"}}
	if late := m.snap.Scheduled - m.snap.Dispatched; late > 0 {
		spans = append(spans, span{c, report.Grouped(late) + " waiting to start"})
	}
	return spans
}

// news is the latest note, while it is new.
func (m *model) news() string {
	text, at := m.notes.latest()
	if text == "" || m.now().Sub(at) > newFor {
		return ""
	}
	return m.ink.in(accent, "▸ ") + text
}

// newFor is how long a note is shown on every panel.
const newFor = 10 * time.Second
