package launch

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxSockets is how much of the list of sockets is read: those that listen come first.
const maxSockets = 1 << 20

// intruder names the process that listens on the port of addr and was there before the server; "": it is the server, or
// somebody who came later (a container's proxy, a service that was asked to start), or it cannot be told.
func (t *tree) intruder(addr string) string {
	sockets := listening(addr)
	if len(sockets) == 0 {
		return ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.search()
	for _, m := range t.members {
		if holds(m.pid, sockets) {
			return ""
		}
	}
	leader := t.find(t.leader)
	pids, err := processes()
	if err != nil || leader == nil {
		return ""
	}
	for _, pid := range pids {
		if st, ok := readStat(pid); ok && st.born < leader.born && holds(pid, sockets) {
			return st.String()
		}
	}
	return ""
}

// listening lists the sockets that listen on the port of addr, whatever their address, as descriptors show them.
func listening(addr string) []string {
	_, port, err := net.SplitHostPort(addr)
	number, numberErr := strconv.ParseUint(port, 10, 16)
	if err != nil || numberErr != nil {
		return nil
	}
	local := fmt.Sprintf(":%04X", number)
	var sockets []string
	for _, name := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(io.LimitReader(f, maxSockets)); lines.Scan(); {
			// sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
			f := strings.Fields(lines.Text())
			if len(f) < 10 || f[0] == "sl" {
				continue
			}
			if f[3] != "0A" {
				break
			}
			if strings.HasSuffix(f[1], local) {
				sockets = append(sockets, "socket:["+f[9]+"]")
			}
		}
		_ = f.Close() // nothing was written
	}
	return sockets
}

// holds says whether a process has one of the sockets open, as far as that may be known.
func holds(pid int, sockets []string) bool {
	name := "/proc/" + strconv.Itoa(pid) + "/fd/"
	dir, err := os.Open(name)
	if err != nil {
		return false
	}
	defer dir.Close()
	fds, err := dir.Readdirnames(-1)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(fds, func(fd string) bool {
		to, err := os.Readlink(name + fd)
		return err == nil && slices.Contains(sockets, to)
	})
}
