package queue

import (
	"embed"

	"github.com/redis/go-redis/v9"
)

//go:embed redis
var redisFiles embed.FS

// scripts are the steps of a queue in Redis.
type scripts struct {
	submit, claim, extend, progress, finish, cancel, drop, get, events, stats *redis.Script
}

func newScripts() scripts {
	script := func(name string) *redis.Script {
		return redis.NewScript(redisFile("common") + redisFile(name))
	}
	return scripts{
		submit:   script("submit"),
		claim:    script("claim"),
		extend:   script("extend"),
		progress: script("progress"),
		finish:   script("finish"),
		cancel:   script("cancel"),
		drop:     script("drop"),
		get:      script("get"),
		events:   script("events"),
		stats:    script("stats"),
	}
}

func redisFile(name string) string {
	text, err := redisFiles.ReadFile("redis/" + name + ".lua")
	if err != nil {
		return "error('no script " + name + "')" // it is part of the program, and a test runs each
	}
	return string(text)
}
