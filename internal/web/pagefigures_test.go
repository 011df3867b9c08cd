package web_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A load is how a page came to be seen.
type load struct {
	visit
	first, largest  time.Duration // contentful paints, from the navigation's start
	moving          time.Duration // until something has moved by itself; 0: nothing does
	tasks           []task
	blocked, worked time.Duration // by long tasks after the first paint, above what a task may take: in wall and in CPU time
	shift           float64
	script, nodes   int // bytes, gzipped; elements and texts
	heap            float64
}

// listed is how many long tasks are told one by one.
const listed = 5

// longOnes says how many tasks held the page up, how many of them by what they computed,
// and what ran in those that computed most.
func longOnes(tasks []task) string {
	longest := task{}
	own := 0
	var long []task
	for _, t := range tasks {
		longest.Wall, longest.CPU = max(longest.Wall, t.Wall), max(longest.CPU, t.CPU)
		if t.Wall <= longTask {
			continue
		}
		long = append(long, t)
		if t.CPU > longTask {
			own++
		}
	}
	said := fmt.Sprintf("  %d long tasks, %d of them by CPU time; the longest %s / %s", len(long), own, ms(longest.Wall), ms(longest.CPU))
	slices.SortStableFunc(long, func(a, b task) int { return cmp.Compare(b.CPU, a.CPU) })
	for _, t := range long[:min(listed, len(long))] {
		said += fmt.Sprintf("\n    at %.1f s %s / %s: %s", t.At.Seconds(), ms(t.Wall), ms(t.CPU), t.What)
	}
	return said
}

func ms(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d)/float64(time.Millisecond)) }

// table has a line for each page, with medians of its loads.
func table(loads []load) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "page\tfirst paint\tlargest\tmoves\tblocked\tlongest task\tshift\tscript KB\tnodes\theap MB")
	for i := 0; i < len(loads); {
		same := loads[i:]
		if n := slices.IndexFunc(same, func(l load) bool { return l.visit != same[0].visit }); n > 0 {
			same = same[:n]
		}
		i += len(same)
		of := func(f func(load) time.Duration) string { return ms(median(same, f)) }
		longest := func(f func(task) time.Duration) func(load) time.Duration {
			return func(l load) time.Duration {
				most := time.Duration(0)
				for _, t := range l.tasks {
					most = max(most, f(t))
				}
				return most
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s / %s\t%s / %s\t%.3f\t%.1f\t%d\t%.1f\n", same[0].name,
			of(func(l load) time.Duration { return l.first }), of(func(l load) time.Duration { return l.largest }), of(func(l load) time.Duration { return l.moving }),
			of(func(l load) time.Duration { return l.blocked }), of(func(l load) time.Duration { return l.worked }),
			of(longest(func(t task) time.Duration { return t.Wall })), of(longest(func(t task) time.Duration { return t.CPU })),
			slices.MaxFunc(same, func(a, b load) int { return cmp.Compare(a.shift, b.shift) }).shift, float64(same[0].script)/1024, same[0].nodes, same[0].heap)
	}
	w.Flush()
	return text.String()
}

// median returns the middle of a figure of all loads.
func median(loads []load, f func(load) time.Duration) time.Duration {
	var all []time.Duration
	for _, l := range loads {
		all = append(all, f(l))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
