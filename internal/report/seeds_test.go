package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gradlab/internal/palette"
)

// seeds are lanes of one kin, whose values are those of lane times a factor each.
func seeds(n int, factors ...float32) []Lane {
	var all []Lane
	for k, f := range factors {
		l := lane(n)
		l.Letter, l.Title, l.Kin, l.Seed = string(rune('A'+k)), "SimSiam", "method=simsiam", strconv.Itoa(k+1)
		for i := range l.Steps {
			for j := range l.Steps[i].Values {
				l.Steps[i].Values[j] *= f
			}
		}
		all = append(all, l)
	}
	return all
}

// Lanes of one kin come together wherever they stand, and are named by their letters.
func TestBands(t *testing.T) {
	lanes := seeds(3, 1, 2, 3, 4, 5)
	lanes[1].Kin, lanes[1].Title, lanes[4].Kin, lanes[4].Title = "x", "BYOL", "", "alone"
	var got []string
	for _, b := range bands(lanes) {
		got = append(got, fmt.Sprint(b.letter, " ", b.title, " ", len(b.lanes)))
	}
	if want := []string{"A, C, D SimSiam 3", "B BYOL 1", "E alone 1"}; !slices.Equal(got, want) {
		t.Errorf("bands are %q, want %q", got, want)
	}
	if b := bands(lanes[2:4]); len(b) != 1 || b[0].letter != "C–D" {
		t.Errorf("two beside each other are %+v", b[0].letter)
	}
}

// At each step the line is the median of the seeds whose value is finite, and the band
// goes from the least to the largest of these, whichever have come that far.
func TestExtents(t *testing.T) {
	lanes := seeds(8, 1, 4, 2, 3)
	lanes[1].Steps = lanes[1].Steps[:6]
	loss := lanes[0].Schema.Index("loss")
	lanes[3].Steps[2].Values[loss] = float32(math.NaN())
	for i := range lanes {
		lanes[i].Steps[4].Values[loss] = float32(math.Inf(1))
	}
	got := bands(lanes)[0].extents(Line{Field: "loss"})
	if len(got) != 8 {
		t.Fatalf("%d steps, want 8", len(got))
	}
	for i, s := range got {
		var finite []float64
		for _, l := range lanes {
			if i < len(l.Steps) {
				if v := float64(l.Steps[i].Values[loss]); !math.IsNaN(v) && !math.IsInf(v, 0) {
					finite = append(finite, v)
				}
			}
		}
		slices.Sort(finite)
		n := len(finite)
		if s.seeds != n || s.step != float64(i) {
			t.Errorf("step %v has %d seeds, want %d", s.step, s.seeds, n)
		}
		if n == 0 {
			if !math.IsNaN(s.median) || i != 4 {
				t.Errorf("step %d has the median %v of nothing", i, s.median)
			}
			continue
		}
		middle := finite[n/2]
		if n%2 == 0 {
			middle = (finite[n/2-1] + finite[n/2]) / 2
		}
		if s.median != middle || s.least != finite[0] || s.largest != finite[n-1] {
			t.Errorf("step %d: %+v of %v", i, s, finite)
		}
	}
}

