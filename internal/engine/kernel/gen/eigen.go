package main

// eigen writes the loops of the eigenvalue problem (eigenloops.go) in float64, four numbers at a time: products
// are rounded before they are added, so that the bits are those of the plain loops.
func eigen(s *stubs) []byte {
	t := newText(s)
	eigenInners(t)
	eigenLoop(t, "addScaled64AVX2", "is dst[i] += a*x[i] for i < 4*fours.",
		[]arg{{"dst", "*float64"}, {"a", "float64"}, {"x", "*float64"}, {"fours", "int"}}, func(f *fn) {
			f.op("VMULPD (SI), Y14, Y0")
			f.op("VADDPD (DI), Y0, Y0")
			f.op("VMOVUPD Y0, (DI)")
		})
	eigenLoop(t, "addTwo64AVX2", "is dst[i] = (dst[i] + a*x[i]) + b*y[i] for i < 4*fours.",
		[]arg{{"dst", "*float64"}, {"a", "float64"}, {"x", "*float64"}, {"b", "float64"}, {"y", "*float64"}, {"fours", "int"}}, func(f *fn) {
			f.op("VMULPD (SI), Y14, Y0")
			f.op("VMULPD (DX), Y15, Y1")
			f.op("VADDPD (DI), Y0, Y0")
			f.op("VADDPD Y1, Y0, Y0")
			f.op("VMOVUPD Y0, (DI)")
		})
	eigenLoop(t, "rotate64AVX2", "turns dst, the first row, and x by an angle: dst[i], x[i] = c*dst[i] - s*x[i], s*dst[i] + c*x[i] for i < 4*fours.",
		[]arg{{"dst", "*float64"}, {"x", "*float64"}, {"c", "float64"}, {"s", "float64"}, {"fours", "int"}}, func(f *fn) {
			f.op("VMOVUPD (DI), Y0")
			f.op("VMOVUPD (SI), Y1")
			f.op("VMULPD Y0, Y14, Y2")
			f.op("VMULPD Y1, Y15, Y3")
			f.op("VMULPD Y0, Y15, Y4")
			f.op("VMULPD Y1, Y14, Y5")
			f.op("VSUBPD Y3, Y2, Y2")
			f.op("VADDPD Y5, Y4, Y4")
			f.op("VMOVUPD Y2, (DI)")
			f.op("VMOVUPD Y4, (SI)")
		})
	return t.Bytes()
}

// eigenInners writes four inner products at a time, which need not wait for each other.
func eigenInners(t *text) {
	f := t.begin("innersAVX2 is sums[4*r+l] = the sum of x[r*stride + 4*i+l] * y[4*i+l] over i < fours, for r, l < 4; stride is in bytes.",
		"innersAVX2", []arg{{"sums", "*float64"}, {"x", "*float64"}, {"stride", "int"}, {"y", "*float64"}, {"fours", "int"}}, "")
	f.op("MOVQ %s, DI", f.arg("sums", ""))
	f.op("MOVQ %s, SI", f.arg("x", ""))
	f.op("MOVQ %s, R8", f.arg("stride", ""))
	f.op("MOVQ %s, DX", f.arg("y", ""))
	f.op("MOVQ %s, CX", f.arg("fours", ""))
	f.op("LEAQ (R8)(R8*2), R9")
	for r := range 4 {
		f.op("VXORPD Y%[1]d, Y%[1]d, Y%[1]d", r)
	}
	f.at("loop")
	f.op("VMOVUPD (DX), Y4")
	for r, row := range []string{"(SI)", "(SI)(R8*1)", "(SI)(R8*2)", "(SI)(R9*1)"} {
		f.op("VMULPD %s, Y4, Y%d", row, 5+r)
		f.op("VADDPD Y%d, Y%[2]d, Y%[2]d", 5+r, r)
	}
	f.op("ADDQ $32, SI")
	f.op("ADDQ $32, DX")
	f.op("DECQ CX")
	f.op("JNZ loop")
	for r := range 4 {
		f.op("VMOVUPD Y%d, %d(DI)", r, 32*r)
	}
	f.end()
}

// eigenLoop writes a loop over fours of numbers. The pointers among args are DI, SI and DX in their order, the numbers Y14 and Y15.
func eigenLoop(t *text, name, doc string, args []arg, four func(f *fn)) {
	f := t.begin(name+" "+doc, name, args, "")
	var pointers []string
	number := 14
	for _, a := range args {
		switch a.kind {
		case "*float64":
			r := []string{"DI", "SI", "DX"}[len(pointers)]
			pointers = append(pointers, r)
			f.op("MOVQ %s, %s", f.arg(a.name, ""), r)
		case "float64":
			f.op("VBROADCASTSD %s, Y%d", f.arg(a.name, ""), number)
			number++
		default:
			f.op("MOVQ %s, CX", f.arg(a.name, ""))
		}
	}
	f.at("loop")
	four(f)
	for _, p := range pointers {
		f.op("ADDQ $32, %s", p)
	}
	f.op("DECQ CX")
	f.op("JNZ loop")
	f.end()
}
