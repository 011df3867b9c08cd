package main

import "fmt"

// gemm writes the micro-kernels of the matrix product: for every row count of
// a tile one function, which computes a column of tiles, in each of its turns,
//
//	for t < tiles, i < rows, j < 16 or 32:
//		sum := add != 0 ? c[t*rows+i][j] : 0
//		for l < lines*k { sum = fma(a[t*rows+i][l], b[l][j], sum) }
//		c[t*rows+i][j] = sum
//
// with all of a tile in registers. A's columns come in lines of k: aSkip leads
// from the end of one to the next, and aNext from the end of the last to the
// next tile; aTurn and cTurn lead from behind the last tile of a turn to the next
// turn. While the first tile is computed, what is ahead bytes from B comes
// closer; a tile of C does while the one before is computed. All strides are in bytes and free, so that one kernel serves every
// layout of A: packed or in place, transposed or not, or the patches of an image.
func gemm(s *stubs) []byte {
	t := newText(s)
	for rows := 1; rows <= 6; rows++ {
		tile{rows: rows, vectors: 2, bytes: 32, reg: "Y"}.write(t)
	}
	for vectors := 1; vectors <= 2; vectors++ {
		for rows := 1; rows <= 14; rows++ {
			tile{rows: rows, vectors: vectors, bytes: 64, reg: "Z"}.write(t)
		}
	}
	return t.Bytes()
}

// A tile is the shape of one micro-kernel.
type tile struct {
	rows, vectors int
	bytes         int    // of a vector
	reg           string // "Y" (AVX2) or "Z" (AVX-512, with masks for the last columns)
}

func (m tile) masked() bool { return m.reg == "Z" }

// acc is the accumulator of row i, vector v.
func (m tile) acc(i, v int) string { return fmt.Sprintf("%s%d", m.reg, i*m.vectors+v) }

// spare is the i-th register after the accumulators' greatest number.
func (m tile) spare(i int) string {
	if m.masked() {
		return fmt.Sprintf("Z%d", 28+i)
	}
	return fmt.Sprintf("Y%d", 12+i)
}

// row is the address of A's row i at the current k: five rows to a base register.
func (m tile) row(i int) string {
	base := [...]string{"R9", "R10", "R11"}[i/5]
	return base + [...]string{"", "(R12*1)", "(R12*2)", "(R13*1)", "(R12*4)"}[i%5]
}

func (m tile) address(i int) string {
	r := m.row(i)
	for j := range r {
		if r[j] == '(' {
			return "(" + r[:j] + ")" + r[j:]
		}
	}
	return "(" + r + ")"
}

