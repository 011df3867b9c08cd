package main

// sums writes the reductions along a row, in the 16 stripes of sum.go: two
// vectors of eight, element j in stripe j%16. The last elements are loaded
// under a mask, since adding zero to a stripe changes nothing.
func sums(s *stubs) []byte {
	t := newText(s)
	t.WriteByte('\n')
	for i := range 16 { // a window of eight from position 8-n on masks n elements
		v := "$0"
		if i < 8 {
			v = "$-1"
		}
		t.WriteString("DATA window<>+" + itoa(4*i) + "(SB)/4, " + v + "\n")
	}
	t.WriteString("GLOBL window<>(SB), RODATA|NOPTR, $64\n")
	for i := range 8 {
		t.WriteString("DATA least<>+" + itoa(4*i) + "(SB)/4, $0xff800000\n")
	}
	t.WriteString("GLOBL least<>(SB), RODATA|NOPTR, $32\n")
	reduce(t, "sumAVX2", "the sum of x", []string{"x"})
	reduce(t, "dotAVX2", "the sum of x*y", []string{"x", "y"})
	greatest(t)
	return t.Bytes()
}

// reduce writes a sum over products of the named slices.
func reduce(t *text, name, doc string, names []string) {
	f := t.begin(name+" is "+doc+" in stripes.", name, slices(names...), "float32")
	regs := []string{"SI", "DI"}
	for i, n := range names {
		f.op("MOVQ %s, %s", f.arg(n, "_base"), regs[i])
	}
	f.op("MOVQ %s, CX", f.arg("x", "_len"))
	f.op("VXORPS X0, X0, X0")
	f.op("VXORPS X1, X1, X1")
	// add one vector at byte offset o to stripe register acc, masked by Y5 where asked
	add := func(o int, acc string, masked bool) {
		move := "VMOVUPS %d(%s), %s"
		if masked {
			move = "VMASKMOVPS %d(%s), Y5, %s"
		}
		f.op(move, o, "SI", "Y2")
		if len(names) == 2 {
			f.op(move, o, "DI", "Y3")
			f.op("VMULPS Y3, Y2, Y2")
		}
		f.op("VADDPS Y2, %[1]s, %[1]s", acc)
	}
	step := func(n int) {
		for i := range names {
			f.op("ADDQ $%d, %s", 4*n, regs[i])
		}
	}
	f.at("loop")
	f.op("SUBQ $16, CX")
	f.op("JLT rest")
	add(0, "Y0", false)
	add(32, "Y1", false)
	step(16)
	f.op("JMP loop")

	f.at("rest")
	f.say("The last CX < 16 elements: eight of them whole, the others under a mask.")
	f.op("ADDQ $16, CX")
	f.op("LEAQ window<>+32(SB), BX")
	f.op("CMPQ CX, $8")
	f.op("JLT low")
	add(0, "Y0", false)
	step(8)
	f.op("SUBQ $8, CX")
	mask(f)
	add(0, "Y1", true)
	f.op("JMP fold")
	f.at("low")
	mask(f)
	add(0, "Y0", true)

	f.at("fold")
	f.say("Halves, quarters, eighths.")
	f.op("VADDPS Y1, Y0, Y0")
	f.op("VEXTRACTF128 $1, Y0, X1")
	f.op("VADDPS X1, X0, X0")
	f.op("VMOVHLPS X0, X0, X1")
	f.op("VADDPS X1, X0, X0")
	f.op("VMOVSHDUP X0, X1")
	f.op("VADDSS X1, X0, X0")
	f.op("VMOVSS X0, %s", f.arg("ret", ""))
	f.end()
}

// mask sets Y5 to the first CX elements; BX is the middle of the window.
func mask(f *fn) {
	f.op("NEGQ CX")
	f.op("VMOVUPS (BX)(CX*4), Y5")
}

// greatest writes the greatest element; the order does not matter to it.
func greatest(t *text) {
	f := t.begin("greatestAVX2 is the greatest element of x, -Inf for none. A NaN may or may not show.", "greatestAVX2", slices("x"), "float32")
	f.op("MOVQ %s, SI", f.arg("x", "_base"))
	f.op("MOVQ %s, CX", f.arg("x", "_len"))
	f.op("VMOVUPS least<>(SB), Y0")
	f.at("loop")
	f.op("SUBQ $8, CX")
	f.op("JLT rest")
	f.op("VMAXPS (SI), Y0, Y0")
	f.op("ADDQ $32, SI")
	f.op("JMP loop")
	f.at("rest")
	f.op("ADDQ $8, CX")
	f.op("LEAQ window<>+32(SB), BX")
	mask(f)
	f.op("VMASKMOVPS (SI), Y5, Y1")
	f.op("VMOVUPS least<>(SB), Y2")
	f.op("VBLENDVPS Y5, Y1, Y2, Y1")
	f.op("VMAXPS Y1, Y0, Y0")
	f.op("VEXTRACTF128 $1, Y0, X1")
	f.op("VMAXPS X1, X0, X0")
	f.op("VMOVHLPS X0, X0, X1")
	f.op("VMAXPS X1, X0, X0")
	f.op("VMOVSHDUP X0, X1")
	f.op("VMAXSS X1, X0, X0")
	f.op("VMOVSS X0, %s", f.arg("ret", ""))
	f.end()
}
