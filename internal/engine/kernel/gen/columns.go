package main

import "strconv"

func itoa(i int) string { return strconv.Itoa(i) }

// columns writes the sums over the rows of one part, in fours as columns.go
// says. A kernel walks down a strip of 16 columns, then strips of 8, then single
// columns; a strip's sums stay in registers.
func columns(s *stubs) []byte {
	t := newText(s)
	column{"colSumAVX2", "dst[j] = sum of x[i][j]", []string{"x"}, func(c *strip, v int) {
		c.load("x", v)
	}}.write(t)
	column{"colDotAVX2", "dst[j] = sum of x[i][j]*y[i][j]", []string{"x", "y"}, func(c *strip, v int) {
		c.load("x", v)
		c.multiply("y", v)
	}}.write(t)
	column{"colSquaresAVX2", "dst[j] = sum of (x[i][j] - mean[j]) squared", []string{"x", "mean"}, func(c *strip, v int) {
		c.load("x", v)
		c.f.op("%s %s%d, %s, %s", "VSUBPS", c.reg, 14+v, c.value, c.value)
		c.f.op("%s %[2]s, %[2]s, %[2]s", "VMULPS", c.value)
	}}.write(t)
	return t.Bytes()
}

// A column is a kernel over columns; term leaves a row's term in the strip's value register.
type column struct {
	name, doc string
	from      []string
	term      func(c *strip, v int)
}

// A strip is the state of emission: which row's address, which register takes the term.
type strip struct {
	f     *fn
	reg   string            // "Y", or "X" for a single column
	value string            // register of the term
	row   string            // index part of the address of the current row: "" or "(R9*1)"
	base  map[string]string // address registers
}

func (c *strip) address(slice string, v int) string {
	return itoa(32*v) + "(" + c.base[slice] + ")" + c.row
}

func (c *strip) load(slice string, v int) {
	move := "VMOVUPS"
	if c.reg == "X" {
		move = "VMOVSS"
	}
	c.f.op("%s %s, %s", move, c.address(slice, v), c.value)
}

func (c *strip) multiply(slice string, v int) {
	if c.reg == "X" {
		c.f.op("VMULSS %s, %[2]s, %[2]s", c.address(slice, v), c.value)
		return
	}
	c.f.op("VMULPS %s, %[2]s, %[2]s", c.address(slice, v), c.value)
}

func (k column) write(t *text) {
	f := t.begin(k.name+" is "+k.doc+" over rows rows, stride apart, in fours.", k.name,
		join(slices("dst"), slices(k.from...), []arg{{"stride", "int"}, {"rows", "int"}}), "")
	c := &strip{f: f, base: map[string]string{"x": "R10", "y": "R11"}}
	f.op("MOVQ %s, DI", f.arg("dst", "_base"))
	f.op("MOVQ %s, CX", f.arg("dst", "_len"))
	f.op("MOVQ %s, SI", f.arg("x", "_base"))
	second := ""
	if len(k.from) == 2 {
		second = k.from[1]
		f.op("MOVQ %s, DX", f.arg(second, "_base"))
	}
	f.op("MOVQ stride+%d(FP), R9", f.offsets["stride"])
	f.op("SHLQ $2, R9")
	f.op("LEAQ (R9)(R9*2), R12")
	f.op("MOVQ rows+%d(FP), R8", f.offsets["rows"])
	for _, s := range []struct {
		name, reg     string
		columns, vecs int
	}{{"sixteen", "Y", 16, 2}, {"eight", "Y", 8, 1}, {"single", "X", 1, 1}} {
		c.reg = s.reg
		f.at(s.name)
		f.op("SUBQ $%d, CX", s.columns)
		f.op("JLT %sEnd", s.name)
		f.op("MOVQ SI, R10")
		if second == "y" {
			f.op("MOVQ DX, R11")
		}
		for v := range s.vecs {
			f.op("VXORPS X%[1]d, X%[1]d, X%[1]d", v)
			if second == "mean" {
				move := map[string]string{"X": "VMOVSS", "Y": "VMOVUPS"}[s.reg]
				f.op("%s %d(DX), %s%d", move, 32*v, s.reg, 14+v)
			}
		}
		f.op("MOVQ R8, BX")
		f.at(s.name + "Four")
		f.say("Four rows: (x0+x1) + (x2+x3).")
		f.op("SUBQ $4, BX")
		f.op("JLT %sRest", s.name)
		for v := range s.vecs {
			for i, row := range []string{"", "(R9*1)", "(R9*2)", "(R12*1)"} {
				c.row, c.value = row, s.reg+itoa(2+i+4*v)
				k.term(c, v)
			}
			r := func(i int) string { return s.reg + itoa(2+i+4*v) }
			f.op("VADDPS %s, %s, %s", r(1), r(0), r(0))
			f.op("VADDPS %s, %s, %s", r(3), r(2), r(2))
			f.op("VADDPS %s, %s, %s", r(2), r(0), r(0))
			f.op("VADDPS %s, %s%d, %s%d", r(0), s.reg, v, s.reg, v)
		}
		f.op("LEAQ (R10)(R9*4), R10")
		if second == "y" {
			f.op("LEAQ (R11)(R9*4), R11")
		}
		f.op("JMP %sFour", s.name)
		f.at(s.name + "Rest")
		f.op("ADDQ $4, BX")
		f.at(s.name + "Row")
		f.say("The rows left over, one by one.")
		f.op("SUBQ $1, BX")
		f.op("JLT %sStore", s.name)
		for v := range s.vecs {
			c.row, c.value = "", s.reg+"2"
			k.term(c, v)
			f.op("VADDPS %s2, %s%d, %s%d", s.reg, s.reg, v, s.reg, v)
		}
		f.op("ADDQ R9, R10")
		if second == "y" {
			f.op("ADDQ R9, R11")
		}
		f.op("JMP %sRow", s.name)
		f.at(s.name + "Store")
		for v := range s.vecs {
			if s.reg == "X" {
				f.op("VMOVSS X%d, (DI)", v)
			} else {
				f.op("VMOVUPS Y%d, %d(DI)", v, 32*v)
			}
		}
		f.op("ADDQ $%d, DI", 4*s.columns)
		f.op("ADDQ $%d, SI", 4*s.columns)
		if second != "" {
			f.op("ADDQ $%d, DX", 4*s.columns)
		}
		f.op("JMP %s", s.name)
		f.at(s.name + "End")
		f.op("ADDQ $%d, CX", s.columns)
	}
	f.end()
}
