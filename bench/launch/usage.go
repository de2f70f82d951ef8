package launch

import "time"

// Usage is what a server's whole process tree has used of the machine.
type Usage struct {
	At        time.Duration // since the server was started
	CPU       time.Duration // user and system time so far, of processes that have ended too; in steps of 10 ms a process
	RSS       int64         // resident bytes now, summed over the processes: what forked workers share counts once for each
	PeakRSS   int64         // the greatest such sum that was seen, four times a second
	PSS       int64         // resident bytes now, what is shared divided among those who share it; 0: not known
	Processes int           // that are alive now
}

// Between is what was used from a to b: At and CPU are differences, the rest is as it was at b.
func Between(a, b Usage) Usage {
	b.At -= a.At
	b.CPU -= a.CPU
	return b
}