func (m tile) write(t *text) {
	isa := "AVX2"
	if m.masked() {
		isa = "AVX512"
	}
	name := fmt.Sprintf("gemm%dx%d%s", m.rows, m.vectors*m.bytes/4, isa)
	args := []arg{{"turns", "int"}, {"tiles", "int"}, {"lines", "int"}, {"k", "int"},
		{"a", "*float32"}, {"aRow", "int"}, {"aCol", "int"}, {"aSkip", "int"}, {"aNext", "int"}, {"aTurn", "int"},
		{"b", "*float32"}, {"bRow", "int"}, {"ahead", "int"}, {"c", "*float32"}, {"cRow", "int"}, {"cTurn", "int"}, {"add", "int"}}
	if m.masked() {
		args = append(args, arg{"mask", "int"})
	}
	f := t.begin(fmt.Sprintf("%s computes a column of tiles of %d x %d.", name, m.rows, m.vectors*m.bytes/4), name, args, "")
	load := func(name, reg string) { f.op("MOVQ %s, %s", f.arg(name, ""), reg) }

	load("aRow", "R12")
	f.op("LEAQ (R12)(R12*2), R13")
	load("aCol", "R8")
	load("bRow", "BX")
	load("cRow", "R14")
	load("a", "R9")
	load("c", "SI")
	load("ahead", "R15")
	if m.masked() {
		load("mask", "AX")
		f.op("KMOVW AX, K1")
		f.op("SHRQ $16, AX")
		f.op("KMOVW AX, K2")
	}

	f.at("turn")
	load("tiles", "DI")
	f.at("tile")
	f.say("DX runs down B; R9, R10 and R11 run along rows 0, 5 and 10 of this tile of A; SI is its corner of C.")
	load("b", "DX")
	if m.rows > 5 { // R10 = a + 5 rows, R11 = a + 10 rows
		f.op("LEAQ (R9)(R12*4), R10")
		f.op("ADDQ R12, R10")
	}
	if m.rows > 10 {
		f.op("LEAQ (R10)(R12*4), R11")
		f.op("ADDQ R12, R11")
	}
	f.say("The tile starts from C or from zero.")
	f.op("CMPQ %s, $0", f.arg("add", ""))
	f.op("JEQ zero")
	f.op("MOVQ SI, AX")
	for i := range m.rows {
		for v := range m.vectors {
			if m.masked() {
				f.op("VMOVUPS.Z %d(AX), K%d, %s", v*m.bytes, v+1, m.acc(i, v))
			} else {
				f.op("VMOVUPS %d(AX), %s", v*m.bytes, m.acc(i, v))
			}
		}
		f.op("ADDQ R14, AX")
	}
	f.say("The next tile of C comes closer meanwhile.")
	for range m.rows {
		f.op("PREFETCHT0 (AX)")
		f.op("PREFETCHT0 %d(AX)", m.vectors*m.bytes-4)
		f.op("ADDQ R14, AX")
	}
	f.op("JMP start")
	f.at("zero")
	for i := range m.rows {
		for v := range m.vectors {
			if m.masked() {
				f.op("VPXORD %[1]s, %[1]s, %[1]s", m.acc(i, v))
			} else {
				f.op("VXORPS %[1]s, %[1]s, %[1]s", m.acc(i, v))
			}
		}
	}

	f.at("start")
	load("lines", "AX")
	f.at("line")
	load("k", "CX")
	f.at("loop")
	f.say("One k: a row of B times a column of A.")
	for v := range m.vectors {
		f.op("VMOVUPS %d(DX), %s", v*m.bytes, m.spare(v))
	}
	for i := range m.rows {
		a := m.spare(2 + i%2)
		f.op("VBROADCASTSS %s, %s", m.address(i), a)
		for v := range m.vectors {
			f.op("VFMADD231PS %s, %s, %s", m.spare(v), a, m.acc(i, v))
		}
	}
	f.op("PREFETCHT1 (DX)(R15*1)")
	f.op("ADDQ BX, DX")
	for base := 0; base < m.rows; base += 5 {
		f.op("ADDQ R8, %s", [...]string{"R9", "R10", "R11"}[base/5])
	}
	f.op("DECQ CX")
	f.op("JNZ loop")
	f.op("DECQ AX")
	f.op("JZ store")
	for base := 0; base < m.rows; base += 5 {
		f.op("ADDQ %s, %s", f.arg("aSkip", ""), [...]string{"R9", "R10", "R11"}[base/5])
	}
	f.op("JMP line")

	f.at("store")
	for i := range m.rows {
		for v := range m.vectors {
			if m.masked() {
				f.op("VMOVUPS %s, K%d, %d(SI)", m.acc(i, v), v+1, v*m.bytes)
			} else {
				f.op("VMOVUPS %s, %d(SI)", m.acc(i, v), v*m.bytes)
			}
		}
		f.op("ADDQ R14, SI")
	}
	f.op("ADDQ %s, R9", f.arg("aNext", ""))
	f.op("XORQ R15, R15") // what is ahead is on its way
	f.op("DECQ DI")
	f.op("JNZ tile")
	f.op("ADDQ %s, R9", f.arg("aTurn", ""))
	f.op("ADDQ %s, SI", f.arg("cTurn", ""))
	f.op("DECQ %s", f.arg("turns", ""))
	f.op("JNZ turn")
	f.end()
}
