package cmd

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/aibench/aibench/bench/target"
)

// defaultStreamTimeout holds when -t does not: a run without -d must end even
// when the server never answers.
const defaultStreamTimeout = 10 * time.Minute

// answerFlags say how a stream is read, and how long it may take.
type answerFlags struct {
	dialect     string
	tokenPath   string
	doneWhen    string
	timeout     span
	ttftTimeout span
	idleTimeout span
}

func (w *answerFlags) add(f *pflag.FlagSet) {
	w.timeout = span{defaultStreamTimeout}
	f.StringVar(&w.dialect, "dialect", "auto", "how tokens are read, `NAME`: "+strings.Join(dialects(), ", "))
	f.StringVar(&w.tokenPath, "token-path", "", "`PATH` of the text in each event, such as '$.choices[0].delta.content'")
	f.StringVar(&w.doneWhen, "done-when", "", "`COND` that ends a stream, such as 'data==[DONE]'")
	f.VarP(&w.timeout, "timeout", "t", "a request may take `D` in all; 0: any time")
	f.Var(&w.ttftTimeout, "ttft-timeout", "the first token must come within `D`")
	f.Var(&w.idleTimeout, "idle-timeout", "the next token must come within `D`")
}

// dialects lists the ways of reading tokens by name.
func dialects() []string {
	names := []string{"auto"}
	for _, d := range target.Dialects() {
		names = append(names, d.Name())
	}
	return names
}

// settle refuses what contradicts itself.
func (w *answerFlags) settle(f *pflag.FlagSet) error {
	if known := dialects(); !slices.Contains(known, w.dialect) {
		hint := strings.Join(known, ", ")
		if name := nearest(w.dialect, known); name != "" {
			hint = name
		}
		return usage(hint, "--dialect: unknown dialect %s", quoted(w.dialect))
	}
	for _, name := range []string{"token-path", "done-when"} {
		if f.Changed(name) && w.dialect == "openai-chat" {
			return usage("leave --dialect out", "--%s is for events of no known dialect, and openai-chat is one", name)
		}
	}
	return nil
}

// said reports whether the user has said how to read.
func (w *answerFlags) said() bool {
	return w.dialect != "auto" || w.tokenPath != "" || w.doneWhen != ""
}

// ownKind reports whether the answer is said to be of no provider's kind.
func (w *answerFlags) ownKind() bool { return w.dialect == "sse" || w.tokenPath != "" }

// reading is the dialect to read answers in; nil: to be found out.
func (w *answerFlags) reading() (target.Dialect, error) {
	if w.tokenPath == "" && w.doneWhen == "" {
		if w.dialect == "auto" {
			return nil, nil
		}
		d, err := target.ByName(w.dialect)
		if err != nil {
			return nil, usage("", "--dialect: %v", err)
		}
		return d, nil
	}
	var d target.Generic
	var err error
	if w.tokenPath != "" {
		if d.Tokens, err = target.ParsePath(w.tokenPath); err != nil {
			return nil, usage("a path such as '$.choices[0].delta.content'", "--token-path: %v", err)
		}
	}
	if w.doneWhen != "" {
		if d.Done, err = target.ParseCondition(w.doneWhen); err != nil {
			return nil, usage("'data==[DONE]', 'event==end' or '$.done==true'", "--done-when: %v", err)
		}
	}
	if d.Tokens != nil {
		return &pathDialect{Generic: d}, nil
	}
	return d, nil
}
