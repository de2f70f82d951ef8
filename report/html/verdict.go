package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aibench/aibench/report"
)

// The tones of a statement. Each has a colour, an icon and a word.
const (
	good    = "good"
	warning = "warning"
	bad     = "bad"
)

// A ruling is what came out, in a word and a sentence.
type ruling struct {
	whose
	Tone     string
	Word     string
	Sentence string
	Reasons  []reason
}

// A reason is why, and what to do about it.
type reason struct{ What, Try string }

// rulingOf judges a run by its file: what keeps it from counting goes first,
// then what was demanded of it, then what was found.
func rulingOf(run *report.Run) ruling {
	missed := missedOf(run)
	switch {
	case !run.Measured():
		what, try := run.Cause()
		return ruling{Tone: bad, Word: "Nothing measured", Sentence: run.Sentence(), Reasons: []reason{{what, try}}}
	case run.Verdict == report.Invalid:
		r := ruling{Tone: bad, Word: "Invalid: the client was the limit", Sentence: run.Sentence()}
		for _, b := range run.Client.Breaches {
			r.Reasons = append(r.Reasons, reason{report.Printable(b.String()), run.Advice(b)})
		}
		return r
	case len(missed) > 0:
		return ruling{Tone: bad, Word: missedWord(len(missed), len(run.Thresholds)), Sentence: plain(run), Reasons: missed}
	case run.Aborted != nil:
		return ruling{Tone: bad, Word: "Aborted", Sentence: plain(run)}
	}
	r := ruling{Tone: good, Word: "Valid", Sentence: plain(run)}
	switch n := len(run.Thresholds); {
	case n == 1:
		r.Word = "Threshold met"
	case n > 1:
		r.Word = fmt.Sprintf("All %d thresholds met", n)
	}
	if but := reservations(run); but != "" {
		r.Tone, r.Word = warning, r.Word+", with "+but
	}
	return r
}

// plain is the run's sentence without the word that stands above it.
func plain(run *report.Run) string {
	s, _ := strings.CutPrefix(run.Sentence(), "Valid: ")
	return capital(s)
}

func missedWord(missed, all int) string {
	if all == 1 {
		return "Threshold missed"
	}
	return fmt.Sprintf("%d of %d thresholds missed", missed, all)
}

func missedOf(run *report.Run) []reason {
	var out []reason
	for i := range run.Thresholds {
		if t := &run.Thresholds[i]; !t.OK {
			out = append(out, reason{What: report.Printable(t.Expr) + " was not met: " + run.ValueOf(t)})
		}
	}
	return out
}

// reservations names what keeps a valid run from being a good one.
func reservations(run *report.Run) string {
	var but []string
	c := &run.Counts
	if c.Requests > c.OK+c.InFlightAtEnd {
		but = append(but, "failures")
	}
	if slices.ContainsFunc(run.Findings, func(f report.Finding) bool { return f.Severity != report.Info }) {
		but = append(but, "findings")
	}
	return strings.Join(but, " and ")
}

// rulings judges every run.
func (b *book) rulings() []ruling {
	var out []ruling
	for i := range b.sheets {
		r := rulingOf(b.sheets[i].run)
		if why := b.sheets[i].run.AbortReason(); why != "" {
			r.Reasons = append(r.Reasons, reason{What: "Aborted: " + why})
		}
		r.whose = b.whose(i)
		out = append(out, r)
	}
	return out
}
