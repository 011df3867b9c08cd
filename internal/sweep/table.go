package sweep

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"gradlab/internal/grid"
)

// Table prints a row for each point: how many seeds it has, and of each column the mean over
// those that finished with its standard deviation (that of a sample, n-1), where
// there is more than one. What few seeds say is little: the number stands beside it.
func (s *Sweep) Table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(slices.Concat(s.Grid.Keys, []string{"seeds"}, s.Columns), "\t"))
	for _, p := range s.Grid.Points {
		runs := s.of(p)
		cells := slices.Concat(p.Values, []string{count(runs)})
		for _, c := range s.Columns {
			cells = append(cells, meanOf(column(runs, c)))
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	return t.Flush()
}

// count says how many runs a point's numbers are from: "5", or "3 of 5, 2 diverged".
func count(runs []*Run) string {
	finished, others := 0, map[string]int{}
	for _, r := range runs {
		switch {
		case r.State == "finished":
			finished++
		case r.ended:
			others[r.State]++
		default:
			others["not done"]++
		}
	}
	text := strconv.Itoa(finished)
	if finished < len(runs) {
		text += fmt.Sprintf(" of %d", len(runs))
	}
	for _, state := range []string{"diverged", "failed", "cancelled", "forgotten", "refused", "not done"} {
		if n := others[state]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, state)
		}
	}
	return text
}

// column returns the values of a field in the runs that finished and have measured it.
func column(runs []*Run, name string) []float64 {
	var values []float64
	for _, r := range runs {
		if r.State != "finished" {
			continue
		}
		switch v, measured := r.Values[name]; {
		case !measured:
		case v == nil:
			values = append(values, math.NaN())
		default:
			values = append(values, *v)
		}
	}
	return values
}

// meanOf prints a mean with its standard deviation: "0.4123 ± 0.012".
func meanOf(values []float64) string {
	if len(values) == 0 {
		return "-"
	}
	mean, deviation := Mean(values)
	text := strconv.FormatFloat(mean, 'g', 4, 64)
	if len(values) > 1 {
		text += " ± " + strconv.FormatFloat(deviation, 'g', 2, 64)
	}
	return text
}

// Mean returns the mean of values and the standard deviation of the sample; 0 for one value.
func Mean(values []float64) (mean, deviation float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	if len(values) < 2 {
		return mean, 0
	}
	for _, v := range values {
		deviation += (v - mean) * (v - mean) / (n - 1)
	}
	return mean, math.Sqrt(deviation)
}

// CSV prints a row for each run of each point: the settings that differ, the seed, what
// became of it, and the columns. What was not measured is empty, what is not finite NaN.
func (s *Sweep) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{slices.Concat(s.Grid.Keys, []string{grid.SeedKey, "id", "state", "steps", "curve_hash"}, s.Columns)}
	for _, p := range s.Grid.Points {
		for _, r := range s.of(p) {
			row := slices.Concat(p.Values, []string{strconv.FormatUint(r.Spec.Seed, 10), r.ID, r.State, strconv.Itoa(r.Done), r.Hash})
			for _, c := range s.Columns {
				switch v, measured := r.Values[c]; {
				case !measured:
					row = append(row, "")
				case v == nil:
					row = append(row, "NaN")
				default:
					row = append(row, strconv.FormatFloat(*v, 'g', -1, 32))
				}
			}
			rows = append(rows, row)
		}
	}
	return out.WriteAll(rows)
}

// A line is a run as a program reads it.
type line struct {
	Point  map[string]string   `json:"point"` // the settings that differ
	Seed   string              `json:"seed"`  // 64-bit numbers are no JSON numbers
	ID     string              `json:"id"`
	Spec   string              `json:"spec"`
	State  string              `json:"state"`
	Reason string              `json:"reason,omitempty"`
	Steps  int                 `json:"steps"`
	Hash   string              `json:"curve_hash,omitempty"`
	Values map[string]*float64 `json:"values"` // the columns; null is not a finite number
}

// JSON prints a line for each run of each point.
func (s *Sweep) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, p := range s.Grid.Points {
		for _, r := range s.of(p) {
			l := line{Point: map[string]string{}, Seed: strconv.FormatUint(r.Spec.Seed, 10), ID: r.ID, Spec: r.Spec.Query(),
				State: r.State, Reason: r.Reason, Steps: r.Done, Hash: r.Hash, Values: map[string]*float64{}}
			for i, key := range s.Grid.Keys {
				l.Point[key] = p.Values[i]
			}
			for _, c := range s.Columns {
				if v, measured := r.Values[c]; measured {
					l.Values[c] = v
				}
			}
			if err := e.Encode(l); err != nil {
				return err
			}
		}
	}
	return nil
}
