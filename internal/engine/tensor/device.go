package tensor

import "gradlab/internal/engine/kernel"

// CPU returns the device that trains: float32, with package kernel's fastest
// implementation for this machine on the given number of threads (the calling
// goroutine is one of them). It may be used from several goroutines at once, on
// tensors that they do not share. It needs no closing: its threads end after a
// moment without work. Results do not depend on the number of threads.
func CPU(threads int) Device {
	return &host[float32]{name: "cpu", k: kernel.NewPool(threads)}
}

// Reference returns the device that checks: float64, one thread, the plain
// loops that the other devices must equal.
func Reference() Device {
	return &host[float64]{name: "reference", k: kernel.Plain[float64]{}}
}
