package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxProfile bounds a profile: it is written by hand.
const maxProfile = 1 << 20

// Parse reads one profile: a JSON object whose fields are laid over those of
// the shipped profile that its field "extends" names, and over the defaults
// that all share. Objects are merged, lists and scalars replaced; a field
// whose name begins with $ is a comment. Without a "name" it is called custom.
// Errors are *FieldError, or *UnknownError for what it extends.
func Parse(data []byte) (*Profile, error) {
	if len(data) > maxProfile {
		return nil, wrong("", "has %d bytes, more than %d", len(data), maxProfile)
	}
	own, err := object(data)
	if err != nil {
		return nil, err
	}
	if field := twice(json.NewDecoder(bytes.NewReader(data)), ""); field != "" {
		return nil, wrong(field, "is there twice")
	}
	whole, err := source(defaults)
	if err != nil {
		return nil, err
	}
	if extends, ok := own["extends"]; ok {
		under, err := extended(extends)
		if err != nil {
			return nil, err
		}
		merge(whole, under)
		delete(own, "extends")
	}
	if err := checkFields(own); err != nil {
		return nil, err
	}
	merge(whole, own)
	if own["name"] == nil {
		whole["name"] = "custom"
	}
	return build(whole)
}

func extended(name any) (map[string]any, error) {
	s, ok := name.(string)
	if !ok {
		return nil, wrong("extends", "is %s, not the name of a profile", kind(name))
	}
	if !slices.Contains(Names(), s) {
		return nil, unknown(s)
	}
	return source(s)
}

// object reads a JSON object and drops its comments.
func object(data []byte) (map[string]any, error) {
	doc, err := decode(data)
	if err != nil {
		return nil, wrong("", "is %v", err)
	}
	o, ok := doc.(map[string]any)
	if !ok {
		return nil, wrong("", "is %s, not an object", kind(doc))
	}
	uncomment(o)
	return o, nil
}

func uncomment(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if strings.HasPrefix(name, "$") {
				delete(v, name)
				continue
			}
			if name != "body" { // the user's, whatever is in it
				uncomment(member)
			}
		}
	case []any:
		for _, element := range v {
			uncomment(element)
		}
	}
}

// merge lays over upon under, which it changes.
func merge(under, over map[string]any) {
	for name, v := range over {
		inner, ok := v.(map[string]any)
		below, also := under[name].(map[string]any)
		if ok && also && name != "body" {
			merge(below, inner)
			continue
		}
		under[name] = v
	}
}

// build makes the profile of a document whose fields are known to be right.
func build(whole map[string]any) (*Profile, error) {
	p, err := decodeProfile(whole)
	if err != nil {
		return nil, err
	}
	if err := p.validate(); err != nil {
		return nil, err
	}
	p.names, p.links = namesOf(roleNames()), namesOf(linkNames())
	if !p.Auto {
		return p, nil
	}
	p.shipped = map[string]*Profile{}
	for _, name := range Names() {
		if name == auto {
			continue
		}
		if p.shipped[name], err = ByName(name); err != nil {
			return nil, err
		}
		p.shipped[name].govern(p)
	}
	return p, nil
}

// govern lets what a user says of all services hold for one that auto knows.
func (p *Profile) govern(by *Profile) {
	p.Backoff, p.SameOriginOnly, p.SendAuthOnPoll = by.Backoff, by.SameOriginOnly, by.SendAuthOnPoll
}

func decodeProfile(whole map[string]any) (*Profile, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(whole); err != nil {
		return nil, fmt.Errorf("write profile: %w", err)
	}
	p := &Profile{}
	if err := json.Unmarshal(bytes.TrimSpace(text.Bytes()), p); err != nil {
		return nil, wrong("", "is not one: %v", err)
	}
	return p, nil
}
