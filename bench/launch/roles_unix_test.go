//go:build unix

package launch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// play is what the test binary does in a role. Its last argument is the address that it was given. It ends some time,
// whatever becomes of the test.
func play(role string) int {
	time.AfterFunc(2*patience, func() { os.Exit(9) })
	addr := os.Args[len(os.Args)-1]
	switch role {
	case "dies":
		fmt.Println("reading the configuration")
		fmt.Fprintln(os.Stderr, "\x1b[31mno such table\x1b[0m")
		return 3
	case "deaf":
		signal.Ignore(syscall.SIGTERM)
		return serve(addr, http.NewServeMux())
	case "deafchild":
		signal.Ignore(syscall.SIGTERM)
		return untilOver()
	case "idle":
		return untilOver()
	case "burn":
		return burn()
	case "chatty":
		go chat(1 << 62)
		chat(4 << 20)
		return serve(addr, http.NewServeMux())
	case "daemon":
		child := self("orphan", addr)
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			return 1
		}
		return 0
	case "orphan":
		return serveAlone(addr)
	case "parent":
		return launchAndWait()
	default:
		return serve(addr, acts())
	}
}

// acts is what a healthy server does when it is asked to.
func acts() *http.ServeMux {
	mux := http.NewServeMux()
	var asked atomic.Int64
	mux.HandleFunc("/loading", func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 4 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/nowhere", http.StatusFound)
	})
	mux.HandleFunc("/die", func(http.ResponseWriter, *http.Request) { os.Exit(7) })
	mux.HandleFunc("/brood", func(w http.ResponseWriter, r *http.Request) {
		role, _, _ := strings.Cut(r.URL.RawQuery, "&")
		child := self(role)
		if strings.Contains(r.URL.RawQuery, "&away") { // out of the session, and in a group of its own
			child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		}
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		ready := make([]byte, 1)
		_, _ = io.ReadFull(out, ready) // it says so when it is what it is to be
		fmt.Fprint(w, child.Process.Pid)
	})
	mux.HandleFunc("/reap", func(w http.ResponseWriter, _ *http.Request) {
		pid, err := syscall.Wait4(-1, nil, 0, nil)
		fmt.Fprint(w, pid, err)
	})
	mux.HandleFunc("/heedless", func(http.ResponseWriter, *http.Request) { signal.Ignore(syscall.SIGCHLD) })
	return mux
}

// serve serves until it is asked to end.
func serve(addr string, mux *http.ServeMux) int {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s := &http.Server{Handler: mux}
	if !signal.Ignored(syscall.SIGTERM) {
		go func() {
			told := make(chan os.Signal, 1)
			signal.Notify(told, syscall.SIGTERM)
			<-told
			_ = s.Shutdown(context.Background())
		}()
	}
	fmt.Println("serving")
	_ = s.Serve(l)
	return 0
}

// untilOver says that it is there, and waits for a signal.
func untilOver() int {
	fmt.Print(".")
	select {}
}

// burnt is the CPU time that burn takes.
const burnt = 500 * time.Millisecond

// burn uses that much, says so, and stays.
func burn() int {
	for {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			return 1
		}
		if time.Duration(u.Utime.Nano()+u.Stime.Nano()) >= burnt {
			return untilOver()
		}
	}
}

// chat writes lines.
func chat(bytes int64) {
	line := strings.Repeat("it goes on and on ", 10) + "\n"
	for ; bytes > 0; bytes -= int64(len(line)) {
		fmt.Print(line)
	}
}

// serveAlone serves when the process that has started this one has gone.
func serveAlone(addr string) int {
	parent := os.Getppid()
	look := time.NewTicker(time.Millisecond)
	for os.Getppid() == parent {
		<-look.C
	}
	return serve(addr, acts())
}

// launchAndWait starts a server, tells its process, and waits.
func launchAndWait() int {
	s, err := Start(context.Background(), command("healthy"))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(s.PID())
	return untilOver()
}

// atOnce lets a program that looks for races end when it ends, not a second later.
const atOnce = "GORACE=atexit_sleep_ms=0"

// self is this binary in a role.
func self(role string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleEnv+"="+role, atOnce)
	return cmd
}

// command is this binary in a role, as a user writes a command.
func command(role string) Command {
	return Command{Line: "'" + os.Args[0] + "' {addr}", Env: []string{roleEnv + "=" + role, atOnce}}
}
