package main

import "fmt"

// each writes the element-wise kernels. A kernel is written once, as a function
// over a lane, for all instruction sets; the generator emits it for four vectors,
// for one vector and for one element, so that every length is served and every
// element gets the same operations. Products are rounded before they are added:
// results equal the plain loop to the bit.
func each(s *stubs) []byte {
	t := newText(s)
	constants(t, exponential)
	for _, k := range elementwise {
		k.write(t)
	}
	return t.Bytes()
}

// A kernel is an element-wise loop: slices of one length and scalars.
type kernel struct {
	name, doc string
	args      []arg
	body      func(l *lane)
}

func slices(names ...string) (args []arg) {
	for _, n := range names {
		args = append(args, arg{n, "[]float32"})
	}
	return args
}

func scalars(names ...string) (args []arg) {
	for _, n := range names {
		args = append(args, arg{n, "float32"})
	}
	return args
}

func join(lists ...[]arg) (args []arg) {
	for _, l := range lists {
		args = append(args, l...)
	}
	return args
}

var elementwise = []kernel{
	{"fill", "dst = v", join(slices("dst"), scalars("v")), func(l *lane) {
		l.store("dst", l.scalar("v"))
	}},
	{"scale", "dst = a*x", join(slices("dst"), scalars("a"), slices("x")), func(l *lane) {
		l.store("dst", l.mul(l.scalar("a"), l.load("x")))
	}},
	{"add", "dst += x", slices("dst", "x"), func(l *lane) {
		l.store("dst", l.add(l.load("dst"), l.load("x")))
	}},
	{"addScaled", "dst += a*x", join(slices("dst"), scalars("a"), slices("x")), func(l *lane) {
		l.store("dst", l.add(l.load("dst"), l.mul(l.scalar("a"), l.load("x"))))
	}},
	{"mul", "dst = x*y", slices("dst", "x", "y"), func(l *lane) {
		l.store("dst", l.mul(l.load("x"), l.load("y")))
	}},
	{"lerp", "dst = a*dst + b*x", join(slices("dst"), scalars("a", "b"), slices("x")), func(l *lane) {
		l.store("dst", l.add(l.mul(l.scalar("a"), l.load("dst")), l.mul(l.scalar("b"), l.load("x"))))
	}},
	{"relu", "dst = x < 0 ? 0 : x", slices("dst", "x"), func(l *lane) {
		l.store("dst", l.rectify(l.load("x")))
	}},
	{"reluGrad", "dst = y <= 0 ? 0 : dy", slices("dst", "dy", "y"), func(l *lane) {
		l.store("dst", l.unless(l.lessEqual(l.load("y"), l.zero()), l.load("dy")))
	}},
	{"affineReLU", "dst = max(0, scale*x + shift)", slices("dst", "x", "scale", "shift"), func(l *lane) {
		l.store("dst", l.rectify(l.add(l.mul(l.load("scale"), l.load("x")), l.load("shift"))))
	}},
	{"affineReLUGrad", "dst = scale*x + shift <= 0 ? 0 : dy", slices("dst", "dy", "x", "scale", "shift"), func(l *lane) {
		y := l.add(l.mul(l.load("scale"), l.load("x")), l.load("shift"))
		l.store("dst", l.unless(l.lessEqual(y, l.zero()), l.load("dy")))
	}},
	{"centre", "dst = (x - mean)*inv", slices("dst", "x", "mean", "inv"), func(l *lane) {
		l.store("dst", l.mul(l.sub(l.load("x"), l.load("mean")), l.load("inv")))
	}},
	{"centreGrad", "dst = inv*((g - mg) - q*mgq)", slices("dst", "g", "q", "inv", "mg", "mgq"), func(l *lane) {
		l.store("dst", l.mul(l.load("inv"), l.sub(l.sub(l.load("g"), l.load("mg")), l.mul(l.load("q"), l.load("mgq")))))
	}},
	{"tangent", "dst = inv*(g - d*u)", join(slices("dst", "g", "u"), scalars("d", "inv")), func(l *lane) {
		l.store("dst", l.mul(l.scalar("inv"), l.sub(l.load("g"), l.mul(l.scalar("d"), l.load("u")))))
	}},
	{"momentum", "v = mu*v + (g + wd*w); w -= lr*v", join(slices("w", "v", "g"), scalars("lr", "mu", "wd")), func(l *lane) {
		w := l.load("w")
		g := l.add(l.load("g"), l.mul(l.scalar("wd"), w))
		v := l.add(l.mul(l.scalar("mu"), l.load("v")), g)
		l.store("v", v)
		l.store("w", l.sub(w, l.mul(l.scalar("lr"), v)))
	}},
	{"exp", "dst = exp32(x - m)", join(slices("dst", "x"), scalars("m")), func(l *lane) {
		x := l.sub(l.load("x"), l.scalar("m"))
		n := l.add(l.mul(x, l.constant("expLog2e")), l.constant("expRound"))
		n = l.sub(n, l.constant("expRound"))
		r := l.sub(x, l.mul(n, l.constant("expLn2Hi")))
		r = l.sub(r, l.mul(n, l.constant("expLn2Lo")))
		y := l.add(l.mul(l.constant("expP0"), r), l.constant("expP1"))
		for _, p := range []string{"expP2", "expP3", "expP4", "expP5"} {
			y = l.add(l.mul(y, r), l.constant(p))
		}
		y = l.add(l.mul(y, l.mul(r, r)), r)
		y = l.add(y, l.constant("one"))
		y = l.mul(y, l.power(n))
		l.store("dst", l.unless(l.less(x, l.constant("expLow")), y))
	}},
}

