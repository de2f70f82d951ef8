package compare

import (
	"slices"
	"strings"
)

// asked finds in a run's command what was asked of the server, which a run file says nowhere else: twice as many
// tokens are no regression.
func asked(command []string) []field {
	var out []field
	for i := 0; i < len(command); i++ {
		name, value, joined := cutFlag(command[i])
		long := longName(name)
		if long == "" {
			continue
		}
		if !joined && i+1 < len(command) {
			i++
			value = command[i]
		}
		out = append(out, field{"command." + long, value})
	}
	slices.SortStableFunc(out, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return merged(out)
}

// cutFlag splits --name=value, and -nvalue, which is joined as well.
func cutFlag(word string) (name, value string, joined bool) {
	if strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && len(word) > 2 {
		return word[:2], strings.TrimPrefix(word[2:], "="), true
	}
	return strings.Cut(word, "=")
}

// longName gives a flag about what is asked its long name, without dashes; empty for all other words.
func longName(word string) string {
	switch word {
	case "-b":
		return "body"
	case "-X":
		return "method"
	case "-t":
		return "timeout"
	}
	long, dashed := strings.CutPrefix(word, "--")
	if dashed && slices.Contains([]string{
		"body", "extra-body", "method", "model", "prompt", "prompts", "input-tokens", "output-tokens", "prefix-cache",
		"token-path", "done-when", "timeout", "ttft-timeout", "idle-timeout", "with",
	}, long) {
		return long
	}
	return ""
}

// merged makes one field of a flag that was given more than once.
func merged(fields []field) []field {
	var out []field
	for len(fields) > 0 {
		var values []string
		name := fields[0].name
		for len(fields) > 0 && fields[0].name == name {
			values, fields = append(values, fields[0].value), fields[1:]
		}
		out = append(out, field{name, strings.Join(values, " ")})
	}
	return out
}
