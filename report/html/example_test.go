package html_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/aibench/aibench/report"
	"github.com/aibench/aibench/report/html"
)

// Two runs in one page: the second is held against the first.
func ExampleWrite() {
	before, after := &report.Run{Label: new("before")}, &report.Run{Label: new("after")}
	var page bytes.Buffer
	if err := html.Write(&page, []*report.Run{before, after}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(page.String(), "<title>before, after · aibench</title>"))
	// Output: true
}
