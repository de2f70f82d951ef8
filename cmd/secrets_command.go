package cmd

import (
	"regexp"
	"strings"
)

// maskCommand gives a command line in which no argument tells a credential:
// URLs and headers are masked by their form, the rest by what is known.
func (s *secrets) maskCommand(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		if i > 0 && announcesHeader(args[i-1]) {
			arg = maskHeader("", arg)
		}
		out[i] = s.mask(maskArg(arg))
	}
	return out
}

// announcesHeader reports whether the argument after this one is a header: -H,
// --header, or other letters with an H at their end.
func announcesHeader(arg string) bool {
	return regexp.MustCompile(`^(?:--header|--H|-[A-Za-z]*H)$`).MatchString(arg)
}

// maskArg masks an argument by its form alone.
func maskArg(arg string) string {
	if flag := regexp.MustCompile(`^(?:--header=|--H=|-[A-Za-z]*?H=?)`).FindString(arg); flag != "" {
		return maskHeader(flag, arg[len(flag):])
	}
	if strings.Contains(arg, "://") {
		return maskURL(arg)
	}
	// A header that lost its -H.
	if name, _, ok := strings.Cut(arg, ":"); ok && !strings.ContainsAny(name, "{[ \"") && looksSecret(name) {
		return maskHeader("", arg)
	}
	return arg
}

// maskHeader hides the value of a header, unless the header is known to hold
// no credential: what a company calls its own nobody can guess.
func maskHeader(flag, field string) string {
	name, _, ok := strings.Cut(field, ":")
	if !ok || harmless(name) {
		return flag + field
	}
	return flag + name + ": " + mask
}

// addCommand learns the credentials in a command line for a shell: what follows
// a flag with a telling name, or stands behind such a name and "=".
func (s *secrets) addCommand(line string) {
	words := strings.Fields(line)
	for i, word := range words {
		name, value, ok := strings.Cut(word, "=")
		switch {
		case ok:
		case strings.HasPrefix(word, "-") && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-"):
			value = words[i+1]
		default:
			continue
		}
		value = strings.Trim(value, `'"`)
		if looksSecret(name) && !isNumber(value) && len(value) >= shortest {
			s.addWhole(value)
		}
	}
}
