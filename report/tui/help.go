package tui

import "slices"

// helpLines explains the keys and the signs.
func (m *model) helpLines() []string {
	k := m.ink
	more, less := "ten per cent more users, one at least", "ten per cent fewer"
	if m.snap.Open {
		more, less = "start ten per cent faster, by one a second at least", "ten per cent slower"
	}
	rows := func(title string, list [][2]string) []string {
		out := []string{k.rule(title, "", m.w)}
		for _, r := range list {
			out = append(out, "  "+k.in(bold, fill(r[0], 11))+r[1])
		}
		return out
	}
	stop, steer := "start nothing more, follow what runs, report; again: leave at once", [][2]string{
		{"p", "pause new starts, what runs goes on; again: resume"},
		{"+", more},
		{"-", less},
	}
	if m.cfg.Fixed {
		stop, steer = "cut this run, report those that are complete; again: leave at once", nil
	}
	lines := rows("keys", slices.Concat([][2]string{{"q", stop}, {"ctrl+c", "the same"}}, steer, [][2]string{
		{"tab", "the next panel; shift+tab: the one before"},
		{"?", "this help, or back"},
	}))
	signs := [][2]string{
		{"last 5 s", "the last five closed seconds and the one that goes on"},
		{"(12/688)", "too few requests for that percentile: those there are, of those needed"},
		{"> 1.2 s", "it lies among requests that still run: the true value is larger"},
		{"■ and ─", "each second's median, and its 99th percentile"},
		{"over time", "a row a bucket, brighter for more: a stall is a gap, then a bright row"},
		{"client", "limited: the figures say more about this process than about the server"},
	}
	if !m.cfg.Fixed {
		signs = append(signs, [2]string{"", "a run that was paused or steered is not compared with others"})
	}
	return append(lines, rows("signs", signs)...)
}

// keys is the last line of every frame.
func (m *model) keys() string {
	k := m.ink
	steer := "+/- users"
	if m.snap.Open {
		steer = "+/- rate"
	}
	pause := "p pause"
	if m.snap.Paused {
		pause = "p resume"
	}
	left := []span{{plain, "q stop"}, {plain, pause}, {plain, steer}, {plain, "? help"}}
	switch {
	case m.pressed > 0:
		left = []span{{plain, "q leave at once"}, {plain, "? help"}}
	case m.cfg.Fixed:
		left = []span{{plain, "q stop"}, {plain, "? help"}}
	}
	if m.w < wholeWidth {
		return k.list(m.w, append(left, span{plain, "tab " + ((m.panel + 1) % panels).String()}))
	}
	at := k.in(faint, "tab ")
	for p := range panels {
		if p == m.panel {
			at += k.in(bold, "["+p.String()+"]")
			continue
		}
		at += k.in(faint, " "+p.String()+" ")
	}
	return sides(k.list(m.w, left), at, m.w)
}
