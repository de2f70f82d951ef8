package mockllm

import (
	"encoding/json"
	"reflect"
	"testing"
)

// What is accepted is also understood by whoever runs it, and in the same way.
func FuzzReadJob(f *testing.F) {
	f.Add([]byte(`{"ms":12.5,"fail":"x","input":{"a":[1,"<&>"]}}`))
	f.Add([]byte(` {"MS":null,"fail":false} `))
	f.Add([]byte("{\"input\":\"\xff\",\"fail\":\"\xc3\"}"))
	f.Add([]byte(`null`))
	c := Config{}.withDefaults()
	f.Fuzz(func(t *testing.T, body []byte) {
		accepted, refusal := c.readJob(body)
		if refusal != nil {
			return
		}
		if accepted.work < 0 || accepted.work > maxJobTime || !json.Valid(accepted.input) {
			t.Fatalf("%q: %+v", body, accepted)
		}
		understood, fault, err := c.readPayload(encode(jobPayload{Request: body, Fault: "kind=crash"}))
		if err != nil || fault != "kind=crash" {
			t.Fatalf("%q: fault %q, %v", body, fault, err)
		}
		if understood.work != accepted.work || understood.failure != accepted.failure || !sameJSON(understood.input, accepted.input) {
			t.Fatalf("%q is accepted as %+v and understood as %+v", body, accepted, understood)
		}
	})
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
