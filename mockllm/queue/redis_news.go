package queue

import (
	"context"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// channel is where the news of a topic is published.
func (q *redisQueue) channel(topic string) string {
	if topic == submitted {
		return q.prefix + "submitted"
	}
	return q.prefix + "changed:" + topic
}

// listen returns an ear for news of any process. Its end is q.leave.
//
// Published messages can be lost with a connection. They only say that there is something to look at: a subscription
// that is confirmed, for the first time or anew, says so too.
func (q *redisQueue) listen(topic string) *ear {
	q.newsMu.Lock()
	defer q.newsMu.Unlock()
	e, first := q.bells.listen(topic)
	if first && topic != submitted {
		_ = q.news.Subscribe(context.Background(), q.channel(topic)) // repeated when the connection is back
	}
	return e
}

func (q *redisQueue) leave(e *ear) {
	q.newsMu.Lock()
	defer q.newsMu.Unlock()
	if q.bells.leave(e) && e.topic != submitted {
		_ = q.news.Unsubscribe(context.Background(), q.channel(e.topic)) // the same
	}
}

// hear rings for what is published until the queue is closed.
func (q *redisQueue) hear() {
	for {
		got, err := q.news.Receive(context.Background())
		switch got := got.(type) {
		case *redis.Message:
			q.bells.ring(q.topic(got.Channel))
		case *redis.Subscription:
			q.bells.ring(q.topic(got.Channel))
		}
		if err != nil && q.life.pause(context.Background(), nil, 20*time.Millisecond) != nil {
			return
		}
	}
}

// topic is what a channel tells of.
func (q *redisQueue) topic(channel string) string {
	id, ok := strings.CutPrefix(channel, q.prefix+"changed:")
	if !ok {
		return submitted
	}
	return id
}
