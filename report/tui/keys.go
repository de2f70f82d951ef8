package tui

import (
	"math"

	"github.com/aibench/aibench/bench"
)

// press does what a key means.
func (m *model) press(key string) {
	switch key {
	case "q", "ctrl+c":
		m.pressed++
		if m.cfg.Interrupt != nil {
			m.cfg.Interrupt()
		}
	case "p", "+", "=", "-", "_":
		if !m.cfg.Fixed {
			m.change(key)
		}
	case "tab":
		m.panel, m.help = (m.panel+1)%panels, false
	case "shift+tab":
		m.panel, m.help = (m.panel+panels-1)%panels, false
	case "?":
		m.help = !m.help
	case "esc":
		m.help = false
	}
}

// change does what a key means that changes the load.
func (m *model) change(key string) {
	switch key {
	case "p":
		m.snap.Paused = !m.snap.Paused
		m.run.Pause(m.snap.Paused)
	case "+", "=": // one key on many keyboards
		m.steer(1)
	case "-", "_":
		m.steer(-1)
	}
}

// steer makes the load a tenth larger or smaller, and by one at least. What it
// comes to is noted in the snapshot, so that the next press goes on from there.
func (m *model) steer(sign float64) {
	s := &m.snap
	if !s.Open {
		if s.Users == 0 {
			return // the run has not been seen yet
		}
		step := max(math.Round(tenth(float64(s.Users), sign)), 1)
		s.Users = max(s.Users+int(sign*step), 1)
		m.run.SetUsers(s.Users)
		return
	}
	if m.cfg.Rate <= 0 || s.Speed <= 0 {
		return
	}
	now := m.cfg.Rate * s.Speed
	to := now + sign*max(tenth(now, sign), 1)
	if to <= 0 {
		to = now / 2
	}
	s.Speed = min(max(to/m.cfg.Rate, bench.MinSpeed), bench.MaxSpeed)
	m.run.SetSpeed(s.Speed)
}

// tenth is a tenth of what is smaller, so that down undoes up.
func tenth(v, sign float64) float64 {
	if sign < 0 {
		return v / 11
	}
	return v / 10
}
