package engine

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gradlab/internal/record"
)

// A run's memory is flat however long it goes, probes and kNN included: what is in
// use on the heap after a collection is the same late in a run as early. It takes
// some hundred small steps; GRADLAB_SOAK=30m lets it take half an hour (make
// bench-memory), at the default sizes, and then the process as a whole may not grow either.
func TestMemoryIsFlat(t *testing.T) {
	settings, long := small+"steps=100000 probe.every=5 probe.knn=40 method=moco bank=64", time.Duration(0)
	if text := os.Getenv("GRADLAB_SOAK"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil || long < 10*time.Second {
			t.Fatalf("GRADLAB_SOAK=%s: it takes a duration of at least 10s, like 30m", text)
		}
		settings = "data=shapes steps=100000 method=moco"
	} else if testing.Short() {
		t.Skip("takes seconds")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const samples = 20
	var heap, resident []int64 // bytes
	began, steps := time.Now(), 0
	err := Run(ctx, parse(t, settings), Options{Threads: 2}, func(record.Step) error {
		steps++
		if long == 0 && steps%20 != 0 || time.Since(began) < time.Duration(len(heap)+1)*long/samples {
			return nil
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		heap, resident = append(heap, int64(m.HeapAlloc)), append(resident, residentBytes())
		t.Logf("%v: %d steps, %.1f MiB in use, %.1f MiB resident", time.Since(began).Round(time.Second), steps, mebi(heap[len(heap)-1]), mebi(resident[len(resident)-1]))
		if len(heap) == samples {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// By a quarter of the time all memory has its size.
	early, late := samples/4, samples/2
	if grown := slices.Max(heap[late:]) - slices.Max(heap[early:late]); grown > 256<<10 {
		t.Errorf("%d bytes more in use in the second half of %d steps", grown, steps)
	}
	if os.Getenv("GRADLAB_SOAK") != "" {
		if grown := slices.Max(resident[late:]) - slices.Max(resident[early:late]); grown > 16<<20 {
			t.Errorf("%d bytes more resident in the second half of %d steps", grown, steps)
		}
	}
}

func mebi(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// residentBytes returns how much of the process is in memory, or 0 where the
// system does not say it as Linux does.
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
