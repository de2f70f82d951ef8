package cmd

import "golang.org/x/sys/unix"

// cpuModel is the processor's name; "" where the system does not tell.
func cpuModel() string {
	name, err := unix.Sysctl("machdep.cpu.brand_string")
	if err != nil {
		return ""
	}
	return name
}

// kernel is the kernel's release; "" where the system does not tell.
func kernel() string {
	release, err := unix.Sysctl("kern.osrelease")
	if err != nil {
		return ""
	}
	return release
}
