// Package tui shows a run while it goes on: a display on a terminal that pulls
// snapshots of the run, draws them, and steers the run by keys. It decides
// nothing and keeps nothing: what it shows is in the run file when the run is
// over.
package tui
