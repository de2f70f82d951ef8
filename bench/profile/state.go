package profile

import (
	"slices"
	"strings"
)

// state reads the word in a status document; said is false where there is
// none. Errors are of words that are no words.
func (p *Profile) state(doc any) (r Reading, said bool, err error) {
	rule := &p.State
	if rule.Path == "" {
		return Reading{}, false, nil
	}
	v, ok := lookup(doc, rule.Path)
	if !ok {
		return Reading{}, false, nil
	}
	word := scalar(v)
	if word == "" {
		return Reading{}, false, garbled("the state at %q is %s, not a word", rule.Path, emptyOr(v))
	}
	r.Word = oneLine(word, maxWord)
	state, known := rule.meaning(word)
	if usual, ok := meaning(word); !known && rule.Unknown == "pending" && ok && !usual.over() {
		state, known = usual, true
	}
	if !known {
		r.Note = oneLine("the profile "+p.Name+" does not know the word "+quoted(r.Word), maxText)
		state, err = rule.unknown(r.Word)
	}
	r.State = state
	return r, true, err
}

func emptyOr(v any) string {
	if v == "" {
		return "empty"
	}
	return kind(v)
}

// meaning finds the list that has the word.
func (s *StateRule) meaning(word string) (State, bool) {
	switch {
	case s.has(s.Success, word):
		return Succeeded, true
	case s.has(s.Failure, word):
		return Failed, true
	case s.has(s.Canceled, word):
		return Canceled, true
	case s.has(s.Queued, word):
		return Queued, true
	case s.has(s.Running, word):
		return Running, true
	case s.has(s.Pending, word):
		return waitsOrRuns(word), true
	default:
		return Unsaid, false
	}
}

// contradiction refuses a word of an end that means something else as well.
func (s *StateRule) contradiction() error {
	lists := []struct {
		name  string
		words []Word
	}{
		{"success", s.Success}, {"failure", s.Failure}, {"canceled", s.Canceled},
		{"queued", s.Queued}, {"running", s.Running}, {"pending", s.Pending},
	}
	for i, end := range lists[:3] {
		for _, other := range lists[i+1:] {
			for _, word := range end.words {
				if s.has(other.words, string(word)) {
					return wrong("state."+other.name, "has %q, which is in state.%s too", cut(string(word), maxWord), end.name)
				}
			}
		}
	}
	for _, status := range s.SuccessStatus {
		if slices.Contains(s.FailureStatus, status) {
			return wrong("state.failure_status", "has %d, which is in state.success_status too", status)
		}
	}
	return nil
}

// waitsOrRuns tells the two kinds of pending apart. A truth value cannot.
func waitsOrRuns(word string) State {
	if word == "false" || word == "true" {
		return Unsaid
	}
	if state, known := meaning(word); known && state == Queued {
		return Queued
	}
	return Running
}

func (s *StateRule) has(list []Word, word string) bool {
	if !s.CaseInsensitive {
		return slices.Contains(list, Word(word))
	}
	return slices.ContainsFunc(list, func(w Word) bool { return strings.EqualFold(string(w), word) })
}

// unknown is what a word of no list means.
func (s *StateRule) unknown(word string) (State, error) {
	switch s.Unknown {
	case "success":
		return Succeeded, nil
	case "failure":
		return Failed, nil
	case "error":
		return Unsaid, garbled("the state at %q is %q, which the profile does not know", s.Path, word)
	default:
		return Unsaid, nil
	}
}

// missing is what a document without a word means.
func (p *Profile) missing(doc any) (State, error) {
	switch {
	case p.State.Missing == "success":
		return Succeeded, nil
	case p.State.Missing == "pending":
		return Unsaid, nil
	default:
		return Unsaid, garbled("there is no state at %q: %s", p.State.Path, shape(doc))
	}
}
