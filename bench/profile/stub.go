package profile

import (
	"net/url"
	"time"
)

type Word string
type place struct{}
type recognition struct{}

func milliseconds(float64) time.Duration { return 0 }

type Answer struct{ Now time.Time }

func NewAnswer(u *url.URL, status int, header func(name string) string, body []byte) *Answer {
	return &Answer{}
}

func Names() []string                                                  { return nil }
func ByName(name string) (*Profile, error)                             { return nil, nil }
func Parse(data []byte) (*Profile, error)                              { return nil, nil }
func (p *Profile) Accepted(a *Answer) (*Ticket, error)                 { return nil, nil }
func (p *Profile) Read(t *Ticket, a *Answer) (Reading, error)          { return Reading{}, nil }
func (p *Profile) ReadMessage(t *Ticket, data []byte) (Reading, error) { return Reading{}, nil }
func (p *Profile) ReadResult(t *Ticket, a *Answer) (Reading, error)    { return Reading{}, nil }
func SameOrigin(a, b *url.URL) bool                                    { return false }

type UnknownError struct {
	Name, Nearest string
	Known         []string
}

func (e *UnknownError) Error() string { return "" }

type FieldError struct{ Field, Nearest, What string }

func (e *FieldError) Error() string { return "" }

type ProtocolError struct{ What string }

func (e *ProtocolError) Error() string { return e.What }
