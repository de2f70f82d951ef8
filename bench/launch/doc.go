// Package launch starts a server that a user named by a command, knows when it is ready, what it uses of the machine,
// and that it is gone.
//
// A server here is a whole tree of processes: a process manager, its workers, and whatever they start. [Start] runs the
// command on a free loopback port and returns when it answers HTTP; [Server.Usage] tells what the tree has used, and
// [Server.Stop] leaves nothing of it behind.
package launch
