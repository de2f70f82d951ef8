// Package html makes the page of one or several runs: a single file that a
// browser opens from anywhere, that loads nothing and that tells a reader what
// came out before it tells how. Its charts are SVG drawn here; a small script
// only adds what a printed page cannot have.
package html
