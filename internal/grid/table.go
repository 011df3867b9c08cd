package grid

import (
	"slices"
	"strings"
)

// A Table is the points of a grid in rows and columns.
type Table struct {
	Across  string     // key whose values the columns are; empty: there is one column
	Down    []string   // keys whose values tell rows apart; empty: there is one row
	Columns []string   // values of Across
	Rows    [][]string // values of Down
	Cells   [][]*Point // of a row and a column
}

// Table arranges the points with a column for each value of a key and a row for each choice
// of the others, both in the order in which they were said. Without a key, or with one
// that is not swept, it is the last one.
func (g *Grid) Table(across string) Table {
	at := slices.Index(g.Keys, across)
	if at < 0 {
		at = len(g.Keys) - 1
	}
	t := Table{Columns: []string{""}, Rows: [][]string{nil}}
	if at >= 0 {
		t = Table{Across: g.Keys[at], Down: slices.Delete(slices.Clone(g.Keys), at, at+1)}
	}
	for i := range g.Points {
		p := &g.Points[i]
		row, column := 0, 0
		if at >= 0 {
			rest := slices.Delete(slices.Clone(p.Values), at, at+1)
			row = slices.IndexFunc(t.Rows, func(r []string) bool { return slices.Equal(r, rest) })
			if row < 0 {
				row, t.Rows = len(t.Rows), append(t.Rows, rest)
			}
			column = slices.Index(t.Columns, p.Values[at])
			if column < 0 {
				column, t.Columns = len(t.Columns), append(t.Columns, p.Values[at])
			}
		}
		for len(t.Cells) <= row {
			t.Cells = append(t.Cells, nil)
		}
		for len(t.Cells[row]) <= column {
			t.Cells[row] = append(t.Cells[row], nil)
		}
		t.Cells[row][column] = p
	}
	return t
}

// RowName says what a row's points have in common: "projector.depth=2 lambda=0".
func (t Table) RowName(i int) string {
	return strings.TrimSpace(Point{Values: t.Rows[i]}.Name(t.Down))
}
