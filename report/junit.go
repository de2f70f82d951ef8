package report

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"
)

// A JUnitSuite is a group of checks in a JUnit report. Texts may come from
// anywhere: what XML 1.0 does not allow is removed when they are written.
type JUnitSuite struct {
	Name       string
	Started    time.Time // the zero time is left out
	Properties []JUnitProperty
	Cases      []JUnitCase
}

// A JUnitProperty is a fact about a suite.
type JUnitProperty struct{ Name, Value string }

// A JUnitCase is one check. It passed unless it has a Problem or Skipped says
// why it was not made.
type JUnitCase struct {
	Class, Name string
	Took        time.Duration
	Problem     *JUnitProblem
	Skipped     string
	Output      string // what a reader may want to see of it, passed or not
}

// A JUnitProblem is why a check did not pass.
type JUnitProblem struct {
	Error   bool   // the check could not be made; else it was made, and failed
	Type    string // a class of problems, such as threshold
	Message string // one line
	Text    string // all there is to say; "": Message, which some readers do not show
}

// WriteJUnitSuites writes a JUnit report as Jenkins, GitLab and the Surefire
// schema have it: counts on both levels, seconds as decimals, time stamps in
// UTC and without a zone, and per case at most one failure, error or skip.
func WriteJUnitSuites(w io.Writer, suites []JUnitSuite) error {
	root := junitRoot{Name: "aibench"}
	var took time.Duration
	for i := range suites {
		s, t := suites[i].encode()
		root.Suites = append(root.Suites, s)
		root.Tests, root.Failures, root.Errors = root.Tests+s.Tests, root.Failures+s.Failures, root.Errors+s.Errors
		took += t
	}
	root.Time = seconds(took)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(root); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// The elements, in the order that the schema demands.
type (
	junitRoot struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string           `xml:"name,attr"`
		Tests      int              `xml:"tests,attr"`
		Failures   int              `xml:"failures,attr"`
		Errors     int              `xml:"errors,attr"`
		Skipped    int              `xml:"skipped,attr"`
		Time       string           `xml:"time,attr"`
		Timestamp  string           `xml:"timestamp,attr,omitempty"`
		Properties *junitProperties `xml:"properties"`
		Cases      []junitCase      `xml:"testcase"`
	}
	junitProperties struct {
		List []junitProperty `xml:"property"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Skipped *junitSkipped `xml:"skipped"`
		Error   *junitProblem `xml:"error"`
		Failure *junitProblem `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// encode counts the cases and cleans the texts.
func (s *JUnitSuite) encode() (junitSuite, time.Duration) {
	out := junitSuite{Name: allowed(s.Name), Tests: len(s.Cases)}
	if !s.Started.IsZero() {
		out.Timestamp = s.Started.UTC().Format("2006-01-02T15:04:05")
	}
	if len(s.Properties) > 0 {
		out.Properties = &junitProperties{}
		for _, p := range s.Properties {
			out.Properties.List = append(out.Properties.List, junitProperty{allowed(p.Name), allowed(p.Value)})
		}
	}
	var took time.Duration
	for i := range s.Cases {
		c := s.Cases[i].encode()
		switch {
		case c.Error != nil:
			out.Errors++
		case c.Failure != nil:
			out.Failures++
		case c.Skipped != nil:
			out.Skipped++
		}
		out.Cases = append(out.Cases, c)
		took += s.Cases[i].Took
	}
	out.Time = seconds(took)
	return out, took
}

func (c *JUnitCase) encode() junitCase {
	out := junitCase{Class: allowed(c.Class), Name: allowed(c.Name), Time: seconds(c.Took), Output: allowed(c.Output)}
	if p := c.Problem; p != nil {
		problem := &junitProblem{Message: allowed(p.Message), Type: allowed(p.Type), Text: allowed(p.Text)}
		if problem.Text == "" {
			problem.Text = problem.Message
		}
		if p.Error {
			out.Error = problem
		} else {
			out.Failure = problem
		}
	} else if c.Skipped != "" {
		out.Skipped = &junitSkipped{Message: allowed(c.Skipped)}
	}
	return out
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// allowed removes what may not stand in XML 1.0, whatever it is escaped to
// (production 2 of the recommendation), and bytes that are no UTF-8.
func allowed(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r',
			r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r < 0xFFFD, r >= 0x10000 && r <= 0x10FFFF:
			return r
		}
		return -1
	}, s)
}
