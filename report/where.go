package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// explain turns an error of encoding/json about data into one about a run
// file. It reads data once more, which only a file that is refused costs.
func explain(data []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("no JSON at byte %d%s: %w", syntax.Offset, brokenAt(data), err)
	}
	// A file of another schema may hold anything anywhere: that is what to say.
	var head struct {
		Schema string `json:"schema"`
	}
	if json.Unmarshal(data, &head) == nil {
		if err := checkSchema(head.Schema); err != nil {
			return err
		}
	}
	if found := misfit(data, reflect.TypeFor[Run](), ""); found != nil {
		return found
	}
	return err
}

// A nest is an object or a list that is being read.
type nest struct {
	list  bool
	index int    // of the last element that was read; -1: none
	name  string // of the last member that was read
	open  bool   // its value was not
}

// deepest bounds the nests whose names are kept: no run file is a tenth as deep.
const deepest = 100

// brokenAt says where in data the JSON ends to be JSON: in or after a field.
// Of what is nested too deep for any field it says nothing.
func brokenAt(data []byte) string {
	var nests []nest
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if err != nil {
			return placeOf(nests)
		}
		if len(nests) == deepest {
			return ""
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			nests = nests[:len(nests)-1]
		} else if len(nests) > 0 && nests[len(nests)-1].named(token) {
			continue
		} else if token == json.Delim('{') || token == json.Delim('[') {
			nests = append(nests, nest{list: token == json.Delim('['), index: -1})
			continue
		}
		if len(nests) > 0 { // a value is complete
			top := &nests[len(nests)-1]
			top.index, top.open = top.index+1, false
		}
	}
}

// named takes a token that is the name of a member.
func (n *nest) named(token json.Token) bool {
	name, ok := token.(string)
	if n.list || n.open || !ok {
		return false
	}
	n.name, n.open = name, true
	return true
}

// placeOf words a place that so many nests lead to; nothing for the outside.
func placeOf(nests []nest) string {
	path, relation := "", "in"
	for i, n := range nests {
		innermost := i == len(nests)-1
		switch {
		case n.list && innermost && n.index >= 0:
			path, relation = element(path, n.index), "after"
		case n.list && !innermost:
			path = element(path, n.index+1)
		case n.name != "":
			path = member(path, n.name)
			if !n.open {
				relation = "after"
			}
		}
	}
	if path == "" {
		return ""
	}
	return ", " + relation + " field " + path
}

// element is the path of an element of the list at path.
func element(path string, index int) string { return path + "[" + strconv.Itoa(index) + "]" }

// member is the path of a member of the object at path.
func member(path, name string) string {
	if path == "" {
		return clip(name)
	}
	return path + "." + clip(name)
}

// misfit finds the first value of data that is not of the type that a run file
// has there, and names its path; nil when all fit.
func misfit(data json.RawMessage, t reflect.Type, path string) error {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if string(data) == "null" {
		return nil // which encoding/json takes for any type
	}
	_, ordered := reflect.New(t).Interface().(json.Unmarshaler)
	switch {
	case ordered:
		entry, _ := t.Elem().FieldByName("Value")
		return misfitOfMembers(data, path, func(string) (reflect.Type, bool) { return entry.Type, true })
	case t.Kind() == reflect.Struct:
		return misfitOfMembers(data, path, func(name string) (reflect.Type, bool) { return fieldType(t, name) })
	case t.Kind() == reflect.Slice:
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			return mistyped(path, err)
		}
		for i, v := range list {
			if err := misfit(v, t.Elem(), element(path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	return mistyped(path, json.Unmarshal(data, reflect.New(t).Interface()))
}

// misfitOfMembers is misfit for an object whose members have types of their own.
func misfitOfMembers(data json.RawMessage, path string, typeOf func(string) (reflect.Type, bool)) error {
	if err := json.Unmarshal(data, &struct{}{}); err != nil {
		return mistyped(path, err)
	}
	var members Ordered[json.RawMessage]
	if err := members.UnmarshalJSON(data); err != nil {
		return mistyped(path, err)
	}
	for _, m := range members {
		t, ok := typeOf(m.Name)
		if !ok {
			continue
		}
		if err := misfit(m.Value, t, member(path, m.Name)); err != nil {
			return err
		}
	}
	return nil
}

// fieldType finds the field of a struct that a member is read into.
func fieldType(t reflect.Type, name string) (reflect.Type, bool) {
	for f := range t.Fields() {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); strings.EqualFold(tag, name) {
			return f.Type, true
		}
	}
	return nil, false
}

// mistyped places an error of decoding, and words it without the names of Go
// types.
func mistyped(path string, err error) error {
	if err == nil {
		return nil
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		err = fmt.Errorf("%s where %s is due", mismatch.Value, due(mismatch.Type))
	}
	if path == "" {
		return err
	}
	return &FieldError{Field: path, Err: err}
}

func due(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "a whole number"
	default:
		return "a number"
	}
}
