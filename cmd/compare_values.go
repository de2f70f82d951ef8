package cmd

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A command starts a server.
type command struct{ name, line string }

// commands collects --serve.
type commands struct{ list []command }

func (c *commands) Type() string   { return "[NAME=]COMMAND" }
func (c *commands) String() string { return "" }

func (c *commands) Set(s string) error {
	name, line := cutName(s)
	if strings.TrimSpace(line) == "" {
		return wrong("--serve 'COMMAND --bind {addr}'", "there is no command")
	}
	c.list = append(c.list, command{name, line})
	return nil
}

// A varied is a placeholder, and what stands in its place in turn.
type varied struct {
	key    string
	values []string
}

// variables collects --vary.
type variables struct{ list []varied }

func (v *variables) Type() string   { return "K=V1,V2" }
func (v *variables) String() string { return "" }

func (v *variables) Set(s string) error {
	key, list, _ := strings.Cut(s, "=")
	switch {
	case !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(key) || list == "":
		return wrong("w=1,2,4", "%s is not a name and its values", quoted(s))
	case key == "addr" || key == "port":
		return wrong("another name", "{%s} is where the server listens, and chosen for it", key)
	case slices.ContainsFunc(v.list, func(other varied) bool { return other.key == key }):
		return wrong("all values in one --vary", "%s is given twice", key)
	}
	grown := varied{key: key}
	for value := range strings.SplitSeq(list, ",") {
		value = strings.TrimSpace(value)
		if value == "" || slices.Contains(grown.values, value) {
			return wrong("w=1,2,4", "%s has an empty value, or one twice", quoted(s))
		}
		grown.values = append(grown.values, value)
	}
	v.list = append(v.list, grown)
	return nil
}

// margins collects --margin.
type margins struct{ of map[string]float64 }

func (m *margins) Type() string   { return "METRIC=P%" }
func (m *margins) String() string { return "" }

func (m *margins) Set(s string) error {
	metric, percent, _ := strings.Cut(s, "=")
	number, isPercent := strings.CutSuffix(percent, "%")
	v, err := strconv.ParseFloat(number, 64)
	if metric == "" || !isPercent || err != nil || !(v > 0 && v <= 1000) {
		return wrong("ttft.p50=10%", "%s is not a metric and a share in %%", quoted(s))
	}
	if m.of == nil {
		m.of = map[string]float64{}
	}
	m.of[metric] = v / 100
	return nil
}

// names collects a list with commas, or several.
type names struct{ list []string }

func (n *names) Type() string   { return "METRICS" }
func (n *names) String() string { return strings.Join(n.list, ",") }

func (n *names) Set(s string) error {
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		if name == "" || slices.Contains(n.list, name) {
			return wrong("ttft.p50,e2e.p95", "%s names nothing, or something twice", quoted(s))
		}
		n.list = append(n.list, name)
	}
	return nil
}
