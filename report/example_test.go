package report_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/aibench/aibench/report"
)

// A run file of a run that only failed, read and printed.
func ExampleText() {
	run, err := report.Read(strings.NewReader(`{"schema":"aibench/run/v1","id":"1","verdict":"valid","seed":7,
	  "target":{"url":"http://127.0.0.1:8000/v1/chat/completions","protocol":"HTTP/1.1"},
	  "load":{"kind":"closed","concurrency":100},
	  "counts":{"requests":20,"ok":0,"in_flight_at_end":0,"outcomes":{"ok":0,"throttled":20},
	    "outcome_details":{"throttled":["429 Too Many Requests: slow down"]}},
	  "metrics":{},"client":{"verdict":"ok"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := (report.Text{Width: 80}).Write(os.Stdout, run); err != nil {
		fmt.Println(err)
	}
	// Output:
	// stream      http://127.0.0.1:8000/v1/chat/completions
	//             closed loop, 100 at once · HTTP/1.1 · seed 7
	//
	// outcomes    0 ok · 20 throttled
	//   throttled: 429 Too Many Requests: slow down
	//     try: the server limits the rate: lower -c or -r, or raise its limit
	// client      ok
	// verdict     Not one request could be measured.
}
