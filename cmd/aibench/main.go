// Command aibench load-tests and diagnoses asynchronous AI APIs.
package main

import (
	"context"
	"os"

	"github.com/aibench/aibench/cmd"
)

func main() {
	os.Exit(cmd.System().Main(context.Background(), os.Args[1:]))
}
