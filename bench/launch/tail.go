package launch

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

const (
	// keptLog is how much of the end of a log is kept; at times it is up to twice that.
	keptLog = 64 << 10
	// maxLine is where a line is cut when it is shown.
	maxLine = 1 << 10
)

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex // guards buf and cut
	buf []byte
	cut bool // something before buf was let go
}

// Write never fails, and never waits for long.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - keptLog; over > keptLog {
		t.buf = t.buf[:copy(t.buf, t.buf[over:])]
		t.cut = true
	}
	return len(p), nil
}

// lines are the last lines, as they can be shown. The first is left out if its beginning is lost.
func (t *tail) lines() []string {
	t.mu.Lock()
	text := bytes.Clone(t.buf)
	cut := t.cut
	t.mu.Unlock()
	if over := len(text) - keptLog; over > 0 {
		text, cut = text[over:], true
	}
	if _, rest, ok := bytes.Cut(text, []byte("\n")); ok && cut {
		text = rest
	}
	text = bytes.TrimSuffix(text, []byte("\n"))
	if len(text) == 0 {
		return nil
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		lines[i] = shown(line)
	}
	return lines
}

// shown is a line without what would move a terminal's cursor or change its colours, and not too long.
func shown(line string) string {
	var out strings.Builder
	for len(line) > 0 && out.Len() < maxLine {
		if rest, ok := strings.CutPrefix(line, "\x1b["); ok { // up to a letter, as "31m"
			end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
			if end < 0 {
				break
			}
			line = rest[end+1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(line)
		if r == '\t' || unicode.IsPrint(r) {
			out.WriteRune(r)
		}
		line = line[size:]
	}
	if len(line) > 0 && out.Len() >= maxLine {
		out.WriteString("…")
	}
	return out.String()
}
