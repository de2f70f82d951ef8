package report

import "strings"

// mostLiteral bounds a text from outside in a report, in characters: a page of
// HTML is not worth more.
const mostLiteral = 300

// prose writes plain text as Markdown that renders as that text, in a
// paragraph, a list or a table's cell. A zero-width space keeps GitHub from
// making links and from calling people, which no escape does.
func prose(s string) string {
	var b strings.Builder
	for _, c := range printable(s) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&$!", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return strings.NewReplacer("@", "@\u200b", "://", ":\u200b//", "www.", "www\u200b.").Replace(b.String())
}

// code writes a text from outside as a code span, in which nothing has a
// meaning.
func code(s string) string {
	s = cut(strings.TrimSpace(printable(s)), mostLiteral)
	if s == "" {
		return dash
	}
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + s + fence
}

// inCell makes a code span fit for a table, which is cut into cells before the
// span is seen. A backslash there protects a bar and nothing else, not even
// itself, so one that stands before a bar is moved away from it.
func inCell(span string) string {
	return strings.ReplaceAll(strings.ReplaceAll(span, `\|`, `\ |`), "|", `\|`)
}

// fenced writes a block of code.
func fenced(s string) string {
	fence := strings.Repeat("`", max(3, longestRun(s, '`')+1))
	return fence + "sh\n" + printable(s) + "\n" + fence
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// shell writes a command so that a POSIX shell reads the same words again.
func shell(words []string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+"
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || strings.Trim(w, plain) != "" {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
