package tui

// help explains the keys and the signs.
func (m *model) helpLines() []string {
	k := m.ink
	more, less := "ten per cent more users (at least one)", "as many fewer"
	if m.snap.Open {
		more, less = "a rate ten per cent higher (at least one a second)", "as much lower"
	}
	lines := []string{k.rule("keys", "", m.w)}
	for _, r := range [][2]string{
		{"q", "stop: start nothing more, follow what runs, then report; once more: leave at once"},
		{"ctrl+c", "the same"},
		{"p", "pause new starts; what runs goes on; once more: resume"},
		{"+", more},
		{"-", less},
		{"tab", "next panel: overview, latency, heat, outcomes; shift+tab: the one before"},
		{"?", "this help, or back"},
	} {
		lines = append(lines, "  "+k.in(bold, fill(r[0], 10))+r[1])
	}
	lines = append(lines, k.rule("signs", "", m.w))
	for _, r := range [][2]string{
		{"last 5 s", "the last five closed seconds and the one that is going on"},
		{"(12/688)", "too few requests for that percentile: so many of those that it needs"},
		{"> 1.2 s", "it lies among requests that are still running: the value is larger"},
		{"area, line", "the median of each second, and its 99th percentile"},
		{"over time", "a column a second, a row a bucket, brighter for more; a stall is a gap, then a bright row above it"},
		{"client ok", "this process keeps up; when it is limited, the figures say more about it than about the server"},
	} {
		lines = append(lines, "  "+k.in(bold, fill(r[0], 12))+r[1])
	}
	return append(lines, "", k.in(faint, "  A run that was paused or steered says so in its report, and is not compared with others."))
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
	if m.cfg.Fixed {
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
