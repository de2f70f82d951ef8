package wire_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/aibench/aibench/bench/wire"
)

// One stream, from the connection to the end of the body.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: hello\n\n")
		_ = http.NewResponseController(w).Flush()
		fmt.Fprint(w, "data: world\n\n")
	}))
	defer server.Close()
	client := wire.New(wire.Config{Address: server.Listener.Addr().String()})
	defer client.Close()
	if err := stream(context.Background(), client, os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 200 text/event-stream
	// data: hello
	//
	// data: world
}

func stream(ctx context.Context, client *wire.Client, out io.Writer) error {
	conn, _, err := client.Get(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()                           // keeps it for the next request, if it can be kept
	defer context.AfterFunc(ctx, conn.Interrupt)() // ctx ends the reads too
	if _, _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: example\r\n\r\n")); err != nil {
		return err
	}
	head, first, err := conn.ReadHead()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, head.Status, head.Get("Content-Type"))
	if err := conn.SetReadDeadline(first.At() + 10*time.Second); err != nil {
		return err
	}
	for {
		b, _, err := conn.ReadBody()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
}
