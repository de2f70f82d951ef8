//go:build unix

package launch

import (
	"os/exec"
	"slices"
	"strings"
)

// shell runs a line in a session of its own, and so in a process group of its own: what the terminal sends does not
// reach it, and what it starts can be told by the session.
func shell(line string) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", script(line))
	cmd.SysProcAttr = sessionOfItsOwn()
	return cmd
}

// script lets the server take the place of the shell where the line is one command. Where it is more, the shell stays,
// and dies of the signal that asks it to end: then the server is asked in its turn.
func script(line string) string {
	if !single(line) {
		return line
	}
	return "exec " + line
}

// single says whether a line is surely one command that is a program. It errs towards no.
func single(line string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word == "" || strings.ContainsAny(word, "=") {
		return false
	}
	// What exec does not find, or what means something else after it.
	if slices.Contains([]string{"exec", "command", "builtin", "eval", ".", "source", "!", "time", "cd", "exit", "trap"}, word) {
		return false
	}
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '&' && i > 0 && (line[i-1] == '>' || line[i-1] == '<'): // 2>&1
		case strings.IndexByte(";&|()`\n", c) >= 0:
			return false
		}
	}
	return quote == 0
}
