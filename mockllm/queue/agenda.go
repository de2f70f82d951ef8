package queue

import (
	"container/heap"
	"time"
)

// agenda is a list of what is due when, the next first. Nothing is ever taken out of it before its time: whoever takes
// an entry looks whether it still means something.
type agenda []due

type due struct {
	at    time.Time
	job   *record
	token string // the claim whose lease this is
}

func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].at.Before(a[j].at) }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }

// Push is heap's; use add.
func (a *agenda) Push(x any) { *a = append(*a, x.(due)) }

// Pop is heap's; use take.
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	old[len(old)-1] = due{}
	*a = old[:len(old)-1]
	return last
}

func (a *agenda) add(d due) { heap.Push(a, d) }

// take returns the next entry that is due, if one is.
func (a *agenda) take(now time.Time) (due, bool) {
	if len(*a) == 0 || (*a)[0].at.After(now) {
		return due{}, false
	}
	return heap.Pop(a).(due), true
}
