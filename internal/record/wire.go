package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The binary form, version 1, little endian; docs/wire.md is its specification.
//
// A block is a header of 4 bytes and a body whose length follows from its first
// fields. A socket sends one block as one message. A message of the log is one
// block of steps, then the blocks of their frames.
const (
	magic   = 'G'
	Version = 1 // second byte of every block

	KindSteps = 1 // scalars of consecutive steps
	KindFrame = 2 // one frame of one step
)

const (
	stepsHeader = 16 // magic, version, kind, 0; u32 first; u32 n; u16 m; u16 0
	frameHeader = 20 // magic, version, kind, 0; u32 step; u16 rows, cols, of; u8 name length; u8 0; f32 scale

	maxStep = math.MaxInt32 // a step fits an int on every platform
)

var le = binary.LittleEndian

// AppendSteps appends the block with the scalars of steps to dst. Steps must be
// consecutive and have the same number of values; frames are not included.
func AppendSteps(dst []byte, steps []Step) []byte {
	first, m := 0, 0
	if len(steps) > 0 {
		first, m = steps[0].Step, len(steps[0].Values)
	}
	if first < 0 || first+len(steps) > maxStep || m > math.MaxUint16 {
		panic(fmt.Sprintf("record: %d steps of %d values from step %d do not fit a block", len(steps), m, first))
	}
	dst = append(dst, magic, Version, KindSteps, 0)
	dst = le.AppendUint32(dst, uint32(first))
	dst = le.AppendUint32(dst, uint32(len(steps)))
	dst = le.AppendUint16(dst, uint16(m))
	dst = append(dst, 0, 0)
	for i, s := range steps {
		if s.Step != first+i || len(s.Values) != m {
			panic(fmt.Sprintf("record: step %d with %d values after step %d with %d", s.Step, len(s.Values), first+i-1, m))
		}
		dst = append(dst, byte(s.Has))
	}
	dst = pad(dst, len(steps))
	for _, s := range steps {
		for _, v := range s.Values {
			dst = le.AppendUint32(dst, math.Float32bits(v))
		}
	}
	return dst
}

// AppendFrame appends the block of a frame measured at step to dst.
func AppendFrame(dst []byte, step int, f Frame) []byte {
	if step < 0 || step >= maxStep || len(f.Name) > math.MaxUint8 || !short(f.Rows) || !short(f.Cols) || !short(f.Of) || len(f.Data) != f.Rows*f.Cols {
		panic(fmt.Sprintf("record: frame %q of %d x %d of %d with %d elements does not fit a block", f.Name, f.Rows, f.Cols, f.Of, len(f.Data)))
	}
	dst = append(dst, magic, Version, KindFrame, 0)
	dst = le.AppendUint32(dst, uint32(step))
	dst = le.AppendUint16(dst, uint16(f.Rows))
	dst = le.AppendUint16(dst, uint16(f.Cols))
	dst = le.AppendUint16(dst, uint16(f.Of))
	dst = append(dst, byte(len(f.Name)), 0)
	dst = le.AppendUint32(dst, math.Float32bits(f.Scale))
	dst = append(dst, f.Name...)
	dst = pad(dst, len(f.Name))
	for _, v := range f.Data {
		dst = append(dst, byte(v))
	}
	return dst
}

// Append appends a message of the log to dst: the block of steps, then the
// blocks of their frames in the order of the steps.
func Append(dst []byte, steps []Step) []byte {
	dst = AppendSteps(dst, steps)
	for _, s := range steps {
		for _, f := range s.Frames {
			dst = AppendFrame(dst, s.Step, f)
		}
	}
	return dst
}

// Size returns the length that a step takes in a message of the log, headers
// shared with its neighbours aside.
func (s Step) Size() int {
	n := 1 + 4*len(s.Values)
	for _, f := range s.Frames {
		n += frameHeader + roundUp(len(f.Name)) + len(f.Data)
	}
	return n
}

func short(n int) bool { return 0 <= n && n <= math.MaxUint16 }

func roundUp(n int) int { return (n + 3) &^ 3 }

// pad appends the zeros that bring a part of n bytes to a multiple of 4, so that
// a browser can lay a Float32Array over what follows.
func pad(dst []byte, n int) []byte {
	return append(dst, 0, 0, 0)[:len(dst)+roundUp(n)-n]
}

