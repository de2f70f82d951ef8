package sse_test

import (
	"fmt"
	"time"

	"github.com/aibench/aibench/sse"
)

func Example() {
	reads := []string{
		"data: {\"token\":\"Hel",
		"lo\"}\n\n: ping\n\n",
		"event: done\ndata: [DONE]\n\n",
	}
	var p sse.Parser
	for i, r := range reads {
		p.Feed([]byte(r), time.Duration(i)*20*time.Millisecond)
		for p.Next() {
			switch ev := p.Event(); ev.Kind {
			case sse.Comment:
				fmt.Printf("%v comment %q\n", ev.At, ev.Data)
			case sse.Message:
				fmt.Printf("%v %q %s\n", ev.At, ev.Type, ev.Data)
			}
		}
		if err := p.Err(); err != nil {
			fmt.Println(err)
			return
		}
	}
	p.End()
	// Output:
	// 20ms "" {"token":"Hello"}
	// 20ms comment "ping"
	// 40ms "done" [DONE]
}
