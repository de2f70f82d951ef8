package report

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Ordered is a JSON object that keeps the order of its members, for a reader's
// sake: metrics come in the order of the metric table, not of the alphabet.
// The zero value is empty and is written as {}.
type Ordered[V any] []Entry[V]

// Entry is one member of an Ordered.
type Entry[V any] struct {
	Name  string
	Value V
}

// Get finds a member by name.
func (o Ordered[V]) Get(name string) (V, bool) {
	for _, e := range o {
		if e.Name == name {
			return e.Value, true
		}
	}
	var none V
	return none, false
}

// Add appends a member.
func (o *Ordered[V]) Add(name string, v V) { *o = append(*o, Entry[V]{name, v}) }

// MarshalJSON writes the members in their order.
func (o Ordered[V]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := marshal(e.Name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(e.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the members in their order; null gives an empty object,
// and a name that is there twice is an error. Errors name the member.
func (o *Ordered[V]) UnmarshalJSON(data []byte) error {
	*o = nil
	if string(data) == "null" {
		return nil
	}
	*o = Ordered[V]{} // there, and empty
	d := json.NewDecoder(bytes.NewReader(data))
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open != json.Delim('{') {
		return fmt.Errorf("%v where an object is due", open)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(token)
		if seen[name] {
			return fmt.Errorf("%s is there twice", clip(name))
		}
		seen[name] = true
		var v V
		if err := d.Decode(&v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		o.Add(name, v)
	}
	return nil
}
