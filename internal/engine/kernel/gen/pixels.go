package main

// pixels writes the loops over pictures: those over colours (colours.go), and
// those that walk over rows.
func pixels(s *stubs) []byte {
	t := newText(s)
	constants(t, colours)
	move.write(t)
	for _, k := range coloured {
		k.write(t)
	}
	widen(t)
	mixRows(t)
	affineRows(t)
	taps(t)
	return t.Bytes()
}

// A width is how many elements a turn of a loop works on: vectors of a
// register's kind ("Y": eight elements, "X": one).
type width struct {
	name, next    string
	step, vectors int
	reg, move     string
}

// widths are those of a loop over a row, largest first; each falls through to
// the next, and the last to done.
var widths = []width{
	{"four", "one", 32, 4, "Y", "VMOVUPS"},
	{"one", "element", 8, 1, "Y", "VMOVUPS"},
	{"element", "done", 1, 1, "X", "VMOVSS"},
}

// overRow writes the loops over a row: element AX of CX, BX is the next turn's.
func overRow(f *fn, turn func(w width)) {
	f.op("XORQ AX, AX")
	for _, w := range widths {
		f.at(w.name)
		f.op("LEAQ %d(AX), BX", w.step)
		f.op("CMPQ BX, CX")
		f.op("JGT %s", w.next)
		turn(w)
		f.op("MOVQ BX, AX")
		f.op("JMP %s", w.name)
	}
	f.at("done")
}

// widen writes the loop from bytes to floats.
func widen(t *text) {
	f := t.begin("widenAVX2 is dst = x.", "widenAVX2", []arg{{"dst", "[]float32"}, {"x", "[]uint8"}}, "")
	f.op("MOVQ %s, DI", f.arg("dst", "_base"))
	f.op("MOVQ %s, CX", f.arg("dst", "_len"))
	f.op("MOVQ %s, SI", f.arg("x", "_base"))
	overRow(f, func(w width) {
		if w.reg == "X" {
			f.op("MOVBLZX (SI)(AX*1), DX")
			f.op("VCVTSI2SSL DX, X0, X0")
			f.op("VMOVSS X0, (DI)(AX*4)")
			return
		}
		for v := range w.vectors {
			f.op("VPMOVZXBD %d(SI)(AX*1), Y%d", 8*v, v)
			f.op("VCVTDQ2PS Y%[1]d, Y%[1]d", v)
			f.op("VMOVUPS Y%d, %d(DI)(AX*4)", v, 32*v)
		}
	})
	f.end()
}

// mixRows writes the mixing of pairs of rows.
func mixRows(t *text) {
	f := t.begin("mixRowsAVX2 is dst[i*dstRow+j] = u + mix[i]*(v-u), u = src[from[i]+j], v = src[to[i]+j], for i < rows, j < run; dstRow is in bytes.",
		"mixRowsAVX2", []arg{{"dst", "*float32"}, {"dstRow", "int"}, {"src", "*float32"}, {"from", "*int32"}, {"to", "*int32"}, {"mix", "*float32"},
			{"rows", "int"}, {"run", "int"}}, "")
	for _, a := range [][2]string{{"dst", "DI"}, {"dstRow", "R8"}, {"src", "SI"}, {"from", "R9"}, {"to", "R10"}, {"mix", "R11"}, {"rows", "R12"}, {"run", "CX"}} {
		f.op("MOVQ %s, %s", f.arg(a[0], ""), a[1])
	}
	f.at("row")
	f.op("MOVLQSX (R9), DX")
	f.op("LEAQ (SI)(DX*4), DX") // u
	f.op("MOVLQSX (R10), R13")
	f.op("LEAQ (SI)(R13*4), R13") // v
	f.op("VBROADCASTSS (R11), Y15")
	overRow(f, func(w width) {
		for v := range w.vectors {
			u, x := w.reg+itoa(2*v), w.reg+itoa(2*v+1)
			f.op("%s %d(DX)(AX*4), %s", w.move, 32*v, u)
			f.op("%s %d(R13)(AX*4), %s", w.move, 32*v, x)
			f.op("VSUBPS %[1]s, %[2]s, %[2]s", u, x)
			f.op("VMULPS %[1]s15, %[2]s, %[2]s", w.reg, x)
			f.op("VADDPS %[1]s, %[2]s, %[2]s", u, x)
			f.op("%s %s, %d(DI)(AX*4)", w.move, x, 32*v)
		}
	})
	f.op("ADDQ R8, DI")
	f.op("ADDQ $4, R9")
	f.op("ADDQ $4, R10")
	f.op("ADDQ $4, R11")
	f.op("DECQ R12")
	f.op("JNZ row")
	f.end()
}

