package record_test

import (
	"bytes"
	"encoding/hex"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"gradlab/internal/record"
)

// golden returns the block of docs/wire.md that is fenced as "golden NAME".
func golden(t testing.TB, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/wire.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(page), "```golden "+name+"\n")
	block, _, closed := strings.Cut(block, "```\n")
	if !ok || !closed {
		t.Fatalf("docs/wire.md has no golden %s", name)
	}
	return block
}

// goldenBytes reads a golden block of bytes: four a line, then a remark.
func goldenBytes(t testing.TB, name string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(golden(t, name)) {
		digits, _, _ := strings.Cut(line, "   ")
		b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
		if err != nil {
			t.Fatalf("golden %s: %v", name, err)
		}
		out = append(out, b...)
	}
	return out
}

func TestGoldenBytes(t *testing.T) {
	wantSteps, wantFrame := goldenBytes(t, "steps"), goldenBytes(t, "frame")
	if got := record.AppendSteps(nil, steps); !bytes.Equal(got, wantSteps) {
		t.Errorf("steps encode as\n% x, docs/wire.md has\n% x", got, wantSteps)
	}
	if got := record.AppendFrame(nil, 8, correlation); !bytes.Equal(got, wantFrame) {
		t.Errorf("the frame encodes as\n% x, docs/wire.md has\n% x", got, wantFrame)
	}
	back, err := record.Decode(append(wantSteps, wantFrame...))
	if err != nil {
		t.Fatal(err)
	}
	for i := range steps {
		if d := schema.Difference(back[i], steps[i]); d != "" || len(back) != len(steps) {
			t.Errorf("step %d comes back with another %s: %+v", steps[i].Step, d, back[i])
		}
	}
}

func TestRoundTrip(t *testing.T) {
	inf := float32(math.Inf(-1))
	for name, in := range map[string][]record.Step{
		"nothing":   {},
		"no fields": {{Step: 3}, {Step: 4}},
		"one":       {{Step: 0, Has: record.EachStep, Values: []float32{inf}}},
		"five": {
			{Step: 10, Has: 1, Values: []float32{1, 2}}, {Step: 11, Has: 3, Values: []float32{3, 4}},
			{Step: 12, Has: 7, Values: []float32{5, 6}, Frames: []record.Frame{{Name: "a", Rows: 1, Cols: 3, Of: 9, Scale: 2, Data: []int8{-128, 0, 127}}, {Name: "", Data: []int8{}}}},
			{Step: 13, Has: 1, Values: []float32{7, 8}}, {Step: 14, Has: 1, Values: []float32{math.MaxFloat32, math.SmallestNonzeroFloat32}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range in {
				if in[i].Values == nil {
					in[i].Values = []float32{}
				}
			}
			message := record.Append(nil, in)
			out, err := record.Decode(message)
			if err != nil || !reflect.DeepEqual(in, out) {
				t.Errorf("%+v comes back as %+v, %v", in, out, err)
			}
			size := 16 + (4-len(in)%4)%4
			for _, s := range in {
				size += s.Size()
			}
			if size != len(message) {
				t.Errorf("Size adds up to %d, the message has %d bytes", size, len(message))
			}
			for n := range message { // any cut is noticed or leaves whole blocks
				if _, err := record.Decode(message[:n]); err == nil && n < 16+(len(in)+3)&^3 {
					t.Errorf("the first %d of %d bytes decode", n, len(message))
				}
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := record.Append(nil, steps)
	edit := func(at int, b ...byte) []byte {
		out := bytes.Clone(whole)
		copy(out[at:], b)
		return out
	}
	frameAt := len(record.AppendSteps(nil, steps))
	for name, c := range map[string]struct {
		message []byte
		says    string
	}{
		"empty":                {nil, "cut off"},
		"not a block":          {edit(0, 'H'), "0x48 where a block must begin"},
		"a later version":      {edit(1, 2), "version 2"},
		"an unknown kind":      {edit(2, 9), "kind 9"},
		"a frame first":        {whole[frameAt:], "kind 2 where kind 1"},
		"too many steps":       {edit(8, 0xff, 0xff, 0xff, 0x0f), "cut off"},
		"beyond the last step": {edit(4, 0xff, 0xff, 0xff, 0xff), "beyond the last"},
		"cut in a frame":       {whole[:len(whole)-1], "cut off"},
		"a stranger's frame":   {edit(frameAt+4, 99), "does not hold"},
		"something behind":     {append(bytes.Clone(whole), 'x'), "cut off"},
	} {
		if got, err := record.Decode(c.message); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, %v; want an error with %q", name, got, err, c.says)
		}
	}
}

func TestAppendPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"gap":         func() { record.AppendSteps(nil, []record.Step{{Step: 1}, {Step: 3}}) },
		"ragged":      func() { record.AppendSteps(nil, []record.Step{{Values: []float32{1}}, {Step: 1}}) },
		"negative":    func() { record.AppendSteps(nil, []record.Step{{Step: -1}}) },
		"wrong shape": func() { record.AppendFrame(nil, 0, record.Frame{Rows: 2, Cols: 2, Data: []int8{1}}) },
		"too wide":    func() { record.AppendFrame(nil, 0, record.Frame{Of: 1 << 16}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: encoded", name)
				}
			}()
			f()
		}()
	}
}

// What decodes encodes to the same bytes; nothing panics or allocates beyond the input's measure.
func FuzzDecode(f *testing.F) {
	f.Add(record.Append(nil, steps))
	f.Add(record.Append(nil, nil))
	f.Add(record.AppendFrame(nil, 3, correlation))
	f.Add([]byte("G\x01\x01\x00\x00\x00\x00\x00\xff\xff\xff\x7f\xff\xff\x00\x00"))
	f.Fuzz(func(t *testing.T, message []byte) {
		if out, err := record.Decode(message); err == nil {
			again, err := record.Decode(record.Append(nil, out))
			if err != nil || len(again) != len(out) {
				t.Fatalf("%d steps encode to %d, %v", len(out), len(again), err)
			}
			for i := range out {
				s := record.Schema{Fields: make([]record.Field, len(out[i].Values))}
				for j := range s.Fields {
					s.Fields[j] = record.Field{Name: "x", Every: 0xff}
				}
				if d := s.Difference(out[i], again[i]); d != "" {
					t.Fatalf("step %d comes back with another %s", out[i].Step, d)
				}
			}
		}
		if at, frame, rest, err := record.DecodeFrame(message); err == nil {
			block := message[:len(message)-len(rest)]
			if back := record.AppendFrame(nil, at, frame); len(back) != len(block) {
				t.Fatalf("a frame of %d bytes encodes to %d", len(block), len(back))
			}
		}
	})
}
