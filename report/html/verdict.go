package html

import (
	"fmt"

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
		r := ruling{
			Tone: bad, Word: "Invalid",
			Sentence: "No verdict on the server: the client, not the server, was the limit. The figures say more about this client than about it.",
		}
		for _, b := range run.Client.Breaches {
			r.Reasons = append(r.Reasons, reason{b.String(), run.Advice(b)})
		}
		return r
	case len(missed) > 0:
		return ruling{Tone: bad, Word: missedWord(len(missed), len(run.Thresholds)), Sentence: run.Sentence(), Reasons: missed}
	case run.Aborted != nil:
		return ruling{Tone: bad, Word: "Aborted", Sentence: run.Sentence()}
	}
	r := ruling{Tone: good, Word: "Valid", Sentence: run.Sentence()}
	if n := criticals(run); n > 0 {
		r.Tone, r.Word = warning, fmt.Sprintf("Valid, with %d critical findings", n)
		if n == 1 {
			r.Word = "Valid, with a critical finding"
		}
		return r
	}
	if n := len(run.Thresholds); n > 0 {
		r.Word = fmt.Sprintf("All %d thresholds met", n)
		if n == 1 {
			r.Word = "Threshold met"
		}
	}
	return r
}

func missedWord(missed, all int) string {
	if all == 1 {
		return "Threshold missed"
	}
	return fmt.Sprintf("%d of %d thresholds missed", missed, all)
}

func missedOf(run *report.Run) []reason {
	var out []reason
	for _, t := range run.Thresholds {
		if t.OK {
			continue
		}
		what := report.Printable(t.Expr) + " was not met"
		if t.Why != nil {
			what += ": " + report.Printable(*t.Why)
		}
		out = append(out, reason{What: what})
	}
	return out
}

func criticals(run *report.Run) int {
	n := 0
	for _, f := range run.Findings {
		if f.Severity == report.Critical {
			n++
		}
	}
	return n
}

// rulings judges every run.
func (b *book) rulings() []ruling {
	var out []ruling
	for i := range b.sheets {
		r := rulingOf(b.sheets[i].run)
		if a := b.sheets[i].run.Aborted; a != nil {
			r.Reasons = append(r.Reasons, reason{What: fmt.Sprintf("aborted after %s: %s came true (%s)",
				clock(a.AtS, b.whole), report.Printable(a.Expr), report.Digits(a.Value))})
		}
		r.whose = b.whose(i)
		out = append(out, r)
	}
	return out
}
