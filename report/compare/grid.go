package compare

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// gap is what keeps two columns from being read as one; tight, with headings above, half of it does.
const (
	gap   = 2
	tight = 1
)

// fit gives the width of each column of rows.
func fit(rows [][]string) []int {
	var out []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(out) {
				out = append(out, 0)
			}
			out[i] = max(out[i], utf8.RuneCountInString(cell))
		}
	}
	return out
}

// span is the width of columns side by side, the gaps before them included.
func span(widths []int, gap int) int {
	n := gap * len(widths)
	for _, w := range widths {
		n += w
	}
	return n
}

// aligned puts cells on the right of their columns, each after a gap.
func aligned(cells []string, widths []int, gap int) string {
	var b strings.Builder
	for i, cell := range cells {
		b.WriteString(strings.Repeat(" ", gap) + padLeft(cell, widths[i]))
	}
	return b.String()
}

// grid writes rows under a head: the first column is of names on the left, cut where the width is short.
func (p *page) grid(head []string, rows [][]string) {
	widths := fit(slices.Concat([][]string{head}, rows))
	const shortest = 8
	name := min(widths[0], max(p.width-span(widths[1:], gap), shortest))
	p.line(p.in(dim, pad(cut(head[0], name), name)+aligned(head[1:], widths[1:], gap)))
	for _, row := range rows {
		p.line(p.in(bold, pad(cut(row[0], name), name)), aligned(row[1:], widths[1:], gap))
	}
}
