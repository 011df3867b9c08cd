package main

import "fmt"

// ceiling writes the loops of ceiling.go: multiply-adds between registers and
// nothing else, in twelve accumulators, which cover two units of four cycles each
// with room to spare.
func ceiling(s *stubs) []byte {
	t := newText(s)
	multiplyAdds(t, "AVX2", "Y")
	multiplyAdds(t, "AVX512", "Z")
	return t.Bytes()
}

// accumulators is how many chains of multiply-adds run side by side.
const accumulators = 12

// multiplyAdds writes one of the loops; reg names its registers.
func multiplyAdds(t *text, isa, reg string) {
	name := "multiplyAdds" + isa
	f := t.begin(fmt.Sprintf("%s does %d multiply-adds of whole vectors, rounds times.", name, accumulators),
		name, []arg{{"rounds", "int"}}, "")
	f.op("MOVQ %s, CX", f.arg("rounds", ""))
	clear := "VXORPS %[1]s, %[1]s, %[1]s"
	if reg == "Z" {
		clear = "VPXORD %[1]s, %[1]s, %[1]s"
	}
	for i := range accumulators + 2 {
		f.op(clear, fmt.Sprintf("%s%d", reg, i))
	}
	f.op("PCALIGN $64")
	f.at("loop")
	for i := range accumulators {
		f.op("VFMADD231PS %[1]s%[2]d, %[1]s%[3]d, %[1]s%[4]d", reg, accumulators, accumulators+1, i)
	}
	f.op("DECQ CX")
	f.op("JNZ loop")
	f.end()
}
