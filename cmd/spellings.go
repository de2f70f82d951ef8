package cmd

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
)

// longestSpelled bounds the credentials that are searched for in all their
// spellings: a longer one is looked for as it stands.
const longestSpelled = 4096

// A credential is one text that must not leave the process.
type credential struct {
	plain   string
	spelled *regexp.Regexp // nil: only as it stands
}

func newCredential(value string) credential {
	c := credential{plain: value}
	if len(value) > longestSpelled {
		return c
	}
	var b strings.Builder
	for _, r := range value {
		b.WriteString(spellings(r))
	}
	// A value that is not UTF-8 has no such spellings.
	c.spelled, _ = regexp.Compile(b.String())
	return c
}

// hide replaces the credential in text, as it stands and as it reads inside
// JSON, a URL or HTML, any character of it escaped or not.
func (c credential) hide(text string) string {
	text = strings.ReplaceAll(text, c.plain, mask)
	if c.spelled == nil || !strings.ContainsAny(text, `\%&`) {
		return text
	}
	return c.spelled.ReplaceAllLiteralString(text, mask)
}

// spellings is an expression for all the ways in which a character is written:
// itself, escaped by a backslash (RFC 8259), percent-encoded (RFC 3986), as an
// HTML entity; each once or more often, since texts are quoted within texts.
func spellings(r rune) string {
	var unit, percent strings.Builder
	for _, u := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(&unit, `\\+u(?i:%04x)`, u)
	}
	for _, b := range []byte(string(r)) {
		fmt.Fprintf(&percent, `%%(?:25)*(?i:%02x)`, b)
	}
	all := []string{
		`\\*` + regexp.QuoteMeta(string(r)), unit.String(), percent.String(),
		fmt.Sprintf(`\\+(?:x(?i:%02x)|u\{0*(?i:%x)\})`, r, r),
		fmt.Sprintf(`&(?:amp;)*#(?:0*%d|[xX]0*(?i:%x));?`, r, r),
	}
	if name := entity(r); name != "" {
		all = append(all, "&(?:amp;)*"+name+";")
	}
	return "(?:" + strings.Join(all, "|") + ")"
}

// entity is the HTML name of a character that stands in credentials.
func entity(r rune) string {
	return map[rune]string{
		'&': "amp", '<': "lt", '>': "gt", '"': "quot", '\'': "apos", '/': "sol", '+': "plus", '=': "equals",
		'_': "lowbar", '.': "period", ':': "colon", '@': "commat", '!': "excl", '$': "dollar", '%': "percnt",
	}[r]
}
