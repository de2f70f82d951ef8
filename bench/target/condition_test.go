package target

import (
	"strings"
	"testing"

	"github.com/aibench/aibench/sse"
)

func TestConditionHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cond, typ, data string
		want            bool
	}{
		{"data==[DONE]", "", "[DONE]", true},
		{"data==[DONE]", "", "[DONE", false},
		{`data=="bye bye"`, "", "bye bye", true},
		{"data == bye bye", "", "bye bye", true},
		{"data==true", "", "true", true},
		{`data=={"done":true}`, "", `{"done":true}`, true},
		{"data!=more", "", "done", true},
		{"data!=more", "", "more", false},
		{"event==done", "done", "x", true},
		{"event==done", "", "done", false},
		{"event==message", "", "x", true},
		{"event!=message", "end", "", true},
		{"$.done==true", "", `{"done":true}`, true},
		{"$.done==true", "", `{"done":false}`, false},
		{"$.done==true", "", `{"done":"true"}`, false},
		{`$.done=="true"`, "", `{"done":"true"}`, true},
		{`$.done=="true"`, "", `{"done":true}`, false},
		{"$.done==true", "", `{"done":true`, false},
		{"$.done==true", "", "done", false},
		{"$.n==0", "", `{"n":0}`, true},
		{"$.status==done", "", `{"status":"done"}`, true},
		{"$.status==done", "", `{"status":"do\u006ee"}`, true},
		{"$.finish_reason!=null", "", `{"finish_reason":"stop"}`, true},
		{"$.finish_reason!=null", "", `{"finish_reason":null}`, false},
		{"$.finish_reason!=null", "", `{}`, false},
		{"$.finish_reason==null", "", `{}`, false},
		{"$.choices[*].finish_reason!=null", "", `{"choices":[{"finish_reason":null},{"finish_reason":"stop"}]}`, true},
		{"$.choices[*].finish_reason!=null", "", `{"choices":[{"finish_reason":null}]}`, false},
		{"$['a==b']==c", "", `{"a==b":"c"}`, true},
		{"$.usage!=null", "", `{"usage":{"n":1}}`, true},
	} {
		cond, err := ParseCondition(c.cond)
		if err != nil {
			t.Errorf("%s: %v", c.cond, err)
			continue
		}
		if got := cond.holds(&sse.Event{Type: []byte(c.typ), Data: []byte(c.data)}); got != c.want {
			t.Errorf("%s of event %q, data %q: got %v, want %v", c.cond, c.typ, c.data, got, c.want)
		}
	}
}

func TestParseConditionErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", `condition "" has no == or !=`},
		{"done", `condition "done" has no == or !=`},
		{"$['a==b']", "has no == or !="},
		{"data==", "has nothing to compare with"},
		{"date==x", `compares data, event or a path such as $.done, not "date"`},
		{"$.a..b==1", "condition: a member's name is missing (character 5):\n  $.a..b\n      ^"},
	} {
		_, err := ParseCondition(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

// Property: a condition prints to a text that parses to the same condition.
func FuzzConditionRoundTrip(f *testing.F) {
	for _, s := range []string{"data==[DONE]", " event != done ", `$.a=="b"`, "$['=='][*]!=null", "data===", "$.a==[1]", "data!==="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCondition(text)
		if err != nil {
			return
		}
		again, err := ParseCondition(c.String())
		if err != nil {
			t.Fatalf("%q prints %q: %v", text, c, err)
		}
		if again.String() != c.String() || again.want != c.want || again.kind != c.kind || again.not != c.not || again.left != c.left {
			t.Errorf("%q prints %q, which is read as %+v, not %+v", text, c, again, c)
		}
	})
}
