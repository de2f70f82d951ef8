package cmd

import (
	"strconv"
	"strings"
)

// habit gives the flag to use here for one that other load tools have, or "".
func habit(flag string) string {
	switch flag {
	case "z", "run-time":
		return "-d, --duration: how long to run, such as -d 30s"
	case "users", "vus", "connections", "u":
		return "-c, --concurrency: how many at once"
	case "rps", "qps", "request-rate":
		return "-r, --rate: starts per second"
	case "data", "D":
		return "-b, --body: the request's body, or @file"
	case "num-requests", "num-prompts", "iterations":
		return "-n, --requests: how many requests"
	case "poll", "interval", "polling-interval":
		return "--poll-interval: how often to ask after a job, such as fixed:250ms"
	case "job-timeout", "deadline":
		return "--max-wait: when a job that is not at its end is given up"
	case "max-tokens", "max_tokens":
		return "--output-tokens: tokens to ask for"
	case "api-key", "key":
		return "--api-key-env NAME: the environment variable that holds the key"
	}
	return ""
}

// quietNumber refuses a number after -q: in another tool it is a rate.
func quietNumber(given string) error {
	number := strings.TrimPrefix(strings.TrimPrefix(given, "-q"), "=")
	return usage("-r "+strings.TrimSpace(number)+" for that many starts per second",
		"%s: here -q is --quiet and takes no value", given)
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
