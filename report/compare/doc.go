// Package compare says what sets of runs say about each other: it takes each metric's quantile of each run, has
// [verdict.Compare] judge them, and keeps the answer as one document that people, CI jobs and other programs read.
//
// The run is the sample, never the request: within one run requests share its luck, so a thousand of them are not a
// thousand witnesses. docs/compare.md explains the method and names its sources.
package compare
