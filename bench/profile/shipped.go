package profile

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// shipped holds one profile per file, as a user would write it, and
// defaults.json, over which each is laid.
//
//go:embed shipped/*.json
var shipped embed.FS

const (
	auto     = "auto"
	defaults = "defaults"
)

// Names lists the profiles that ByName knows: auto, then the others in the
// order of the alphabet.
func Names() []string {
	names := []string{auto}
	entries, _ := fs.ReadDir(shipped, "shipped") // embedded: it is there
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".json")
		if name != auto && name != defaults {
			names = append(names, name)
		}
	}
	return names
}

// ByName makes a shipped profile, a new one each time. Errors are
// *UnknownError.
func ByName(name string) (*Profile, error) {
	if !slices.Contains(Names(), name) {
		return nil, unknown(name)
	}
	p, err := Parse([]byte(fmt.Sprintf(`{"name":%q,"extends":%q}`, name, name)))
	if err != nil {
		return nil, fmt.Errorf("shipped profile %s: %w", name, err)
	}
	return p, nil
}

func unknown(name string) error {
	known := Names()
	return &UnknownError{Name: name, Nearest: nearest(name, known), Known: known}
}

// source is a shipped profile as it is written.
func source(name string) (map[string]any, error) {
	data, err := shipped.ReadFile("shipped/" + name + ".json")
	if err != nil {
		return nil, unknown(name)
	}
	return object(data)
}
