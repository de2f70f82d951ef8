package profile

import "net/url"

// guessed reads what a status document says of the state without being told
// where to look, and the times under their usual names; said is false where
// nothing looks like a state.
func (p *Profile) guessed(doc any) (r Reading, said bool) {
	f := p.find(doc)
	r = Reading{
		Created: stamp(f[createdRole].v, "auto"), Started: stamp(f[startedRole].v, "auto"),
		Completed: stamp(f[completedRole].v, "auto"), Attempts: runs(f[attemptsRole].v),
	}
	word := wordOf(f[stateRole].v)
	if word != "" {
		r.Word = oneLine(word, maxWord)
		state, known := p.State.meaning(word)
		if !known {
			state, known = meaning(word)
		}
		if known {
			r.State = state
			return r, true
		}
	}
	if done, ok := f[doneRole].v.(bool); ok {
		r.State = f.over(done)
		return r, true
	}
	if word == "" {
		return r, false
	}
	r.Note = oneLine("the last word was "+quoted(r.Word)+", which auto does not know", maxText)
	return r, true
}

// over reads a truth value that says whether the job is over.
func (f *found) over(done bool) State {
	well, told := f[wellRole].v.(bool)
	switch {
	case !done:
		return Unsaid
	case told && !well:
		return Failed
	case !told && f[reasonRole].key != "" && plain(f[reasonRole].key) != "message" && !filled(f[resultRole].v):
		return Failed
	default:
		return Succeeded
	}
}

// guessedReason reads why a job failed. Some services put it where the result
// would be.
func (p *Profile) guessedReason(doc any) string {
	f := p.find(doc)
	for _, r := range [...]role{reasonRole, resultRole} {
		if v := f[r].v; filled(v) {
			return reason(v)
		}
	}
	return ""
}

// guessedResult is where the result of a job is: in the body, at a URL that
// the body names, or where the acceptance promised it.
func (p *Profile) guessedResult(t *Ticket, from *url.URL, doc any) (*url.URL, error) {
	f := p.find(doc)
	if filled(f[resultRole].v) {
		return nil, nil
	}
	at := linkOf(f[resultURLRole].v)
	if at == "" {
		return t.auto.result, nil
	}
	u, err := reachable(from, at)
	if err != nil || t.Status != nil && u.String() == t.Status.String() {
		return nil, err
	}
	return u, nil
}
