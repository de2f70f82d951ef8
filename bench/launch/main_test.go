package launch

import (
	"os"
	"testing"
)

// roleEnv makes the test binary act as a server, or as one of its processes, instead of running tests.
const roleEnv = "LAUNCH_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleEnv); role != "" {
		os.Exit(play(role))
	}
	os.Exit(m.Run())
}
