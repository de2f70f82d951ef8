package mockllm

// Order tells an [Arbiter] what to do. Each stands for a signal that gunicorn knows.
type Order uint8

// The orders.
const (
	Stop   Order = iota + 1 // TERM, INT: no new requests, those in flight end; the second time: at once
	Quit                    // QUIT: at once
	Reload                  // HUP: replace the workers one by one
	More                    // TTIN: one worker more
	Fewer                   // TTOU: one worker fewer, down to one
)
