package main

import "fmt"

// neonEach writes the kernels of each.go for arm64: a loop over 16 elements in
// four vectors, one over 4, one over 1. Scalars and constants stand in registers.
func neonEach(s *stubs) []byte {
	t := newText(s)
	for _, k := range elementwise {
		k.writeNEON(t, exponential)
	}
	return t.Bytes()
}

// neonMask is a register that assign does not give out, for a mask between two instructions.
const neonMask = 31

// writeNEON emits the kernel, whose constants are among all.
func (k kernel) writeNEON(t *text, all []constant) {
	name := k.name + "NEON"
	f := t.begin(name+" is "+k.doc+".", name, k.args, "")
	l := &lane{fixed: map[string]int{}, base: map[string]string{}}
	for _, a := range k.args {
		if a.kind == "float32" {
			r := len(l.fixed)
			l.fixed[a.name] = r
			f.op("FMOVS %s, F%d", f.arg(a.name, ""), r)
			f.op("VDUP V%d.S[0], V%d.S4", r, r)
			continue
		}
		l.base[a.name] = fmt.Sprintf("R%d", len(l.base))
		f.op("MOVD %s, %s", f.arg(a.name, "_base"), l.base[a.name])
	}
	l.fixed["0"] = len(l.fixed)
	f.clear(l.fixed["0"], l.fixed["0"]+1)
	k.body(l)
	l.constantsNEON(f, all)

	f.op("MOVD %s, R6", f.arg(k.args[0].name, "_len"))
	for _, w := range []struct {
		name          string
		step, vectors int
	}{{"four", 16, 4}, {"one", 4, 1}, {"element", 1, 1}} {
		f.at(w.name)
		f.op("SUBS $%d, R6, R6", w.step)
		f.op("BLT %sEnd", w.name)
		for v := range w.vectors {
			l.emitNEON(f, w.step, 16*v)
		}
		for _, a := range k.args {
			if r, ok := l.base[a.name]; ok {
				f.op("ADD $%d, %s, %s", 4*w.step, r, r)
			}
		}
		f.op("B %s", w.name)
		f.at(w.name + "End")
		f.op("ADD $%d, R6, R6", w.step)
	}
	f.op("RET")
}

// constantsNEON loads those of the constants that the body uses.
func (l *lane) constantsNEON(f *fn, all []constant) {
	for _, c := range all {
		used := false
		for _, o := range l.ops {
			used = used || o.a.memory == c.name || o.b.memory == c.name
		}
		if !used {
			continue
		}
		r := len(l.fixed)
		l.fixed[c.name] = r
		if c.name == "bias" {
			f.op("MOVD %s, R7", c.value)
			f.op("VDUP R7, V%d.S4", r)
			continue
		}
		f.op("FMOVS %s, F%d", c.value, r)
		f.op("VDUP V%d.S[0], V%d.S4", r, r)
	}
}

// emitNEON writes the recorded body for one vector, or for one element where
// step is 1: the vector instructions serve it too, on one lane. offset is in bytes.
func (l *lane) emitNEON(f *fn, step, offset int) {
	move := "FMOVQ"
	if step == 1 {
		move = "FMOVS"
	}
	l.assign(f.name, neonMask, func(o operation, a, b, result int) {
		switch o.name {
		case "load":
			f.op("%s %d(%s), F%d", move, offset, l.base[o.slice], result)
		case "store":
			f.op("%s F%d, %d(%s)", move, a, offset, l.base[o.slice])
		case "add", "sub", "mul":
			f.three("f"+o.name, result, a, b)
		case "less":
			f.three("fcmgt", result, b, a)
		case "lessEqual":
			f.three("fcmge", result, b, a)
		case "unless":
			f.without(result, b, a)
		case "rectify": // fmax would make 0 of -0
			f.three("fcmgt", neonMask, l.fixed["0"], a)
			f.without(result, a, neonMask)
		case "integer":
			f.two("fcvtns", result, a)
		case "addInteger":
			f.op("VADD V%d.S4, V%d.S4, V%d.S4", b, a, result)
		case "exponent":
			f.op("VSHL $23, V%d.S4, V%d.S4", a, result)
		default:
			panic("gen: no operation " + o.name)
		}
	})
}
