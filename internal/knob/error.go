package knob

import (
	"fmt"
	"strings"
)

// An Error is one bad setting: which key, which value, what is wrong, what would be right.
type Error struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Problem string `json:"problem"`           // "is outside", "is not a known setting"
	Range   string `json:"range,omitempty"`   // allowed values in words
	Nearest string `json:"nearest,omitempty"` // nearest valid value, or closest known key

	// With names the other settings that take part where two do not go together.
	With []string `json:"with,omitempty"`
}

// Error says key, value, problem, range and the nearest valid value in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", e.Key, quote(e.Value), e.Problem)
	if e.Range != "" {
		fmt.Fprintf(&b, " %s", e.Range)
	}
	if e.Nearest != "" {
		fmt.Fprintf(&b, "; the nearest is %s", e.Nearest)
	}
	return b.String()
}

// quote keeps numbers bare and makes everything else visible, cut to a line's length.
func quote(s string) string {
	if len(s) > 60 {
		s = s[:57] + "..."
	}
	if s != "" && strings.Trim(s, "0123456789.+-eE") == "" {
		return s
	}
	return fmt.Sprintf("%q", s)
}

// Errors are all bad settings of one input, in its order.
type Errors []*Error

// Error gives one line per bad setting.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// List says in words what there is to choose from: "a", "a or b", "a, b or c".
func List(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// Unknown is the error for a key that nobody declared; known are the keys that exist.
func Unknown(key, value string, known []string) *Error {
	return &Error{Key: key, Value: value, Problem: "is given to an unknown setting", Nearest: Closest(key, known)}
}

// Closest returns the candidate with the smallest edit distance to s, or "" where
// none shares enough with it to be what was meant.
func Closest(s string, candidates []string) string {
	if len(s) > 64 {
		return "" // nobody mistypes that much, and the distance costs the product of the lengths
	}
	best, at := len(s)/2+2, ""
	for _, c := range candidates {
		if d := distance(strings.ToLower(s), strings.ToLower(c)); d < best {
			best, at = d, c
		}
	}
	return at
}

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
