//go:build !unix && !windows

package mockllm

import "os/exec"

func setProcessGroup(*exec.Cmd) {}
