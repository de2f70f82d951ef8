// Package verdict decides what measured values mean against what was asked of
// them. It is pure: no clocks, no files, no streams.
//
// Conditions are written "metric[.stat] op value[unit]", for example
// "ttft<500ms" (about each request) or "ttft.p99<800ms" (about the whole run).
// They are parsed once, and String gives back what Parse accepts.
package verdict