// affineRows writes the scaling of rows.
func affineRows(t *text) {
	f := t.begin("affineRowsAVX2 is dst[i*len(scale)+j] = scale[j]*x[i*row+j] + shift[j], i < rows, j < len(scale); row is in bytes.",
		"affineRowsAVX2", []arg{{"dst", "*float32"}, {"x", "*float32"}, {"row", "int"}, {"rows", "int"}, {"scale", "[]float32"}, {"shift", "*float32"}}, "")
	for _, a := range [][2]string{{"dst", "DI"}, {"x", "SI"}, {"row", "R8"}, {"rows", "R12"}, {"shift", "R10"}} {
		f.op("MOVQ %s, %s", f.arg(a[0], ""), a[1])
	}
	f.op("MOVQ %s, R9", f.arg("scale", "_base"))
	f.op("MOVQ %s, CX", f.arg("scale", "_len"))
	f.at("row")
	overRow(f, func(w width) {
		for v := range w.vectors {
			x := w.reg + itoa(v)
			f.op("%s %d(SI)(AX*4), %s", w.move, 32*v, x)
			if w.reg == "X" {
				f.op("VMULSS (R9)(AX*4), %[1]s, %[1]s", x)
				f.op("VADDSS (R10)(AX*4), %[1]s, %[1]s", x)
			} else {
				f.op("VMULPS %[2]d(R9)(AX*4), %[1]s, %[1]s", x, 32*v)
				f.op("VADDPS %[2]d(R10)(AX*4), %[1]s, %[1]s", x, 32*v)
			}
			f.op("%s %s, %d(DI)(AX*4)", w.move, x, 32*v)
		}
	})
	f.op("LEAQ (DI)(CX*4), DI")
	f.op("ADDQ R8, SI")
	f.op("DECQ R12")
	f.op("JNZ row")
	f.end()
}

// taps writes the symmetric filter: DX and R13 walk away from the middle, one step a tap.
func taps(t *text) {
	f := t.begin("tapsAVX2 is dst[i] = w[0]*x[i] + sum of w[k]*(x[i-k*step] + x[i+k*step]) for k = 1 to radius, in that order; step is in bytes.",
		"tapsAVX2", []arg{{"dst", "[]float32"}, {"x", "*float32"}, {"step", "int"}, {"w", "*float32"}, {"radius", "int"}}, "")
	f.op("MOVQ %s, DI", f.arg("dst", "_base"))
	f.op("MOVQ %s, CX", f.arg("dst", "_len"))
	for _, a := range [][2]string{{"x", "SI"}, {"step", "R8"}, {"w", "R9"}, {"radius", "R10"}} {
		f.op("MOVQ %s, %s", f.arg(a[0], ""), a[1])
	}
	f.op("VBROADCASTSS (R9), Y15")
	overRow(f, func(w width) {
		f.op("LEAQ (SI)(AX*4), DX")
		f.op("MOVQ DX, R13")
		for v := range w.vectors {
			f.op("%s %d(DX), %s%d", w.move, 32*v, w.reg, v)
			f.op("VMULPS %[1]s15, %[1]s%[2]d, %[1]s%[2]d", w.reg, v)
		}
		f.op("MOVQ $1, R11")
		f.at("tap" + w.name)
		f.op("CMPQ R11, R10")
		f.op("JGT stored" + w.name)
		f.op("SUBQ R8, DX")
		f.op("ADDQ R8, R13")
		f.op("VBROADCASTSS (R9)(R11*4), Y14")
		for v := range w.vectors {
			x, y := w.reg+itoa(4+2*v), w.reg+itoa(5+2*v)
			f.op("%s %d(DX), %s", w.move, 32*v, x)
			f.op("%s %d(R13), %s", w.move, 32*v, y)
			f.op("VADDPS %[2]s, %[1]s, %[1]s", x, y)
			f.op("VMULPS %[1]s14, %[2]s, %[2]s", w.reg, x)
			f.op("VADDPS %[2]s, %[1]s%[3]d, %[1]s%[3]d", w.reg, x, v)
		}
		f.op("INCQ R11")
		f.op("JMP tap" + w.name)
		f.at("stored" + w.name)
		for v := range w.vectors {
			f.op("%s %s%d, %d(DI)(AX*4)", w.move, w.reg, v, 32*v)
		}
	})
	f.end()
}
