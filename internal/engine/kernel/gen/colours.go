package main

// The constants of the colours: weights of the luma, the scale of a byte, and
// the corners of the hexagon of hues. sign is the bit of the sign.
var colours = []constant{
	{"lumaR", "$0.2989"},
	{"lumaG", "$0.587"},
	{"lumaB", "$0.114"},
	{"one", "$1.0"},
	{"two", "$2.0"},
	{"three", "$3.0"},
	{"four", "$4.0"},
	{"six", "$6.0"},
	{"white", "$255.0"},
	{"tiny", "$1e-30"},
	{"sign", "$0x80000000"},
}

var move = kernel{"move", "x = cut(f*x + rest)", join(slices("x"), scalars("f", "rest")), func(l *lane) {
	l.store("x", l.cut(l.add(l.mul(l.scalar("f"), l.load("x")), l.scalar("rest"))))
}}

// A colourKernel is a loop over the colours of a picture in columns, which a lane
// loads and stores as r, g and b, and perhaps over a plane dst of one run a column.
type colourKernel struct {
	name, doc string
	dst       bool
	scalars   []arg
	body      func(l *lane)
}

var coloured = []colourKernel{
	{"lumaAVX2", "dst = luma(r, g, b)", true, nil, func(l *lane) {
		l.store("dst", l.luma(l.load("r"), l.load("g"), l.load("b")))
	}},
	{"saturateAVX2", "c = cut(f*c + rest*luma(r, g, b)) for each channel c", false, scalars("f", "rest"), func(l *lane) {
		r, g, b := l.load("r"), l.load("g"), l.load("b")
		rest := l.mul(l.scalar("rest"), l.luma(r, g, b))
		l.store("r", l.cut(l.add(l.mul(l.scalar("f"), r), rest)))
		l.store("g", l.cut(l.add(l.mul(l.scalar("f"), g), rest)))
		l.store("b", l.cut(l.add(l.mul(l.scalar("f"), b), rest)))
	}},
	{"rotateHueAVX2", "r, g, b with its hue turned by shift edges of the hexagon", false, scalars("shift"), func(l *lane) {
		r, g, b := l.load("r"), l.load("g"), l.load("b")
		high, low := l.max(l.max(r, g), b), l.min(l.min(r, g), b)
		span := l.sub(high, low)
		isR, isG := l.equal(high, r), l.equal(high, g)
		way := l.choose(isR, l.sub(g, b), l.choose(isG, l.sub(b, r), l.sub(r, g)))
		corner := l.unless(isR, l.choose(isG, l.constant("two"), l.constant("four")))
		h := l.add(l.div(way, l.max(span, l.constant("tiny"))), corner)
		h = l.add(h, l.scalar("shift"))
		h = l.add(h, l.and(l.less(h, l.zero()), l.constant("six")))
		h = l.sub(h, l.unless(l.less(h, l.constant("six")), l.constant("six")))
		store := func(name string, part value) {
			part = l.min(l.max(part, l.zero()), l.constant("one"))
			l.store(name, l.min(l.add(low, l.mul(part, span)), high))
		}
		// a - |h - b| is a + -|h - b|: the absolute value with its sign set
		distance := func(corner string) value { return l.or(l.sub(h, l.constant(corner)), l.constant("sign")) }
		store("r", l.sub(l.sub(l.zero(), distance("three")), l.constant("one")))
		store("g", l.add(distance("two"), l.constant("two")))
		store("b", l.add(distance("four"), l.constant("two")))
	}},
}

// cut brings a value to 0..255.
func (l *lane) cut(x value) value { return l.min(l.max(l.zero(), x), l.constant("white")) }

func (l *lane) luma(r, g, b value) value {
	y := l.add(l.mul(r, l.constant("lumaR")), l.mul(g, l.constant("lumaG")))
	return l.add(y, l.mul(b, l.constant("lumaB")))
}

// max is a > b ? a : b and min a < b ? a : b, so b where either is NaN.
func (l *lane) max(a, b value) value   { return l.do("max", a, b) }
func (l *lane) min(a, b value) value   { return l.do("min", a, b) }
func (l *lane) div(a, b value) value   { return l.do("div", a, b) }
func (l *lane) and(a, b value) value   { return l.do("and", a, b) }
func (l *lane) or(a, b value) value    { return l.do("or", a, b) }
func (l *lane) equal(a, b value) value { return l.do("equal", a, b) }

// choose is a where mask is set and b elsewhere.
func (l *lane) choose(mask, a, b value) value { return l.or(l.and(mask, a), l.unless(mask, b)) }

// write emits the kernel: for each column, the loops over its run.
func (k colourKernel) write(t *text) {
	var args []arg
	l := &lane{fixed: map[string]int{}, base: map[string]string{"dst": "R8", "r": "DI", "g": "SI", "b": "DX"}}
	if k.dst {
		args = append(args, arg{"dst", "*float32"})
	}
	args = append(args, arg{"x", "*float32"}, arg{"run", "int"}, arg{"columns", "int"})
	args = append(args, k.scalars...)
	f := t.begin(k.name+" is "+k.doc+", at columns of one run of each channel.", k.name, args, "")
	for i, a := range k.scalars {
		l.fixed[a.name] = i
		f.op("VBROADCASTSS %s, Y%d", f.arg(a.name, ""), i)
	}
	l.fixed["0"] = len(l.fixed)
	f.op("VXORPS X%[1]d, X%[1]d, X%[1]d", l.fixed["0"])
	k.body(l)

	if k.dst {
		f.op("MOVQ %s, R8", f.arg("dst", ""))
	}
	f.op("MOVQ %s, DI", f.arg("x", ""))
	f.op("MOVQ %s, CX", f.arg("run", ""))
	f.op("MOVQ %s, R9", f.arg("columns", ""))
	f.at("column")
	f.op("LEAQ (DI)(CX*4), SI")
	f.op("LEAQ (SI)(CX*4), DX")
	overRow(f, func(w width) {
		for v := range w.vectors {
			l.emit(f, w.reg, 32*v)
		}
	})
	f.op("LEAQ (DX)(CX*4), DI")
	if k.dst {
		f.op("LEAQ (R8)(CX*4), R8")
	}
	f.op("DECQ R9")
	f.op("JNZ column")
	f.end()
}
