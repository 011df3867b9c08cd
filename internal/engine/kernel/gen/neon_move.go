package main

// neonTranspose writes the packing of a transposed operand for arm64: eight rows
// of four are turned in registers as two blocks of 4 x 4 (pairs, then fours).
func neonTranspose(s *stubs) []byte {
	t := newText(s)
	f := t.begin("transposeNEON is dst[j*dstRow+i] = src[i*srcRow+j] for i < 8, j < 4*fours; strides are in bytes.",
		"transposeNEON", []arg{{"dst", "*float32"}, {"dstRow", "int"}, {"src", "*float32"}, {"srcRow", "int"}, {"fours", "int"}}, "")
	f.params([]string{"dst", "dstRow", "src", "srcRow", "fours"}, []string{"R0", "R1", "R8", "R3", "R4"})
	f.say("R8 to R15 run along the eight rows.")
	for i := 9; i < 16; i++ {
		f.op("ADD R3, R%d, R%d", i-1, i)
	}
	f.at("four")
	for i := range 8 {
		f.op("FMOVQ.P 16(R%d), F%d", 8+i, i)
	}
	for h := range 2 { // rows 4h to 4h+3 become vectors 16+h, 18+h, 20+h, 22+h: half of a column each
		for i := range 2 { // a0 b0 a2 b2 and a1 b1 a3 b3 of two rows
			a, b := 4*h+2*i, 4*h+2*i+1
			f.op("VTRN1 V%d.S4, V%d.S4, V%d.S4", b, a, 8+2*i)
			f.op("VTRN2 V%d.S4, V%d.S4, V%d.S4", b, a, 9+2*i)
		}
		for i := range 2 { // columns i and i+2
			f.op("VTRN1 V%d.D2, V%d.D2, V%d.D2", 10+i, 8+i, 16+2*i+h)
			f.op("VTRN2 V%d.D2, V%d.D2, V%d.D2", 10+i, 8+i, 20+2*i+h)
		}
	}
	for j := range 4 {
		f.op("FSTPQ (F%d, F%d), (R0)", 16+2*j, 17+2*j)
		f.op("ADD R1, R0, R0")
	}
	f.op("SUBS $1, R4, R4")
	f.op("BNE four")
	f.op("RET")
	return t.Bytes()
}

// neonGather writes the copying of patches for arm64, eight elements at a time, as gather does.
func neonGather(s *stubs) []byte {
	t := newText(s)
	names := []string{"dst", "dstStep", "src", "srcStep", "srcLine", "lines", "run", "n"}
	f := t.begin("gatherNEON copies, for p < n and l < lines, run elements from src[p*srcStep+l*srcLine] to dst[p*dstStep+l*run], up to seven too many; strides are in bytes.",
		"gatherNEON", []arg{{"dst", "*float32"}, {"dstStep", "int"}, {"src", "*float32"}, {"srcStep", "int"}, {"srcLine", "int"},
			{"lines", "int"}, {"run", "int"}, {"n", "int"}}, "")
	f.params(names, []string{"R0", "R1", "R2", "R3", "R4", "R5", "R6", "R7"})
	f.at("position")
	f.op("MOVD R0, R8") // line in dst
	f.op("MOVD R2, R9") // line in src
	f.op("MOVD R5, R10")
	f.at("line")
	f.op("MOVD R8, R11")
	f.op("MOVD R9, R12")
	f.op("MOVD R6, R13")
	f.at("vector")
	f.op("FLDPQ.P 32(R12), (F0, F1)")
	f.op("FSTPQ.P (F0, F1), 32(R11)")
	f.op("SUBS $8, R13, R13")
	f.op("BGT vector")
	f.op("ADD R6<<2, R8, R8")
	f.op("ADD R4, R9, R9")
	f.op("SUBS $1, R10, R10")
	f.op("BNE line")
	f.op("ADD R1, R0, R0")
	f.op("ADD R3, R2, R2")
	f.op("SUBS $1, R7, R7")
	f.op("BNE position")
	f.op("RET")
	return t.Bytes()
}
