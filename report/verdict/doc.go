// Package verdict decides what measured values mean against what was asked of
// them, and against each other. It is pure: no clocks, no files, no streams.
//
// Conditions are written "metric[.stat] op value[unit]": an [SLO] is about each
// request ("ttft<500ms"), a [Threshold] about the whole run
// ("ttft.p99<800ms", "errors<1%"). They are parsed once, and String gives back
// what is accepted. What is not known is not met.
//
// [Compare] and [CompareSets] hold the runs of a change against those of its
// control. The run is the sample, never the request.
package verdict
