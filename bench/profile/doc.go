// Package profile tells how services take jobs: where the status of a job is
// found, what the words in it mean, where the result lies. A [Profile] is
// data, read from JSON; what it makes of an answer is a pure function. Nothing
// here waits, sends or remembers.
package profile