var errShort = errors.New("record: the block is cut off")

// Kind returns the kind of the block that b begins with.
func Kind(b []byte) (byte, error) {
	switch {
	case len(b) < 4:
		return 0, errShort
	case b[0] != magic:
		return 0, fmt.Errorf("record: byte %#02x where a block must begin", b[0])
	case b[1] != Version:
		return 0, fmt.Errorf("record: block of version %d; this program reads version %d", b[1], Version)
	case b[3] != 0 || b[2] != KindSteps && b[2] != KindFrame:
		return 0, fmt.Errorf("record: unknown kind %d of block", b[2])
	}
	return b[2], nil
}

// body checks that b begins with a whole header of the kind.
func body(b []byte, kind byte, header int) error {
	k, err := Kind(b)
	switch {
	case err != nil:
		return err
	case k != kind:
		return fmt.Errorf("record: block of kind %d where kind %d was expected", k, kind)
	case len(b) < header:
		return errShort
	}
	return nil
}

// DecodeSteps reads the block of steps that b begins with and returns what
// follows it. It allocates in proportion to len(b), whatever b claims.
func DecodeSteps(b []byte) (steps []Step, rest []byte, err error) {
	if err := body(b, KindSteps, stepsHeader); err != nil {
		return nil, nil, err
	}
	first, count, m := uint64(le.Uint32(b[4:])), uint64(le.Uint32(b[8:])), uint64(le.Uint16(b[12:]))
	if first+count > maxStep {
		return nil, nil, fmt.Errorf("record: %d steps from step %d are beyond the last possible step", count, first)
	}
	has := (count + 3) &^ 3
	length := stepsHeader + has + 4*count*m
	if uint64(len(b)) < length {
		return nil, nil, errShort
	}
	n := int(count)
	bits, raw := b[stepsHeader:stepsHeader+n], b[stepsHeader+has:length]
	values := make([]float32, n*int(m)) // one piece for all
	for i := range values {
		values[i] = math.Float32frombits(le.Uint32(raw[4*i:]))
	}
	steps = make([]Step, n)
	for i := range steps {
		steps[i] = Step{Step: int(first) + i, Has: Every(bits[i]), Values: values[i*int(m) : (i+1)*int(m) : (i+1)*int(m)]}
	}
	return steps, b[length:], nil
}

// DecodeFrame reads the block of a frame that b begins with and returns the step
// that it belongs to and what follows it. The frame shares no memory with b.
func DecodeFrame(b []byte) (step int, f Frame, rest []byte, err error) {
	if err := body(b, KindFrame, frameHeader); err != nil {
		return 0, Frame{}, nil, err
	}
	at := le.Uint32(b[4:])
	if at >= maxStep {
		return 0, Frame{}, nil, fmt.Errorf("record: a frame of step %d, which is beyond the last possible step", at)
	}
	f.Rows, f.Cols, f.Of = int(le.Uint16(b[8:])), int(le.Uint16(b[10:])), int(le.Uint16(b[12:]))
	name := int(b[14])
	f.Scale = math.Float32frombits(le.Uint32(b[16:]))
	data := frameHeader + roundUp(name)
	length := uint64(data) + uint64(f.Rows)*uint64(f.Cols)
	if uint64(len(b)) < length {
		return 0, Frame{}, nil, errShort
	}
	f.Name = string(b[frameHeader : frameHeader+name])
	f.Data = make([]int8, int(length)-data)
	for i := range f.Data {
		f.Data[i] = int8(b[data+i])
	}
	return int(at), f, b[length:], nil
}

// Decode reads a message of the log: the inverse of Append.
func Decode(b []byte) ([]Step, error) {
	steps, rest, err := DecodeSteps(b)
	if err != nil {
		return nil, err
	}
	for len(rest) > 0 {
		var at int
		var f Frame
		if at, f, rest, err = DecodeFrame(rest); err != nil {
			return nil, err
		}
		if len(steps) == 0 || at < steps[0].Step || at-steps[0].Step >= len(steps) {
			return nil, fmt.Errorf("record: a frame of step %d, which the message does not hold", at)
		}
		s := &steps[at-steps[0].Step]
		s.Frames = append(s.Frames, f)
	}
	return steps, nil
}
