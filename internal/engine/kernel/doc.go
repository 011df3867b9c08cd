// Package kernel computes on slices of floats: matrix products, convolutions,
// and the element-wise and reducing loops of training.
//
// Each kernel exists twice, side by side in one file. Plain has it as the loop
// that it must equal, generic over float32 and float64; its comment states the
// order of every sum. Pool has it for float32, on several threads, with inner
// loops chosen for the machine: AVX2, AVX-512 or NEON assembly, or plain Go. Tests
// compare the two, to the bit wherever arithmetic allows it. The loops over single
// pictures have Pixels in place of Pool: the same without threads.
//
// # The same bits
//
// Results do not depend on the number of threads, nor on the implementation
// within a class of machines (Class). Three rules keep that true:
//
//   - A sum has one order, fixed by the shapes. An element of a matrix product is
//     one chain of multiply-adds; a sum along a row runs in 16 stripes and a
//     tree; a sum down the rows runs in parts, and in fours within a part.
//   - Only products of matrices fuse a multiplication with an addition (class
//     fma). Everywhere else a product is rounded first, F(a*b) + c, so that these
//     kernels agree on all machines: without F, the compiler for arm64 would fuse.
//   - No estimate instructions, and no math.Exp or math.Log, whose last bits
//     differ between machines: exp32 and log32 are our own.
//
// # Memory
//
// Matrices are dense and row-major; a slice's length gives the size that the
// signature does not. A call allocates nothing once the Pool's desks have grown
// to the sizes in use. Inputs are not checked beyond what keeps assembly inside
// its slices: package tensor checks shapes.
//
// # Adding a kernel
//
//  1. Write the loop as a method of Plain, in the file that a reader would look
//     in, and state it in the comment. If it sums, say in which order.
//  2. Name its inner loop in implementation: one row, one stretch, one column
//     block. Give `plain` a Go function for it.
//  3. Write the method of Pool that cuts the work into parts by the shape alone,
//     with one of the tasks there are: eachTask, wideTask, rowsTask, columnsTask.
//  4. Add a row to the table of tests that fits (sliced, matrices): it now runs
//     at every length, on every implementation, between guard bands.
//  5. If a profile says so, describe the inner loop in gen, run `go generate`, and
//     name the function in implementation_amd64.go. The same test covers it. An
//     element-wise loop that stands in gen's table is written for arm64 too: name
//     it in implementation_arm64.go, and run `make test-arm64`.
//  6. Add the operation to tensor.Device, to its host, and to the table in
//     tensor's ops_test.go, which compares devices and checks for allocations.
//
// # References
//
// The product follows Goto and van de Geijn, Anatomy of High-Performance Matrix
// Multiplication, ACM TOMS 34(3), 2008, and Van Zee and van de Geijn, BLIS, ACM
// TOMS 41(3), 2015: B in packed panels, A in blocks that fit the second level of
// the cache, a tile of C in registers.
package kernel

//go:generate go -C gen run . ..
