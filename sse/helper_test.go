package sse

import (
	"fmt"
	"slices"
	"time"
)

// item is an Event that owns its memory.
type item struct {
	Comment        bool
	ID, Type, Data string
}

func (i item) String() string {
	if i.Comment {
		return fmt.Sprintf("comment(id=%q data=%q)", i.ID, i.Data)
	}
	return fmt.Sprintf("event(id=%q type=%q data=%q)", i.ID, i.Type, i.Data)
}

// outcome is all that a stream leaves.
type outcome struct {
	Items    []item
	Counts   []int // messages so far, after each chunk
	LastID   string
	Retry    time.Duration
	HasRetry bool
	TooLong  bool
}

// parse feeds the chunks to p one by one. Each lent buffer is overwritten as
// soon as it is given back, so whatever the parser still borrows turns to '!'.
func parse(p *Parser, chunks ...[]byte) outcome {
	var o outcome
	messages := 0
	for _, c := range chunks {
		lent := append([]byte(nil), c...)
		p.Feed(lent, 0)
		for p.Next() {
			ev := p.Event()
			o.Items = append(o.Items, item{
				Comment: ev.Kind == Comment,
				ID:      string(ev.ID), Type: string(ev.Type), Data: string(ev.Data),
			})
			if ev.Kind == Message {
				messages++
			}
		}
		for i := range lent {
			lent[i] = '!'
		}
		o.Counts = append(o.Counts, messages)
	}
	p.End()
	o.LastID = string(p.LastID())
	o.Retry, o.HasRetry = p.Retry()
	o.TooLong = p.Err() != nil
	return o
}

func (o outcome) messages() []item { return filter(o.Items, false) }
func (o outcome) comments() []item { return filter(o.Items, true) }

func filter(items []item, comments bool) []item {
	var out []item
	for _, i := range items {
		if i.Comment == comments {
			out = append(out, i)
		}
	}
	return out
}

// same says whether two streams differ at most in how they were cut.
func (o outcome) same(p outcome) bool {
	return slices.Equal(o.Items, p.Items) && o.LastID == p.LastID &&
		o.Retry == p.Retry && o.HasRetry == p.HasRetry && o.TooLong == p.TooLong
}

// bytewise cuts b into single bytes.
func bytewise(b []byte) [][]byte { return slices.Collect(slices.Chunk(b, 1)) }
