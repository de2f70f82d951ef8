// Package cmd is the process edge: verbs, flags, exit codes. Nothing beneath it
// reads arguments, environment or standard streams, or ends the process.
//
// A verb is an options struct, a constructor that only parses and validates,
// and a run that only acts. What it may touch of the outside comes in an App.
// Reports go to App.Out; progress, hints and errors go to App.Err, so that
// piping the report always works.
package cmd
