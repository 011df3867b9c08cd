package engine

import "golang.org/x/sys/unix"

// machineMemory returns the bytes of memory of the machine.
func machineMemory() int64 {
	if n, err := unix.SysctlUint64("hw.memsize"); err == nil {
		return int64(n)
	}
	return unknownMemory
}
