package target

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aibench/aibench/bench"
	"github.com/aibench/aibench/bench/wire"
	"github.com/aibench/aibench/sse"
)

// maxDocument is how much of a document that is no stream is read, to quote it.
const maxDocument = 4 << 10

// maxQuote bounds what is shown of a text that came from a server.
const maxQuote = 200

// accept judges the head: a stream is read on, anything else is an outcome.
func (t *Stream) accept(a *answer, head *wire.Head) bool {
	kind := mediaType(head.Get("Content-Type"))
	if head.Status/100 == 2 && head.Status != http.StatusNoContent && contentCoding(head) == "" &&
		kind != "application/json" && kind != "text/html" {
		return true
	}
	document := t.document(a)
	coding := contentCoding(head)
	if coding != "" {
		document = nil // nothing that a person could read
	}
	switch {
	case head.Status/100 == 2 && coding != "":
		a.judge(bench.NotAStream, "the answer is compressed ("+coding+"), which nobody asked for and which holds tokens back: "+
			"turn compression off for this endpoint")
	case head.Status/100 == 3:
		a.judge(bench.ClientError, redirect(head))
	case head.Status == http.StatusTooManyRequests:
		a.s.RetryAfter = retryAfter(head.Get("Retry-After"))
		a.judge(bench.Throttled, refusal(head, document))
	case head.Status/100 == 4:
		a.judge(bench.ClientError, refusal(head, document))
	case head.Status/100 == 5:
		a.judge(bench.ServerError, refusal(head, document))
	case head.Status == http.StatusNoContent:
		a.judge(bench.NotAStream, "204 No Content: the answer is empty")
	default:
		a.judge(bench.NotAStream, "the answer is one "+kind+" document, not an event stream: "+quote(document))
	}
	t.end(a)
	return false
}

// document reads the beginning of a body that is no stream.
func (t *Stream) document(a *answer) []byte {
	var doc []byte
	for len(doc) < maxDocument {
		b, _, err := a.conn.ReadBody()
		doc = append(doc, b[:min(len(b), maxDocument-len(doc))]...)
		if err != nil {
			a.reusable = isEOF(err)
			break
		}
	}
	return doc
}

// refusal words a status, with the server's own message where it gave one.
func refusal(head *wire.Head, document []byte) string {
	text := strconv.Itoa(head.Status) + " " + http.StatusText(head.Status)
	if len(document) == 0 {
		return strings.TrimSpace(text)
	}
	return text + ": " + quote(document)
}

// quote gives a server's message: that of a provider's error envelope, else
// the beginning of the document.
func quote(document []byte) string {
	if r := (OpenAIChat{}).Read(&sse.Event{Data: document}); r.Err != "" {
		return r.Err
	}
	return string(document)
}

func (t *Stream) show(text string) string { return shown(text, t.cfg.Redact, maxQuote) }

// shown makes a text, which may quote a server, fit to be shown. Secrets go
// before anything is cut: half a key would not be recognised.
func shown(text string, redact func(string) string, bound int) string {
	if redact != nil {
		text = redact(text)
	}
	return oneLine(text, bound)
}

// contentCoding is the compression of an answer, "" when there is none.
func contentCoding(head *wire.Head) string {
	coding := strings.ToLower(strings.TrimSpace(head.Get("Content-Encoding")))
	if coding == "identity" {
		return ""
	}
	return oneLine(coding, maxQuote)
}

// oneLine makes a text of a server fit for a line of a report: no control
// characters, which could forge terminal output, and not too long.
func oneLine(s string, bound int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return r <= ' ' || r >= 0x7f && r <= 0xa0
	}), " ")
	if len(s) <= bound {
		return s
	}
	cut := bound
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func redirect(head *wire.Head) string {
	return fmt.Sprintf("%d %s to %s: redirects are not followed, give that URL",
		head.Status, http.StatusText(head.Status), bareURL(head.Get("Location")))
}

// bareURL is a URL without what may hold a credential: user and query.
func bareURL(location string) string {
	u, err := url.Parse(location)
	if err != nil || location == "" {
		return "a place that it does not name"
	}
	u.User = nil
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	u.Fragment = ""
	return u.String()
}

// retryAfter reads both forms of RFC 9110, section 10.2.3; 0 when unreadable.
func retryAfter(v string) time.Duration {
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

func mediaType(v string) string {
	kind, _, _ := strings.Cut(v, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// undecided reads an event that came before the dialect was known.
func (t *Stream) undecided(ev *sse.Event) Reading {
	return Reading{Err: (OpenAIChat{}).Read(ev).Err}
}
