package mockllm_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aibench/aibench/mockllm"
)

// A worker in this process, on a network in memory.
func ExampleServer() {
	pipe := mockllm.NewPipe()
	server := mockllm.NewServer(mockllm.Config{TTFT: time.Millisecond, ITL: time.Millisecond})
	served := make(chan error, 1)
	go func() { served <- server.Serve(pipe) }()

	client := http.Client{Transport: &http.Transport{DialContext: pipe.Dial}}
	resp, err := client.Post("http://mock/v1/completions", "application/json",
		strings.NewReader(`{"model":"mock-1","prompt":"hi","max_tokens":3,"stream":true}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	tokens := 0
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if strings.Contains(lines.Text(), `"text":" t`) {
			tokens++
		}
	}
	fmt.Println(resp.Status, tokens, "tokens")

	if err := server.Shutdown(context.Background()); err != nil {
		fmt.Println(err)
	}
	fmt.Println("served:", <-served)
	// Output:
	// 200 OK 3 tokens
	// served: <nil>
}

// A network in memory has a listener on one side and Dial on the other.
func ExamplePipe() {
	pipe := mockllm.NewPipe()
	client, err := pipe.Dial(context.Background(), "tcp", "anywhere:80")
	if err != nil {
		fmt.Println(err)
		return
	}
	server, err := pipe.Accept()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Fprintln(client, "hello") // does not wait for a reader
	line, err := bufio.NewReader(server).ReadString('\n')
	fmt.Printf("%q %v\n", line, err)
	// Output: "hello\n" <nil>
}
