package engine

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var globalMemoryStatus = windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")

// memoryStatus is MEMORYSTATUSEX of the Windows API.
type memoryStatus struct {
	length, load         uint32
	total, available     uint64
	pageFile, pageFree   uint64
	virtual, virtualFree uint64
	extended             uint64
}

// machineMemory returns the bytes of memory of the machine.
func machineMemory() int64 {
	s := memoryStatus{length: uint32(unsafe.Sizeof(memoryStatus{}))}
	if ok, _, _ := globalMemoryStatus.Call(uintptr(unsafe.Pointer(&s))); ok == 0 {
		return unknownMemory
	}
	return int64(s.total)
}
