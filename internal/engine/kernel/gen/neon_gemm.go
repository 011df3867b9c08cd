package main

import "fmt"

// neonGemm writes the micro-kernels of gemm for arm64: tiles of 1 to 6 rows and
// of 1 to 4 vectors of four columns, which compute
//
//	for n < turns, t < tiles, i < rows, j < 4*vectors:
//		sum := add != 0 ? C[i][j] : 0
//		for l < lines*k { sum = fma(A[i][l], b[l][j], sum) }
//		C[i][j] = sum
//
// with A's rows aRow apart, its columns aCol apart in lines of k. aSkip leads from
// the end of a line to the next, aNext from the end of a tile's last line to the
// next tile; aTurn and cTurn lead from where the next tile would be to the next
// turn. Strides are in bytes. One k of the full tile takes
//
//	2 FLDPQ   16 columns of a row of B
//	6 FMOVS   6 rows of a column of A
//	24 FMLA   by element: A is not broadcast first
//	2 ADD, 1 SUBS, 1 BNE
//
// 36 instructions for 192 operations. 24 chains are in flight, where four
// pipelines of latency 4 ask for 16. A is read element by element, so that any
// strides do: ten registers are loaded for 24 FMLA, less than one for two.
func neonGemm(s *stubs) []byte {
	t := newText(s)
	for vectors := 1; vectors <= 4; vectors++ {
		for rows := 1; rows <= 6; rows++ {
			neonTile{rows, vectors}.write(t)
		}
	}
	return t.Bytes()
}

// A neonTile is the shape of one micro-kernel: rows x vectors accumulators from
// register 0 on, a row of B in 24 to 27, four elements of A in 28 to 31.
type neonTile struct{ rows, vectors int }

func (m neonTile) write(t *text) {
	name := fmt.Sprintf("gemm%dx%dNEON", m.rows, 4*m.vectors)
	names := []string{"turns", "tiles", "lines", "k", "a", "aRow", "aCol", "aSkip", "aNext", "aTurn", "b", "bRow", "c", "cRow", "cTurn", "add"}
	var args []arg
	for _, n := range names {
		kind := "int"
		if n == "a" || n == "b" || n == "c" {
			kind = "*float32"
		}
		args = append(args, arg{n, kind})
	}
	f := t.begin(fmt.Sprintf("%s computes a column of tiles of %d x %d.", name, m.rows, 4*m.vectors), name, args, "")
	f.params(names, []string{"R0", "R1", "R20", "R21", "R2", "R3", "R4", "R22", "R23", "R24", "R5", "R6", "R7", "R8", "R25", "R9"})
	row := []string{"", "(R3)", "(R13)", "(R14)", "(R15)", "(R16)"} // A's rows, from its current column
	f.say("R13 to R16 are 2 to 5 rows of A.")
	f.op("ADD R3, R3, R13")
	f.op("ADD R3, R13, R14")
	f.op("ADD R13, R13, R15")
	f.op("ADD R3, R15, R16")

	f.at("turn")
	f.op("MOVD R1, R10")
	f.at("tile")
	f.say("R2 runs along A, R12 down B; R7 is the tile's corner of C. R10, R11 and R19 count tiles, lines and columns of A.")
	f.op("MOVD R5, R12")
	f.say("The tile starts from C or from zero.")
	f.op("CBZ R9, zero")
	f.op("MOVD R7, R17")
	for i := range m.rows {
		f.loads("R17", i*m.vectors, m.vectors)
		f.op("ADD R8, R17, R17")
	}
	f.op("B start")
	f.at("zero")
	f.clear(0, m.rows*m.vectors)

	f.at("start")
	f.op("MOVD R20, R11")
	f.at("line")
	f.op("MOVD R21, R19")
	f.at("loop")
	f.say("One k: a row of B times a column of A.")
	element := func(i int) {
		if i < m.rows {
			f.op("FMOVS (R2)%s, F%d", row[i], 28+i%4)
		}
	}
	f.loads("R12", 24, m.vectors)
	for i := range 4 {
		element(i)
	}
	for i := range m.rows {
		for v := range m.vectors {
			f.fma(i*m.vectors+v, 24+v, 28+i%4)
		}
		element(i + 4)
	}
	f.op("ADD R4, R2, R2")
	f.op("ADD R6, R12, R12")
	f.op("SUBS $1, R19, R19")
	f.op("BNE loop")
	f.op("SUBS $1, R11, R11")
	f.op("BEQ store")
	f.op("ADD R22, R2, R2")
	f.op("B line")

	f.at("store")
	for i := range m.rows {
		f.stores("R7", i*m.vectors, m.vectors)
		f.op("ADD R8, R7, R7")
	}
	f.op("ADD R23, R2, R2")
	f.op("SUBS $1, R10, R10")
	f.op("BNE tile")
	f.op("ADD R24, R2, R2")
	f.op("ADD R25, R7, R7")
	f.op("SUBS $1, R0, R0")
	f.op("BNE turn")
	f.op("RET")
}
