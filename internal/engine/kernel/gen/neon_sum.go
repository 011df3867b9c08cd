package main

// neonSums writes the reductions of sum.go for arm64: the 16 stripes are four
// vectors, element j in lane j%4 of vector j/4%4. The last elements, fewer than
// four, stand in a vector of zeros, since adding zero to a stripe changes nothing.
func neonSums(s *stubs) []byte {
	t := newText(s)
	neonReduce(t, "sumNEON", "the sum of x", []string{"x"})
	neonReduce(t, "dotNEON", "the sum of x*y", []string{"x", "y"})
	neonGreatest(t)
	return t.Bytes()
}

// neonReduce writes a sum over products of the named slices: stripes in vectors
// 0 to 3, x in 4 to 7, y in 16 to 19, the term of the last elements in 20.
func neonReduce(t *text, name, doc string, names []string) {
	f := t.begin(name+" is "+doc+" in stripes.", name, slices(names...), "float32")
	first := []int{4, 16}
	for i, n := range names {
		f.op("MOVD %s, R%d", f.arg(n, "_base"), i)
	}
	f.op("MOVD %s, R2", f.arg("x", "_len"))
	f.clear(0, 4)

	f.at("loop")
	f.op("SUBS $16, R2, R2")
	f.op("BLT rest")
	for i := range names {
		f.loads("R"+itoa(i), first[i], 4)
		f.op("ADD $64, R%d, R%[1]d", i)
	}
	if len(names) == 2 {
		for v := range 4 {
			f.three("fmul", 4+v, 4+v, 16+v)
		}
	}
	for v := range 4 {
		f.three("fadd", v, v, 4+v)
	}
	f.op("B loop")

	f.at("rest")
	f.say("The last R2 < 16 elements: R3 whole vectors, and R4 elements behind them.")
	f.op("ADD $16, R2, R2")
	f.op("AND $3, R2, R4")
	f.op("LSR $2, R2, R3")
	f.clear(20, 22)
	f.op("CBZ R4, whole")
	for i := range names {
		f.op("ADD R3<<4, R%d, R%d", i, 5+i)
	}
	for lane := range 3 {
		for i := range names {
			f.op("VLD1.P 4(R%d), V%d.S[%d]", 5+i, 20+i, lane)
		}
		if lane < 2 {
			f.op("SUBS $1, R4, R4")
			f.op("BEQ product")
		}
	}
	f.at("product")
	if len(names) == 2 {
		f.three("fmul", 20, 20, 21)
	}
	f.at("whole")
	for v := range 3 {
		f.op("CBZ R3, last%d", v)
		f.op("SUB $1, R3, R3")
		for i := range names {
			f.op("FMOVQ.P 16(R%d), F%d", i, first[i])
		}
		if len(names) == 2 {
			f.three("fmul", 4, 4, 16)
		}
		f.three("fadd", v, v, 4)
	}
	for v := 3; v >= 0; v-- {
		f.at("last" + itoa(v))
		f.three("fadd", v, v, 20)
		if v > 0 {
			f.op("B fold")
		}
	}

	f.at("fold")
	f.say("Halves, quarters, eighths.")
	f.three("fadd", 0, 0, 2)
	f.three("fadd", 1, 1, 3)
	f.three("fadd", 0, 0, 1)
	f.op("VEXT $8, V0.B16, V0.B16, V1.B16")
	f.three("fadd", 0, 0, 1)
	f.op("VEXT $4, V0.B16, V0.B16, V1.B16")
	f.three("fadd", 0, 0, 1)
	f.op("FMOVS F0, %s", f.arg("ret", ""))
	f.op("RET")
}

// neonGreatest writes the greatest element; the order does not matter to it.
func neonGreatest(t *text) {
	f := t.begin("greatestNEON is the greatest element of x, -Inf for none, NaN where there is one.", "greatestNEON", slices("x"), "float32")
	f.op("MOVD %s, R0", f.arg("x", "_base"))
	f.op("MOVD %s, R1", f.arg("x", "_len"))
	f.op("MOVD $0xff800000, R2")
	for v := range 4 {
		f.op("VDUP R2, V%d.S4", v)
	}
	f.at("four")
	f.op("SUBS $16, R1, R1")
	f.op("BLT fourEnd")
	f.loads("R0", 4, 4)
	f.op("ADD $64, R0, R0")
	for v := range 4 {
		f.three("fmax", v, v, 4+v)
	}
	f.op("B four")
	f.at("fourEnd")
	f.op("ADD $16, R1, R1")
	f.at("element")
	f.op("SUBS $1, R1, R1")
	f.op("BLT fold")
	f.op("VLD1R.P 4(R0), [V4.S4]")
	f.three("fmax", 0, 0, 4)
	f.op("B element")
	f.at("fold")
	f.three("fmax", 0, 0, 1)
	f.three("fmax", 2, 2, 3)
	f.three("fmax", 0, 0, 2)
	f.two("fmaxv", 0, 0)
	f.op("FMOVS F0, %s", f.arg("ret", ""))
	f.op("RET")
}
