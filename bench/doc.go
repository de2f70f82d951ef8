// Package bench decides who starts when, records what each request lived
// through, and turns that into the metrics of a run.
//
// It never hears of HTTP: a [Target] performs one request and notes its
// instants in a [Sample]. A [Runner] drives Targets by a [Load], closed or
// open, and folds Samples into a [Tally] while the requests are still running.
//
// A run can be steered while it goes on ([Runner.Pause], [Runner.SetUsers],
// [Runner.SetSpeed]) and looked at ([Runner.SnapshotInto]). Whoever looks pulls:
// nothing is sent for an event, and what is shown of the last seconds comes from
// the histograms that the seconds of the time line are made from.
//
// All instants inside a run are offsets from one epoch; wall time appears only
// in headers.
package bench
