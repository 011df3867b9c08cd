package engine

import (
	"os"
	"strconv"
	"strings"
)

// machineMemory returns the bytes of memory that this process may use: the
// machine's, or less where a container is given less.
func machineMemory() int64 {
	total := int64(unknownMemory)
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
				if kib, err := strconv.ParseInt(f[1], 10, 64); err == nil {
					total = kib << 10
				}
			}
		}
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if most, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			total = min(total, most)
		}
	}
	return total
}
