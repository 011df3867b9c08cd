package grid

import (
	"fmt"
	"strings"
	"testing"
)

// Columns are the values of one key, rows the choices of the others, and each cell is the
// point of its row and column.
func TestTable(t *testing.T) {
	g, err := Parse(nil, strings.Fields("data=shapes projector.depth=1,2 batch=8,9,16 lr=0.1,0.2 seed=1..2"))
	if err != nil {
		t.Fatal(err)
	}
	for across, want := range map[string]string{
		"":                "lr [0.1 0.2] [projector.depth batch] [[1 8] [1 9] [1 16] [2 8] [2 9] [2 16]]",
		"lr":              "lr [0.1 0.2] [projector.depth batch] [[1 8] [1 9] [1 16] [2 8] [2 9] [2 16]]",
		"projector.depth": "projector.depth [1 2] [batch lr] [[8 0.1] [8 0.2] [9 0.1] [9 0.2] [16 0.1] [16 0.2]]",
		"nothing":         "lr [0.1 0.2] [projector.depth batch] [[1 8] [1 9] [1 16] [2 8] [2 9] [2 16]]",
	} {
		table := g.Table(across)
		if got := fmt.Sprint(table.Across, " ", table.Columns, " ", table.Down, " ", table.Rows); got != want {
			t.Errorf("%q: %s, want %s", across, got, want)
		}
		for i := range table.Rows {
			for j, column := range table.Columns {
				p := table.Cells[i][j]
				if p == nil || len(p.Runs) != 2 {
					t.Fatalf("%q: no point in row %d, column %d", across, i, j)
				}
				for _, part := range append(strings.Fields(table.RowName(i)), table.Across+"="+column) {
					if !strings.Contains(p.Name(g.Keys), part) {
						t.Errorf("%q: %s stands where %s is", across, p.Name(g.Keys), part)
					}
				}
			}
		}
	}
	one, err := Parse(nil, []string{"seed=1..3"})
	if err != nil {
		t.Fatal(err)
	}
	if table := one.Table(""); len(table.Cells) != 1 || len(table.Cells[0]) != 1 || len(table.Cells[0][0].Runs) != 3 || table.RowName(0) != "" {
		t.Errorf("a sweep of seeds alone: %+v", table)
	}
}
