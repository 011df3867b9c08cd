package main

// A lane records the body of an element-wise kernel: a list of operations on
// values, in the terms of no instruction set.
type lane struct {
	ops    []operation
	fixed  map[string]int    // registers of the scalars, of zero under "0", and of constants where they have some
	base   map[string]string // address registers of the slices
	values int
}

// A value is an operand: the result of an operation, a fixed register, or a constant.
type value struct {
	id     int    // of a result, from 1 on
	fixed  int    // register of a scalar
	memory string // name of a constant
}

// An operation is result = a op b. Loads have no operands, stores no result.
type operation struct {
	name         string
	slice        string // of a load or store
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

func (l *lane) add(a, b value) value { return l.do("add", a, b) }
func (l *lane) sub(a, b value) value { return l.do("sub", a, b) }
func (l *lane) mul(a, b value) value {
	if a.memory != "" { // only b may be in memory
		a, b = b, a
	}
	return l.do("mul", a, b)
}

// less and lessEqual are masks, set where they hold, and so never for NaN.
func (l *lane) less(a, b value) value      { return l.do("less", a, b) }
func (l *lane) lessEqual(a, b value) value { return l.do("lessEqual", a, b) }

// unless is 0 where mask is set and x elsewhere.
func (l *lane) unless(mask, x value) value { return l.do("unless", mask, x) }

// rectify is 0 where x < 0 and x elsewhere: NaN and -0 stay.
func (l *lane) rectify(x value) value { return l.do("rectify", x, value{}) }

// power is 2 to the integer n.
func (l *lane) power(n value) value {
	r := l.do("integer", n, value{})
	return l.do("exponent", l.do("addInteger", r, l.constant("bias")), value{})
}

// assign hands the recorded operations to write, in order, with the registers of
// their operands. Those from len(fixed) to registers-1 are given out, and taken
// back after a value's last use.
func (l *lane) assign(name string, registers int, write func(o operation, a, b, result int)) {
	last := map[int]int{}
	for i, o := range l.ops {
		last[o.a.id], last[o.b.id] = i, i
	}
	var free []int
	for r := registers - 1; r >= len(l.fixed); r-- {
		free = append(free, r)
	}
	where := map[int]int{}
	register := func(v value) int {
		switch {
		case v.memory != "":
			return l.fixed[v.memory]
		case v.id > 0:
			return where[v.id]
		default:
			return v.fixed
		}
	}
	for i, o := range l.ops {
		a, b, result := register(o.a), register(o.b), 0
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
				panic("gen: " + name + " needs too many registers")
			}
			result = free[len(free)-1]
			free = free[:len(free)-1]
			where[o.result.id] = result
		}
		write(o, a, b, result)
	}
}
