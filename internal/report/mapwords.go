package report

import (
	"fmt"
	"math"
	"slices"

	"gradlab/internal/record"
)

// mapWords are what is said of a heatmap beside its picture. Its browser twins are
// the classes of static/src/heatmap.js, shares.js and likeness.js.
type mapWords struct {
	caption  func(f record.Frame, step int) string // which part of what is shown
	sentence func(f record.Frame) string           // what a reader would look for
	end      func(f record.Frame) float32          // the value of the last colour
}

// wordsOf returns the words for the frames of a name.
func wordsOf(name string) mapWords {
	switch name {
	case "shares":
		return mapWords{anchors, halfThePush, heaviest}
	case "likeness":
		return mapWords{images, likeImages, one}
	}
	return mapWords{channels, offDiagonal, one}
}

func one(record.Frame) float32 { return 1 }

// heaviest is the largest element in size: shares are small where many push.
func heaviest(f record.Frame) float32 {
	most := 0
	for _, v := range f.Data {
		most = max(most, int(v), -int(v))
	}
	if most == 0 {
		return 1
	}
	return f.Scale * float32(most)
}

func channels(f record.Frame, step int) string {
	s := fmt.Sprintf("%d channels", f.Rows)
	if f.Of > f.Rows {
		s = fmt.Sprintf("%d of %d channels", f.Rows, f.Of)
	}
	if step < 0 { // of no run
		return s
	}
	return fmt.Sprintf("%s, step %d", s, step)
}

// offDiagonal sums up what a reader looks for in a correlation matrix.
func offDiagonal(f record.Frame) string {
	mean, largest, at, ok := apart(f)
	if !ok {
		return ""
	}
	own := 0.0
	for i := range f.Rows {
		own += float64(f.At(i, i))
	}
	return fmt.Sprintf("mean |off-diagonal| %.2f, mean diagonal %.2f, largest %.2f at (%d, %d)", mean, own/float64(f.Rows), largest, at[0], at[1])
}

func anchors(f record.Frame, step int) string {
	return fmt.Sprintf("%d anchors, %d samples, step %d", f.Rows, f.Cols, step)
}

// halfThePush says how few samples make half of an anchor's negative term, on
// average. Elements are roots of shares.
func halfThePush(f record.Frame) string {
	sum, rows := 0, 0
	for i := range f.Rows {
		if n := half(f, i); n > 0 {
			sum, rows = sum+n, rows+1
		}
	}
	if rows == 0 {
		return "nothing pushes"
	}
	return fmt.Sprintf("half of an anchor's push comes from %.1f samples on average", float64(sum)/float64(rows))
}

// half returns how many samples make half of what is shown of row i; 0 where
// nothing is.
func half(f record.Frame, i int) int {
	shares, whole := make([]float64, f.Cols), 0.0
	for j := range shares {
		shares[j] = float64(f.At(i, j)) * float64(f.At(i, j))
		whole += shares[j]
	}
	slices.Sort(shares)
	sum := 0.0
	for n := 1; n <= f.Cols; n++ {
		if sum += shares[f.Cols-n]; sum >= whole/2 && whole > 0 {
			return n
		}
	}
	return 0
}

func images(f record.Frame, step int) string {
	return fmt.Sprintf("%d held-out images by class, step %d", f.Rows, step)
}

func likeImages(f record.Frame) string {
	mean, largest, at, ok := apart(f)
	if !ok {
		return ""
	}
	return fmt.Sprintf("mean |cosine| of two images %.2f, most alike %d and %d with %.2f", mean, at[0], at[1], largest)
}

// apart returns the mean and the largest size of the elements off the diagonal;
// not ok where there are none.
func apart(f record.Frame) (mean, largest float64, at [2]int, ok bool) {
	sum, n, largest := 0.0, 0, -1.0
	for i := range f.Rows {
		for j := range f.Cols {
			if i == j {
				continue
			}
			v := math.Abs(float64(f.At(i, j)))
			sum, n = sum+v, n+1
			if v > largest {
				largest, at = v, [2]int{i, j}
			}
		}
	}
	return sum / float64(max(n, 1)), largest, at, n > 0
}
