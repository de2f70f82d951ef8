package profile

import (
	"strconv"
	"strings"
	"time"
)

// RetryAfter is how long the server asks to be left alone, in either form of
// RFC 9110, section 10.2.3, but never longer than the profile lets it; 0 where
// it does not ask or is not listened to.
func (p *Profile) RetryAfter(a *Answer) time.Duration {
	asked, _ := p.asked(a)
	return asked
}

func (p *Profile) asked(a *Answer) (time.Duration, bool) {
	asked, ok := a.retryAfter()
	if !ok || !p.Backoff.HonorRetryAfter {
		return 0, false
	}
	if p.Backoff.RetryAfterMax > 0 {
		asked = min(asked, p.Backoff.RetryAfterMax)
	}
	return asked, true
}

// retryAfter notes how long the server asks to be left alone.
func (p *Profile) retryAfter(r *Reading, a *Answer) { r.RetryAfter, r.HasRetryAfter = p.asked(a) }

func (a *Answer) retryAfter() (time.Duration, bool) {
	field := strings.TrimSpace(a.header("Retry-After"))
	if field == "" || len(field) > maxWord {
		return 0, false
	}
	if field[0] >= '0' && field[0] <= '9' {
		// Fractions are not of the RFC, but they are sent, and meant.
		seconds, err := strconv.ParseFloat(field, 64)
		if err != nil && seconds == 0 {
			return 0, false
		}
		return milliseconds(seconds * 1000), true
	}
	at, ok := httpDate(field)
	now, dated := httpDate(a.header("Date"))
	if !dated {
		now = a.Now
	}
	if !ok || now.IsZero() {
		return 0, false
	}
	return max(at.Sub(now), 0), true
}

// httpDate reads the three forms of RFC 9110, section 5.6.7.
func httpDate(s string) (time.Time, bool) {
	for _, layout := range [...]string{"Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
