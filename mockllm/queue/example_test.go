package queue_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aibench/aibench/mockllm/queue"
)

// A job from its submission to its result.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	q, err := queue.Open(ctx, "memory") // or sqlite:jobs.db, or redis://127.0.0.1:6379
	if err != nil {
		fmt.Println(err)
		return
	}
	defer q.Close()

	id, _, err := q.Submit(ctx, queue.NewJob{Key: "order-17", Payload: []byte(`{"ms":200}`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := q.Claim(ctx, "worker-1", 5*time.Second)
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := q.Finish(ctx, c, queue.Result{Data: []byte(`{"text":"done"}`)}); err != nil {
		fmt.Println(err)
		return
	}
	job, err := q.Get(ctx, id)
	fmt.Println(job.State, job.Attempts, string(job.Result), err)
	_, dup, err := q.Submit(ctx, queue.NewJob{Key: "order-17"})
	fmt.Println(dup, err)
	// Output:
	// succeeded 1 {"text":"done"} <nil>
	// true <nil>
}