// A constant is a number in memory that operations may name.
type constant struct{ name, value string }

// The constants of exp32, as in exp.go; bias is that of a float32's exponent.
var exponential = []constant{
	{"one", "$1.0"},
	{"bias", "$127"},
	{"expLow", "$-87.33654"},
	{"expLog2e", "$1.44269504"},
	{"expRound", "$12582912.0"},
	{"expLn2Hi", "$0.693359375"},
	{"expLn2Lo", "$-2.12194440e-4"},
	{"expP0", "$1.9875691500e-4"},
	{"expP1", "$1.3981999507e-3"},
	{"expP2", "$8.3334519073e-3"},
	{"expP3", "$4.1665795894e-2"},
	{"expP4", "$1.6666665459e-1"},
	{"expP5", "$5.0000001201e-1"},
}

// constants writes them, eight times each: a vector.
func constants(t *text, all []constant) {
	t.WriteByte('\n')
	for _, c := range all {
		for i := range 8 {
			fmt.Fprintf(t, "DATA %s<>+%d(SB)/4, %s\n", c.name, 4*i, c.value)
		}
		fmt.Fprintf(t, "GLOBL %s<>(SB), RODATA|NOPTR, $32\n", c.name)
	}
}

// write emits the kernel for AVX2: scalars broadcast, then a loop over 32 elements, one over 8, one over 1.
func (k kernel) write(t *text) {
	name := k.name + "AVX2"
	f := t.begin(name+" is "+k.doc+".", name, k.args, "")
	l := &lane{fixed: map[string]int{}, base: map[string]string{}}
	for _, a := range k.args {
		if a.kind == "float32" {
			l.fixed[a.name] = len(l.fixed)
			f.op("VBROADCASTSS %s, Y%d", f.arg(a.name, ""), l.fixed[a.name])
			continue
		}
		l.base[a.name] = [...]string{"DI", "SI", "DX", "R8", "R9", "R10"}[len(l.base)]
		f.op("MOVQ %s, %s", f.arg(a.name, "_base"), l.base[a.name])
	}
	l.fixed["0"] = len(l.fixed)
	f.op("VXORPS X%[1]d, X%[1]d, X%[1]d", l.fixed["0"])
	k.body(l)

	f.op("MOVQ %s, CX", f.arg(k.args[0].name, "_len"))
	f.op("XORQ AX, AX")
	for _, w := range []struct {
		name, next, reg string
		step, vectors   int
	}{{"four", "one", "Y", 32, 4}, {"one", "element", "Y", 8, 1}, {"element", "done", "X", 1, 1}} {
		f.at(w.name)
		f.op("LEAQ %d(AX), BX", w.step)
		f.op("CMPQ BX, CX")
		f.op("JGT %s", w.next)
		for v := range w.vectors {
			l.emit(f, w.reg, 32*v)
		}
		f.op("MOVQ BX, AX")
		f.op("JMP %s", w.name)
	}
	f.at("done")
	f.end()
}

// avx2 are the instructions of a lane's operations on vectors.
var avx2 = map[string]string{
	"add": "VADDPS", "sub": "VSUBPS", "mul": "VMULPS", "less": "VCMPPS $1,", "lessEqual": "VCMPPS $2,", "unless": "VANDNPS",
	"max": "VMAXPS", "min": "VMINPS", "div": "VDIVPS", "and": "VANDPS", "or": "VORPS", "equal": "VCMPPS $0,",
	"integer": "VCVTPS2DQ", "addInteger": "VPADDD", "exponent": "VPSLLD $23,",
}

// emit writes the recorded body at one width: reg is "Y" for vectors, "X" for
// one element (the packed instructions serve it too, on one lane), offset is in bytes.
func (l *lane) emit(f *fn, reg string, offset int) {
	move := map[string]string{"X": "VMOVSS", "Y": "VMOVUPS"}[reg]
	l.assign(f.name, 16, func(o operation, a, b, result int) {
		operand := func(v value, r int) string {
			if v.memory != "" {
				return v.memory + "<>(SB)"
			}
			return reg + itoa(r)
		}
		address := fmt.Sprintf("%d(%s)(AX*4)", offset, l.base[o.slice])
		switch o.name {
		case "load":
			f.op("%s %s, %s%d", move, address, reg, result)
		case "store":
			f.op("%s %s%d, %s", move, reg, a, address)
		case "integer", "exponent":
			f.op("%s %s%d, %s%d", avx2[o.name], reg, a, reg, result)
		case "rectify": // VMAXPS is a > b ? a : b, so b where either is NaN: b has to be x
			f.op("VMAXPS %s%d, %s%d, %s%d", reg, a, reg, l.fixed["0"], reg, result)
		default: // Go's assembler wants the operands in reverse
			f.op("%s %s, %s%d, %s%d", avx2[o.name], operand(o.b, b), reg, a, reg, result)
		}
	})
}
