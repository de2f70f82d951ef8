package target_test

import (
	"fmt"

	"github.com/aibench/aibench/bench/target"
	"github.com/aibench/aibench/sse"
)

// A home-made stream is read by saying where its text stands and how it ends.
func ExampleGeneric() {
	tokens, err := target.ParsePath("$.token")
	if err != nil {
		fmt.Println(err)
		return
	}
	done, err := target.ParseCondition("$.done==true")
	if err != nil {
		fmt.Println(err)
		return
	}
	var d target.Dialect = target.Generic{Tokens: tokens, Done: done}

	var p sse.Parser
	p.Feed([]byte("data: {\"status\":\"thinking\"}\n\ndata: {\"token\":\"Hello\"}\n\ndata: {\"done\":true}\n\n"), 0)
	for p.Next() {
		ev := p.Event()
		r := d.Read(ev)
		fmt.Printf("%-22s chunk %-5v final %v\n", ev.Data, r.Content, r.Final)
	}
	// Output:
	// {"status":"thinking"}  chunk false final false
	// {"token":"Hello"}      chunk true  final false
	// {"done":true}          chunk false final true
}

func ExampleParsePath() {
	_, err := target.ParsePath("$.choices[0]..text")
	fmt.Println(err)
	// Output:
	// a member's name is missing (character 14):
	//   $.choices[0]..text
	//                ^
}
