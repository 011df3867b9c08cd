package main

// gather writes the copying of patches and of the operands of products: many
// short runs, for which a call of memmove each would cost more than the copying.
// Runs are copied in whole vectors, upwards, so that what spills over a run's end
// is overwritten by the next. stripes is gather for many lines, which it calls
// for in advance: they are further apart than the machine would look by itself.
func gather(s *stubs) []byte {
	t := newText(s)
	runs(t, "gatherAVX2", false)
	runs(t, "stripesAVX2", true)
	return t.Bytes()
}

func runs(t *text, name string, advance bool) {
	f := t.begin(name+" copies, for p < n and l < lines, run elements from src[p*srcStep+l*srcLine] to dst[p*dstStep+l*run], up to seven too many; strides are in bytes.",
		name, []arg{{"dst", "*float32"}, {"dstStep", "int"}, {"src", "*float32"}, {"srcStep", "int"}, {"srcLine", "int"},
			{"lines", "int"}, {"run", "int"}, {"n", "int"}}, "")
	load := func(name, reg string) { f.op("MOVQ %s, %s", f.arg(name, ""), reg) }
	load("dst", "DI")
	load("dstStep", "R8")
	load("src", "SI")
	load("srcStep", "R9")
	load("srcLine", "R10")
	load("lines", "R11")
	load("run", "R12")
	load("n", "CX")
	f.op("SHLQ $2, R12")
	f.at("position")
	f.op("MOVQ DI, AX") // line in dst
	f.op("MOVQ SI, BX") // line in src
	f.op("MOVQ R11, DX")
	f.at("line")
	if advance {
		f.op("PREFETCHT0 (BX)(R10*8)")
	}
	f.op("XORQ R13, R13")
	f.at("vector")
	f.op("VMOVUPS (BX)(R13*1), Y0")
	f.op("VMOVUPS Y0, (AX)(R13*1)")
	f.op("ADDQ $32, R13")
	f.op("CMPQ R13, R12")
	f.op("JLT vector")
	f.op("ADDQ R12, AX")
	f.op("ADDQ R10, BX")
	f.op("DECQ DX")
	f.op("JNZ line")
	f.op("ADDQ R8, DI")
	f.op("ADDQ R9, SI")
	f.op("DECQ CX")
	f.op("JNZ position")
	f.end()
}
