// Package report turns a finished run into what people and programs read: the
// run file, CSV, JUnit, Markdown, HdrHistogram logs, raw samples, and a text
// made for eyes.
//
// There is one road for live and for saved runs. FromResult makes a [Run];
// every encoder, the text included, works from a Run alone, so that a saved
// run prints as it did when it was fresh.
package report
