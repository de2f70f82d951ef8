package cmd

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aibench/aibench/bench/profile"
)

// autoProfile is the profile that finds out how a service takes jobs.
const autoProfile = "auto"

// customProfile is what a profile is called that does not name itself: its
// file's name says more.
const customProfile = "custom"

// maxProfile bounds what is read of a profile's file.
const maxProfile = 1 << 20

// readProfile gives the profile that --profile names: one that is shipped, or
// that of a file. Its errors are for the user.
func readProfile(name string) (*profile.Profile, error) {
	if !isFile(name) {
		p, err := profile.ByName(name)
		if unknown, ok := errors.AsType[*profile.UnknownError](err); ok {
			hint := "one of " + strings.Join(unknown.Known, ", ") + "; or a FILE.json"
			if unknown.Nearest != "" {
				hint = unknown.Nearest + "\n" + hint
			}
			return nil, usage(hint, "--profile: there is no profile %s", quoted(name))
		}
		if err != nil {
			return nil, usage("aibench job --help", "--profile: %v", err)
		}
		return p, nil
	}
	text, err := readProfileFile(name)
	if err != nil {
		return nil, err
	}
	p, err := profile.Parse(text)
	if field, ok := errors.AsType[*profile.FieldError](err); ok && field.Nearest != "" {
		return nil, usage(field.Nearest, "--profile %s: %v", name, err)
	}
	if err != nil {
		return nil, usage(`{"submit": {"path": "/tasks"}, "status_url": [{"json": "task_id", "template": "/tasks/{value}"}], …}`,
			"--profile %s: %v", name, err)
	}
	if p.Name == customProfile {
		p.Name = strings.TrimSuffix(filepath.Base(name), ".json")
	}
	return p, nil
}

// isFile reports whether a profile's name is that of a file. A shipped one is
// never hidden by a file that happens to lie there.
func isFile(name string) bool {
	if slices.Contains(profile.Names(), name) {
		return false
	}
	if strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".json") {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func readProfileFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usage("a file with one profile, or one of "+strings.Join(profile.Names(), ", "), "--profile: %v", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxProfile+1))
	if err != nil {
		return nil, usage("a file with one profile", "--profile: %v", err)
	}
	if len(text) > maxProfile {
		return nil, usage("a file with one profile", "--profile: %s is larger than %d MB", name, maxProfile>>20)
	}
	return text, nil
}
