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
// closer; so does a tile of C, if it is read while the one before is computed. All strides are in bytes and free, so that one kernel serves every
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

	closer := func(why string) { // AX runs down the tile
		f.say(why)
		for range m.rows {
			f.op("PREFETCHT0 (AX)")
			f.op("PREFETCHT0 %d(AX)", m.vectors*m.bytes-4)
			f.op("ADDQ R14, AX")
		}
	}

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
	closer("The next tile of C comes closer meanwhile.")
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
	f.op("MOVQ SI, AX")
	closer("The tile of C does, to be written.")

	f.at("start")
	load("lines", "AX")
	f.at("line")
	load("k", "CX")
	m.unroll(f)
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
	f.at("lined")
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

// unroll writes the loops that take four k at a time, for the tiles that call for
// nothing ahead: one where A's rows are contiguous (packed by rows, or in place),
// one where its columns are (packed in tiles, or transposed). What they save is instructions that
// are not multiply-adds, which count where another thread shares the core: 85
// for four k of 6 rows of 16, where the loop over one k has 100; for 14 of 32 184 and 204.
// R15 is free in them, since it is 0 otherwise.
func (m tile) unroll(f *fn) {
	const times = 4
	ahead := 4 * m.bytes * m.vectors // bytes of A, which is one stretch where it is packed in tiles
	b := [times]string{"(DX)", "(DX)(BX*1)", "(DX)(BX*2)", "(DX)(R15*1)"}
	four := func(a func(l, i int) string) {
		for l := range times {
			for v := range m.vectors {
				f.op("VMOVUPS %d%s, %s", v*m.bytes, b[l], m.spare(v))
			}
			for i := range m.rows {
				r := m.spare(2 + i%2)
				f.op("VBROADCASTSS %s, %s", a(l, i), r)
				for v := range m.vectors {
					f.op("VFMADD231PS %s, %s, %s", m.spare(v), r, m.acc(i, v))
				}
			}
		}
		f.op("LEAQ (DX)(BX*%d), DX", times)
	}
	f.op("TESTQ R15, R15")
	f.op("JNZ loop")
	f.op("SUBQ $%d, CX", times)
	f.op("JLT few")
	f.op("LEAQ (BX)(BX*2), R15")
	f.op("CMPQ R8, $4")
	f.op("JEQ along")
	f.op("CMPQ R12, $4")
	f.op("JEQ across")
	f.at("few")
	f.op("XORQ R15, R15")
	f.op("ADDQ $%d, CX", times)
	f.op("JMP loop")

	f.at("along")
	f.say("Four k along the rows of A.")
	four(func(l, i int) string { return fmt.Sprintf("%d%s", 4*l, m.address(i)) })
	for base := 0; base < m.rows; base += 5 {
		f.op("ADDQ $%d, %s", 4*times, [...]string{"R9", "R10", "R11"}[base/5])
	}
	f.op("SUBQ $%d, CX", times)
	f.op("JGE along")
	f.op("XORQ R15, R15")
	f.op("ADDQ $%d, CX", times)
	f.op("JNZ loop")
	f.op("JMP lined")

	f.at("across")
	f.op("LEAQ (R8)(R8*2), R13")
	f.at("columns")
	f.say("Four k across columns of A, whose elements are contiguous; it comes closer by as many lines.")
	for line := range max(2, (times*4*m.rows+63)/64) {
		f.op("PREFETCHT0 %d(R9)", ahead+64*line)
	}
	a := [times]string{"(R9)", "(R9)(R8*1)", "(R9)(R8*2)", "(R9)(R13*1)"}
	four(func(l, i int) string { return fmt.Sprintf("%d%s", 4*i, a[l]) })
	f.op("LEAQ (R9)(R8*%d), R9", times)
	f.op("SUBQ $%d, CX", times)
	f.op("JGE columns")
	f.op("XORQ R15, R15")
	f.op("LEAQ (R12)(R12*2), R13")
	for base := 5; base < m.rows; base += 5 {
		f.op("LEAQ %d(R9), %s", 4*base, [...]string{"R9", "R10", "R11"}[base/5])
	}
	f.op("ADDQ $%d, CX", times)
	f.op("JNZ loop")
	f.op("JMP lined")
}
