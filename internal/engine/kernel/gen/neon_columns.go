package main

// neonColumns writes the sums of columns.go for arm64: strips of 16 columns,
// then of 4, then single columns; a strip's sums stay in registers.
func neonColumns(s *stubs) []byte {
	t := newText(s)
	neonColumn{"colSumNEON", "dst[j] = sum of x[i][j]", ""}.write(t)
	neonColumn{"colDotNEON", "dst[j] = sum of x[i][j]*y[i][j]", "y"}.write(t)
	neonColumn{"colSquaresNEON", "dst[j] = sum of (x[i][j] - mean[j]) squared", "mean"}.write(t)
	return t.Bytes()
}

// A neonColumn is a kernel over columns of x and of second: y, mean, or nothing.
type neonColumn struct{ name, doc, second string }

// A neonStrip is a number of columns, in vectors; a single column is one lane of one.
type neonStrip struct {
	name             string
	columns, vectors int
}

// load writes the loading of the strip's part of a row.
func (s neonStrip) load(f *fn, address string, first int) {
	if s.columns == 1 {
		f.op("FMOVS (%s), F%d", address, first)
	} else {
		f.loads(address, first, s.vectors)
	}
}

// row leaves the terms of the row at R6 (and R7) in the strip's vectors from
// first on, and goes on to the next. Vectors 20 to 23 are y's, 24 to 27 the means.
func (k neonColumn) row(f *fn, s neonStrip, first int) {
	s.load(f, "R6", first)
	f.op("ADD R3, R6, R6")
	if k.second == "y" {
		s.load(f, "R7", 20)
		f.op("ADD R3, R7, R7")
	}
	for v := range s.vectors {
		switch k.second {
		case "y":
			f.three("fmul", first+v, first+v, 20+v)
		case "mean":
			f.three("fsub", first+v, first+v, 24+v)
			f.three("fmul", first+v, first+v, first+v)
		}
	}
}

func (k neonColumn) write(t *text) {
	from := []string{"x"}
	if k.second != "" {
		from = append(from, k.second)
	}
	f := t.begin(k.name+" is "+k.doc+" over rows rows, stride apart, in fours.", k.name,
		join(slices("dst"), slices(from...), []arg{{"stride", "int"}, {"rows", "int"}}), "")
	f.op("MOVD %s, R0", f.arg("dst", "_base"))
	f.op("MOVD %s, R5", f.arg("dst", "_len"))
	f.op("MOVD %s, R1", f.arg("x", "_base"))
	if k.second != "" {
		f.op("MOVD %s, R2", f.arg(k.second, "_base"))
	}
	f.params([]string{"stride", "rows"}, []string{"R3", "R4"})
	f.op("LSL $2, R3, R3")
	for _, s := range []neonStrip{{"sixteen", 16, 4}, {"four", 4, 1}, {"single", 1, 1}} {
		f.at(s.name)
		f.op("SUBS $%d, R5, R5", s.columns)
		f.op("BLT %sEnd", s.name)
		f.op("MOVD R1, R6")
		switch k.second {
		case "y":
			f.op("MOVD R2, R7")
		case "mean":
			s.load(f, "R2", 24)
		}
		f.clear(0, s.vectors)
		f.op("MOVD R4, R8")

		f.at(s.name + "Four")
		f.say("Four rows: (x0+x1) + (x2+x3).")
		f.op("SUBS $4, R8, R8")
		f.op("BLT %sRest", s.name)
		for i := range 4 {
			k.row(f, s, 4+4*i)
		}
		for v := range s.vectors {
			f.three("fadd", 4+v, 4+v, 8+v)
			f.three("fadd", 12+v, 12+v, 16+v)
			f.three("fadd", 4+v, 4+v, 12+v)
			f.three("fadd", v, v, 4+v)
		}
		f.op("B %sFour", s.name)

		f.at(s.name + "Rest")
		f.op("ADD $4, R8, R8")
		f.at(s.name + "Row")
		f.say("The rows left over, one by one.")
		f.op("SUBS $1, R8, R8")
		f.op("BLT %sStore", s.name)
		k.row(f, s, 4)
		for v := range s.vectors {
			f.three("fadd", v, v, 4+v)
		}
		f.op("B %sRow", s.name)

		f.at(s.name + "Store")
		if s.columns == 1 {
			f.op("FMOVS F0, (R0)")
		} else {
			f.stores("R0", 0, s.vectors)
		}
		for i := range 1 + len(from) {
			f.op("ADD $%d, R%d, R%[2]d", 4*s.columns, i)
		}
		f.op("B %s", s.name)
		f.at(s.name + "End")
		f.op("ADD $%d, R5, R5", s.columns)
	}
	f.op("RET")
}
