package launch

import (
	"os"
	"os/exec"
	"syscall"
)

// shell runs a line in a process group of its own, so that Ctrl-C does not reach it. cmd.exe takes the line as it is:
// /S strips the outer quotes and nothing else.
func shell(line string) *exec.Cmd {
	cmd := exec.Command("cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CmdLine:       `cmd.exe /S /C "` + line + `"`,
		CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP,
	}
	return cmd
}

// widen does nothing: the system decides how much a pipe holds.
func widen(*os.File) {}
