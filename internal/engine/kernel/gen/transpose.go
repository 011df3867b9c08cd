package main

// transpose writes the packing of a transposed operand: blocks of 8 x 8 are
// turned in registers (unpack, shuffle, exchange of halves).
func transpose(s *stubs) []byte {
	t := newText(s)
	f := t.begin("transposeAVX2 is dst[j*dstRow+i] = src[i*srcRow+j] for i < 8, j < 8*blocks; strides are in bytes.",
		"transposeAVX2", []arg{{"dst", "*float32"}, {"dstRow", "int"}, {"src", "*float32"}, {"srcRow", "int"}, {"blocks", "int"}}, "")
	f.op("MOVQ %s, DI", f.arg("dst", ""))
	f.op("MOVQ %s, R8", f.arg("dstRow", ""))
	f.op("MOVQ %s, SI", f.arg("src", ""))
	f.op("MOVQ %s, R9", f.arg("srcRow", ""))
	f.op("MOVQ %s, CX", f.arg("blocks", ""))
	f.op("LEAQ (R9)(R9*2), R10")
	f.op("LEAQ (R8)(R8*2), R11")
	f.at("block")
	f.op("LEAQ (SI)(R9*4), DX")
	for i := range 8 {
		base := [...]string{"SI", "DX"}[i/4]
		index := [...]string{"", "(R9*1)", "(R9*2)", "(R10*1)"}[i%4]
		f.op("VMOVUPS (%s)%s, Y%d", base, index, i)
	}
	f.say("Pairs of rows, then fours, then whole columns.")
	for i := 0; i < 8; i += 2 { // pairs of rows: a0 b0 a1 b1 | a4 b4 a5 b5, and 2 3 6 7
		f.op("VUNPCKLPS Y%d, Y%d, Y%d", i+1, i, 8+i)
		f.op("VUNPCKHPS Y%d, Y%d, Y%d", i+1, i, 9+i)
	}
	for h := 0; h < 8; h += 4 { // fours of rows: columns 0, 4 | 1, 5 | 2, 6 | 3, 7
		for i := range 2 {
			f.op("VSHUFPS $0x44, Y%d, Y%d, Y%d", 10+h+i, 8+h+i, h+2*i)
			f.op("VSHUFPS $0xEE, Y%d, Y%d, Y%d", 10+h+i, 8+h+i, h+2*i+1)
		}
	}
	for i := range 4 { // whole columns i and i+4
		f.op("VPERM2F128 $0x20, Y%d, Y%d, Y%d", 4+i, i, 8+i)
		f.op("VPERM2F128 $0x31, Y%d, Y%d, Y%d", 4+i, i, 12+i)
	}
	f.op("LEAQ (DI)(R8*4), DX")
	for i := range 8 {
		base := [...]string{"DI", "DX"}[i/4]
		index := [...]string{"", "(R8*1)", "(R8*2)", "(R11*1)"}[i%4]
		f.op("VMOVUPS Y%d, (%s)%s", 8+i, base, index)
	}
	f.op("ADDQ $32, SI")
	f.op("LEAQ (DI)(R8*8), DI")
	f.op("DECQ CX")
	f.op("JNZ block")
	f.end()
	return t.Bytes()
}
