package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/aibench/aibench/bench"
)

// pullEvery is how often the run is looked at. The next look is due when this
// one has been drawn, so that a slow terminal slows only itself.
const pullEvery = 100 * time.Millisecond

// A model is the display's state: the run as it was last seen, and what the
// user has pressed. Only the display's own goroutine has it.
type model struct {
	cfg   Config
	run   Subject
	notes *notes
	now   func() time.Time // of the notes
	ink   ink
	w, h  int

	snap   bench.Snapshot
	judged []Judged
	paced  pace
	users  int // a closed loop's, as they were asked for
	seen   int // closed seconds that reach has taken in
	reach  [bench.NumMetrics]reach
	still  map[picture][]string // drawn of the seconds that are seen

	panel   panel
	help    bool
	pressed int // how often the user has asked for the end
}

func newModel(cfg Config, run Subject, n *notes) *model {
	return &model{
		cfg: cfg, run: run, notes: n, now: time.Now,
		ink: ink{colour: cfg.Colour}, w: cfg.Width, h: cfg.Height, still: map[picture][]string{},
	}
}

// look says that it is time for the next snapshot.
type look struct{}

// Init asks for the first snapshot at once, and what lies behind the text.
func (m *model) Init() tea.Cmd {
	first := func() tea.Msg { return look{} }
	if !m.cfg.Colour {
		return first
	}
	return tea.Batch(first, tea.RequestBackgroundColor)
}

// Update takes one message.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case look:
		m.pull()
		return m, tea.Tick(pullEvery, func(time.Time) tea.Msg { return look{} })
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		clear(m.still)
	case tea.BackgroundColorMsg:
		m.ink.light = !msg.IsDark()
	case tea.KeyPressMsg:
		m.press(msg.String())
	}
	return m, nil
}

// pull looks at the run.
func (m *model) pull() {
	m.run.SnapshotInto(&m.snap)
	s := &m.snap
	if m.users == 0 {
		m.users = s.Users
	}
	m.paced.note(s)
	if m.seen < len(s.Series) {
		clear(m.still)
	}
	for ; m.seen < len(s.Series); m.seen++ {
		for _, id := range bench.HeatMetrics(m.kinds()) {
			m.reach[id].widen(s.Series[m.seen].HeatOf(id))
		}
	}
	if m.cfg.Judge != nil {
		m.judged = m.cfg.Judge(s)
	}
}

// View draws the frame.
func (m *model) View() tea.View {
	v := tea.NewView(strings.Join(m.frame(), "\n"))
	v.AltScreen = true
	v.DisableBracketedPasteMode = true
	return v
}

// frame gives the lines of the window.
func (m *model) frame() []string {
	if m.w <= 0 || m.h <= 0 {
		return nil
	}
	head := m.header
	draw := func(h int) []string { return m.body(m.panel, h) }
	if m.w < wholeWidth || m.h < wholeHeight {
		head = m.small
		if m.panel == overview {
			draw = m.compact
		}
	}
	if m.help {
		draw = func(int) []string { return m.helpLines() }
	}
	lines := head()
	room := max(m.h-len(lines)-1, 0)
	lines = append(lines, padded(clamp(draw(room), m.w, room), room)...)
	return clamp(append(lines, m.keys()), m.w, m.h)
}

func (m *model) kinds() bench.Kinds { return max(m.snap.Kinds, bench.Streams) }

func (m *model) jobs() bool { return m.kinds() == bench.Jobs }
