package launch

import (
	"fmt"
	"strings"
	"time"
)

// NotReadyError is a server that never became ready. Nothing of it is left.
type NotReadyError struct {
	Command string   // as the shell was given it
	Why     string   // in words
	Log     []string // the last lines that it wrote: up to 20
}

// Error tells why, and ends with the log.
func (e *NotReadyError) Error() string {
	text := fmt.Sprintf("start server %q: %s", e.Command, e.Why)
	if len(e.Log) == 0 {
		return text + "; it wrote nothing"
	}
	return text + "; its last lines:\n" + strings.Join(e.Log, "\n")
}

// StopError is a server that did not end when it was asked to.
type StopError struct {
	Grace  time.Duration // how long it was given
	Killed []string      // the processes that had to be killed, by name and number
	Alive  []string      // those that even outlived that
}

// Error names the processes.
func (e *StopError) Error() string {
	text := fmt.Sprintf("stop server: %v after it was asked to end it still had to be killed: %s", e.Grace, strings.Join(e.Killed, ", "))
	if len(e.Alive) > 0 {
		text += "; still there: " + strings.Join(e.Alive, ", ")
	}
	return text
}

// PlaceholderError is a placeholder in a command that has no value.
type PlaceholderError struct {
	Name   string   // without braces
	Offset int      // of its opening brace in the line, in bytes
	Known  []string // the names that have one, in order
}

// Error tells which names there are, and how to write a brace that means itself.
func (e *PlaceholderError) Error() string {
	known := make([]string, len(e.Known))
	for i, name := range e.Known {
		known[i] = "{" + name + "}"
	}
	return fmt.Sprintf("{%s} in the server's command has no value: there is %s (for the text itself write {{%s}})",
		e.Name, strings.Join(known, ", "), e.Name)
}