// The picture of three seeds has one line for each field, where their median is, and two
// edges where the least and the largest are; with single seeds it has these in place of the edges.
func TestABandFollowsTheRecords(t *testing.T) {
	lanes := seeds(301, 1, 2, 4)
	alone, _ := paths(drawn(t, "norms", SVG, palette.Light, seeds(301, 2)[0]), palette.Positive)
	svg := drawn(t, "norms", SVG, palette.Light, lanes...)
	got, dashed := paths(svg, palette.Positive)
	if len(got) != 3 || dashed[0] || dashed[2] || len(alone) != 1 {
		t.Fatalf("%d lines of the positive norm, want two edges and a line", len(got))
	}
	upper, lower, middle := got[0], got[1], got[2]
	want := seeds(301, 2)[0].series(Line{Field: "positive_norm"})
	perE := (middle[300][1] - middle[0][1]) / math.Log(want[300].value/want[0].value)
	for i, p := range middle {
		y := middle[0][1] + perE*math.Log(want[i].value/want[0].value)
		if math.Abs(p[1]-y) > 0.02 || p[0] != upper[i][0] || p[0] != lower[i][0] {
			t.Fatalf("step %d is drawn at %v, want %.2f high", i, p, y)
		}
		if up, down := upper[i][1]-p[1], lower[i][1]-p[1]; math.Abs(up-perE*math.Log(2)) > 0.02 || math.Abs(down+perE*math.Log(2)) > 0.02 {
			t.Fatalf("at step %d the band goes from %.2f to %.2f around its line, want ±%.2f", i, down, up, perE*math.Log(2))
		}
	}
	if n := strings.Count(string(svg), `fill-opacity=`); n != 3 {
		t.Errorf("%d bands are tinted, want three", n)
	}
	if words := "line: median of 3 seeds, band: least to largest"; strings.Count(string(svg), words) != 2 {
		t.Errorf("picture and summary do not both say %q", words)
	}

	norms, _ := Lookup("norms")
	norms.Each = true
	var b bytes.Buffer
	if err := norms.Draw(&b, SVG, palette.Light, lanes); err != nil {
		t.Fatal(err)
	}
	single, _ := paths(b.Bytes(), palette.Positive)
	if len(single) != 4 || !slices.Equal(single[0], lower) || !slices.Equal(single[1], middle) || !slices.Equal(single[2], upper) || !slices.Equal(single[3], middle) {
		t.Errorf("single seeds are %d lines, or other ones than the three", len(single))
	}
	for _, f := range Figures() { // frames go on to be drawn for each lane
		wellFormed(t, f.Name, drawn(t, f.Name, SVG, palette.Dark, append(lanes, lane(40))...))
	}
}

// The files of numbers have what the picture shows, and each seed where that does.
func TestNumbersOfABand(t *testing.T) {
	lanes := append(seeds(3, 1, 4, 2), lane(2))
	lanes[3].Letter = "D"
	lanes[2].Steps = lanes[2].Steps[:2]
	loss, _ := Lookup("loss")
	read := func(f Figure) [][]string {
		rows, err := csv.NewReader(bytes.NewReader(AppendCSV(nil, Data(f, lanes)))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	rows := read(loss)
	if got := strings.Join(rows[0], ","); got != "lane,step,loss.median,loss.least,loss.largest,loss.seeds,loss" {
		t.Errorf("columns are %s", got)
	}
	if got := strings.Join(rows[1], ","); got != "A–C,0,10,5,20,3," {
		t.Errorf("the first step is %s", got)
	}
	if rows[3][5] != "2" || rows[4][0] != "D" || rows[4][6] != "5" || rows[4][2] != "" {
		t.Errorf("the rows are %v", rows)
	}
	loss.Each = true
	rows = read(loss)
	if got := strings.Join(rows[1], ","); got != "A–C,0,10,5,20,3,5,20,10," || rows[0][7] != "loss.seed=2" || rows[3][8] != "" {
		t.Errorf("with single seeds: %s, %s, %s", rows[0], got, rows[3])
	}
	var v struct {
		Lanes []struct {
			Lane    string
			Columns []string
			Rows    [][]*float64
		}
	}
	if err := json.Unmarshal(AppendJSON(nil, loss, Data(loss, lanes)), &v); err != nil || len(v.Lanes) != 2 || v.Lanes[0].Lane != "A–C" || *v.Lanes[0].Rows[0][1] != 10 || v.Lanes[0].Rows[2][7] != nil {
		t.Errorf("JSON is %+v, %v", v, err)
	}
	if s := Summary(loss, lanes); !strings.Contains(s, "A–C SimSiam: line: median of 3 seeds, band: least to largest; loss 10 at step 0") || !strings.Contains(s, "where 2 seeds go from") {
		t.Errorf("the summary is %s", s)
	}
}
