package main

import "fmt"

// each writes the element-wise kernels. A kernel is written once, as a function
// over a lane; the generator emits it for four vectors, for one vector and for
// one element, so that every length is served and every element gets the same
// operations. Products are rounded before they are added: results equal the
// plain loop to the bit.
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
	{"fillAVX2", "dst = v", join(slices("dst"), scalars("v")), func(l *lane) {
		l.store("dst", l.scalar("v"))
	}},
	{"scaleAVX2", "dst = a*x", join(slices("dst"), scalars("a"), slices("x")), func(l *lane) {
		l.store("dst", l.mul(l.scalar("a"), l.load("x")))
	}},
	{"addAVX2", "dst += x", slices("dst", "x"), func(l *lane) {
		l.store("dst", l.add(l.load("dst"), l.load("x")))
	}},
	{"addScaledAVX2", "dst += a*x", join(slices("dst"), scalars("a"), slices("x")), func(l *lane) {
		l.store("dst", l.add(l.load("dst"), l.mul(l.scalar("a"), l.load("x"))))
	}},
	{"mulAVX2", "dst = x*y", slices("dst", "x", "y"), func(l *lane) {
		l.store("dst", l.mul(l.load("x"), l.load("y")))
	}},
	{"lerpAVX2", "dst = a*dst + b*x", join(slices("dst"), scalars("a", "b"), slices("x")), func(l *lane) {
		l.store("dst", l.add(l.mul(l.scalar("a"), l.load("dst")), l.mul(l.scalar("b"), l.load("x"))))
	}},
	{"reluAVX2", "dst = x < 0 ? 0 : x", slices("dst", "x"), func(l *lane) {
		l.store("dst", l.max(l.zero(), l.load("x")))
	}},
	{"reluGradAVX2", "dst = y <= 0 ? 0 : dy", slices("dst", "dy", "y"), func(l *lane) {
		l.store("dst", l.unless(l.lessEqual(l.load("y"), l.zero()), l.load("dy")))
	}},
	{"affineReLUAVX2", "dst = max(0, scale*x + shift)", slices("dst", "x", "scale", "shift"), func(l *lane) {
		l.store("dst", l.max(l.zero(), l.add(l.mul(l.load("scale"), l.load("x")), l.load("shift"))))
	}},
	{"centreAVX2", "dst = (x - mean)*inv", slices("dst", "x", "mean", "inv"), func(l *lane) {
		l.store("dst", l.mul(l.sub(l.load("x"), l.load("mean")), l.load("inv")))
	}},
	{"centreGradAVX2", "dst = inv*((g - mg) - q*mgq)", slices("dst", "g", "q", "inv", "mg", "mgq"), func(l *lane) {
		l.store("dst", l.mul(l.load("inv"), l.sub(l.sub(l.load("g"), l.load("mg")), l.mul(l.load("q"), l.load("mgq")))))
	}},
	{"tangentAVX2", "dst = inv*(g - d*u)", join(slices("dst", "g", "u"), scalars("d", "inv")), func(l *lane) {
		l.store("dst", l.mul(l.scalar("inv"), l.sub(l.load("g"), l.mul(l.scalar("d"), l.load("u")))))
	}},
	{"momentumAVX2", "v = mu*v + (g + wd*w); w -= lr*v", join(slices("w", "v", "g"), scalars("lr", "mu", "wd")), func(l *lane) {
		w := l.load("w")
		g := l.add(l.load("g"), l.mul(l.scalar("wd"), w))
		v := l.add(l.mul(l.scalar("mu"), l.load("v")), g)
		l.store("v", v)
		l.store("w", l.sub(w, l.mul(l.scalar("lr"), v)))
	}},
	{"expAVX2", "dst = exp32(x - m)", join(slices("dst", "x"), scalars("m")), func(l *lane) {
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

// A lane records a kernel's body: a list of operations on values.
type lane struct {
	ops    []operation
	fixed  map[string]int    // registers of the scalars, and of zero under "0"
	base   map[string]string // address registers of the slices
	values int
}

// A value is an operand: the result of an operation, a fixed register, or a constant in memory.
type value struct {
	id     int    // of a result, from 1 on
	fixed  int    // register of a scalar
	memory string // name of a constant
}

// An operation is result = a op b. Loads have no operands, stores no result.
type operation struct {
	name         string // mnemonic with its immediate, or "load", "store"
	slice        string
	a, b, result value
}

func (l *lane) do(name string, a, b value) value {
	l.values++
	r := value{id: l.values}
	l.ops = append(l.ops, operation{name: name, a: a, b: b, result: r})
	return r
}

func (l *lane) load(slice string) value {
	r := l.do("load", value{}, value{})
	l.ops[len(l.ops)-1].slice = slice
	return r
}

func (l *lane) store(slice string, v value) {
	l.ops = append(l.ops, operation{name: "store", slice: slice, a: v})
}

func (l *lane) scalar(name string) value   { return value{fixed: l.fixed[name]} }
func (l *lane) zero() value                { return l.scalar("0") }
func (l *lane) constant(name string) value { return value{memory: name} }

func (l *lane) add(a, b value) value { return l.do("VADDPS", a, b) }
func (l *lane) sub(a, b value) value { return l.do("VSUBPS", a, b) }
func (l *lane) mul(a, b value) value {
	if a.memory != "" { // only b may be in memory
		a, b = b, a
	}
	return l.do("VMULPS", a, b)
}

// max is a > b ? a : b, so b where either is NaN.
func (l *lane) max(a, b value) value { return l.do("VMAXPS", a, b) }

func (l *lane) less(a, b value) value      { return l.do("VCMPPS $1,", a, b) }
func (l *lane) lessEqual(a, b value) value { return l.do("VCMPPS $2,", a, b) }

// unless is 0 where mask is set and x elsewhere.
func (l *lane) unless(mask, x value) value { return l.do("VANDNPS", mask, x) }

// power is 2 to the integer n.
func (l *lane) power(n value) value {
	r := l.do("VCVTPS2DQ", n, value{})
	return l.do("VPSLLD $23,", l.do("VPADDD", r, l.constant("bias")), value{})
}

// emit writes the recorded body at one width: reg is "Y" for vectors, "X" for
// one element (the packed instructions serve it too, on one lane), offset is in bytes.
// Registers are given out and taken back after a value's last use.
func (l *lane) emit(f *fn, reg string, offset int) {
	last := map[int]int{}
	for i, o := range l.ops {
		last[o.a.id], last[o.b.id] = i, i
	}
	var free []int
	for r := 15; r >= len(l.fixed); r-- {
		free = append(free, r)
	}
	where := map[int]int{}
	operand := func(v value) string {
		switch {
		case v.memory != "":
			return v.memory + "<>(SB)"
		case v.id > 0:
			return fmt.Sprintf("%s%d", reg, where[v.id])
		default:
			return fmt.Sprintf("%s%d", reg, v.fixed)
		}
	}
	move := map[string]string{"X": "VMOVSS", "Y": "VMOVUPS"}[reg]
	for i, o := range l.ops {
		a, b := operand(o.a), operand(o.b)
		release := func(v value) {
			if r, ok := where[v.id]; ok && last[v.id] == i {
				free = append(free, r)
				delete(where, v.id)
			}
		}
		release(o.a)
		release(o.b)
		if o.result.id > 0 {
			if len(free) == 0 {
				panic("gen: " + f.name + " needs too many registers")
			}
			where[o.result.id] = free[len(free)-1]
			free = free[:len(free)-1]
		}
		address := fmt.Sprintf("%d(%s)(AX*4)", offset, l.base[o.slice])
		switch {
		case o.name == "load":
			f.op("%s %s, %s", move, address, operand(o.result))
		case o.name == "store":
			f.op("%s %s, %s", move, a, address)
		case o.b == value{} && (o.name == "VCVTPS2DQ" || o.name == "VPSLLD $23,"):
			f.op("%s %s, %s", o.name, a, operand(o.result))
		default: // Go's assembler wants the operands in reverse
			f.op("%s %s, %s, %s", o.name, b, a, operand(o.result))
		}
	}
}

// write emits the kernel: scalars broadcast, then a loop over 32 elements, one over 8, one over 1.
func (k kernel) write(t *text) {
	f := t.begin(k.name+" is "+k.doc+".", k.name, k.args, "")
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
